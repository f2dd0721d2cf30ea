"""Openings in UTC: local periods become instants here, and nowhere else.

Instants are whole microseconds since 1970 in UTC, so all counting is exact. A local time that does
not exist moves to the first instant after the gap; an ambiguous one means its first occurrence.
Openings are kept in pages of 13 weeks per calendar in a bounded cache, with running sums, so that
a deadline is two binary searches a page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import accumulate, pairwise
from operator import sub
from typing import cast
from zoneinfo import ZoneInfo

from .calendars import DAY, BusinessCalendar, Span, span_of
from .errors import NaiveTimeError

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NAIVE_EPOCH = EPOCH.replace(tzinfo=None)
EPOCH_ORDINAL = NAIVE_EPOCH.toordinal()
MICROSECOND = timedelta(microseconds=1)
SECOND = 1_000_000
WEEKS_A_PAGE = 13
DAYS_A_PAGE = 7 * WEEKS_A_PAGE
DAYS_A_LOOK = 3
MIDNIGHTS = range(0, 7 * DAY, DAY)
LATER = tuple(timedelta(days) for days in range(DAYS_A_PAGE + 3))
LAST_PAGE = date(9998, 12, 31).toordinal() // DAYS_A_PAGE

Spans = tuple[Span, ...]
_Day = tuple[int, int, list[Span]]


def micros(at: datetime) -> int:
    """Return an aware datetime of any zone as microseconds; ValueError for a naive one."""
    if at.tzinfo is UTC:
        return (at - EPOCH) // MICROSECOND
    offset = at.utcoffset()
    if offset is None:
        raise NaiveTimeError(at.isoformat())
    other = cast(timedelta, at.replace(fold=1 - at.fold).utcoffset())
    if (other < offset) if at.fold else (offset < other):
        return _gap_end(at.replace(tzinfo=None, fold=0), cast(ZoneInfo, at.tzinfo))
    return (at - EPOCH) // MICROSECOND


def instant(at: int) -> datetime:
    """Return microseconds as an aware datetime in UTC."""
    return EPOCH + at * MICROSECOND


def local_micros(wall: int, zone: ZoneInfo) -> int:
    """Return the instant of a wall-clock reading, given as microseconds since local 1970."""
    naive = NAIVE_EPOCH + wall * MICROSECOND
    local = naive.replace(tzinfo=zone)
    offset = cast(timedelta, local.utcoffset())
    if offset < cast(timedelta, local.replace(fold=1).utcoffset()):
        return _gap_end(naive, zone)
    return wall - offset // MICROSECOND


def midnight(on: date, zone: ZoneInfo) -> int:
    """Return the instant at which a local date begins."""
    return local_micros((on.toordinal() - EPOCH_ORDINAL) * DAY, zone)


def local_date(at: int, zone: ZoneInfo) -> date:
    """Return the local date of an instant."""
    return instant(at).astimezone(zone).date()


def _gap_end(naive: datetime, zone: ZoneInfo) -> int:
    """Find the first instant after the gap that a local time fell into, to the second."""
    local = naive.replace(tzinfo=zone)
    wall = (naive - NAIVE_EPOCH) // MICROSECOND
    before, after = (cast(timedelta, local.replace(fold=fold).utcoffset()) // MICROSECOND for fold in (0, 1))
    low, high = (wall - after) // SECOND, -((before - wall) // SECOND)
    while high - low > 1:
        middle = (low + high) // 2
        offset = cast(timedelta, instant(middle * SECOND).astimezone(zone).utcoffset())
        if offset // MICROSECOND == before:
            low = middle
        else:
            high = middle
    return high * SECOND


@dataclass(frozen=True, slots=True)
class Lane:
    """Counted intervals in order, with the time counted before each of them."""

    starts: list[int]
    ends: list[int]
    before: list[int]
    total: int


@dataclass(frozen=True, slots=True)
class _Week:
    """Openings of one week from its base on: its periods, its open dates, the last close of each."""

    starts: list[int]
    ends: list[int]
    day_starts: list[int]
    day_ends: list[int]
    closes: list[int]
    open_time: int


def page_number(at: int, days: int) -> int:
    """Return the page of an instant moved by some days, within the years that exist."""
    number = (at // DAY + EPOCH_ORDINAL + days - 1) // DAYS_A_PAGE
    return number if 0 <= number <= LAST_PAGE else min(max(number, 0), LAST_PAGE)


def pages_between(start: int, end: int) -> range:
    """Return the numbers of all pages that may hold an opening between two instants.

    A local date differs from the date in UTC by a day at most, and a period runs into the next day.
    """
    return range(page_number(start, -3), page_number(end, 2) + 1)


@lru_cache(maxsize=1024)
def hours_of(calendar: BusinessCalendar, number: int) -> Lane:
    """Return the opening periods of a page in UTC."""
    weeks = _weeks(calendar, number)
    starts = [base + at for base, week in weeks for at in week.starts]
    return _lane(starts, [base + at for base, week in weeks for at in week.ends])


@lru_cache(maxsize=1024)
def open_time_of(calendar: BusinessCalendar, number: int) -> int:
    """Return how long a page is open, without putting its periods together."""
    return sum(week.open_time for _, week in _weeks(calendar, number))


@lru_cache(maxsize=1024)
def days_of(calendar: BusinessCalendar, number: int) -> Lane:
    """Return the dates of a page that have an opening, whole, in UTC."""
    weeks = _weeks(calendar, number)
    starts = [base + at for base, week in weeks for at in week.day_starts]
    return _lane(starts, [base + at for base, week in weeks for at in week.day_ends])


@lru_cache(maxsize=1024)
def closes_of(calendar: BusinessCalendar, number: int) -> list[int]:
    """Return the last close of each open date of a page in UTC."""
    return [base + at for base, week in _weeks(calendar, number) for at in week.closes]


def _lane(starts: list[int], ends: list[int]) -> Lane:
    before = list(accumulate(map(sub, ends, starts), initial=0))
    total = before.pop()
    return Lane(starts, ends, before, total)


@lru_cache(maxsize=1024)
def _weeks(calendar: BusinessCalendar, number: int) -> list[tuple[int, _Week]]:
    """Return the weeks of a page, each with the instant that it is counted from.

    Weeks without a dated exception and without a clock change share their openings.
    """
    first = number * DAYS_A_PAGE + 1
    offsets = _midnight_offsets(first, calendar.zone)
    own_weeks, plain = _own_weeks(calendar), _plain_week(calendar)
    mondays = range(first, first + DAYS_A_PAGE, 7)
    usual = offsets[0]
    if offsets.count(usual) == len(offsets):
        return [((monday - EPOCH_ORDINAL) * DAY - usual, own_weeks.get(monday, plain)) for monday in mondays]
    weeks = []
    for monday in mondays:
        around = offsets[monday - first : monday - first + 9]
        if around.count(around[0]) < len(around):
            weeks.append((0, _changing_week(calendar, monday, around)))
        else:
            weeks.append(((monday - EPOCH_ORDINAL) * DAY - around[0], own_weeks.get(monday, plain)))
    return weeks


@lru_cache(maxsize=1024)
def _midnight_offsets(first: int, zone: ZoneInfo) -> list[int]:
    """Return the offset from UTC at each local midnight of a page and of the two days after it.

    Every third midnight is looked up. Where those agree there was no change between them, for no
    zone goes there and back within three days (the tests look at all of them); where not, the two
    days between are looked up too.
    """
    start = datetime.fromordinal(first).replace(tzinfo=zone)
    known = [(start + later).utcoffset() for later in LATER[::DAYS_A_LOOK]]
    looked_up = [offset for offset in known[:-1] for _ in range(DAYS_A_LOOK)]
    if known.count(known[0]) < len(known):
        for place, (offset, following) in enumerate(pairwise(known)):
            if offset != following:
                between = slice(place * DAYS_A_LOOK + 1, (place + 1) * DAYS_A_LOOK)
                looked_up[between] = [(start + later).utcoffset() for later in LATER[between]]
    in_micros = {offset: cast(timedelta, offset) // MICROSECOND for offset in set(looked_up)}
    return [in_micros[offset] for offset in looked_up]


@lru_cache(maxsize=128)
def _exceptions(calendar: BusinessCalendar) -> Mapping[int, Spans]:
    """Return the periods of dated exceptions from their midnight, by the number of the day."""
    return {on.toordinal(): tuple(map(span_of, periods)) for on, periods in calendar.exceptions.items()}


@lru_cache(maxsize=128)
def _weekdays(calendar: BusinessCalendar) -> tuple[Spans, ...]:
    """Return the periods of each weekday from its midnight."""
    return tuple(tuple(map(span_of, calendar.weekly.get(day, ()))) for day in range(7))


@lru_cache(maxsize=128)
def _plain_week(calendar: BusinessCalendar) -> _Week:
    """Return a week without exceptions and clock changes, counted from its Monday's midnight."""
    return _week_of(map(_steady_day, MIDNIGHTS, _weekdays(calendar)))


