"""The counting engine: when something is due, and how much counted time lies between two instants.

Everything is counted in UTC on the openings of a calendar; nothing is rounded. Pauses are united
and take away only time that would have counted. Aware datetimes come in, UTC goes out.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from .calendars import DAY, BusinessCalendar, Span
from .errors import ClosedCalendarError, UnreachableDeadlineError
from .openings import (
    MICROSECOND,
    Lane,
    closes_of,
    days_of,
    hours_of,
    instant,
    local_date,
    micros,
    midnight,
    open_time_of,
    pages_between,
)
from .targets import CountingMode, SlaTarget

PausePair = tuple[datetime, datetime]

REFUSED_AFTER_DAYS = 60
UNREACHABLE_AFTER_YEARS = 5
LAST_YEAR = 9997


def due_at(
    start: datetime,
    target: SlaTarget,
    calendar: BusinessCalendar,
    pauses: Sequence[PausePair] = (),
) -> datetime:
    """Return when a target is due, in UTC.

    Raises NaiveTimeError, ClosedCalendarError (no opening in the 60 days after the start) and
    UnreachableDeadlineError (more than five years away).
    """
    if target.mode is not CountingMode.ELAPSED:
        refuse_closed(calendar, start)
    return deadline(start, target, calendar, pauses)


def business_time_between(
    start: datetime,
    end: datetime,
    calendar: BusinessCalendar,
    pauses: Sequence[PausePair] = (),
    *,
    mode: CountingMode = CountingMode.OPEN_HOURS,
) -> timedelta:
    """Return the counted time between two instants, less pauses; none if the end is before."""
    begin, finish = micros(start), micros(end)
    total = counted(mode, calendar, begin, finish)
    for pause_start, pause_end in united(pauses):
        total -= counted(mode, calendar, max(begin, pause_start), min(finish, pause_end))
    return total * MICROSECOND


def is_open(at: datetime, calendar: BusinessCalendar) -> bool:
    """Tell whether a business is open; the closing instant is closed."""
    return opening_around(micros(at), calendar) is not None


def refuse_closed(calendar: BusinessCalendar, start: datetime) -> None:
    """Raise ClosedCalendarError if nothing opens in the 60 days from an instant on."""
    begin = micros(start)
    until = begin + REFUSED_AFTER_DAYS * DAY
    if advance(CountingMode.OPEN_HOURS, calendar, begin, 0, until) is None:
        raise ClosedCalendarError


def next_opening(at: datetime, calendar: BusinessCalendar) -> datetime:
    """Return the instant itself if open, else the next opening; raises if five years away."""
    zero = SlaTarget(CountingMode.OPEN_HOURS)
    return deadline(at, zero, calendar)


def last_safe_moment(start: datetime, due: datetime, calendar: BusinessCalendar) -> datetime | None:
    """Return the last moment before a deadline at which somebody is there to act.

    That is the end of the last opening before it, or the deadline itself if it falls in opening
    hours; None if nothing is open between start and deadline.
    """
    begin, end = micros(start), micros(due)
    for number in reversed(pages_between(begin, end)):
        lane = hours_of(calendar, number)
        place = bisect_left(lane.starts, end) - 1
        if place >= 0:
            safe = min(lane.ends[place], end)
            return instant(safe) if safe > begin else None
    return None


def deadline(
    start: datetime,
    target: SlaTarget,
    calendar: BusinessCalendar,
    pauses: Sequence[PausePair] = (),
) -> datetime:
    """Return when a target is due also where a calendar would be refused today (long closures)."""
    begin = micros(start)
    until = horizon(start)
    length = target_micros(begin, target, calendar, until)
    mode = counted_mode(target)
    result = _advance_paused(mode, calendar, begin, length, united(pauses), until)
    return instant(result)


def counted_mode(target: SlaTarget) -> CountingMode:
    """Return in which mode a target counts: the end of the day is open time until then."""
    day_end = target.mode is CountingMode.DAY_END
    return CountingMode.OPEN_HOURS if day_end else target.mode


def target_micros(begin: int, target: SlaTarget, calendar: BusinessCalendar, until: int) -> int:
    """Return the counted time that a target gives from an instant on."""
    if target.mode is not CountingMode.DAY_END:
        return target.length // MICROSECOND
    close = _day_end(begin, calendar, until)
    to_close = counted(CountingMode.OPEN_HOURS, calendar, begin, close)
    return max(to_close, target.min_open_time // MICROSECOND)


def is_within_reach(start: datetime, due: datetime) -> bool:
    """Tell whether a deadline is no more than five years after its start."""
    return micros(due) <= horizon(start)


def horizon(start: datetime) -> int:
    """Return the instant five years after a start: later deadlines are unreachable."""
    year = min(start.year + UNREACHABLE_AFTER_YEARS, LAST_YEAR)
    leap_day = (start.month, start.day) == (2, 29)
    moved = start.replace(month=3, day=1, year=year) if leap_day else start.replace(year=year)
    return micros(moved)


def united(pauses: Sequence[PausePair]) -> list[Span]:
    """Return pauses in order with overlaps joined; one that ends before it starts is none."""
    result: list[Span] = []
    for start, end in sorted((micros(start), micros(end)) for start, end in pauses):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        elif start < end:
            result.append((start, end))
    return result


def counted(mode: CountingMode, calendar: BusinessCalendar, start: int, end: int) -> int:
    """Return the counted microseconds between two instants."""
    if end <= start:
        return 0
    if mode is CountingMode.ELAPSED:
        return end - start
    lanes = (lane_of(mode, calendar, number) for number in pages_between(start, end))
    return sum(_counted_until(lane, end) - _counted_until(lane, start) for lane in lanes)


def advance(mode: CountingMode, calendar: BusinessCalendar, start: int, length: int, until: int) -> int | None:
    """Return the first instant at which a length has been counted; None if that is past `until`."""
    found: int | None = None
    if mode is CountingMode.ELAPSED:
        found = start + length
    else:
        remaining, pages = length, pages_between(start, until)
        for number in pages:
            if number > pages[0] + 1 and _is_passed(mode, calendar, number, remaining):
                remaining -= open_time_of(calendar, number)
                continue
            lane = lane_of(mode, calendar, number)
            used = _counted_until(lane, start)
            if _is_reached(lane, start, lane.total - used - remaining):
                found = _instant_of(lane, start, used + remaining)
                break
            remaining -= lane.total - used
    return found if found is not None and found <= until else None


def lane_of(mode: CountingMode, calendar: BusinessCalendar, number: int) -> Lane:
    """Return the counted intervals of a page in a mode."""
    return days_of(calendar, number) if mode is CountingMode.OPEN_DAYS else hours_of(calendar, number)


def opening_around(at: int, calendar: BusinessCalendar) -> Span | None:
    """Return the opening that an instant lies in."""
    for number in pages_between(at, at):
        lane = hours_of(calendar, number)
        place = bisect_right(lane.starts, at) - 1
        if place >= 0 and at < lane.ends[place]:
            return lane.starts[place], lane.ends[place]
    return None


def counted_intervals(mode: CountingMode, calendar: BusinessCalendar, start: int, end: int) -> Iterator[Span]:
    """Yield whole counted intervals, one a period or date, that lie partly between two instants."""
    if mode is CountingMode.ELAPSED:
        yield from _whole_dates(calendar, start, end)
        return
    for number in pages_between(start, end):
        lane = lane_of(mode, calendar, number)
        first, last = bisect_right(lane.ends, start), bisect_left(lane.starts, end)
        yield from zip(lane.starts[first:last], lane.ends[first:last], strict=True)


def _whole_dates(calendar: BusinessCalendar, start: int, end: int) -> Iterator[Span]:
    zone = calendar.zone
    on = local_date(start, zone)
    begins = midnight(on, zone)
    while begins < end:
        on += timedelta(days=1)
        ends = midnight(on, zone)
        if start < ends:
            yield begins, ends
        begins = ends


def _advance_paused(
    mode: CountingMode,
    calendar: BusinessCalendar,
    begin: int,
    length: int,
    pauses: list[Span],
    until: int,
) -> int:
    """Advance by a length, standing still in each pause; raise if that is past `until`."""
    position, remaining = begin, length
    for start, end in pauses:
        if end <= position:
            continue
        reached = advance(mode, calendar, position, remaining, until)
        if reached is not None and (reached < start or (reached == start and remaining > 0)):
            return reached
        remaining -= counted(mode, calendar, position, min(start, until))
        position = end
    found = advance(mode, calendar, position, remaining, until)
    if found is None:
        raise UnreachableDeadlineError
    return found


def _day_end(begin: int, calendar: BusinessCalendar, until: int) -> int:
    """Return the last close of the business day of an instant, or of the next business day."""
    for number in pages_between(begin, until):
        closes = closes_of(calendar, number)
        place = bisect_right(closes, begin)
        if place < len(closes):
            return closes[place]
    raise UnreachableDeadlineError


def _counted_until(lane: Lane, at: int) -> int:
    """Return the time of a lane that is counted before an instant."""
    place = bisect_right(lane.starts, at) - 1
    if place < 0:
        return 0
    return lane.before[place] + min(at, lane.ends[place]) - lane.starts[place]


def _is_passed(mode: CountingMode, calendar: BusinessCalendar, number: int, remaining: int) -> bool:
    """Tell of a page after the start whether all of it is needed and more: its periods need not be known."""
    return mode is CountingMode.OPEN_HOURS and open_time_of(calendar, number) < remaining


def _is_reached(lane: Lane, start: int, surplus: int) -> bool:
    return surplus >= 0 and bool(lane.ends) and lane.ends[-1] > start


def _instant_of(lane: Lane, start: int, goal: int) -> int:
    """Return the first instant from `start` on, inside an interval, with a goal counted."""
    first = bisect_right(lane.ends, start)
    place = max(first, bisect_left(lane.before, goal, first) - 1)
    return lane.starts[place] + goal - lane.before[place]
