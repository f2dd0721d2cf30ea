"""What the owner's review decides: periods, how figures are put together, causes, when a week is closed. Pure."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Generic, TypeVar

from crm.shared.bounds import day_of
from crm.shared.errors import Refused
from crm.sla.rules import Attainment, ClockState, attainment_of

FEW = 10  # a figure of fewer is only a hint
EFFECT_DAYS = 30
WEEK = timedelta(days=7)
Key = TypeVar("Key", bound=Hashable)
Cause = TypeVar("Cause", int, str)


class BreachCause(StrEnum):
    """Why a promise was broken; short on purpose."""

    SHORT_STAFFED = "short-staffed"
    HANDOVER = "handover"
    SUPPLIER = "supplier"
    UNCLEAR_WHO = "unclear-who"
    SYSTEM_DOWN = "system-down"
    CUSTOMER_UNREACHABLE = "customer-unreachable"
    OTHER = "other"


class NoteNeeded(Refused):
    """Say in a few words what the other cause was."""


class NotBroken(Refused):
    """This promise is not broken."""


class WeekNotOver(Refused):
    """This week is not over yet."""


class CausesMissing(Refused):
    """Each broken promise of the week needs its cause first."""


class AlreadyDone(Refused):
    """This action is done already."""


class BadSpan(Refused):
    """The last day lies before the first one."""


# ── Periods ──


class SpanName(StrEnum):
    """Periods that have a name."""

    THIS_WEEK = "this-week"
    LAST_WEEK = "last-week"
    THIS_MONTH = "this-month"
    LAST_MONTH = "last-month"
    THIS_QUARTER = "this-quarter"
    LAST_QUARTER = "last-quarter"


@dataclass(frozen=True)
class Span:
    """A period of whole local dates, both included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        """Refuse a period that ends before it begins."""
        if self.last < self.first:
            raise BadSpan

    @property
    def before(self) -> Span:
        """Return the period to compare with: as many whole months, else as many days."""
        last = self.first - timedelta(days=1)
        if self.first.day == 1 and (self.last + timedelta(days=1)).day == 1:
            months = (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1
            return Span(_months_on(self.first, -months), last)
        return Span(last - (self.last - self.first), last)


def named_span(name: SpanName, today: date) -> Span:
    """Return a named period as seen from a day."""
    steps = -1 if name.value.startswith("last") else 0
    if name in (SpanName.THIS_WEEK, SpanName.LAST_WEEK):
        monday = monday_of(today) + WEEK * steps
        return Span(monday, monday + timedelta(days=6))
    length = 1 if name in (SpanName.THIS_MONTH, SpanName.LAST_MONTH) else 3
    first = today.replace(day=1, month=today.month - (today.month - 1) % length)
    first = _months_on(first, steps * length)
    return Span(first, _months_on(first, length) - timedelta(days=1))


_PERIOD = re.compile(r"^(\d{4})(?:-(?:Q([1-4])|(\d{2})))?$")


def written_span(text: str) -> Span:
    """Return a year, quarter or month written as 2026, 2026-Q3 or 2026-10; raise BadSpan."""
    found = _PERIOD.match(text)
    if found is None:
        raise BadSpan
    year, quarter, month = found.groups()
    length = 1 if month else 3 if quarter else 12
    try:
        first = day_of(f"{year}-{month or f'{int(quarter or 1) * 3 - 2:02}'}-01")
        return Span(first, _months_on(first, length) - timedelta(days=1))
    except ValueError as error:
        raise BadSpan from error


def month_after(span: Span) -> Span:
    """Return the month in which the day after a period lies."""
    first = (span.last + timedelta(days=1)).replace(day=1)
    return Span(first, _months_on(first, 1) - timedelta(days=1))


def monday_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def _months_on(first: date, months: int) -> date:
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, 1)


# ── Promises kept ──


@dataclass
class Bucket:
    """How many clocks stand how, and in seconds the times of those that were met or met late."""

    counts: Counter[ClockState] = field(default_factory=Counter)
    counted: list[int] = field(default_factory=list)
    real: list[int] = field(default_factory=list)

    def add(self, other: Bucket) -> None:
        """Take the clocks of another bucket in."""
        for state, count in other.counts.items():
            self.counts[state] += count
        self.counted += other.counted
        self.real += other.real

    def figure(self) -> Attainment:
        """Return promises kept; by the one function of the clocks."""
        return attainment_of(self.counts, sorted(self.counted), sorted(self.real))


