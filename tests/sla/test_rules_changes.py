"""What changes clocks: severity, corrections, duplicates, ends, versions (rules 14 to 21)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from crm.sla.rules import (
    BusinessCalendar,
    Channel,
    Clock,
    ClockExcused,
    ClockKind,
    ClockState,
    Corrected,
    DuplicateTakenIn,
    Ended,
    EndReason,
    Event,
    NewTermsApplied,
    NoVersionError,
    Paused,
    Policy,
    Promised,
    Received,
    Reopened,
    Resumed,
    Severity,
    SeverityChanged,
    SlaTarget,
    Version,
    breaches_removed,
    clock_due_at,
    clock_result,
    clock_state,
    derive_clocks,
    due_changes,
    version_at,
    with_new_terms,
)
from tests.sla.story import DONE, POLICY, START, clocks, contact, june, message, only
from tests.sla.test_rules_cases import OFFICE, OPEN_HOURS, at, hours

EMAIL, TEXT = Channel.EMAIL, Channel.TEXT
FIRST, NEXT, PROMISE, RESOLUTION = ClockKind


# --- severity


def severity(text: str, value: Severity) -> SeverityChanged:
    return SeverityChanged(occurred_at=june(text), severity=value)


def test_raised_severity_counts_from_the_original_start() -> None:
    clock = only(RESOLUTION, START, severity("15 10:00", Severity.HIGH))
    assert clock_due_at(clock) == june("17 09:00")


@pytest.mark.parametrize(
    ("raised", "due"),
    [("16 08:29", "16 09:00"), ("16 08:30", "16 09:00"), ("16 08:31", "16 09:01")],
)
def test_raised_severity_leaves_half_an_hour(raised: str, due: str) -> None:
    clock = only(RESOLUTION, START, severity(raised, Severity.URGENT))
    assert clock_due_at(clock) == june(due)


def test_raised_severity_never_loosens() -> None:
    raised = severity("22 08:50", Severity.URGENT)
    assert clock_due_at(only(RESOLUTION, START, raised)) == june("22 09:00")


def test_raised_then_paused_moves_all_limits() -> None:
    pause = Paused(occurred_at=june("16 08:55"), reason="x", resume_at=june("16 09:55"))
    clock = only(RESOLUTION, START, severity("16 08:50", Severity.URGENT), pause)
    assert clock_due_at(clock) == june("16 10:20")


def test_lowered_severity_gives_more_time() -> None:
    lowered = (severity("15 10:00", Severity.URGENT), severity("15 11:00", Severity.LOW))
    assert clock_due_at(only(RESOLUTION, START, *lowered)) == june("29 09:00")


@pytest.mark.parametrize("value", [Severity.LOW, Severity.URGENT, Severity.NORMAL])
def test_a_breach_stays_when_the_severity_changes(value: Severity) -> None:
    clock = only(RESOLUTION, START, severity("22 09:01", value))
    assert clock_state(clock, june("22 09:02")) is ClockState.BREACHED


def test_the_same_severity_changes_nothing_and_a_later_cycle_uses_the_new_one() -> None:
    assert clocks(START, severity("15 10:00", Severity.NORMAL)) == clocks(START)
    reopened = Reopened(occurred_at=june("16 09:00"))
    events = (*DONE, severity("15 13:00", Severity.URGENT), reopened)
    assert clock_due_at(only(RESOLUTION, *events, cycle=2)) == june("17 09:00")


# --- corrections


def test_a_wrong_channel_and_time_are_recomputed_from_the_true_start() -> None:
    answer = contact("16 10:00")
    wrong = (START, answer)
    fix = Corrected(
        occurred_at=june("16 11:00"),
        corrected_ref="r",
        channel=TEXT,
        true_at=june("16 08:30"),
        reason="typed in wrongly",
    )
    first = only(FIRST, *wrong, fix)
    assert (first.channel, first.started_at) == (TEXT, june("16 08:30"))
    assert clock_result(only(FIRST, *wrong)) is ClockState.MET_LATE
    assert clock_result(first) is ClockState.MET
    removed = breaches_removed(clocks(*wrong), clocks(*wrong, fix), june("17 09:00"))
    assert [(old.kind, new and new.channel) for old, new in removed] == [(FIRST, TEXT)]
    assert not breaches_removed(clocks(*wrong), clocks(*wrong), june("17 09:00"))


def test_a_correction_touches_only_the_fact_that_it_names() -> None:
    fix = Corrected(occurred_at=june("16 11:00"), corrected_ref="p", channel=TEXT, reason="x")
    promise = Promised(occurred_at=june("15 10:00"), due_at=june("18 17:00"), ref="p")
    assert clocks(START, promise, fix) == clocks(START, promise)
    moved = replace(fix, channel=None, true_at=june("15 11:00"))
    assert only(PROMISE, START, promise, moved).started_at == june("15 11:00")


def test_a_breach_that_a_correction_takes_away_with_its_clock_is_listed() -> None:
    start = (START, contact("15 09:10"), message("15 10:30"), message("15 11:00", TEXT, "t"))
    fix = Corrected(occurred_at=june("15 16:00"), corrected_ref="t", channel=EMAIL, reason="was an email")
    [(gone, after)] = breaches_removed(clocks(*start), clocks(*start, fix), june("15 16:00"))
    assert (gone.kind, gone.channel, after) == (NEXT, TEXT, None)


@pytest.mark.parametrize(
    ("entry", "is_removed"),
    [
        (message("15 10:30", TEXT, "e"), False),  # the clock starts earlier, and is late still
        (message("15 10:30", EMAIL, "e"), False),
        (contact("15 12:00"), True),
        (contact("15 09:05"), False),  # the answer that is owed is a later one now, and late as before
    ],
)
def test_a_late_entry_takes_a_breach_away_only_if_the_promise_was_kept(entry: Event, is_removed: bool) -> None:
    start = (START, message("15 11:00", TEXT, "t"))
    removed = breaches_removed(clocks(*start), clocks(*start, entry), june("15 15:00"))
    assert [old.ref for old, _changed in removed] == (["t"] if is_removed else [])


# --- duplicates, ends, excuses


def duplicate(text: str, channel: str, *events: Event) -> tuple[Clock, ...]:
    start = Received(occurred_at=june(text), channel=channel, ref="d", severity="high")
    return clocks(start, *events)


def taken_in(text: str, others: tuple[Clock, ...]) -> DuplicateTakenIn:
    return DuplicateTakenIn(occurred_at=june(text), clocks=others)


def test_merging_takes_the_earliest_start_and_the_strictest_due() -> None:
    other = duplicate("12 09:00", EMAIL)
    first, resolution = clocks(START, taken_in("15 10:00", other))
    assert first.started_at == resolution.started_at == june("12 09:00")
    assert clock_due_at(first) == clock_due_at(other[0]) == june("15 09:00")
    assert clock_due_at(resolution) == clock_due_at(other[1]) == june("16 09:00")


def test_merging_an_earlier_but_looser_clock_keeps_the_strict_due() -> None:
    own = (replace(START, channel=TEXT, severity="urgent"),)
    other = duplicate("12 09:00", TEXT, contact("12 10:00"))
    first, resolution = clocks(*own, taken_in("15 09:30", other))
    assert clock_due_at(first) == june("15 11:00")
    assert resolution.started_at == june("12 09:00")
    assert clock_due_at(resolution) == june("16 09:00")
    pause = Paused(occurred_at=june("15 10:00"), reason="x", resume_at=june("15 11:00"))
    paused = only(RESOLUTION, *own, taken_in("15 09:30", other), pause)
    assert clock_due_at(paused) == june("16 10:00")


def test_a_pause_that_ends_ends_in_every_limit_of_the_clock() -> None:
    pause = Paused(occurred_at=june("15 10:00"), reason="x")
    resumed = Resumed(occurred_at=june("15 12:00"))
    plain = clock_due_at(only(RESOLUTION, START, pause, resumed))
    other = duplicate("15 11:00", EMAIL)
    looser = tuple(replace(each, target=hours(500)) for each in other)
    assert clock_due_at(only(RESOLUTION, START, pause, taken_in("15 11:00", looser), resumed)) == plain
    raised = SeverityChanged(occurred_at=june("15 11:00"), severity="urgent")
    assert clock_due_at(only(RESOLUTION, START, pause, raised, resumed)) <= plain
    theirs = duplicate("15 09:00", EMAIL, contact("15 09:10"), pause)
    ended = duplicate("15 09:00", EMAIL, contact("15 09:10"), pause, resumed)
    merged = only(RESOLUTION, START, taken_in("15 11:00", theirs), resumed)
    assert clock_due_at(merged) == min(clock_due_at(only(RESOLUTION, START)), clock_due_at(ended[1]))


def test_new_terms_hold_for_a_merged_clock_as_the_preview_says() -> None:
    taken = taken_in("15 10:00", duplicate("12 09:00", EMAIL))
    clock = only(RESOLUTION, START, taken)
    terms = Version(Policy(resolution=dict.fromkeys(Policy().resolution, hours(4))), june("01 00:00"), label="2")
    moved = with_new_terms(clock, "normal", terms, Version(clock.calendar, june("01 00:00")), june("15 10:30"))
    (change,) = due_changes([clock], june("15 10:30"), target=hours(4))
    assert clock_due_at(moved) == change.new_due_at == june("12 13:00") < clock_due_at(clock)


def test_merging_keeps_promises_and_messages_that_were_not_answered() -> None:
    promise = Promised(occurred_at=june("15 10:00"), due_at=june("18 17:00"), ref="p")
    other = duplicate("15 09:30", TEXT, promise)
    merged = clocks(START, contact("15 09:10"), taken_in("15 11:00", other))
    assert [clock.kind for clock in merged] == [FIRST, RESOLUTION, NEXT, PROMISE]
    assert clock_due_at(merged[2]) == june("15 11:30")
    answered = clocks(START, contact("15 10:30"), taken_in("15 11:00", other))
    assert [clock.kind for clock in answered] == [FIRST, RESOLUTION, PROMISE]


@pytest.mark.parametrize(
    ("answered", "result"),
    [("15 11:30", None), ("15 11:31", ClockState.MET_LATE), ("15 15:00", ClockState.MET_LATE)],
)
def test_a_duplicate_that_was_answered_too_late_stays_broken(answered: str, result: ClockState | None) -> None:
    other = duplicate("15 09:30", TEXT)
    merged = clocks(START, contact(answered), taken_in("15 16:00", other))
    late = [clock for clock in merged if clock.ref == "d" and clock.kind is FIRST]
    assert [(clock_result(clock), clock.stopped_at) for clock in late] == ([(result, june(answered))] if result else [])


def test_a_lowered_severity_keeps_what_a_duplicate_promised() -> None:
    other = duplicate("15 09:30", TEXT)
    merged = (START, taken_in("15 10:00", other))
    lowered = only(RESOLUTION, *merged, severity("15 11:00", Severity.LOW))
    assert clock_due_at(lowered) == clock_due_at(other[1]) == june("17 09:30")
    loose = duplicate("15 09:30", TEXT, severity("15 09:40", Severity.LOW))
    released = only(RESOLUTION, START, taken_in("15 10:00", loose), severity("15 11:00", Severity.LOW))
    assert clock_due_at(released) == clock_due_at(only(RESOLUTION, START, severity("15 11:00", Severity.LOW)))


def test_merging_complaints_of_two_channels_leaves_one_answer_that_is_owed() -> None:
    other = duplicate("15 09:30", TEXT)
    first, resolution = clocks(START, taken_in("15 11:00", other))
    assert (first.kind, resolution.kind) == (FIRST, RESOLUTION)
    assert first.started_at == START.occurred_at < other[0].started_at
    assert clock_due_at(first) == clock_due_at(other[0]) == june("15 11:30") < clock_due_at(only(FIRST, START))
    merged = clocks(START, message("15 09:10", TEXT), taken_in("15 11:00", other))
    owed = {clock.channel: clock_due_at(clock) for clock in merged if clock.kind is FIRST}
    assert owed == {EMAIL: clock_due_at(only(FIRST, START)), TEXT: june("15 11:10")}


def test_a_duplicate_of_a_resolved_case_starts_no_resolution() -> None:
    merged = clocks(*DONE, taken_in("15 13:00", duplicate("15 09:30", EMAIL)))
    assert [clock.kind for clock in merged] == [FIRST, RESOLUTION]


@pytest.mark.parametrize(
    ("reason", "state"),
    [
        (EndReason.MERGED, ClockState.MERGED),
        (EndReason.CANCELLED, ClockState.CANCELLED),
        (EndReason.WITHDRAWN, ClockState.CANCELLED),
        (EndReason.DONE, ClockState.CANCELLED),
    ],
)
def test_ends_without_a_remedy(reason: EndReason, state: ClockState) -> None:
    ended = clocks(START, Ended(occurred_at=june("15 10:00"), reason=reason), contact("15 11:00"))
    assert {clock_result(clock) for clock in ended} == {state}
    assert {clock.stopped_at for clock in ended} == {june("15 10:00")}


def test_an_excuse_marks_one_clock_and_leaves_its_times() -> None:
    excuse = ClockExcused(occurred_at=june("17 10:00"), kind=FIRST, clock_ref="r", reason="flood")
    first, resolution = clocks(START, contact("16 10:00"), excuse)
    assert clock_result(first) is ClockState.EXCUSED
    assert first.stopped_at == june("16 10:00")
    assert resolution.excused_at is None


def test_an_excuse_stays_where_an_earlier_message_is_logged_later() -> None:
    start = (START, contact("15 09:10"), message("15 11:00", TEXT, "t"))
    excuse = ClockExcused(occurred_at=june("15 14:00"), kind=NEXT, clock_ref="t", reason="network down")
    earlier = only(NEXT, *start, excuse, message("15 10:30", TEXT, "e"))
    assert (earlier.ref, earlier.excused_at) == ("e", june("15 14:00"))
    unanswered = (START, message("15 11:00", TEXT, "t"))
    as_first = ClockExcused(occurred_at=june("15 14:00"), kind=FIRST, clock_ref="t", reason="network down")
    assert only(NEXT, *unanswered, as_first, contact("15 09:10")).excused_at == june("15 14:00")


@pytest.mark.parametrize(
    ("answered", "now", "state"),
    [
        (None, "16 09:30", ClockState.EXCUSED),
        (None, "16 10:00", ClockState.EXCUSED),
        (None, "16 10:01", ClockState.BREACHED),
        ("16 10:00", "17 09:00", ClockState.EXCUSED),
        ("16 10:01", "17 09:00", ClockState.MET_LATE),
    ],
)
def test_corrected_hours_excuse_what_is_in_time_by_them(answered: str | None, now: str, state: ClockState) -> None:
    until = june("16 10:00")
    excuse = ClockExcused(occurred_at=june("16 09:10"), kind=FIRST, clock_ref="r", reason="closed", until=until)
    answers = (contact(answered),) if answered else ()
    assert clock_state(only(FIRST, START, excuse, *answers), june(now)) is state


def test_imported_history_is_marked() -> None:
    assert all(clock.imported for clock in clocks(replace(START, imported=True)))


# --- versions


FASTER = replace(POLICY, response={EMAIL: SlaTarget(OPEN_HOURS, timedelta(hours=2))})
POLICIES = (
    Version(POLICY, june("01 00:00"), label="p1"),
    Version(FASTER, june("16 00:00"), saved_at=june("14 00:00"), label="p2"),
)
TUESDAY_OFF = replace(OFFICE, exceptions={date(2026, 6, 16): ()})
CALENDARS = (
    Version(OFFICE, june("01 00:00"), label="c1"),
    Version(TUESDAY_OFF, june("15 12:00"), label="c2"),
)


def test_a_running_clock_keeps_its_terms() -> None:
    first, _ = derive_clocks([START], POLICIES, CALENDARS)
    assert (first.policy_version, first.calendar_version) == ("p1", "c1")
    assert clock_due_at(first) == june("16 09:00")
    later = replace(START, occurred_at=june("17 09:00"))
    first, _ = derive_clocks([later], POLICIES, CALENDARS)
    assert (first.policy_version, first.calendar_version) == ("p2", "c2")
    assert clock_due_at(first) == june("17 11:00")


def test_new_terms_are_applied_to_running_clocks_by_choice() -> None:
    policies = (POLICIES[0], replace(POLICIES[1], valid_from=june("15 10:00")))
    promise = Promised(occurred_at=june("15 09:10"), due_at=june("18 17:00"))
    applied = NewTermsApplied(occurred_at=june("15 10:30"))
    events = [START, promise, applied]
    first, resolution, said = derive_clocks(events, policies, CALENDARS)
    assert (first.policy_version, clock_due_at(first)) == ("p2", june("15 11:00"))
    assert (resolution.policy_version, clock_due_at(resolution)) == ("p2", june("22 09:00"))
    assert clock_due_at(said) == june("18 17:00")
    holiday = replace(applied, occurred_at=june("15 13:00"))
    first, resolution = derive_clocks([START, holiday], POLICIES, CALENDARS)
    assert clock_due_at(first) == june("17 09:00")
    assert clock_due_at(resolution) == june("23 09:00")


def test_new_terms_do_not_touch_overdue_or_stopped_clocks() -> None:
    applied = NewTermsApplied(occurred_at=june("16 10:00"))
    first, _ = derive_clocks([START, applied], POLICIES, CALENDARS)
    assert (first.policy_version, clock_due_at(first)) == ("p1", june("16 09:00"))
    stopped, _ = derive_clocks([START, contact("15 10:00"), applied], POLICIES, CALENDARS)
    assert stopped.policy_version == "p1"


def test_the_version_of_a_moment() -> None:
    assert version_at(POLICIES, june("15 23:59")).label == "p1"
    assert version_at(POLICIES, june("16 00:00")).label == "p2"
    assert version_at(POLICIES, at("2020-01-01 00:00")).label == "p1"
    assert version_at(POLICIES, june("20 00:00"), known_at=june("13 00:00")).label == "p1"
    assert version_at(POLICIES[1:], june("20 00:00"), known_at=june("13 00:00")).label == "p2"
    twice = (*POLICIES, replace(POLICIES[1], label="p3"))
    assert version_at(twice, june("20 00:00")).label == "p3"
    no_policies: tuple[Version[BusinessCalendar], ...] = ()
    with pytest.raises(NoVersionError):
        version_at(no_policies, june("15 00:00"))


def test_every_default_has_a_target() -> None:
    assert set(POLICY.response) == {channel.value for channel in Channel}
    assert set(POLICY.resolution) == {value.value for value in Severity}
    assert POLICY.response_to("pigeon") == POLICY.response[EMAIL]
    assert POLICY.response[TEXT] == hours(2)


def test_what_happened_before_anything_was_known_takes_what_was_saved_first() -> None:
    first = Version(OFFICE, june("01 00:00"), saved_at=june("10 00:00"), label="c1")
    corrected = Version(OFFICE, june("01 00:00"), saved_at=june("20 00:00"), label="c2")
    assert version_at([first, corrected], june("05 00:00"), known_at=june("05 00:00")).label == "c1"
    assert version_at([first, corrected], june("05 00:00"), known_at=june("20 00:00")).label == "c2"
