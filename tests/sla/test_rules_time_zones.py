"""Clock changes in both hemispheres, by the half hour, at midnight, and in the month of Ramadan."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest

from crm.sla.rules import (
    BusinessCalendar,
    CountingMode,
    Periods,
    SlaTarget,
    business_time_between,
    due_at,
    explain,
    is_open,
)
from crm.sla.rules.openings import (
    DAYS_A_PAGE,
    EPOCH,
    MICROSECOND,
    _midnight_offsets,
    local_micros,
    micros,
)

ROUND_THE_CLOCK: Periods = ((time(0), time(0)),)
NIGHT: Periods = ((time(22), time(6)),)
HOUR = timedelta(hours=1)


def local(zone: str, text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)


def every_day(zone: str, periods: Periods) -> BusinessCalendar:
    return BusinessCalendar(zone, dict.fromkeys(range(7), periods))


LENGTHS = [
    ("Europe/London", "2026-03-29", 23.0),
    ("Europe/London", "2026-10-25", 25.0),
    ("Australia/Sydney", "2026-10-04", 23.0),
    ("Australia/Sydney", "2026-04-05", 25.0),
    ("America/Santiago", "2026-09-06", 23.0),
    ("America/Santiago", "2026-04-04", 25.0),
    ("Australia/Lord_Howe", "2026-10-04", 23.5),
    ("Australia/Lord_Howe", "2026-04-05", 24.5),
    ("Asia/Tehran", "2022-03-22", 23.0),
    ("Asia/Tehran", "2022-09-21", 25.0),
    ("Asia/Tehran", "2026-03-22", 24.0),
    ("Africa/Casablanca", "2025-02-23", 25.0),
    ("Africa/Casablanca", "2025-04-06", 23.0),
    ("Pacific/Apia", "2011-12-30", 0.0),
]


@pytest.mark.parametrize(("zone", "day", "expected"), LENGTHS)
def test_length_of_a_day(zone: str, day: str, expected: float) -> None:
    start = local(zone, f"{day} 00:00")
    end = datetime.fromisoformat(day) + timedelta(days=1)
    calendar = every_day(zone, ROUND_THE_CLOCK)
    length = business_time_between(start, end.replace(tzinfo=ZoneInfo(zone)), calendar)
    assert length == expected * HOUR


@pytest.mark.parametrize(("zone", "day", "expected"), LENGTHS[:-1])
def test_a_night_across_the_change(zone: str, day: str, expected: float) -> None:
    evening = datetime.fromisoformat(f"{day} 22:00") - timedelta(days=1)
    start = evening.replace(tzinfo=ZoneInfo(zone))
    length = local(zone, f"{day} 06:00").astimezone(UTC) - start.astimezone(UTC)
    calendar = every_day(zone, NIGHT)
    due = due_at(start, SlaTarget(CountingMode.OPEN_HOURS, length), calendar)
    assert due == local(zone, f"{day} 06:00")
    assert due_at(start, SlaTarget(CountingMode.DAY_END), calendar) == due


@pytest.mark.parametrize(("zone", "day", "expected"), LENGTHS)
def test_an_open_day_counts_its_real_hours(zone: str, day: str, expected: float) -> None:
    monday_to_sunday = every_day(zone, ((time(9), time(17)),))
    start = local(zone, f"{day} 00:00")
    target = SlaTarget(CountingMode.OPEN_DAYS, 48 * HOUR)
    due = due_at(start, target, monday_to_sunday)
    assert due - start.astimezone(UTC) == 48 * HOUR


def test_opening_inside_a_gap_starts_when_it_ends() -> None:
    zone = "America/New_York"
    calendar = every_day(zone, ((time(2, 30), time(5)),))
    assert not is_open(local(zone, "2026-03-08 01:59:59"), calendar)
    assert is_open(local(zone, "2026-03-08 03:00"), calendar)
    due = due_at(local(zone, "2026-03-08 01:00"), SlaTarget(CountingMode.OPEN_HOURS, HOUR), calendar)
    assert due == local(zone, "2026-03-08 04:00")


def test_a_period_inside_a_gap_does_not_open() -> None:
    zone = "America/New_York"
    calendar = every_day(zone, ((time(2, 15), time(2, 45)),))
    target = SlaTarget(CountingMode.OPEN_HOURS, HOUR / 4)
    start = local(zone, "2026-03-08 00:00")
    assert due_at(start, target, calendar) == local(zone, "2026-03-09 02:30")
    days = SlaTarget(CountingMode.OPEN_DAYS, HOUR)
    assert due_at(start, days, calendar) == local(zone, "2026-03-09 01:00")
    assert due_at(start, SlaTarget(CountingMode.DAY_END), calendar) == local(zone, "2026-03-09 02:45")


def test_an_ambiguous_close_is_the_first() -> None:
    zone = "America/New_York"
    calendar = every_day(zone, ((time(0), time(1, 30)),))
    assert is_open(local(zone, "2026-11-01 01:29"), calendar)
    assert not is_open(local(zone, "2026-11-01 01:30"), calendar)
    assert not is_open(local(zone, "2026-11-01 01:00", fold=1), calendar)


def test_an_ambiguous_open_is_the_first() -> None:
    zone = "America/New_York"
    calendar = every_day(zone, ((time(1, 30), time(3)),))
    start = local(zone, "2026-11-01 00:00")
    length = business_time_between(start, local(zone, "2026-11-01 12:00"), calendar)
    assert length == 2.5 * HOUR


def test_midnight_that_does_not_exist() -> None:
    zone = "America/Santiago"
    calendar = every_day(zone, ROUND_THE_CLOCK)
    assert is_open(local(zone, "2026-09-05 23:59:59"), calendar)
    assert is_open(local(zone, "2026-09-06 01:00"), calendar)
    start = local(zone, "2026-09-05 12:00")
    assert due_at(start, SlaTarget(CountingMode.DAY_END), calendar) == local(zone, "2026-09-06 01:00")


def test_a_date_that_comes_back_after_midnight() -> None:
    """In 2006 St John's went back to 23:01 at 00:01: the evening came again after midnight."""
    zone = "America/St_Johns"
    start = local(zone, "2006-10-28 23:30", fold=1)
    calendar = every_day(zone, ROUND_THE_CLOCK)
    told = explain(start, SlaTarget(CountingMode.ELAPSED, 2 * HOUR), calendar)
    assert told.counted_time == 2 * HOUR
    assert told.due_at == local(zone, "2006-10-29 01:30")
    assert is_open(start, calendar)
    assert due_at(start, SlaTarget(CountingMode.OPEN_HOURS, 2 * HOUR), calendar) == told.due_at