@lru_cache(maxsize=128)
def _own_weeks(calendar: BusinessCalendar) -> Mapping[int, _Week]:
    """Return the weeks with a dated exception by the number of their Monday, counted from its midnight."""
    mondays = {on - (on - 1) % 7 for on in _exceptions(calendar)}
    return {monday: _week_of(map(_steady_day, MIDNIGHTS, _spans_from(calendar, monday))) for monday in mondays}


def _spans_from(calendar: BusinessCalendar, monday: int) -> list[Spans]:
    exceptions = _exceptions(calendar)
    return [exceptions.get(monday + day, usual) for day, usual in enumerate(_weekdays(calendar))]


def _changing_week(calendar: BusinessCalendar, monday: int, offsets: list[int]) -> _Week:
    """Return a week with a clock change in or right after it, counted from 1970."""
    days = []
    for day, spans in enumerate(_spans_from(calendar, monday)):
        wall = (monday + day - EPOCH_ORDINAL) * DAY
        is_steady = offsets[day] == offsets[day + 1] == offsets[day + 2]
        days.append(_steady_day(wall - offsets[day], spans) if is_steady else _changing_day(wall, spans, calendar.zone))
    return _week_of(days)


def _week_of(days: Iterable[_Day]) -> _Week:
    open_days = [day for day in days if day[2]]
    starts = [opens for _, _, openings in open_days for opens, _ in openings]
    ends = [closes for _, _, openings in open_days for _, closes in openings]
    return _Week(
        starts,
        ends,
        [day_start for day_start, _, _ in open_days],
        [day_end for _, day_end, _ in open_days],
        [openings[-1][1] for _, _, openings in open_days],
        sum(ends) - sum(starts),
    )


def _steady_day(midnight: int, spans: Spans) -> _Day:
    """Return a date of 24 hours."""
    return midnight, midnight + DAY, [(midnight + opens, midnight + closes) for opens, closes in spans]


def _changing_day(wall: int, spans: Spans, zone: ZoneInfo) -> _Day:
    """Return a date near a clock change: each of its local times is looked up."""
    openings = [(local_micros(wall + opens, zone), local_micros(wall + closes, zone)) for opens, closes in spans]
    real = [(opens, closes) for opens, closes in openings if opens < closes]
    return local_micros(wall, zone), local_micros(wall + DAY, zone), real
