"""Which calendars and targets are refused, and how periods are joined."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime, time, timedelta

import pytest

from crm.sla.rules import (
    BadCalendarError,
    BadTargetError,
    BusinessCalendar,
    ClosedCalendarError,
    OverlappingPeriodsError,
    Periods,
    SlaTarget,
    business_time_between,
    deadline,
    due_at,
    is_open,
    refuse_closed,
)
from tests.sla.test_rules_cases import (
    BAR_NIGHTS,
    DAY_END,
    ELAPSED,
    OPEN_DAYS,
    OPEN_HOURS,
    hours,
)

NAIVE = datetime(2026, 6, 15, 12, tzinfo=UTC).replace(tzinfo=None)
MINUTE = timedelta(minutes=1)


def weekly(*periods: tuple[time, time], days: range = range(5)) -> dict[int, Periods]:
    return dict.fromkeys(days, periods)


@pytest.mark.parametrize(
    "week",
    [
        weekly((time(9), time(12)), (time(11), time(17))),
        weekly((time(9), time(12)), (time(9), time(12))),
        {0: ((time(18), time(2)),), 1: ((time(1), time(5)),)},
        {6: ((time(18), time(2)),), 0: ((time(1, 59), time(5)),)},
        {0: ((time(8), time(8)),), 1: ((time(7), time(12)),)},
        {0: ((time(0), time(0)), (time(9), time(17)))},
    ],
)
def test_overlaps_are_refused(week: dict[int, Periods]) -> None:
    with pytest.raises(OverlappingPeriodsError):
        BusinessCalendar("UTC", week)


def test_an_exception_that_overlaps_the_night_before_is_refused() -> None:
    saturday = date(2026, 6, 13)
    with pytest.raises(OverlappingPeriodsError, match="2026-06-13"):
        BusinessCalendar("UTC", BAR_NIGHTS.weekly, {saturday: ((time(1), time(5)),)})
    touching = BusinessCalendar("UTC", BAR_NIGHTS.weekly, {saturday: ((time(2), time(5)),)})
    assert is_open(datetime(2026, 6, 13, 3, tzinfo=UTC), touching)


def test_touching_periods_are_joined_in_any_order() -> None:
    split = BusinessCalendar("UTC", {0: ((time(12), time(17)), (time(9), time(12)))})
    assert split == BusinessCalendar("UTC", {0: ((time(9), time(17)),)})
    assert hash(split) == hash(BusinessCalendar("UTC", {0: ((time(9), time(17)),)}))
    day = BusinessCalendar("UTC", {0: ((time(9), time(17)), (time(17), time(9)))})
    assert day.weekly[0] == ((time(9), time(9)),)


@pytest.mark.parametrize(
    ("periods", "open_time"),
    [
        (((time(8), time(20)), (time(20), time(8))), timedelta(hours=24)),
        (((time(8), time(20)), (time(20), time(9))), timedelta(hours=25)),
        (((time(12), time(18)), (time(18), time(18))), timedelta(hours=30)),
        (((time(0), time(12)), (time(12), time(18)), (time(18), time(18))), timedelta(hours=42)),
    ],
)
def test_periods_that_are_longer_than_a_day_together_lose_no_hour(periods: Periods, open_time: timedelta) -> None:
    friday = datetime(2026, 6, 12, tzinfo=UTC)
    long = BusinessCalendar("UTC", {4: periods})
    assert business_time_between(friday, friday + timedelta(days=6), long) == open_time
    assert is_open(friday + timedelta(hours=20), long)


def test_mappings_of_a_calendar_compare_with_plain_ones_and_cannot_change() -> None:
    source = weekly((time(9), time(17)))
    calendar = BusinessCalendar("UTC", source)
    source.clear()
    assert calendar.weekly == weekly((time(9), time(17)))
    assert calendar.exceptions == {}
    assert len(calendar.weekly) == 5
    assert list(calendar.weekly) == [0, 1, 2, 3, 4]
    assert repr(calendar.exceptions) == "{}"
    assert pickle.loads(pickle.dumps(calendar)) == calendar
    with pytest.raises(TypeError):
        calendar.weekly[0] = ()  # type: ignore[index]


@pytest.mark.parametrize(
    ("zone", "week", "exceptions"),
    [
        ("Mars/Olympus", weekly((time(9), time(17))), {}),
        ("../etc", weekly((time(9), time(17))), {}),
        ("UTC", {7: ((time(9), time(17)),)}, {}),
        ("UTC", {0: ((time(9, tzinfo=UTC), time(17)),)}, {}),
        ("UTC", weekly((time(9), time(17))), {NAIVE: ()}),
        ("UTC", {}, {}),
        ("UTC", {0: ()}, {date(2026, 6, 15): ()}),
    ],
)
def test_bad_calendars_are_refused(zone: str, week: dict[int, Periods], exceptions: dict[date, Periods]) -> None:
    with pytest.raises(BadCalendarError):
        BusinessCalendar(zone, week, exceptions)


def sixty_days_closed(days: int) -> BusinessCalendar:
    opening = date(2026, 6, 1) + timedelta(days=days)
    return BusinessCalendar("UTC", {}, {opening: ((time(0), time(9)),)})


def test_no_opening_in_the_next_60_days_is_refused() -> None:
    start = datetime(2026, 6, 1, tzinfo=UTC)
    assert due_at(start, hours(1), sixty_days_closed(60)).day == 31
    refuse_closed(sixty_days_closed(60), start)
    for mode in (OPEN_HOURS, OPEN_DAYS, DAY_END):
        with pytest.raises(ClosedCalendarError, match="60 days"):
            due_at(start, hours(1, mode), sixty_days_closed(61))
    assert due_at(start, hours(1, ELAPSED), sixty_days_closed(61)).hour == 1
    assert deadline(start, hours(1), sixty_days_closed(61)).month == 8


def test_an_opening_of_the_past_does_not_help() -> None:
    with pytest.raises(ClosedCalendarError):
        due_at(datetime(2026, 8, 1, tzinfo=UTC), hours(1), sixty_days_closed(10))


def test_targets_cannot_be_negative_and_take_the_mode_as_text() -> None:
    with pytest.raises(BadTargetError, match="negative"):
        SlaTarget(OPEN_HOURS, -MINUTE)
    with pytest.raises(BadTargetError):
        SlaTarget(DAY_END, min_open_time=-MINUTE)
    assert SlaTarget("open_days").mode is OPEN_DAYS  # type: ignore[arg-type]


def test_a_calendar_survives_pickling_and_stays_a_cache_key() -> None:
    calendar = BusinessCalendar("Europe/London", weekly((time(9), time(17))), {date(2026, 12, 25): ()})
    hash(calendar)
    again = pickle.loads(pickle.dumps(calendar))
    assert again == calendar
    assert hash(again) == hash(calendar)
    assert "_hash" not in calendar.__reduce__()[1]
