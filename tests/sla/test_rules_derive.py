"""Which facts start, stop, pause and move which clocks (rules 7 to 9 and 12 to 20)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from crm.sla.rules import (
    Channel,
    ClockKind,
    ClockState,
    Ended,
    EndReason,
    Event,
    LookedAt,
    Paused,
    PauseEnd,
    Promised,
    Reopened,
    Resolved,
    Resumed,
    clock_due_at,
    clock_result,
    derive,
)
from tests.sla.story import DONE, POLICY, START, clocks, contact, june, message, only
from tests.sla.test_rules_cases import OFFICE

EMAIL, TEXT, IN_PERSON = Channel.EMAIL, Channel.TEXT, Channel.IN_PERSON
FIRST, NEXT, PROMISE, RESOLUTION = ClockKind


# --- first response


def test_a_complaint_starts_response_and_resolution_when_it_happened() -> None:
    late = replace(START, logged_at=june("15 11:00"))
    first, resolution = clocks(late)
    assert (first.kind, first.channel, first.started_at) == (FIRST, EMAIL, june("15 09:00"))
    assert clock_due_at(first) == june("16 09:00")
    assert (resolution.kind, resolution.cycle) == (RESOLUTION, 1)
    assert clock_due_at(resolution) == june("22 09:00")


@pytest.mark.parametrize(
    "event",
    [
        contact("15 10:00", automatic=True),
        contact("15 10:00", reached=False),
        Event(occurred_at=june("15 10:00")),
        Resolved(occurred_at=june("15 10:00")),
        message("15 10:00"),
    ],
)
def test_what_does_not_stop_the_first_response(event: Event) -> None:
    assert only(FIRST, START, event).is_running


def test_the_first_human_contact_stops_it_on_any_channel() -> None:
    first = only(FIRST, START, contact("15 10:00"), contact("15 11:00"))
    assert first.stopped_at == june("15 10:00")


def test_a_contact_at_the_very_start_counts_and_one_before_does_not() -> None:
    assert only(FIRST, START, contact("15 09:00")).stopped_at == june("15 09:00")
    assert only(FIRST, contact("15 08:00"), START).is_running


def test_in_person_stops_at_once() -> None:
    first = only(FIRST, replace(START, channel=IN_PERSON))
    assert first.stopped_at == first.started_at
    assert clock_result(first) is ClockState.MET
    assert only(FIRST, replace(START, channel="pigeon")).channel == "pigeon"


def test_coming_in_person_answers_what_was_written_before() -> None:
    first, _, counter = clocks(START, message("15 10:00", IN_PERSON))
    assert first.stopped_at == counter.stopped_at == june("15 10:00")


# --- next response


def test_the_next_response_starts_at_the_first_unanswered_message() -> None:
    before = (START, message("15 09:30"), contact("15 10:00"))
    assert not [clock for clock in clocks(*before) if clock.kind is NEXT]
    running = only(NEXT, *before, message("15 11:00"), message("15 12:00", ref="n"))
    assert (running.started_at, running.ref) == (june("15 11:00"), "m")
    answered = only(NEXT, *before, message("15 11:00"), contact("15 13:00"))
    assert answered.stopped_at == june("15 13:00")


def test_another_channel_gets_its_own_clock_and_loosens_nothing() -> None:
    events = (START, contact("15 10:00"), message("15 11:00"), message("15 11:30", TEXT, "t"))
    slow, fast = [clock for clock in clocks(*events) if clock.kind is NEXT]
    assert clock_due_at(slow) == june("16 11:00")
    assert clock_due_at(fast) == june("15 13:30")
    done = clocks(*events, contact("15 12:00"))
    assert all(clock.stopped_at for clock in done if clock.kind is NEXT)


def test_another_channel_before_the_first_response() -> None:
    first, _, fast = clocks(START, message("15 09:30", TEXT))
    assert (first.kind, fast.kind) == (FIRST, FIRST)
    assert clock_due_at(first) == june("16 09:00")
    assert clock_due_at(fast) == june("15 11:30")


# --- promises


def test_a_promise_is_met_by_a_later_contact_only() -> None:
    promise = Promised(occurred_at=june("15 10:00"), due_at=june("18 17:00"), ref="p")
    call = contact("15 10:00")
    assert only(PROMISE, START, call, promise).is_running
    assert only(PROMISE, START, call, promise, contact("16 10:00", reached=False)).is_running
    kept = only(PROMISE, START, call, promise, contact("18 17:00"))
    assert clock_result(kept) is ClockState.MET
    broken = only(PROMISE, START, call, promise, contact("18 17:01"))
    assert clock_result(broken) is ClockState.MET_LATE


# --- pauses


def test_only_the_resolution_pauses() -> None:
    pause = Paused(occurred_at=june("15 10:00"), reason="customer", resume_at=june("17 10:00"))
    first, resolution = clocks(START, pause)
    assert not first.pauses
    assert resolution.pauses[0].ends_at == june("17 10:00")
    assert resolution.pauses[0].ended_by is PauseEnd.DATE
    assert clock_due_at(resolution) == june("24 09:00")


@pytest.mark.parametrize(
    ("event", "ended_by"),
    [
        (message("16 10:00"), PauseEnd.MESSAGE),
        (Resumed(occurred_at=june("16 10:00")), PauseEnd.HAND),
        (Resolved(occurred_at=june("16 10:00")), PauseEnd.RESOLVED),
    ],
)
def test_what_ends_a_pause(event: Event, ended_by: PauseEnd) -> None:
    pause = Paused(occurred_at=june("15 10:00"), reason="supplier")
    (ended,) = only(RESOLUTION, START, pause, event).pauses
    assert (ended.ends_at, ended.ended_by) == (june("16 10:00"), ended_by)


@pytest.mark.parametrize("resume_at", [None, june("30 09:00")])
def test_a_pause_is_capped(resume_at: datetime | None) -> None:
    pause = Paused(occurred_at=june("15 10:00"), reason="customer", resume_at=resume_at)
    (capped,) = only(RESOLUTION, START, pause, Resumed(occurred_at=june("30 09:30"))).pauses
    assert (capped.ends_at, capped.ended_by) == (june("29 10:00"), PauseEnd.CAP)


def test_a_resume_date_of_the_past_is_no_pause() -> None:
    pause = Paused(occurred_at=june("16 10:00"), reason="date", resume_at=june("15 10:00"))
    assert clock_due_at(only(RESOLUTION, START, pause)) == june("22 09:00")


# --- resolution and reopening


def test_resolving_stops_the_resolution_alone() -> None:
    first, resolution = clocks(START, Resolved(occurred_at=june("16 10:00")))
    assert first.is_running
    assert resolution.stopped_at == june("16 10:00")


def test_reopening_begins_a_cycle_and_the_old_results_stay() -> None:
    events = (
        START,
        contact("15 10:00"),
        Resolved(occurred_at=june("15 12:00")),
        Reopened(occurred_at=june("16 12:00"), ref="o"),
    )
    assert only(RESOLUTION, *events).stopped_at == june("15 12:00")
    second = only(RESOLUTION, *events, cycle=2)
    assert (second.started_at, second.is_running) == (june("16 12:00"), True)
    assert not [clock for clock in clocks(*events) if clock.kind is NEXT]
    again = Reopened(occurred_at=june("16 13:00"))
    assert len(clocks(*events, again)) == len(clocks(*events))


def test_a_message_after_the_end_waits_for_a_look() -> None:
    thanks = message("16 08:00", ref="t")
    derived = derive([*DONE, thanks], POLICY, OFFICE)
    assert derived.waiting == (thanks,)
    assert len(derived.clocks) == 2
    assert not derive(DONE, POLICY, OFFICE).waiting


def test_only_thanks_ends_there_and_never_breaches() -> None:
    look = LookedAt(occurred_at=june("17 10:00"), message_ref="t", only_thanks=True)
    derived = derive([*DONE, message("16 08:00", ref="t"), look], POLICY, OFFICE)
    assert not derived.waiting
    assert [clock_result(clock) for clock in derived.clocks] == [ClockState.MET] * 2
    open_case = clocks(START, contact("15 10:00"), message("15 11:00", ref="t"), look)
    assert [clock.kind for clock in open_case] == [FIRST, RESOLUTION]


def test_any_other_message_reopens_from_its_own_time() -> None:
    look = LookedAt(occurred_at=june("17 10:00"), message_ref="t", only_thanks=False)
    events = (*DONE, message("16 08:00", ref="t"), look)
    assert only(RESOLUTION, *events, cycle=2).started_at == june("16 08:00")
    answer = only(NEXT, *events, cycle=2)
    assert (answer.started_at, answer.is_running) == (june("16 08:00"), True)


def test_who_reopens_says_of_what_waits_that_the_case_goes_on() -> None:
    waits = (*DONE, message("15 13:00", TEXT))
    reopened = Reopened(occurred_at=june("15 15:30"), ref="o")
    events = (*waits, reopened)
    assert derive(events, POLICY, OFFICE).waiting == ()
    assert only(RESOLUTION, *events, cycle=2).started_at == june("15 13:00")
    owed = only(NEXT, *events, cycle=2)
    assert (owed.started_at, clock_due_at(owed)) == (june("15 13:00"), june("15 15:00"))
    answered = only(NEXT, *waits, contact("15 14:00"), reopened, cycle=2)
    assert answered.stopped_at == june("15 14:00")
    thanks = LookedAt(occurred_at=june("15 14:00"), message_ref="m", only_thanks=True)
    assert only(RESOLUTION, *waits, thanks, reopened, cycle=2).started_at == june("15 15:30")


def test_of_two_messages_the_one_that_nobody_looked_at_waits_on() -> None:
    thanks, broken = message("15 13:00", TEXT, "m"), message("15 14:00", TEXT, "n")
    look = LookedAt(occurred_at=june("15 16:00"), message_ref="n", only_thanks=False)
    derivation = derive((*DONE, thanks, broken, look), POLICY, OFFICE)
    assert derivation.waiting == (thanks,)
    assert only(NEXT, *DONE, thanks, broken, look, cycle=2).started_at == june("15 14:00")


@pytest.mark.parametrize("reason", [EndReason.CANCELLED, EndReason.WITHDRAWN])
def test_reopened_before_anybody_answered_the_answer_is_owed_afresh(reason: EndReason) -> None:
    ended = Ended(occurred_at=june("15 10:00"), reason=reason)
    reopened = Reopened(occurred_at=june("15 11:00"), ref="o")
    assert not only(FIRST, START, ended).is_running
    fresh = only(FIRST, START, ended, reopened, cycle=2)
    assert (fresh.channel, fresh.started_at, clock_due_at(fresh)) == (EMAIL, june("15 11:00"), june("16 11:00"))
    both = (START, message("15 09:30", TEXT), ended, reopened)
    assert only(FIRST, *both, cycle=2).channel == TEXT  # the stricter of the two
    asked = (START, contact("15 09:10"), message("15 09:30", TEXT), ended, reopened)
    assert only(NEXT, *asked, cycle=2).started_at == june("15 11:00")


@pytest.mark.parametrize(
    "between",
    [
        (contact("15 10:30"),),
        (message("15 10:30", TEXT), LookedAt(occurred_at=june("15 10:40"), message_ref="m", only_thanks=False)),
    ],
)
def test_an_answer_that_is_not_owed_any_more_does_not_run_again(between: tuple[Event, ...]) -> None:
    ended = Ended(occurred_at=june("15 10:00"), reason=EndReason.CANCELLED)
    again = (Resolved(occurred_at=june("15 12:00")), Reopened(occurred_at=june("15 13:00"), ref="o"))
    running = [clock for clock in clocks(START, ended, *between, *again) if clock.is_running]
    assert EMAIL not in {clock.channel for clock in running if clock.kind in (FIRST, NEXT)}


def test_a_case_that_is_open_is_not_reopened() -> None:
    assert clocks(START, Reopened(occurred_at=june("15 10:00"))) == clocks(START)


@pytest.mark.parametrize("only_thanks", [None, True, False])
def test_who_comes_in_person_after_the_end_is_answered_at_once(only_thanks: bool | None) -> None:
    unanswered = (START, Resolved(occurred_at=june("15 12:00")), message("15 13:00", IN_PERSON))
    look = LookedAt(occurred_at=june("15 13:30"), message_ref="m", only_thanks=bool(only_thanks))
    events = unanswered if only_thanks is None else (*unanswered, look)
    first = next(clock for clock in clocks(*events) if clock.ref == "r" and clock.kind is FIRST)
    assert first.stopped_at == june("15 13:00")


# --- pauses that follow each other, and their cap


def test_a_second_pause_takes_the_place_of_the_first() -> None:
    long = Paused(occurred_at=june("15 10:00"), reason="customer", resume_at=june("26 09:00"))
    short = Paused(occurred_at=june("15 11:00"), reason="customer", resume_at=june("17 09:00"))
    pauses = only(RESOLUTION, START, long, short).pauses
    assert [(pause.ends_at, pause.ended_by) for pause in pauses] == [
        (june("15 11:00"), PauseEnd.HAND),
        (june("17 09:00"), PauseEnd.DATE),
    ]
    assert clock_due_at(only(RESOLUTION, START, long, short)) == june("24 08:00")


@pytest.mark.parametrize(("days", "ends"), [(None, "29 10:00"), (3, "18 10:00"), (15, "30 09:00")])
def test_a_pause_is_capped_as_it_was_agreed_then(days: int | None, ends: str) -> None:
    cap_time = None if days is None else timedelta(days=days)
    pause = Paused(occurred_at=june("15 10:00"), reason="x", resume_at=june("30 09:00"), cap_time=cap_time)
    assert only(RESOLUTION, START, pause).pauses[0].ends_at == june(ends)
