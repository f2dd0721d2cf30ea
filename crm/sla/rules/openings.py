"""Openings in UTC: local periods become instants here, and nowhere else.

Instants are whole microseconds since 1970 in UTC, so all counting is exact. A local time that does
not exist moves to the first instant after the gap; an ambiguous one means its first occurrence.
Openings are kept in pages of 13 weeks per calendar in a bounded cache, with running sums, so that
a deadline is two binary searches a page.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import accumulate
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
LAST_PAGE = date(9998, 12, 31).toordinal() // DAYS_A_PAGE


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
class Page:
    """Thirteen weeks of a calendar: opening periods, open dates, the last close of each date."""

    hours: Lane
    days: Lane
    closes: list[int]


@dataclass(slots=True)
class _Draft:
    """Openings of a page or of a plain week while they are gathered."""

    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    day_starts: list[int] = field(default_factory=list)
    day_ends: list[int] = field(default_factory=list)
    closes: list[int] = field(default_factory=list)

    def add_day(self, day_start: int, day_end: int, openings: list[tuple[int, int]]) -> None:
        """Add one date unless it has no opening."""
        if openings:
            self.starts += [opens for opens, _ in openings]
            self.ends += [closes for _, closes in openings]
            self.day_starts.append(day_start)
            self.day_ends.append(day_end)
            self.closes.append(openings[-1][1])

    def add_week(self, week: _Draft, base: int) -> None:
        """Add a plain week that begins at an instant."""
        self.starts += [base + at for at in week.starts]
        self.ends += [base + at for at in week.ends]
        self.day_starts += [base + at for at in week.day_starts]
        self.day_ends += [base + at for at in week.day_ends]
        self.closes += [base + at for at in week.closes]


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
def page_of(calendar: BusinessCalendar, number: int) -> Page:
    """Return a page of openings in UTC."""
    first = number * DAYS_A_PAGE + 1
    offsets = _midnight_offsets(first, calendar.zone)
    exceptional, plain_week = _exceptional(calendar), _plain_week(calendar)
    draft = _Draft()
    for monday in range(first, first + DAYS_A_PAGE, 7):
        around = offsets[monday - first : monday - first + 9]
        if len(set(around)) == 1 and exceptional.isdisjoint(range(monday, monday + 7)):
            draft.add_week(plain_week, (monday - EPOCH_ORDINAL) * DAY - around[0])
        else:
            _add_week_by_day(draft, calendar, monday, around)
    hours = _lane(draft.starts, draft.ends)
    return Page(hours, _lane(draft.day_starts, draft.day_ends), draft.closes)


@lru_cache(maxsize=1024)
def _midnight_offsets(first: int, zone: ZoneInfo) -> list[int]:
    """Return the offset from UTC at each local midnight of a page and of the two days after it.

    Where neighbours agree there was no change between them: no zone goes there and back in a day.
    """
    start = datetime.fromordinal(first).replace(tzinfo=zone)
    days = (start + timedelta(days) for days in range(DAYS_A_PAGE + 2))
    return [cast(timedelta, day.utcoffset()) // MICROSECOND for day in days]


@lru_cache(maxsize=128)
def _exceptional(calendar: BusinessCalendar) -> frozenset[int]:
    return frozenset(on.toordinal() for on in calendar.exceptions)


@lru_cache(maxsize=128)
def _plain_week(calendar: BusinessCalendar) -> _Draft:
    """Return a week without exceptions and clock changes, counted from its Monday's midnight."""
    week = _Draft()
    for day in range(7):
        spans = [span_of(period) for period in calendar.weekly.get(day, ())]
        openings = [(day * DAY + opens, day * DAY + closes) for opens, closes in spans]
        week.add_day(day * DAY, (day + 1) * DAY, openings)
    return week


def _add_week_by_day(draft: _Draft, calendar: BusinessCalendar, monday: int, offsets: list[int]) -> None:
    for day in range(7):
        wall = (monday + day - EPOCH_ORDINAL) * DAY
        spans = [span_of(period) for period in calendar.periods_on(date.fromordinal(monday + day))]
        if offsets[day] == offsets[day + 1] == offsets[day + 2]:
            base = wall - offsets[day]
            openings = [(base + opens, base + closes) for opens, closes in spans]
            draft.add_day(base, base + DAY, openings)
        else:
            _add_changing_day(draft, wall, spans, calendar.zone)


def _add_changing_day(draft: _Draft, wall: int, spans: list[Span], zone: ZoneInfo) -> None:
    """Add a date near a clock change: each of its local times is looked up."""
    openings = [(local_micros(wall + opens, zone), local_micros(wall + closes, zone)) for opens, closes in spans]
    real = [(opens, closes) for opens, closes in openings if opens < closes]
    draft.add_day(local_micros(wall, zone), local_micros(wall + DAY, zone), real)


def _lane(starts: list[int], ends: list[int]) -> Lane:
    lengths = [end - start for start, end in zip(starts, ends, strict=True)]
    sums = list(accumulate(lengths, initial=0))
    return Lane(starts, ends, sums[:-1], sums[-1])
