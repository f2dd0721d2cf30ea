"""The business calendar: what opening hours are, which are refused, how they are normalised.

Periods are pairs of local times. A close at or before its open lies on the next day. A period
belongs to the date on which it opens. Lengths inside this package are whole microseconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .errors import BadCalendarError, ClosedCalendarError, OverlappingPeriodsError

Periods = tuple[tuple[time, time], ...]
Span = tuple[int, int]

DAY = 86_400_000_000
WEEK = 7 * DAY

K = TypeVar("K")
V = TypeVar("V")


class FrozenMapping(Mapping[K, V], Generic[K, V]):
    """A mapping that can't change, so that a calendar can be a cache key."""

    __slots__ = ("_hash", "_items")

    def __init__(self, items: Mapping[K, V]) -> None:
        self._items = dict(items)
        self._hash = hash(frozenset(self._items.items()))

    def __getitem__(self, key: K) -> V:
        return self._items[key]

    def get(self, key: K, default: Any = None) -> Any:
        """Return a value or the default, without raising on the way as Mapping does."""
        return self._items.get(key, default)

    def __iter__(self) -> Iterator[K]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, FrozenMapping):
            return self._hash == other._hash and self._items == other._items
        return self._items == other

    def __hash__(self) -> int:
        return self._hash

    def __repr__(self) -> str:
        return repr(self._items)

    def __reduce__(self) -> tuple[type[FrozenMapping[K, V]], tuple[dict[K, V]]]:
        """Leave the hash behind when pickled: it differs from process to process."""
        return FrozenMapping, (self._items,)


NO_EXCEPTIONS: Mapping[date, Periods] = FrozenMapping({})


@dataclass(frozen=True)
class BusinessCalendar:
    """Opening hours of one business: time zone, weekly periods (Monday = 0), dated exceptions.

    Overlaps are refused, touching periods of a date are joined; `()` as an exception is a closed
    date. Raises BadCalendarError.
    """

    time_zone: str
    weekly: Mapping[int, Periods]
    exceptions: Mapping[date, Periods] = NO_EXCEPTIONS

    def __post_init__(self) -> None:
        _check_time_zone(self.time_zone)
        weekly = {day: joined(periods) for day, periods in self.weekly.items() if periods}
        exceptions = {on: joined(periods) for on, periods in self.exceptions.items()}
        _check_keys(weekly, exceptions)
        object.__setattr__(self, "weekly", FrozenMapping(weekly))
        object.__setattr__(self, "exceptions", FrozenMapping(exceptions))
        _refuse_weekly_overlap(self)
        _refuse_exception_overlap(self)
        if not weekly and not any(exceptions.values()):
            raise ClosedCalendarError("it never opens")

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        """A calendar is a cache key, asked for many times a deadline: its hash is worked out once."""
        return hash((self.time_zone, self.weekly, self.exceptions))

    def __reduce__(self) -> tuple[type[BusinessCalendar], tuple[str, Mapping[int, Periods], Mapping[date, Periods]]]:
        """Leave the hash behind when pickled: it differs from process to process."""
        return BusinessCalendar, (self.time_zone, self.weekly, self.exceptions)

    @cached_property
    def zone(self) -> ZoneInfo:
        """Return the time zone as an object."""
        return ZoneInfo(self.time_zone)

    def periods_on(self, on: date) -> Periods:
        """Return the periods that open on a date; none if it is closed."""
        exception = self.exceptions.get(on)
        return self.weekly.get(on.weekday(), ()) if exception is None else exception


def micros_of(at: time) -> int:
    """Return the microseconds from midnight to a time of day, by the clock on the wall."""
    seconds = (at.hour * 60 + at.minute) * 60 + at.second
    return seconds * 1_000_000 + at.microsecond


def span_of(period: tuple[time, time]) -> Span:
    """Return a period as microseconds from its date's midnight; the close may pass 24 hours."""
    opens, closes = micros_of(period[0]), micros_of(period[1])
    return opens, closes if closes > opens else closes + DAY


def joined(periods: Iterable[tuple[time, time]]) -> Periods:
    """Sort the periods of one date and join those that touch; refuse those that overlap.

    What would be longer than a day together stays apart: two times of day can't say so much.
    """
    result: list[tuple[time, time]] = []
    for period in sorted(map(_checked_period, periods), key=span_of):
        if result and _makes_one(span_of(result[-1]), span_of(period)):
            result[-1] = (result[-1][0], period[1])
        else:
            result.append(period)
    _refuse_overlap([span_of(period) for period in result])
    return tuple(result)


def _makes_one(before: Span, after: Span) -> bool:
    return before[1] == after[0] and after[1] - before[0] <= DAY


def _checked_period(period: tuple[time, time]) -> tuple[time, time]:
    opens, closes = period
    if opens.tzinfo is not None or closes.tzinfo is not None:
        raise BadCalendarError("opening times are local times without a zone")
    return opens, closes


def _check_time_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadCalendarError(f"unknown time zone {name!r}") from error


def _check_keys(weekly: Mapping[int, Periods], exceptions: Mapping[date, Periods]) -> None:
    if not all(day in range(7) for day in weekly):
        raise BadCalendarError("weekdays are 0 for Monday to 6 for Sunday")
    if any(isinstance(on, datetime) for on in exceptions):
        raise BadCalendarError("an exception belongs to a date")


def _refuse_weekly_overlap(calendar: BusinessCalendar) -> None:
    spans = sorted(
        (day * DAY + opens, day * DAY + closes)
        for day, periods in calendar.weekly.items()
        for opens, closes in map(span_of, periods)
    )
    following_week = [(opens + WEEK, closes + WEEK) for opens, closes in spans[:1]]
    _refuse_overlap(spans + following_week)


def _refuse_exception_overlap(calendar: BusinessCalendar) -> None:
    for on in calendar.exceptions:
        spans: list[Span] = []
        for days in (-1, 0, 1):
            for opens, closes in map(span_of, calendar.periods_on(on + timedelta(days))):
                spans.append((opens + days * DAY, closes + days * DAY))
        _refuse_overlap(spans, str(on))


def _refuse_overlap(spans: list[Span], detail: str = "") -> None:
    for (_, closes), (opens, _) in pairwise(spans):
        if opens < closes:
            raise OverlappingPeriodsError(detail)