def listed_numbers(texts: Iterable[str | None]) -> list[int]:
    """Return the whole numbers of texts such as "60,120": thousands at once."""
    numbers: list[int] = json.loads(f"[{','.join(filter(None, texts))}]")
    return numbers


@dataclass(frozen=True)
class Group(Generic[Key]):
    """Promises kept of the clocks that have one thing in common."""

    key: Key
    figure: Attainment


def grouped(buckets: Mapping[Key, Bucket], key_of: Callable[[Key], Hashable]) -> list[Group[Hashable]]:
    """Put buckets together by a part of their key, the most clocks first."""
    joined: defaultdict[Hashable, Bucket] = defaultdict(Bucket)
    for key, bucket in buckets.items():
        joined[key_of(key)].add(bucket)
    groups = [Group(key, bucket.figure()) for key, bucket in joined.items()]
    return sorted(groups, key=lambda group: (-group.figure.total, str(group.key)))


@dataclass(frozen=True)
class Change:
    """Promises kept over a period against those of the period before."""

    now: Attainment
    before: Attainment

    @property
    def points(self) -> int | None:
        """Return by how many percentage points the share changed; None where one of them has none."""
        if self.now.share is None or self.before.share is None:
            return None
        return whole_percent(self.now.share) - whole_percent(self.before.share)

    @property
    def is_hint(self) -> bool:
        """Tell whether one of the two is of so few that the change is only a hint."""
        return is_few(self.now.total) or is_few(self.before.total)


def whole_percent(share: float) -> int:
    """Return a share in percent, a half rounded up as spreadsheets do; 100 only if it is all, 0 only if it is none."""
    rounded = int((Decimal(str(share)) * 100).to_integral_value(ROUND_HALF_UP))
    if rounded == 100 and share < 1:
        return 99
    return 1 if rounded == 0 and share > 0 else rounded


def is_few(total: int) -> bool:
    """Tell whether a figure is of so few that it is only a hint."""
    return 0 < total < FEW


# ── Broken promises and the week's review ──


def check_cause(cause: BreachCause, note: str, *, is_broken: bool) -> None:
    """Refuse a cause where nothing is broken, and "other" without a word about it."""
    if not is_broken:
        raise NotBroken
    if cause is BreachCause.OTHER and not note:
        raise NoteNeeded


def check_week(monday: date, today: date, *, missing: int) -> None:
    """Refuse to close a week that goes on, or in which a broken promise has no cause yet (rule 27)."""
    if monday + WEEK > today:
        raise WeekNotOver
    if missing:
        raise CausesMissing


# ── Root causes ──


@dataclass(frozen=True)
class ParetoRow(Generic[Cause]):
    """One cause with its count and its share, alone and with all before it, from 0 to 1; without a key: not named."""

    key: Cause | None
    count: int
    share: float
    running_share: float


def pareto(counts: Mapping[Cause | None, int]) -> list[ParetoRow[Cause]]:
    """Return causes by how often they came, with the share that the first ones make up together."""
    total, running, rows = sum(counts.values()), 0, []
    for key, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0] is None, pair[0] or 0)):
        running += count
        rows.append(ParetoRow(key, count, count / total, running / total))
    return rows


@dataclass(frozen=True)
class Effect:
    """How often a cause came in the 30 days before an action was done and after; `days` of them are over."""

    before: int
    after: int
    days: int

    @property
    def is_whole(self) -> bool:
        """Tell whether the days after are over, so that both can be compared."""
        return self.days >= EFFECT_DAYS

    @property
    def went_down(self) -> bool:
        """Tell whether the cause came less often; in a part of the days by its rate."""
        return self.after * EFFECT_DAYS < self.before * max(self.days, 1)


def effect(on_days: Iterable[date], done_on: date, today: date) -> Effect:
    """Return how often something came before and after a day; that day itself counts as after."""
    before = after = 0
    for day in on_days:
        distance = (day - done_on).days
        before += -EFFECT_DAYS <= distance < 0
        after += 0 <= distance < EFFECT_DAYS
    return Effect(before, after, min(EFFECT_DAYS, (today - done_on).days + 1))
