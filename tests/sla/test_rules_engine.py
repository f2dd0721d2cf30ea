"""The counting engine at its edges: zero, closing instants, pauses, far deadlines, bad input."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, timezone

import pytest

from crm.sla.rules import (
    BusinessCalendar,
    ClosedCalendarError,
    CountingMode,
    NaiveTimeError,
    Periods,
    SlaTarget,
    UnreachableDeadlineError,
    business_time_between,
    deadline,
    due_at,
    is_open,
    last_safe_moment,
    next_opening,
)
from tests.sla.test_rules_calendars import sixty_days_closed
from tests.sla.test_rules_cases import (
    ALWAYS,
    BAR_NIGHTS,
    CLOSING,
    CLOSING_OR_AN_HOUR,
    ELAPSED,
    LUNCH_OFFICE,
    NEW_YORK,
    NINE_TO_FIVE,
    OFFICE,
    OPEN_DAYS,
    OPEN_HOURS,
    at,
    hours,
)

NAIVE = datetime(2026, 6, 15, 12, tzinfo=UTC).replace(tzinfo=None)
MINUTE = timedelta(minutes=1)


def weekly(*periods: tuple[time, time], days: range = range(5)) -> dict[int, Periods]:
    return dict.fromkeys(days, periods)


# --- opening and closing instants


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-06-15 08:59:59.999999", False),
        ("2026-06-15 09:00", True),
        ("2026-06-15 16:59:59.999999", True),
        ("2026-06-15 17:00", False),
        ("2026-06-13 12:00", False),
        ("2026-11-26 12:00", False),
        ("2026-12-24 11:59", True),
        ("2026-12-24 12:00", False),
    ],
)
def test_periods_are_half_open(moment: str, expected: bool) -> None:
    assert is_open(at(moment), OFFICE) is expected


def test_round_the_clock_is_open_at_midnight() -> None:
    assert is_open(at("2026-06-15 00:00"), ALWAYS)
    assert is_open(at("2026-06-14 23:59:59"), ALWAYS)


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2026-06-15 16:59", "2026-06-15 16:59"),
        ("2026-06-15 17:00", "2026-06-16 09:00"),
        ("2026-06-13 10:00", "2026-06-15 09:00"),
    ],
)
def test_a_zero_target_is_due_when_open(start: str, due: str) -> None:
    assert due_at(at(start), hours(0), OFFICE) == at(due)
    assert next_opening(at(start), OFFICE) == at(due)


def test_a_zero_target_in_the_other_modes_is_due_when_time_counts() -> None:
    assert due_at(at("2026-06-13 10:00"), hours(0, ELAPSED), OFFICE) == at("2026-06-13 10:00")
    assert due_at(at("2026-06-13 10:00"), hours(0, OPEN_DAYS), OFFICE) == at("2026-06-15 00:00")
    assert due_at(at("2026-06-12 20:00"), hours(0, OPEN_DAYS), OFFICE) == at("2026-06-12 20:00")


def test_a_zero_target_stands_still_in_a_pause() -> None:
    paused = [(at("2026-06-15 08:00"), at("2026-06-15 10:00"))]
    assert due_at(at("2026-06-15 07:00"), hours(0), OFFICE, paused) == at("2026-06-15 10:00")
    touching = [(at("2026-06-15 09:00"), at("2026-06-15 10:00"))]
    assert due_at(at("2026-06-15 07:00"), hours(0), OFFICE, touching) == at("2026-06-15 10:00")


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2026-06-15 14:59", "2026-06-15 16:59"),
        ("2026-06-15 15:00", "2026-06-15 17:00"),
        ("2026-06-15 15:01", "2026-06-16 09:01"),
        ("2026-06-15 15:00:00.000001", "2026-06-16 09:00:00.000001"),
        ("2026-06-15 08:59", "2026-06-15 11:00"),
    ],
)
def test_around_the_close(start: str, due: str) -> None:
    assert due_at(at(start), hours(2), OFFICE) == at(due)


# --- the end of the day


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2026-06-15 06:00", "2026-06-15 18:00"),
        ("2026-06-15 12:30", "2026-06-15 18:00"),
        ("2026-06-15 17:59", "2026-06-15 18:00"),
        ("2026-06-15 18:00", "2026-06-16 18:00"),
        ("2026-06-12 18:01", "2026-06-15 18:00"),
    ],
)
def test_day_end_with_a_lunch_break(start: str, due: str) -> None:
    assert due_at(at(start), CLOSING, LUNCH_OFFICE) == at(due)


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2026-06-12 12:00", "2026-06-13 02:00"),
        ("2026-06-13 01:59", "2026-06-13 02:00"),
        ("2026-06-13 02:00", "2026-06-14 02:00"),
        ("2026-06-14 02:00", "2026-06-19 02:00"),
    ],
)
def test_day_end_of_a_bar(start: str, due: str) -> None:
    assert due_at(at(start), CLOSING, BAR_NIGHTS) == at(due)


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2026-06-16 15:59", "2026-06-16 17:00"),
        ("2026-06-16 16:00", "2026-06-16 17:00"),
        ("2026-06-16 16:01", "2026-06-17 09:01"),
        ("2026-06-16 17:00", "2026-06-17 17:00"),
    ],
)
def test_day_end_with_an_hour_at_least(start: str, due: str) -> None:
    assert due_at(at(start), CLOSING_OR_AN_HOUR, OFFICE) == at(due)


def test_day_end_round_the_clock_is_midnight() -> None:
    assert due_at(at("2026-06-14 00:30"), CLOSING, ALWAYS) == at("2026-06-15 00:00")


def test_day_end_gives_back_paused_open_time() -> None:
    paused = [(at("2026-06-16 12:00"), at("2026-06-16 13:00"))]
    assert due_at(at("2026-06-16 10:00"), CLOSING, OFFICE, paused) == at("2026-06-17 10:00")


# --- pauses


def test_a_pause_that_ends_before_it_starts_is_none() -> None:
    backwards = [(at("2026-06-15 12:00"), at("2026-06-15 11:00"))]
    assert due_at(at("2026-06-15 10:00"), hours(4), OFFICE, backwards) == at("2026-06-15 14:00")


def test_a_pause_after_the_breach_does_not_undo_it() -> None:
    for begin in ("2026-06-15 11:00", "2026-06-15 11:01"):
        later = [(at(begin), at("2026-06-15 15:00"))]
        assert due_at(at("2026-06-15 09:00"), hours(2), OFFICE, later) == at("2026-06-15 11:00")


def test_a_pause_before_and_across_the_start() -> None:
    pauses = [
        (at("2026-06-15 05:00"), at("2026-06-15 06:00")),
        (at("2026-06-15 08:00"), at("2026-06-15 10:00:00.25")),
    ]
    due = due_at(at("2026-06-15 09:00"), hours(2), OFFICE, pauses)
    assert due == at("2026-06-15 12:00:00.25")
    assert business_time_between(at("2026-06-15 09:00"), due, OFFICE, pauses).seconds == 7200


def test_the_end_before_the_start_is_no_time() -> None:
    assert not business_time_between(at("2026-06-16 12:00"), at("2026-06-15 12:00"), OFFICE)


# --- far away


@pytest.mark.parametrize("mode", [ELAPSED, OPEN_DAYS, OPEN_HOURS])
def test_past_five_years_is_unreachable(mode: CountingMode) -> None:
    far = SlaTarget(mode, timedelta(days=5 * 366))
    with pytest.raises(UnreachableDeadlineError, match="five years"):
        due_at(at("2026-06-15 12:00"), far, OFFICE)


def test_five_years_exactly_can_be_reached() -> None:
    start, end = at("2028-02-29 12:00"), at("2033-03-01 12:00")
    length = end.astimezone(UTC) - start.astimezone(UTC)
    assert due_at(start, SlaTarget(ELAPSED, length), OFFICE) == end
    with pytest.raises(UnreachableDeadlineError):
        due_at(start, SlaTarget(ELAPSED, length + timedelta(microseconds=1)), OFFICE)


def test_a_calendar_that_runs_out_is_unreachable() -> None:
    start = datetime(2026, 6, 1, tzinfo=UTC)
    for target in (hours(10), hours(25, OPEN_DAYS)):
        with pytest.raises(UnreachableDeadlineError):
            due_at(start, target, sixty_days_closed(10))
    with pytest.raises(UnreachableDeadlineError):
        deadline(datetime(2026, 7, 1, tzinfo=UTC), CLOSING, sixty_days_closed(10))


def test_a_pause_past_five_years_is_unreachable() -> None:
    pauses = [(at("2026-06-15 10:00"), at("2040-01-01 00:00"))]
    with pytest.raises(UnreachableDeadlineError):
        due_at(at("2026-06-15 09:00"), hours(2), OFFICE, pauses)


def test_the_ends_of_time_do_not_break_it() -> None:
    last = datetime(9999, 12, 31, 23, tzinfo=UTC)
    with pytest.raises(UnreachableDeadlineError):
        due_at(last, hours(2, ELAPSED), OFFICE)
    with pytest.raises(ClosedCalendarError):
        due_at(last, hours(2), OFFICE)
    first = datetime(1, 1, 2, tzinfo=UTC)
    utc_office = BusinessCalendar("UTC", dict.fromkeys(range(5), NINE_TO_FIVE))
    assert due_at(first, hours(2), utc_office) == datetime(1, 1, 2, 11, tzinfo=UTC)


# --- kinds of datetimes


def test_naive_datetimes_are_refused() -> None:
    aware = at("2026-06-15 12:00")
    for mode in CountingMode:
        with pytest.raises(ValueError, match="time zone"):
            due_at(NAIVE, hours(1, mode), OFFICE)
    for start, end in ((NAIVE, aware), (aware, NAIVE)):
        with pytest.raises(NaiveTimeError):
            business_time_between(start, end, OFFICE)
        with pytest.raises(NaiveTimeError):
            due_at(aware, hours(1), OFFICE, [(start, end)])
    with pytest.raises(NaiveTimeError):
        is_open(NAIVE, OFFICE)


def test_any_zone_comes_in_and_utc_goes_out() -> None:
    start = at("2026-06-12 16:30")
    tokyo = start.astimezone(timezone(timedelta(hours=9)))
    for moment in (start, tokyo, start.astimezone(UTC)):
        due = due_at(moment, hours(2), OFFICE)
        assert due == at("2026-06-15 10:30")
        assert due.tzinfo is UTC


def test_a_start_that_does_not_exist_is_the_end_of_the_gap() -> None:
    due = due_at(at("2026-03-08 02:30"), hours(2, ELAPSED), OFFICE)
    assert due == at("2026-03-08 05:00")
    later = due_at(at("2026-03-08 02:30:00.5"), hours(2, ELAPSED), OFFICE)
    assert later == at("2026-03-08 05:00")
    folded = datetime(2026, 3, 8, 2, 30, tzinfo=NEW_YORK, fold=1)
    assert due_at(folded, hours(2, ELAPSED), OFFICE) == at("2026-03-08 05:00")


def test_both_occurrences_of_an_ambiguous_start_are_known_apart() -> None:
    first = datetime(2026, 11, 1, 1, 30, tzinfo=NEW_YORK)
    second = first.replace(fold=1)
    gap = due_at(second, hours(1, ELAPSED), OFFICE) - due_at(first, hours(1, ELAPSED), OFFICE)
    assert gap == timedelta(hours=1)


# --- the last safe moment


@pytest.mark.parametrize(
    ("start", "due", "safe"),
    [
        ("2026-06-13 10:00", "2026-06-16 00:00", "2026-06-15 17:00"),
        ("2026-06-12 10:00", "2026-06-15 09:00", "2026-06-12 17:00"),
        ("2026-06-12 10:00", "2026-06-15 10:00", "2026-06-15 10:00"),
        ("2026-06-12 10:00", "2026-06-12 17:00", "2026-06-12 17:00"),
    ],
)
def test_last_safe_moment(start: str, due: str, safe: str) -> None:
    assert last_safe_moment(at(start), at(due), OFFICE) == at(safe)


def test_no_safe_moment_without_an_opening() -> None:
    assert last_safe_moment(at("2026-06-13 10:00"), at("2026-06-13 12:00"), OFFICE) is None
    early = datetime(2026, 1, 5, tzinfo=UTC)
    assert last_safe_moment(early, early + MINUTE, sixty_days_closed(200)) is None
