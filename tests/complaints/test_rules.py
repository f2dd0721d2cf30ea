"""The decisions of service recovery: tables of examples, without database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from crm.complaints import rules
from crm.complaints.rules import EventKind, Happening, NextStep, RemedyKind, Status
from crm.shared.permissions import Role
from crm.sla.rules import BusinessCalendar, Contacted, Ended, Policy, Received, Reopened, derive

START = datetime(2026, 6, 12, 11, 0, tzinfo=UTC)
NOW = START + timedelta(days=1)
ALWAYS = BusinessCalendar("UTC", {day: ((datetime.min.time(), datetime.min.time()),) for day in range(7)})


def happened(*steps: tuple[str, dict[str, Any]] | str, channel: str = "text") -> list[Happening]:
    """Return events ten minutes apart, the first one opening the complaint."""
    listed: list[tuple[str, dict[str, Any]]] = [("opened", {"channel": channel, "severity": "normal"})]
    listed += [step if isinstance(step, tuple) else (step, {}) for step in steps]
    found = []
    for number, (kind, given) in enumerate(listed):
        fields = {name: given[name] for name in ("channel", "outcome", "reason") if name in given}
        at = START + timedelta(minutes=10 * number)
        details = {name: value for name, value in given.items() if name not in ("channel", "outcome", "reason")}
        found.append(
            Happening(
                id=number + 1,
                kind=kind,
                occurred_at=at,
                logged_at=at,
                **{"channel": "phone", **fields},
                details=details,
            )
        )
    return found


RESOLVED = ("resolved", {"follow_up_on": "2026-06-15"})
REFUND = ("remedy-offered", {"remedy_id": 7, "needs_approval": True})


@pytest.mark.parametrize(
    ("steps", "status"),
    [
        ((), Status.NEW),
        (("noted", "assigned"), Status.NEW),
        ((("said", {"outcome": "no-answer"}),), Status.NEW),
        ((("said", {"automatic": True}),), Status.NEW),
        (("said",), Status.ACKNOWLEDGED),
        (("acknowledged",), Status.ACKNOWLEDGED),
        (("said", "noted"), Status.INVESTIGATING),
        (("investigated",), Status.INVESTIGATING),
        (("investigated", "said"), Status.INVESTIGATING),
        (("said", REFUND), Status.REMEDY_OFFERED),
        (("said", REFUND, "noted"), Status.REMEDY_OFFERED),
        (("said", RESOLVED), Status.RESOLVED),
        (("said", RESOLVED, ("followed-up", {"answer": "satisfied"})), Status.FOLLOWED_UP),
        (("said", RESOLVED, ("followed-up", {"answer": "no-answer"})), Status.RESOLVED),
        (
            ("said", RESOLVED, ("followed-up", {"answer": "no-answer"}), ("followed-up", {"answer": "no-answer"})),
            Status.FOLLOWED_UP,
        ),
        (("said", RESOLVED, ("followed-up", {"answer": "not-satisfied"})), Status.REOPENED),
        (("said", RESOLVED, "reopened", "investigated"), Status.INVESTIGATING),
        (("said", RESOLVED, "reopened", "said"), Status.REOPENED),
        (("withdrawn",), Status.WITHDRAWN),
        (("cancelled",), Status.CANCELLED),
        (("duplicate",), Status.DUPLICATE),
    ],
)
def test_the_status_follows_from_the_events(steps: Any, status: Status) -> None:
    assert rules.standing_of(happened(*steps)).status is status


@pytest.mark.parametrize(
    ("steps", "taken"),
    [
        ((), ["new"]),
        (("noted",), ["new"]),
        (("said", RESOLVED), ["new", "acknowledged", "resolved"]),
        ((RESOLVED, ("followed-up", {"answer": "satisfied"})), ["new", "resolved", "followed-up"]),
        (("said", "noted", REFUND, RESOLVED), ["new", "acknowledged", "investigating", "remedy-offered", "resolved"]),
        (("said", "investigated", REFUND, RESOLVED, "reopened"), ["new", "acknowledged"]),
        (("said", REFUND, RESOLVED, "reopened", RESOLVED), ["new", "acknowledged", "resolved"]),
    ],
)
def test_a_step_that_was_left_out_is_not_told_as_taken(steps: Any, taken: list[str]) -> None:
    assert [step for step in rules.STEPS if step in rules.standing_of(happened(*steps)).taken] == taken


def test_somebody_who_stands_at_the_counter_is_answered_at_once() -> None:
    standing = rules.standing_of(happened(channel="in-person"))
    assert standing.acknowledged_at == START and standing.unanswered_since is None


def test_a_correction_of_the_channel_takes_the_answer_back() -> None:
    opened = happened(channel="in-person")
    details = {"event_id": 1, "channel": "text"}
    correction = Happening(id=2, kind="corrected", occurred_at=START, logged_at=START, details=details)
    assert rules.standing_of([*opened, correction]).acknowledged_at is None


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ((), NextStep.ANSWER),
        (("said",), NextStep.INVESTIGATE),
        (("said", "heard"), NextStep.ANSWER),
        (("said", "investigated"), NextStep.OFFER_REMEDY),
        (("said", REFUND), NextStep.DECIDE),
        (("said", REFUND, ("remedy-approved", {"remedy_id": 7})), NextStep.GIVE_REMEDY),
        (("said", REFUND, ("remedy-declined", {"remedy_id": 7})), NextStep.RESOLVE),
        (("said", RESOLVED), NextStep.FOLLOW_UP),
        (("said", RESOLVED, "heard"), NextStep.LOOK),
        (("said", RESOLVED, "heard", ("looked-at", {"event_id": 4, "only_thanks": True})), NextStep.FOLLOW_UP),
        (("said", RESOLVED, "heard", ("looked-at", {"event_id": 4, "only_thanks": False})), NextStep.ANSWER),
        (("withdrawn",), NextStep.NOTHING),
    ],
)
def test_one_thing_comes_next(steps: Any, expected: NextStep) -> None:
    assert rules.next_step(rules.standing_of(happened(*steps))) is expected


def test_a_follow_up_closes_unless_something_is_owed() -> None:
    done = ("said", REFUND, ("remedy-approved", {"remedy_id": 7}), RESOLVED, ("followed-up", {"answer": "satisfied"}))
    owed = rules.standing_of(happened(*done))
    assert rules.closed_at(owed, has_running_clocks=False) is None
    given = rules.standing_of(happened(*done, ("remedy-given", {"remedy_id": 7})))
    assert rules.closed_at(given, has_running_clocks=True) is None
    assert rules.closed_at(given, has_running_clocks=False) == START + timedelta(minutes=60)
    noted = rules.standing_of(happened(*done, ("remedy-given", {"remedy_id": 7}), "noted"))
    assert rules.closed_at(noted, has_running_clocks=False) == START + timedelta(minutes=60)
    thanked = rules.standing_of(happened(*done, ("remedy-given", {"remedy_id": 7}), "heard"))
    assert rules.closed_at(thanked, has_running_clocks=False) is None


def test_resolving_needs_somebody_in_charge_and_no_open_question() -> None:
    with pytest.raises(rules.NobodyInCharge):
        rules.check_resolve(rules.standing_of(happened("said")), in_charge_id=None)
    with pytest.raises(rules.ApprovalPending):
        rules.check_resolve(rules.standing_of(happened(REFUND)), in_charge_id=1)
    with pytest.raises(rules.AlreadyOver):
        rules.check_resolve(rules.standing_of(happened(RESOLVED)), in_charge_id=1)
    rules.check_resolve(rules.standing_of(happened()), in_charge_id=1)


@pytest.mark.parametrize(
    ("role", "cost", "needs"),
    [
        (Role.FRONT_DESK, "0", False),
        (Role.FRONT_DESK, "1000", False),
        (Role.FRONT_DESK, "1000.01", True),
        (Role.MANAGER, "1000", True),
        (Role.OWNER, "999999", False),
    ],
)
def test_a_role_gives_up_to_its_limit(role: Role, cost: str, needs: bool) -> None:
    limits = {("front-desk", "refund"): Decimal(1000)}
    assert rules.needs_approval(role, RemedyKind.REFUND, Decimal(cost), limits) is needs


def test_the_front_desk_never_decides_and_a_manager_within_limits() -> None:
    limits = {(str(role), "refund"): Decimal(1000) for role in Role}
    assert not rules.may_decide(Role.FRONT_DESK, "refund", Decimal(1), limits)
    assert rules.may_decide(Role.MANAGER, "refund", Decimal(1000), limits)
    assert not rules.may_decide(Role.MANAGER, "refund", Decimal(1001), limits)
    assert rules.may_decide(Role.OWNER, "refund", Decimal(1001), limits)


def test_only_seniors_lower_a_severity() -> None:
    rules.check_severity("low", "high", Role.FRONT_DESK, is_lowered=False)
    rules.check_severity("high", "low", Role.MANAGER, is_lowered=True)
    with pytest.raises(rules.NotYours):
        rules.check_severity("high", "low", Role.FRONT_DESK, is_lowered=True)
    with pytest.raises(rules.SameSeverity):
        rules.check_severity("high", "high", Role.OWNER, is_lowered=False)


def test_days_of_pauses_and_follow_ups() -> None:
    friday, closed = date(2026, 6, 12), {date(2026, 6, 14), date(2026, 6, 15)}
    assert rules.follow_up_day(friday, 3, lambda day: day not in closed) == date(2026, 6, 16)
    assert rules.next_try_day(friday, 0, lambda day: True) == date(2026, 6, 13)
    assert rules.next_try_day(friday, 1, lambda day: True) is None
    assert rules.resume_day(date(2026, 6, 13), friday, 14) == date(2026, 6, 13)
    assert rules.resume_day(date(2026, 8, 1), friday, 14) == date(2026, 6, 26)
    with pytest.raises(rules.BadResumeDate):
        rules.resume_day(friday, friday, 14)
    with pytest.raises(rules.BadPromise):
        rules.check_promise(START, START)


@pytest.mark.parametrize(
    "text", ["C-1042", "c 10 42", "1042", "C1042", "c-10-42", "#1042", " C – 1042 ", "C-١٠٤٢", "௧௦௪௨", "Ｃ-１０４２"]
)
def test_references_as_people_write_them(text: str) -> None:
    assert rules.parse_reference(text) == 42
    assert rules.reference_of(42) == "C-1042" and rules.spoken_reference(42) == "C 10 42"


@pytest.mark.parametrize("text", ["", "C", "C-1000", "C-999", "D-1042", "C-10x42", "9" * 40, "-", "C-", "²"])
def test_what_is_no_reference_is_refused(text: str) -> None:
    with pytest.raises(rules.BadReference):
        rules.parse_reference(text)


def test_long_references_are_said_in_pairs() -> None:
    assert rules.spoken_reference(9005) == "C 1 00 05"


@pytest.mark.parametrize(
    ("title", "words", "expected"),
    [
        (" Wrong colour ", "x", "Wrong colour"),
        ("", "\n First line \nsecond", "First line"),
        ("", "word " * 40, ("word " * 23).strip() + "…"),
        ("", "x" * 200, "x" * 119 + "…"),
        ("", "  ", ""),
    ],
)
def test_a_title_comes_from_the_words(title: str, words: str, expected: str) -> None:
    assert rules.title_of(title, words) == expected


def test_every_kind_of_event_has_its_facts() -> None:
    assert [type(fact) for fact in rules.facts_of(happened("noted", "assigned", "linked"))] == [Received]
    followed = rules.facts_of(happened(RESOLVED, ("followed-up", {"answer": "not-satisfied"})))
    assert [type(fact) for fact in followed[2:]] == [Contacted, Reopened]
    assert isinstance(rules.facts_of(happened("withdrawn"))[-1], Ended)
    made = rules.facts_of(happened(("said", {"due_at": "2026-06-13T10:00:00+00:00"})))
    assert len(made) == 3
    assert set(EventKind) >= {each.kind for each in happened("said", RESOLVED)}


def test_what_is_due_next_is_a_clock_else_what_is_done_without_one() -> None:
    def due(*steps: Any) -> tuple[str, datetime | None]:
        events = happened(*steps)
        clocks = derive(rules.facts_of(events), Policy(), ALWAYS).clocks
        found = rules.next_due(clocks, rules.standing_of(events), START + timedelta(days=3), NOW)
        return found.kind, found.at

    assert due() == ("first_response", START + timedelta(hours=2))
    assert due("said")[0] == "resolution"
    assert due("said", RESOLVED) == ("follow-up", START + timedelta(days=3))
    assert due("said", RESOLVED, "heard") == ("look", START + timedelta(minutes=30))
    owed = (REFUND, ("remedy-approved", {"remedy_id": 7}), RESOLVED, ("followed-up", {"answer": "satisfied"}))
    assert due("said", *owed) == ("remedy", START + timedelta(minutes=50))
    assert due("said", *owed, ("remedy-given", {"remedy_id": 7}))[0] == ""
    assert due("withdrawn")[1] is None


def test_going_on_before_the_day_ends_a_pause_and_its_clock_runs_again() -> None:
    until = (START + timedelta(days=3)).isoformat()
    pause = ("paused", {"resume_on": "2026-06-15", "resume_at": until, "reason": "waits for the customer"})
    waits, goes_on = happened("said", pause), happened("said", pause, "resumed")
    assert rules.standing_of(waits).waiting_until == date(2026, 6, 15)
    assert rules.standing_of(goes_on).waiting_until is None
    assert rules.standing_of(happened("said", RESOLVED, pause)).waiting_until is None

    def resolution_due_at(events: list[Happening]) -> datetime:
        clocks = derive(rules.facts_of(events), Policy(), ALWAYS).clocks
        return rules.next_due(clocks, rules.standing_of(events), None, NOW).at or START

    usual = resolution_due_at(happened("said"))
    assert resolution_due_at(waits) == usual + timedelta(days=3) - timedelta(minutes=20)
    assert resolution_due_at(goes_on) == usual + timedelta(minutes=10)


@pytest.mark.parametrize(
    ("steps", "may"),
    [
        ((), True),
        (("said",), True),
        (("said", "investigated"), False),
        (("said", REFUND), False),
        (("said", RESOLVED), False),
        (("said", RESOLVED, "reopened"), True),
        (("said", RESOLVED, "reopened", "investigated"), False),
    ],
)
def test_looking_into_it_begins_once_a_cycle(steps: Any, may: bool) -> None:
    standing = rules.standing_of(happened(*steps))
    if may:
        rules.check_investigate(standing)
        return
    with pytest.raises(rules.StepNotNow):
        rules.check_investigate(standing)


def dated(events: list[Happening], number: int, minutes: float) -> list[Happening]:
    """Return events with one that happened so many minutes after the start, written down where it stands."""
    moved = replace(events[number - 1], occurred_at=START + timedelta(minutes=minutes))
    return [moved if event.id == number else event for event in events]


PAUSED = ("paused", {"resume_on": "2026-06-20", "resume_at": (START + timedelta(days=8)).isoformat()})


def test_a_message_that_came_before_the_resolution_waits_for_no_look() -> None:
    events = dated(happened("said", RESOLVED, "heard"), 4, 15)
    standing, derivation = rules.standing_of(events), derive(rules.facts_of(events), Policy(), ALWAYS)
    assert standing.messages == {} and derivation.waiting == ()
    assert (standing.status, standing.cycle) == (Status.RESOLVED, 1)
    assert [clock.kind for clock in derivation.clocks if clock.is_running] == ["next_response"]


def test_a_message_that_came_before_a_pause_leaves_it_open() -> None:
    assert rules.standing_of(dated(happened("said", PAUSED, "heard"), 4, 15)).waiting_until == date(2026, 6, 20)
    assert rules.standing_of(happened("said", PAUSED, "heard")).waiting_until is None


def test_a_look_at_one_message_leaves_the_other_waiting() -> None:
    look = ("looked-at", {"event_id": 5, "only_thanks": False})
    standing = rules.standing_of(happened("said", RESOLVED, "heard", "heard", look))
    assert (standing.status, set(standing.messages)) == (Status.REOPENED, {4})
    reopened = rules.standing_of(happened("said", RESOLVED, "heard", "heard", "reopened"))
    assert (reopened.status, reopened.cycle, reopened.messages) == (Status.REOPENED, 2, {})


@pytest.mark.parametrize(
    ("answer", "is_satisfied"), [("satisfied", True), ("not-satisfied", False), ("no-answer", None)]
)
def test_asking_while_a_message_waited_does_not_end_what_it_began(answer: str, is_satisfied: bool | None) -> None:
    look = ("looked-at", {"event_id": 4, "only_thanks": False})
    standing = rules.standing_of(happened("said", RESOLVED, "heard", ("followed-up", {"answer": answer}), look))
    assert (standing.status, standing.cycle, standing.is_satisfied) == (Status.REOPENED, 2, is_satisfied)
    assert standing.follow_up_tries == 0


def test_nobody_waits_for_an_answer_to_a_thank_you() -> None:
    thanks = ("looked-at", {"event_id": 4, "only_thanks": True})
    standing = rules.standing_of(happened("said", RESOLVED, "heard", thanks, "reopened"))
    assert standing.unanswered_since is None and rules.next_step(standing) is NextStep.INVESTIGATE
