"""Targets: how long a promise runs and what counts, with the defaults, as data and as sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from crm.contacts.rules.closed_sets import Channel

from .calendars import FrozenMapping
from .errors import BadTargetError

Translate = Callable[[str], str]

ZERO = timedelta(0)
HOUR = timedelta(hours=1)
DAY_LENGTH = timedelta(days=1)


class CountingMode(StrEnum):
    """What counts: real time, open dates, opening periods, or the end of the business day."""

    ELAPSED = "elapsed"
    OPEN_DAYS = "open_days"
    OPEN_HOURS = "open_hours"
    DAY_END = "day_end"


@dataclass(frozen=True)
class SlaTarget:
    """How long a clock runs; `length` is not used by DAY_END, `min_open_time` only by it."""

    mode: CountingMode
    length: timedelta = ZERO
    min_open_time: timedelta = ZERO

    def __post_init__(self) -> None:
        object.__setattr__(self, "mode", CountingMode(self.mode))
        if self.length < ZERO or self.min_open_time < ZERO:
            raise BadTargetError


class Severity(StrEnum):
    """How bad it is, mildest first."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"

    @property
    def rank(self) -> int:
        """Return the place in the order from low (0) to urgent (3)."""
        return list(Severity).index(self)


def _open_days(days: int) -> SlaTarget:
    return SlaTarget(CountingMode.OPEN_DAYS, timedelta(days))


def _open_hours(**length: float) -> SlaTarget:
    return SlaTarget(CountingMode.OPEN_HOURS, timedelta(**length))


DEFAULT_RESPONSE: Mapping[str, SlaTarget] = FrozenMapping(
    {
        Channel.EMAIL.value: _open_days(1),
        Channel.WEBSITE.value: _open_days(1),
        Channel.PHONE.value: SlaTarget(CountingMode.DAY_END, min_open_time=HOUR),
        Channel.TEXT.value: _open_hours(hours=2),
        Channel.MESSAGING.value: _open_hours(hours=2),
        Channel.SOCIAL.value: _open_hours(hours=4),
        Channel.IN_PERSON.value: _open_hours(minutes=15),
        Channel.LETTER.value: _open_days(2),
    }
)

DEFAULT_RESOLUTION: Mapping[str, SlaTarget] = FrozenMapping(
    {
        Severity.URGENT.value: _open_days(1),
        Severity.HIGH.value: _open_days(2),
        Severity.NORMAL.value: _open_days(5),
        Severity.LOW.value: _open_days(10),
    }
)


@dataclass(frozen=True)
class Policy:
    """All targets of a business at one time, by channel and by severity, and their limits."""

    response: Mapping[str, SlaTarget] = field(default=DEFAULT_RESPONSE)
    resolution: Mapping[str, SlaTarget] = field(default=DEFAULT_RESOLUTION)
    other_channels: SlaTarget = DEFAULT_RESPONSE[Channel.EMAIL.value]
    pause_cap_time: timedelta = timedelta(days=14)
    raised_floor_time: timedelta = timedelta(minutes=30)

    def __post_init__(self) -> None:
        object.__setattr__(self, "response", FrozenMapping(self.response))
        object.__setattr__(self, "resolution", FrozenMapping(self.resolution))

    def response_to(self, channel: str) -> SlaTarget:
        """Return the response target of a channel, also of one without a standard of its own."""
        return self.response.get(channel, self.other_channels)


def unchanged(text: str) -> str:
    """Return a text as it is: the translation into English."""
    return text


def describe_length(length: timedelta, translate: Translate = unchanged) -> str:
    """Say a length in words: "24 hours", "2 days", "1 hour 30 minutes"."""
    if length >= 2 * DAY_LENGTH and not length % DAY_LENGTH:
        return _amount(length.days, translate("1 day"), translate("%(count)d days"))
    hours, rest = divmod(length, HOUR)
    minutes, rest = divmod(rest, timedelta(minutes=1))
    parts = [
        (hours, translate("1 hour"), translate("%(count)d hours")),
        (minutes, translate("1 minute"), translate("%(count)d minutes")),
        (rest.seconds, translate("1 second"), translate("%(count)d seconds")),
    ]
    said = [_amount(*part) for part in parts if part[0]]
    return " ".join(said) or translate("0 minutes")


def _amount(count: int, one: str, many: str) -> str:
    return one if count == 1 else many % {"count": count}


def describe_target(target: SlaTarget, translate: Translate = unchanged) -> str:
    """Say a target as a person would: "within 24 hours, counted on days we are open"."""
    if target.mode is CountingMode.DAY_END:
        return _describe_day_end(target, translate)
    sentence = {
        CountingMode.ELAPSED: translate("within %(length)s, counted round the clock"),
        CountingMode.OPEN_DAYS: translate("within %(length)s, counted on days we are open"),
        CountingMode.OPEN_HOURS: translate("within %(length)s, counted in opening hours"),
    }[target.mode]
    return sentence % {"length": describe_length(target.length, translate)}


def _describe_day_end(target: SlaTarget, translate: Translate) -> str:
    if not target.min_open_time:
        return translate("on the same business day, until we close")
    sentence = translate("on the same business day, until we close, and with at least %(length)s of opening time")
    return sentence % {"length": describe_length(target.min_open_time, translate)}
