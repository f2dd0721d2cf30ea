"""Promises kept, recovery, rehearsal and previews of a change (rules 18, 20 to 22, 28)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from crm.sla.rules import (
    Attainment,
    Bound,
    BusinessCalendar,
    Clock,
    ClockKind,
    EndReason,
    Period,
    Rehearsal,
    attainment,
    clock_due_at,
    clock_with,
    due_changes,
    percentile,
    period_of,
    recovery,
    rehearse,
    total_open_time,
)
from tests.sla.test_rules_cases import OFFICE, at, hours

JUNE_15 = period_of(date(2026, 6, 15), date(2026, 6, 15), OFFICE)
NOW = at("2026-06-15 16:00")


def clock(start: str = "09:00", stop: str | None = None) -> Clock:
    """Return a clock of Monday the 15th, due two hours after its start."""
    stopped_at = None if stop is None else at(f"2026-06-15 {stop}")
    started_at = at(f"2026-06-15 {start}")
    return Clock(ClockKind.FIRST_RESPONSE, started_at, OFFICE, hours(2), stopped_at=stopped_at)


CLOCKS = [
    clock(stop="10:00"),
    clock(stop="11:00"),
    clock(stop="12:00"),
    clock(),
    replace(clock(stop="12:00"), excused_at=NOW),
    replace(clock(stop="10:00"), end_reason=EndReason.CANCELLED),
    replace(clock(stop="10:00"), end_reason=EndReason.MERGED),
    clock("14:45"),
    clock("16:30", "16:45"),
]


def test_attainment_counts_the_clocks_due_in_the_period() -> None:
    figures = attainment(CLOCKS, JUNE_15, NOW)
    assert figures == Attainment(
        met=2,
        met_late=1,
        overdue=1,
        excused=1,
        cancelled=1,
        merged=1,
        open=1,
        median_counted_time=timedelta(hours=2),
        p90_counted_time=timedelta(hours=2, minutes=48),
        median_real_time=timedelta(hours=2),
        p90_real_time=timedelta(hours=2, minutes=48),
    )
    assert figures.share == 0.5


def test_nothing_due_has_no_share() -> None:
    empty = attainment([], JUNE_15, NOW)
    assert empty.share is None
    assert empty.median_real_time is None


def test_counted_and_real_time_differ_over_night() -> None:
    overnight = replace(clock("16:30"), stopped_at=at("2026-06-16 10:00"))
    figures = attainment([overnight], Period(NOW, at("2026-06-17 00:00")), at("2026-06-17 00:00"))
    assert figures.median_counted_time == timedelta(hours=1, minutes=30)
    assert figures.median_real_time == timedelta(hours=17, minutes=30)


@pytest.mark.parametrize(
    ("moment", "inside"),
    [
        ("2026-06-14 23:59:59", False),
        ("2026-06-15 00:00", True),
        ("2026-06-15 23:59:59", True),
        ("2026-06-16 00:00", False),
    ],
)
def test_a_period_is_of_local_dates(moment: str, inside: bool) -> None:
    assert JUNE_15.holds(at(moment)) is inside


@pytest.mark.parametrize(
    ("minutes", "percent", "expected"),
    [([7], 90, 7), ([1, 3], 50, 2), ([3, 1, 2], 50, 2), (range(11), 90, 9), ([0, 10], 90, 9)],
)
def test_percentiles_are_those_of_a_spreadsheet(minutes: Sequence[int], percent: int, expected: int) -> None:
    times = [timedelta(minutes=n) for n in minutes]
    assert percentile(times, percent) == timedelta(minutes=expected)


# --- recovery


def cycle(number: int, start: str, stop: str | None) -> Clock:
    return Clock(
        ClockKind.RESOLUTION,
        at(start),
        OFFICE,
        hours(40),
        cycle=number,
        stopped_at=None if stop is None else at(stop),
    )


FIXED = [cycle(1, "2026-06-01 09:00", "2026-06-02 09:00"), clock(stop="10:00")]
QUICKLY_BACK = [
    cycle(2, "2026-06-09 09:00", "2026-06-09 21:00"),
    cycle(1, "2026-06-01 09:00", "2026-06-02 09:00"),
]
LATER_BACK = [
    cycle(1, "2026-06-01 09:00", "2026-06-02 09:00"),
    cycle(2, "2026-06-09 09:01", None),
]


def test_recovery() -> None:
    withdrawn = replace(FIXED[0], end_reason=EndReason.WITHDRAWN)
    unsolved = [cycle(1, "2026-06-01 09:00", None)]
    figures = recovery([FIXED, QUICKLY_BACK, LATER_BACK, [withdrawn], unsolved])
    assert (figures.resolved, figures.first_fix, figures.reopened_soon) == (3, 1, 1)
    assert figures.median_open_time == timedelta(hours=30)
    assert figures.first_fix_share == pytest.approx(1 / 3)
    assert recovery([unsolved]).first_fix_share is None
    assert recovery([unsolved]).median_open_time is None


def test_total_time_open_is_of_all_cycles() -> None:
    assert total_open_time(QUICKLY_BACK) == timedelta(hours=36)
    assert total_open_time(LATER_BACK) == timedelta(hours=24)


# --- what a change would do


def test_rehearsal_replays_stopped_clocks() -> None:
    cancelled = replace(clock(stop="12:00"), end_reason=EndReason.CANCELLED)
    past = [clock(stop="10:00"), clock(stop="10:01"), clock(stop="11:01"), clock(), cancelled]
    replayed = rehearse(past, hours(1))
    assert replayed == Rehearsal(total=3, late_before=1, late_after=2)
    assert replayed.sentence("emails") == "2 of 3 emails would have been late instead of 1"
    shorter = replace(OFFICE, weekly={0: ()} | dict.fromkeys(range(1, 5), OFFICE.weekly[1]))
    assert rehearse(past, hours(1), shorter).late_after == 0


CLOSED_MONDAY = replace(OFFICE, exceptions={**OFFICE.exceptions, date(2026, 6, 15): ()})


def test_a_forgotten_holiday_lists_what_it_touches() -> None:
    late, met = clock(stop="12:00"), clock(stop="10:00")
    tuesday = replace(met, started_at=at("2026-06-16 09:00"), stopped_at=at("2026-06-16 10:00"))
    touched = due_changes([late, met, clock(), tuesday], NOW, calendar=CLOSED_MONDAY)
    assert [(change.clock, change.removes_breach) for change in touched] == [
        (late, True),
        (met, False),
        (clock(), True),
    ]
    assert touched[0].due_at == at("2026-06-15 11:00")
    assert touched[0].new_due_at == at("2026-06-16 11:00")


def test_a_preview_of_a_new_target() -> None:
    (moved,) = due_changes([clock("15:00")], NOW, target=hours(3))
    assert (moved.new_due_at, moved.removes_breach) == (at("2026-06-16 10:00"), False)
    assert not due_changes([clock()], NOW)


def test_limits_move_to_a_new_calendar_too() -> None:
    bound = Bound(clock(), at("2026-06-15 09:30"))
    for limited in (
        replace(clock(), target=hours(9), ceiling=bound),
        replace(clock(), merged=(bound,)),
    ):
        moved = clock_with(limited, calendar=CLOSED_MONDAY)
        assert clock_due_at(moved) == at("2026-06-16 11:00")
        assert isinstance(moved.calendar, BusinessCalendar)
