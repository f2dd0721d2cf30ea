"""What holds for every calendar, start, target and pause; and a slow oracle to compare with."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from crm.sla.rules import (
    BusinessCalendar,
    CountingMode,
    Periods,
    SlaError,
    SlaTarget,
    business_time_between,
    due_at,
    explain,
    is_open,
    last_safe_moment,
)
from crm.sla.rules.engine import counted_intervals
from crm.sla.rules.openings import instant, micros

ZONES = (
    "America/New_York",
    "Australia/Sydney",
    "America/Santiago",
    "Europe/London",
    "Asia/Tehran",
    "Africa/Casablanca",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
)
COUNTING = (CountingMode.ELAPSED, CountingMode.OPEN_DAYS, CountingMode.OPEN_HOURS)
MINUTE = timedelta(minutes=1)
FEW = settings(max_examples=20, deadline=None)


def half_hours(lowest: int, highest: int) -> st.SearchStrategy[time]:
    return st.integers(lowest, highest).map(lambda half: time(half // 2 % 24, half % 2 * 30))


def in_pairs(times: list[time]) -> Periods:
    return tuple(zip(times[::2], times[1::2], strict=False))


by_day = st.lists(half_hours(12, 36), max_size=5, unique=True).map(sorted).map(in_pairs)
by_night = st.lists(st.tuples(half_hours(36, 47), half_hours(0, 12)), max_size=1).map(tuple)
a_day = st.tuples(by_day, by_night).map(lambda parts: (*parts[0], *parts[1]))
round_the_clock = st.just(((time(0), time(0)),))
a_moment = st.timedeltas(timedelta(0), timedelta(days=730)).map(lambda later: datetime(2025, 1, 1, tzinfo=UTC) + later)
a_length = st.timedeltas(timedelta(0), timedelta(days=9))


@st.composite
def calendars(draw: st.DrawFn) -> BusinessCalendar:
    day = round_the_clock if draw(st.integers(0, 5)) == 0 else a_day
    weekly: dict[int, Periods] = draw(st.dictionaries(st.integers(0, 6), day.filter(bool), min_size=1, max_size=7))
    days = st.dates(date(2025, 1, 1), date(2027, 2, 1))
    exceptions: dict[date, Periods] = draw(st.dictionaries(days, st.one_of(day, st.just(())), max_size=4))
    return BusinessCalendar(draw(st.sampled_from(ZONES)), weekly, exceptions)


@st.composite
def pauses(draw: st.DrawFn, start: datetime) -> list[tuple[datetime, datetime]]:
    offsets = draw(st.lists(st.tuples(a_length, a_length), max_size=3))
    return [
        (start - timedelta(days=1) + after, start - timedelta(days=1) + after + length) for after, length in offsets
    ]


def due_or_skip(
    start: datetime,
    target: SlaTarget,
    calendar: BusinessCalendar,
    paused: list[tuple[datetime, datetime]] | None = None,
) -> datetime:
    try:
        return due_at(start, target, calendar, paused or ())
    except SlaError:
        assume(False)
        raise


@FEW
@given(calendars(), a_moment, a_length, st.sampled_from(COUNTING), st.data())
def test_counted_time_until_due_is_the_target(
    calendar: BusinessCalendar,
    start: datetime,
    length: timedelta,
    mode: CountingMode,
    data: st.DataObject,
) -> None:
    paused = data.draw(pauses(start))
    due = due_or_skip(start, SlaTarget(mode, length), calendar, paused)
    assert business_time_between(start, due, calendar, paused, mode=mode) == length
    assert due >= start


@FEW
@given(calendars(), a_moment, a_length, a_length, st.sampled_from(list(CountingMode)), st.data())
def test_due_grows_with_start_and_target(
    calendar: BusinessCalendar,
    start: datetime,
    length: timedelta,
    more: timedelta,
    mode: CountingMode,
    data: st.DataObject,
) -> None:
    paused = data.draw(pauses(start))
    due = due_or_skip(start, SlaTarget(mode, length, length), calendar, paused)
    longer = SlaTarget(mode, length + more, length + more)
    assert due_or_skip(start, longer, calendar, paused) >= due
    assert due_or_skip(start + more, SlaTarget(mode, length, length), calendar) >= due_or_skip(
        start, SlaTarget(mode, length, length), calendar
    )


@FEW
@given(calendars(), a_moment, a_length.filter(bool), st.data())
def test_a_pause_outside_counted_time_changes_nothing(
    calendar: BusinessCalendar, start: datetime, length: timedelta, data: st.DataObject
) -> None:
    target = SlaTarget(CountingMode.OPEN_HOURS, length)
    due = due_or_skip(start, target, calendar)
    first, last = micros(start), micros(due + timedelta(days=8))
    openings = list(counted_intervals(CountingMode.OPEN_HOURS, calendar, first, last))
    before, after = data.draw(st.sampled_from(list(pairwise(openings))))
    closed = (instant(before[1]), instant(after[0]))
    assert due_at(start, target, calendar, [closed]) == due


@FEW
@given(calendars(), a_moment, a_length, st.sampled_from(list(CountingMode)), st.data())
def test_the_explanation_adds_up(
    calendar: BusinessCalendar,
    start: datetime,
    length: timedelta,
    mode: CountingMode,
    data: st.DataObject,
) -> None:
    paused = data.draw(pauses(start))
    target = SlaTarget(mode, length)
    due = due_or_skip(start, target, calendar, paused)
    told = explain(start, target, calendar, paused)
    assert told.due_at == due
    if mode is not CountingMode.DAY_END:
        assert told.counted_time == length
    for segment in told.segments:
        assert start <= segment.starts_at < segment.ends_at <= due
    assert told.text().endswith(".")


# --- the oracle: every half hour of real time is asked whether it counts

STEP = timedelta(minutes=30)


def oracle_is_open(at: datetime, calendar: BusinessCalendar) -> bool:
    """Look at the clock on the wall only; good away from clock changes."""
    local = at.astimezone(ZoneInfo(calendar.time_zone))
    now = local.time()
    today, yesterday = (calendar.periods_on(local.date() - timedelta(n)) for n in (0, 1))
    return any(opens <= now and (closes <= opens or now < closes) for opens, closes in today) or any(
        closes <= opens and now < closes for opens, closes in yesterday
    )


def oracle_counts(at: datetime, mode: CountingMode, calendar: BusinessCalendar) -> bool:
    if mode is CountingMode.OPEN_DAYS:
        return bool(calendar.periods_on(at.astimezone(ZoneInfo(calendar.time_zone)).date()))
    return mode is CountingMode.ELAPSED or oracle_is_open(at, calendar)


@settings(max_examples=20, deadline=None)
@given(
    calendars(),
    st.integers(0, 40 * 48),
    st.integers(1, 60),
    st.sampled_from(COUNTING),
    st.lists(st.tuples(st.integers(-20, 200), st.integers(0, 90)), max_size=3),
)
def test_the_engine_agrees_with_the_oracle(
    calendar: BusinessCalendar,
    begin: int,
    length: int,
    mode: CountingMode,
    paused: list[tuple[int, int]],
) -> None:
    start = datetime(2026, 5, 1, tzinfo=UTC) + begin * STEP
    waits = [(start + a * STEP, start + (a + n) * STEP) for a, n in paused]
    due = due_or_skip(start, SlaTarget(mode, length * STEP), calendar, waits)
    at, left = start, length
    while left:
        assert is_open(at, calendar) is oracle_is_open(at, calendar)
        is_paused = any(a <= at < b for a, b in waits)
        left -= oracle_counts(at, mode, calendar) and not is_paused
        at += STEP
    assert at == due
    safe = last_safe_moment(start, due, calendar)
    open_steps = [n for n in range((due - start) // STEP) if oracle_is_open(start + n * STEP, calendar)]
    assert safe == (start + (open_steps[-1] + 1) * STEP if open_steps else None)


@pytest.mark.parametrize("zone", ZONES)
def test_minute_by_minute_over_clock_changes(zone: str) -> None:
    """Walk over clock changes: what the wall clock says must agree with the engine."""
    calendar = BusinessCalendar(zone, dict.fromkeys(range(7), ((time(4), time(21, 30)),)))
    for around in (date(2026, 3, 8), date(2026, 3, 29), date(2026, 4, 5), date(2026, 9, 6)):
        start = datetime.combine(around, time(), UTC) - timedelta(days=1)
        for step in range(0, 3 * 24 * 60, 10):
            at = start + step * MINUTE
            assert is_open(at, calendar) is oracle_is_open(at, calendar)
