"""The worked cases of SLA.md §8, each as written there."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from crm.sla.rules import BusinessCalendar, CountingMode, SlaTarget, business_time_between, due_at
from crm.sla.rules.calendars import Periods

NEW_YORK = ZoneInfo("America/New_York")
NINE_TO_FIVE: Periods = ((time(9), time(17)),)
NIGHT: Periods = ((time(22), time(6)),)
BAR: Periods = ((time(18), time(2)),)
LUNCH: Periods = ((time(9), time(12)), (time(13, 30), time(18)))

OFFICE = BusinessCalendar(
    "America/New_York",
    dict.fromkeys(range(5), NINE_TO_FIVE),
    {
        date(2026, 11, 26): (),
        date(2026, 12, 25): (),
        date(2026, 12, 24): ((time(9), time(12)),),
    },
)
LUNCH_OFFICE = BusinessCalendar("America/New_York", dict.fromkeys(range(5), LUNCH))
BAR_NIGHTS = BusinessCalendar("America/New_York", dict.fromkeys((3, 4, 5), BAR))
NIGHTLY = BusinessCalendar("America/New_York", dict.fromkeys(range(7), NIGHT))
ALWAYS = BusinessCalendar("America/New_York", dict.fromkeys(range(7), ((time(0), time(0)),)))

ELAPSED, OPEN_DAYS, OPEN_HOURS, DAY_END = CountingMode


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK)


def hours(count: float, mode: CountingMode = OPEN_HOURS) -> SlaTarget:
    return SlaTarget(mode, timedelta(hours=count))


CLOSING = SlaTarget(DAY_END)
CLOSING_OR_AN_HOUR = SlaTarget(DAY_END, min_open_time=timedelta(minutes=60))

CASES = [
    (1, hours(24, ELAPSED), OFFICE, "2026-06-12 16:30", (), "2026-06-13 16:30"),
    (2, hours(24, OPEN_DAYS), OFFICE, "2026-06-12 16:30", (), "2026-06-15 16:30"),
    (3, hours(24), OFFICE, "2026-06-12 16:30", (), "2026-06-17 16:30"),
    (4, hours(2), OFFICE, "2026-06-12 16:30", (), "2026-06-15 10:30"),
    (5, hours(4), OFFICE, "2026-06-13 10:00", (), "2026-06-15 13:00"),
    (6, CLOSING, OFFICE, "2026-06-16 10:00", (), "2026-06-16 17:00"),
    (7, CLOSING, OFFICE, "2026-06-13 11:00", (), "2026-06-15 17:00"),
    (8, CLOSING_OR_AN_HOUR, OFFICE, "2026-06-16 16:50", (), "2026-06-17 09:50"),
    (9, hours(2), OFFICE, "2026-12-24 11:00", (), "2026-12-28 10:00"),
    (10, hours(2), LUNCH_OFFICE, "2026-06-15 11:30", (), "2026-06-15 15:00"),
    (11, hours(2), BAR_NIGHTS, "2026-06-13 01:00", (), "2026-06-13 19:00"),
    (12, CLOSING, BAR_NIGHTS, "2026-06-13 00:30", (), "2026-06-13 02:00"),
    (13, hours(24, ELAPSED), OFFICE, "2026-03-07 20:00", (), "2026-03-08 21:00"),
    (14, hours(24, ELAPSED), OFFICE, "2026-10-31 20:00", (), "2026-11-01 19:00"),
    (15, hours(4), ALWAYS, "2026-03-08 00:30", (), "2026-03-08 05:30"),
    (16, hours(10), NIGHTLY, "2026-03-07 22:00", (), "2026-03-09 01:00"),
    (
        17,
        hours(2),
        OFFICE,
        "2026-06-12 16:00",
        (("2026-06-12 16:30", "2026-06-15 09:30"),),
        "2026-06-15 11:00",
    ),
    (
        18,
        hours(2),
        OFFICE,
        "2026-06-12 16:00",
        (("2026-06-12 18:00", "2026-06-14 20:00"),),
        "2026-06-15 10:00",
    ),
    (
        19,
        hours(4),
        OFFICE,
        "2026-06-15 09:00",
        (("2026-06-15 10:00", "2026-06-15 12:00"), ("2026-06-15 11:00", "2026-06-15 13:00")),
        "2026-06-15 16:00",
    ),
    (20, hours(24, OPEN_DAYS), OFFICE, "2026-06-13 10:00", (), "2026-06-16 00:00"),
    (21, hours(2), OFFICE, "2026-06-15 15:00", (), "2026-06-15 17:00"),
    (22, hours(2), OFFICE, "2026-06-15 17:00", (), "2026-06-16 11:00"),
]


@pytest.mark.parametrize(
    ("number", "target", "calendar", "start", "pauses", "due"),
    CASES,
    ids=[f"case {case[0]}" for case in CASES],
)
def test_worked_case(
    number: int,
    target: SlaTarget,
    calendar: BusinessCalendar,
    start: str,
    pauses: tuple[tuple[str, str], ...],
    due: str,
) -> None:
    paused = [(at(begin), at(end)) for begin, end in pauses]
    result = due_at(at(start), target, calendar, paused)
    assert result == at(due)
    assert result.utcoffset() == timedelta(0)
    if target.mode is not DAY_END:
        mode = target.mode
        used = business_time_between(at(start), result, calendar, paused, mode=mode)
        assert used == target.length