def test_a_time_in_a_gap_moves_to_its_end_to_the_second() -> None:
    zone = ZoneInfo("Australia/Lord_Howe")
    for minute in (0, 1, 29):
        wall = datetime(2026, 10, 4, 2, minute, 3, 7, tzinfo=UTC)
        assert local_micros((wall - EPOCH) // timedelta(microseconds=1), zone) == (
            micros(datetime(2026, 10, 3, 15, 30, tzinfo=UTC))
        )


QUICK_CHANGES = [
    ("Africa/Freetown", 1939),
    ("America/Boa_Vista", 2000),
    ("Asia/Gaza", 2040),
    ("Africa/Casablanca", 2026),
]


def looked_up_daily(first: int, zone: ZoneInfo) -> list[int]:
    midnights = (datetime.fromordinal(first + day).replace(tzinfo=zone) for day in range(DAYS_A_PAGE + 2))
    return [(each.utcoffset() or timedelta(0)) // MICROSECOND for each in midnights]


def pages_of(*years: int) -> range:
    first, last = (date(year, 1, 1).toordinal() // DAYS_A_PAGE for year in (years[0], years[-1] + 1))
    return range(first, last + 1)


@pytest.mark.parametrize(("name", "year"), QUICK_CHANGES)
def test_offsets_are_known_where_a_zone_goes_there_and_back_in_days(name: str, year: int) -> None:
    """Freetown once went there and back within four days, Gaza will within seven."""
    zone = ZoneInfo(name)
    for number in pages_of(year - 1, year + 1):
        first = number * DAYS_A_PAGE + 1
        assert _midnight_offsets(first, zone) == looked_up_daily(first, zone)


def test_offsets_of_every_zone_are_those_of_each_midnight() -> None:
    """The engine looks at every third midnight and trusts equal neighbours; this is why it may."""
    for name in sorted(available_timezones()):
        zone = ZoneInfo(name)
        for number in pages_of(2025, 2026):
            first = number * DAYS_A_PAGE + 1
            assert _midnight_offsets(first, zone) == looked_up_daily(first, zone), name
