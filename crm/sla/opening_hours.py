"""Opening hours as people type them: "09:00-13:00, 14:00-18:00", empty for a closed day. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from crm.shared.errors import Refused
from crm.shared.text import ascii_digits

_PERIOD = re.compile(r"^(\d{1,2})[:.٫]?(\d{2})?\s*(?:-|–|—|to)\s*(\d{1,2})[:.٫]?(\d{2})?$")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_CLOSED = {"", "closed", "-", "–"}
_DAY_MINUTES = 24 * 60

Period = list[str]


class BadOpeningHours(Refused):
    """Write opening hours as 09:00-13:00, 14:00-18:00; leave a closed day empty."""


class OverlappingHours(BadOpeningHours):
    """Two of these opening times overlap."""

    def __init__(self, first: Period, second: Period) -> None:
        """Remember the two periods, so that the sentence can name them."""
        super().__init__()
        self.first, self.second = first, second


@dataclass(frozen=True)
class Overlap:
    """Two periods of a week that overlap, each with its weekday (0 is Monday)."""

    day: int
    period: Period
    next_day: int
    next_period: Period


def parse_periods(text: str) -> list[Period]:
    """Return the periods of one day as ["09:00", "13:00"] pairs, in order; native digits are read too.

    A period that closes at or before it opens ends on the next day. Raises BadOpeningHours, and
    OverlappingHours with the two periods where two overlap.
    """
    plain = ascii_digits(_INVISIBLE.sub("", text)).strip()
    if plain.casefold() in _CLOSED:
        return []
    periods = sorted(_period(part.strip()) for part in re.split(r"[,;،]", plain) if part.strip())
    for before, after in pairwise(periods):
        if _closes(before) > _minutes(after[0]):
            raise OverlappingHours(before, after)
    return periods


def _period(text: str) -> Period:
    match = _PERIOD.match(text)
    if match is None:
        raise BadOpeningHours
    opens, closes = _moment(match[1], match[2]), _moment(match[3], match[4])
    return [opens, closes]


def _moment(hour: str, minute: str | None) -> str:
    hours, minutes = int(hour), int(minute or 0)
    if (hours, minutes) == (24, 0):
        hours = 0
    if hours > 23 or minutes > 59:
        raise BadOpeningHours
    return f"{hours:02}:{minutes:02}"


def format_periods(periods: Sequence[Sequence[str]]) -> str:
    """Return periods as they are typed."""
    return ", ".join(f"{opens}-{closes}" for opens, closes in periods)


def overlap_in_week(weekly: Mapping[str, list[Period]]) -> Overlap | None:
    """Return the first period that runs into one of the following day, Sunday's into Monday's too."""
    week = [(day, period) for day in range(7) for period in weekly.get(str(day), [])]
    following_week = [(day + 7, period) for day, period in week[:1]]
    for (day, period), (next_day, next_period) in pairwise(week + following_week):
        if day * _DAY_MINUTES + _closes(period) > next_day * _DAY_MINUTES + _minutes(next_period[0]):
            return Overlap(day, period, next_day % 7, next_period)
    return None


def _closes(period: Period) -> int:
    """Return the minutes from the date's midnight to the close, over 24 hours for the next day."""
    opens, closes = _minutes(period[0]), _minutes(period[1])
    return closes if closes > opens else closes + _DAY_MINUTES


def _minutes(moment: str) -> int:
    hours, minutes = moment.split(":")
    return int(hours) * 60 + int(minutes)
