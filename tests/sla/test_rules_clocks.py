"""How a clock stands: states around its due, limits, pauses, alerts (rules 5, 10, 24, 26)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from crm.sla.rules import (
    UNREACHABLE_AT,
    AlertLevel,
    Bound,
    BusinessCalendar,
    Clock,
    ClockKind,
    ClockMoments,
    ClockState,
    CountingMode,
    EndReason,
    Pause,
    SlaTarget,
    alert_times,
    clock_alerts,
    clock_due_at,
    clock_moments,
    clock_result,
    clock_state,
    clock_times,
    earliest_due,
    is_broken,
)
from tests.sla.test_rules_cases import ELAPSED, OFFICE, OPEN_DAYS, at, hours

FOUR_HOURS = Clock(ClockKind.FIRST_RESPONSE, at("2026-06-15 09:00"), OFFICE, hours(4))
PROMISE = Clock(
    ClockKind.PROMISE,
    at("2026-06-15 09:00"),
    OFFICE,
    promised_due_at=at("2026-06-18 17:00"),
)
DAY = ((time(9), time(17)),)
STALL = BusinessCalendar("America/New_York", {}, {date(2026, 6, 13): DAY, date(2026, 6, 20): DAY})
BEFORE, DUE, AFTER = at("2026-06-15 12:59"), at("2026-06-15 13:00"), at("2026-06-15 13:01")


def test_a_running_clock_minute_by_minute() -> None:
    expected = {
        "2026-06-15 09:00": ClockState.RUNNING,
        "2026-06-15 11:59": ClockState.RUNNING,
        "2026-06-15 12:00": ClockState.DUE_SOON,
        "2026-06-15 13:00": ClockState.DUE_SOON,
        "2026-06-15 13:00:00.000001": ClockState.BREACHED,
    }
    assert {moment: clock_state(FOUR_HOURS, at(moment)) for moment in expected} == expected
    assert clock_result(FOUR_HOURS) is None
    assert clock_times(FOUR_HOURS) is None


@pytest.mark.parametrize(
    ("stop", "result"),
    [(BEFORE, ClockState.MET), (DUE, ClockState.MET), (AFTER, ClockState.MET_LATE)],
)
def test_a_stop_at_or_before_due_is_met(stop: datetime, result: ClockState) -> None:
    stopped = replace(FOUR_HOURS, stopped_at=stop)
    assert clock_result(stopped) is result
    assert clock_state(stopped, at("2026-07-01 00:00")) is result
    assert is_broken(stopped, at("2026-07-01 00:00")) is (result is ClockState.MET_LATE)


def test_the_past_is_judged_as_it_was() -> None:
    late = replace(FOUR_HOURS, stopped_at=AFTER, excused_at=at("2026-06-16 09:00"))
    assert clock_state(late, BEFORE) is ClockState.DUE_SOON
    assert clock_state(late, AFTER) is ClockState.MET_LATE
    assert clock_state(late, at("2026-06-16 09:00")) is ClockState.EXCUSED


@pytest.mark.parametrize(
    ("reason", "in_time", "late"),
    [
        (EndReason.CANCELLED, ClockState.CANCELLED, ClockState.CANCELLED),
        (EndReason.MERGED, ClockState.MERGED, ClockState.MERGED),
        (EndReason.WITHDRAWN, ClockState.CANCELLED, ClockState.BREACHED),
    ],
)
def test_ends_without_a_response(reason: EndReason, in_time: ClockState, late: ClockState) -> None:
    assert clock_result(replace(FOUR_HOURS, stopped_at=DUE, end_reason=reason)) is in_time
    assert clock_result(replace(FOUR_HOURS, stopped_at=AFTER, end_reason=reason)) is late


def test_only_a_breach_can_be_excused() -> None:
    excused = replace(FOUR_HOURS, excused_at=BEFORE)
    assert clock_state(excused, DUE) is ClockState.DUE_SOON
    assert clock_state(excused, AFTER) is ClockState.EXCUSED
    assert clock_result(replace(excused, stopped_at=DUE)) is ClockState.MET
    assert clock_result(replace(excused, stopped_at=AFTER)) is ClockState.EXCUSED


def test_a_pause_stops_the_clock_until_it_ends_but_undoes_no_breach() -> None:
    pause = Pause(at("2026-06-15 10:00"), at("2026-06-16 10:00"), "waiting for customer")
    paused = replace(FOUR_HOURS, kind=ClockKind.RESOLUTION, pauses=(pause,))
    assert clock_due_at(paused) == at("2026-06-16 13:00")
    assert clock_state(paused, at("2026-06-15 09:59")) is ClockState.RUNNING
    assert clock_state(paused, at("2026-06-15 10:00")) is ClockState.PAUSED
    assert clock_state(paused, at("2026-06-16 10:00")) is ClockState.RUNNING
    late = replace(paused, pauses=(Pause(AFTER, at("2026-06-17 10:00")),))
    assert clock_state(late, at("2026-06-15 14:00")) is ClockState.BREACHED


def test_due_soon_begins_at_the_last_safe_moment_if_that_is_earlier() -> None:
    weekend = Clock(ClockKind.FIRST_RESPONSE, at("2026-06-13 10:00"), OFFICE, hours(24, OPEN_DAYS))
    assert clock_moments(weekend).warning_at == at("2026-06-15 18:00")
    assert clock_moments(weekend).due_soon_at == at("2026-06-15 17:00")
    night = Clock(ClockKind.PROMISE, at("2026-06-13 10:00"), OFFICE, hours(4, ELAPSED))
    assert clock_moments(night).due_soon_at == at("2026-06-13 13:00")


def test_a_promise_is_due_when_said() -> None:
    assert clock_due_at(PROMISE) == at("2026-06-18 17:00")
    assert clock_moments(PROMISE).warning_at == at("2026-06-17 17:00")
    closed = replace(PROMISE, started_at=at("2026-06-13 10:00"), promised_due_at=at("2026-06-13 14:00"))
    assert clock_moments(closed).warning_at == at("2026-06-13 13:00")


def test_times_are_counted_and_real() -> None:
    stopped = replace(FOUR_HOURS, stopped_at=at("2026-06-16 10:00"))
    assert clock_times(stopped) == (timedelta(hours=9), timedelta(hours=25))


def test_the_earliest_due_of_the_running_clocks_is_due() -> None:
    stopped = replace(FOUR_HOURS, target=hours(1), stopped_at=DUE)
    assert earliest_due([PROMISE, FOUR_HOURS, stopped]) == FOUR_HOURS
    assert earliest_due([stopped]) is None


def test_a_floor_and_a_ceiling() -> None:
    raised = replace(
        FOUR_HOURS,
        target=hours(1),
        floor_from=at("2026-06-15 12:00"),
        floor_time=timedelta(minutes=30),
    )
    assert clock_due_at(raised) == at("2026-06-15 12:30")
    bound = Bound(replace(FOUR_HOURS, target=hours(3.25)), at("2026-06-15 12:00"))
    assert clock_due_at(replace(raised, ceiling=bound)) == at("2026-06-15 12:15")


def test_a_pause_moves_a_ceiling_only_after_it_was_set() -> None:
    bound = Bound(FOUR_HOURS, at("2026-06-15 11:00"))
    long = replace(FOUR_HOURS, target=hours(20), ceiling=bound)
    early = Pause(at("2026-06-15 10:00"), at("2026-06-15 10:30"))
    across = Pause(at("2026-06-15 10:45"), at("2026-06-15 11:15"))
    assert clock_due_at(replace(long, pauses=(early,))) == at("2026-06-15 13:00")
    assert clock_due_at(replace(long, pauses=(early, across))) == at("2026-06-15 13:15")


# --- alerts


def test_alerts_in_opening_hours() -> None:
    sent = clock_alerts(FOUR_HOURS)
    assert [(alert.level, alert.at, alert.is_in_digest) for alert in sent] == [
        (AlertLevel.WARNING, at("2026-06-15 12:00"), False),
        (AlertLevel.BREACH, at("2026-06-15 13:00"), False),
    ]
    assert all(alert.send_at == alert.at for alert in sent)


def test_alerts_out_of_hours_wait_for_the_opening_digest() -> None:
    alerts = alert_times(at("2026-06-12 20:00"), hours(24, OPEN_DAYS), OFFICE)
    assert [(alert.level, alert.send_at, alert.is_in_digest) for alert in alerts] == [
        (AlertLevel.WARNING, at("2026-06-15 14:00"), False),
        (AlertLevel.LAST_SAFE_MOMENT, at("2026-06-15 17:00"), False),
        (AlertLevel.BREACH, at("2026-06-16 09:00"), True),
    ]
    assert alerts[-1].at == at("2026-06-15 20:00")


def test_a_warning_that_would_come_after_the_deadline_is_left_out() -> None:
    alerts = alert_times(at("2026-06-13 10:00"), hours(24, OPEN_DAYS), OFFICE)
    assert [alert.level for alert in alerts] == [AlertLevel.LAST_SAFE_MOMENT, AlertLevel.BREACH]
    night = alert_times(at("2026-06-13 10:00"), hours(4, ELAPSED), OFFICE)
    assert [(alert.level, alert.send_at) for alert in night] == [(AlertLevel.BREACH, at("2026-06-15 09:00"))]


def test_a_pause_moves_the_alerts() -> None:
    paused = [(at("2026-06-15 10:00"), at("2026-06-15 11:00"))]
    alerts = alert_times(at("2026-06-15 09:00"), hours(4), OFFICE, paused)
    assert [alert.at for alert in alerts] == [at("2026-06-15 13:00"), at("2026-06-15 14:00")]


def test_imported_and_stopped_clocks_alert_nobody() -> None:
    assert not clock_alerts(replace(FOUR_HOURS, imported=True))
    assert not clock_alerts(replace(FOUR_HOURS, stopped_at=DUE))


@pytest.mark.parametrize(
    "target", [hours(40), SlaTarget(CountingMode.DAY_END), SlaTarget(OPEN_DAYS, timedelta(days=3))]
)
def test_what_nothing_opens_for_any_more_is_never_due(target: SlaTarget) -> None:
    after = at("2026-06-22 09:00")
    clock = Clock(ClockKind.FIRST_RESPONSE, after, STALL, target)
    assert clock_moments(clock) == ClockMoments(UNREACHABLE_AT, UNREACHABLE_AT, None)
    assert clock_state(clock, after + timedelta(days=4000)) is ClockState.RUNNING
    assert clock_alerts(clock) == ()
    answered = replace(clock, stopped_at=after + timedelta(days=1))
    assert clock_result(answered) is ClockState.MET
    assert clock_times(answered) == (timedelta(0), timedelta(days=1))


def test_the_stricter_limit_decides_though_the_target_is_never_reached() -> None:
    never = Clock(ClockKind.FIRST_RESPONSE, at("2026-06-20 12:00"), STALL, hours(40))
    soon = replace(never, target=hours(2))
    assert clock_due_at(replace(never, ceiling=Bound(soon, never.started_at))) == at("2026-06-20 14:00")
    assert clock_due_at(replace(never, merged=(Bound(never, never.started_at), Bound(soon, never.started_at)))) == at(
        "2026-06-20 14:00"
    )


def test_alerts_come_at_their_own_time_where_nothing_opens_again() -> None:
    last_day = Clock(ClockKind.RESOLUTION, at("2026-06-20 12:00"), STALL, SlaTarget(OPEN_DAYS, timedelta(hours=12)))
    assert [(alert.level, alert.send_at, alert.is_in_digest) for alert in clock_alerts(last_day)] == [
        (AlertLevel.LAST_SAFE_MOMENT, at("2026-06-20 17:00"), False),
        (AlertLevel.WARNING, at("2026-06-20 21:00"), False),
        (AlertLevel.BREACH, at("2026-06-21 00:00"), False),
    ]


def test_a_promise_beyond_the_last_opening_is_due_when_said() -> None:
    promised = at("2033-06-20 14:00")
    promise = Clock(ClockKind.PROMISE, at("2026-06-20 16:30"), STALL, promised_due_at=promised)
    assert clock_due_at(promise) == promised
    assert clock_moments(replace(promise, calendar=OFFICE)).due_at == promised
