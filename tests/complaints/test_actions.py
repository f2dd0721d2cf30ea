"""What changes complaints: state, exactly one event each, and clocks that can be worked out again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from crm.accounts.models import Staff
from crm.complaints import rules
from crm.complaints.actions import conversation, ending, remedies, steps
from crm.complaints.actions.conversation import Said
from crm.complaints.actions.recording import clock_values, refresh
from crm.complaints.actions.remedies import Offer
from crm.complaints.models import AuthorityLimit, Complaint, ComplaintClock, ComplaintEvent, RecoverySettings
from crm.complaints.queries.cases import Case, case_of
from crm.complaints.rules import EventKind, FollowUpAnswer, PauseReason, RemedyKind
from crm.contacts.erasers import erase_everywhere
from crm.extensions import db
from crm.interactions.rules import NotYetHappened
from crm.shared import clock as present
from crm.shared.models import AuditEvent
from crm.sla.rules import ClockKind
from tests.conftest import NOW
from tests.factories.complaints import by, make_case

SAID = Said(channel="text", text="We are on it.")
HEARD = Said(channel="text", text="Any news?")
DERIVED = (
    "status", "cycle", "next_due_at", "due_kind", "due_soon_at", "message_waiting_at", "waiting_until",
    "acknowledged_at", "resolved_at", "follow_up_on", "follow_up_tries", "followed_up_at",
    "is_satisfied", "closed_at", "version",
)  # fmt: skip


def later(minutes: float) -> time_machine.travel:
    """Move the clock on from Friday 16:30."""
    return time_machine.travel(NOW + timedelta(minutes=minutes), tick=False)


def _events() -> int:
    return db.session.scalar(select(func.count()).select_from(ComplaintEvent)) or 0


def _audits() -> int:
    return db.session.scalar(select(func.count()).select_from(AuditEvent)) or 0


def _clock(case: Case, kind: ClockKind, cycle: int = 1) -> ComplaintClock:
    where = (
        ComplaintClock.complaint_id == case.complaint.id,
        ComplaintClock.kind == kind,
        ComplaintClock.cycle == cycle,
    )
    return db.session.scalars(select(ComplaintClock).where(*where)).one()


def rederived() -> None:
    """Work every complaint out again and find what is stored."""
    db.session.flush()
    now = present.now()
    for complaint in db.session.scalars(select(Complaint)).all():
        before = {name: getattr(complaint, name) for name in DERIVED}
        stored = select(ComplaintClock).where(ComplaintClock.complaint_id == complaint.id)
        rows = {(row.kind, row.event_id): (row.id, row.position) for row in db.session.scalars(stored)}
        refresh(complaint.id, now)
        assert {name: getattr(complaint, name) for name in DERIVED} == before
        again = {(row.kind, row.event_id): (row.id, row.position) for row in db.session.scalars(stored)}
        assert again == rows
        case = case_of(complaint.id)
        assert case is not None and complaint.version == len(case.events)
        values = {(row.kind, row.event_id): row for row in db.session.scalars(stored)}
        for clock in case.derivation.clocks:
            row = values[clock.kind.value, int(clock.ref)]
            derived = clock_values(clock, now)
            assert {name: getattr(row, name) for name in derived} == derived


STEPS: dict[str, Callable[[Case, Staff], object]] = {
    "say": lambda case, who: conversation.converse(case, SAID, by(who), direction="out"),
    "hear": lambda case, who: conversation.converse(case, HEARD, by(who), direction="in"),
    "note": lambda case, who: conversation.note(case, "Old tube", by(who)),
    "assign": lambda case, who: steps.assign(case, None, by(who)),
    "investigate": lambda case, who: steps.investigate(case, "", by(who)),
    "raise": lambda case, who: steps.change_severity(case, "urgent", by(who)),
    "category": lambda case, who: steps.change_category(case, None, "Clearer", by(who)),
    "promise": lambda case, who: steps.promise(case, "call back", NOW + timedelta(hours=1), by(who)),
    "pause": lambda case, who: steps.pause(case, PauseReason.CUSTOMER, date(2026, 6, 16), "receipt", by(who)),
    "remedy": lambda case, who: remedies.offer_remedy(case, Offer(kind=RemedyKind.APOLOGY), by(who)),
    "resolve": lambda case, who: ending.resolve(case, ending.Resolution(text="done"), by(who)),
    "withdraw": lambda case, who: ending.withdraw(case, "", by(who)),
    "mistake": lambda case, who: ending.withdraw(case, "", by(who), is_mistake=True),
    "terms": lambda case, who: steps.apply_new_terms(case, "new", by(who)),
}


@pytest.mark.parametrize("step", STEPS)
def test_every_step_is_one_event_and_can_be_worked_out_again(kavitha: Staff, step: str) -> None:
    case = make_case(kavitha)
    events, audits = _events(), _audits()
    with later(5):
        STEPS[step](case, kavitha)
    assert (_events(), _audits()) == (events + 1, audits + 1)
    rederived()


def test_a_wrong_version_is_refused(kavitha: Staff) -> None:
    case = make_case(kavitha)
    conversation.note(case, "one", by(kavitha, version=1))
    with pytest.raises(rules.ComplaintChanged):
        conversation.note(case, "two", by(kavitha, version=1))
    assert case.complaint.version == 2


def test_a_text_on_friday_afternoon_to_the_end(kavitha: Staff, owner: Staff) -> None:
    """The story of the issue: due on Monday, broken by itself, refunded with a yes, reopened, fixed."""
    db.session.add(AuthorityLimit(role="front-desk", remedy_kind="refund", amount=Decimal(1000)))
    with later(170):  # Friday 19:20; open until 20:00 and on Saturday
        case = make_case(kavitha)
        assert _clock(case, ClockKind.FIRST_RESPONSE).due_at == datetime(2026, 6, 13, 4, 50, tzinfo=UTC)
    with later(60 * 24):
        conversation.converse(case, SAID, by(kavitha), direction="out")
        assert _clock(case, ClockKind.FIRST_RESPONSE).result == "met_late"
        remedy = remedies.offer_remedy(case, Offer(kind=RemedyKind.REFUND, cost=Decimal(2400)), by(kavitha))
        assert remedy.needs_approval and case.complaint.status == "remedy-offered"
        with pytest.raises(rules.ApprovalPending):
            ending.resolve(case, ending.Resolution(text="x"), by(kavitha))
        with pytest.raises(rules.NotYours):
            remedies.decide_remedy(case, remedy, by(kavitha), is_approved=True)
        remedies.decide_remedy(case, remedy, by(owner), is_approved=True)
        with pytest.raises(rules.RemedyDecided):
            remedies.decide_remedy(case, remedy, by(owner), is_approved=False)
        remedies.give_remedy(case, remedy, by(kavitha))
        with pytest.raises(rules.RemedyGiven):
            remedies.give_remedy(case, remedy, by(kavitha))
        fixed = ending.Resolution(
            text="Refunded", root_cause="Old tube", prevention="Check dates", prevention_due_on=date(2026, 6, 20)
        )
        ending.resolve(case, fixed, by(kavitha))
        assert case.complaint.follow_up_on == date(2026, 6, 16)
    with later(60 * 24 * 4):
        ending.follow_up(case, FollowUpAnswer.NOT_SATISFIED, "phone", "Still dark", by(kavitha))
        assert (case.complaint.status, case.complaint.cycle) == ("reopened", 2)
        assert _clock(case, ClockKind.RESOLUTION).result == "met"
        assert _clock(case, ClockKind.RESOLUTION, 2).stopped_at is None
        ending.resolve(case, ending.Resolution(text="Recoloured"), by(kavitha))
    with later(60 * 24 * 8):
        ending.follow_up(case, FollowUpAnswer.SATISFIED, "phone", "", by(kavitha))
    assert case.complaint.status == "closed" and case.complaint.is_satisfied
    rederived()


def test_two_tries_without_answer_close(kavitha: Staff) -> None:
    case = make_case(kavitha, channel="in-person")
    ending.resolve(case, ending.Resolution(text="done"), by(kavitha))
    for minutes in (60 * 72, 60 * 96):
        with later(minutes):
            ending.follow_up(case, FollowUpAnswer.NO_ANSWER, "phone", "", by(kavitha))
    assert (case.complaint.status, case.complaint.is_satisfied) == ("closed", None)
    rederived()


def test_a_thank_you_ends_there_and_another_message_reopens_from_its_time(kavitha: Staff) -> None:
    case = make_case(kavitha, channel="in-person")
    ending.resolve(case, ending.Resolution(text="done"), by(kavitha))
    with later(60):
        thanks = conversation.hear(case, Said(channel="text", text="Thank you"), by(kavitha))
        assert case.complaint.message_waiting_at is not None
        conversation.look_at(case, thanks.id, by(kavitha), only_thanks=True)
        assert case.complaint.status == "resolved" and case.complaint.message_waiting_at is None
        with pytest.raises(rules.MessageLookedAt):
            conversation.look_at(case, thanks.id, by(kavitha), only_thanks=False)
        again = conversation.hear(case, Said(channel="text", text="It is dark again"), by(kavitha))
    with later(120):
        conversation.look_at(case, again.id, by(kavitha), only_thanks=False)
    assert case.complaint.status == "reopened"
    assert _clock(case, ClockKind.RESOLUTION, 2).started_at == NOW + timedelta(minutes=60)
    rederived()


def test_a_pause_moves_the_resolution_and_a_message_ends_it(kavitha: Staff) -> None:
    case = make_case(kavitha)
    before = _clock(case, ClockKind.RESOLUTION).due_at
    steps.pause(case, PauseReason.CUSTOMER, date(2026, 6, 16), "", by(kavitha))
    assert case.complaint.waiting_until == date(2026, 6, 16)
    assert _clock(case, ClockKind.RESOLUTION).due_at > before + timedelta(days=2)
    with later(30):
        conversation.hear(case, HEARD, by(kavitha))
        assert case.complaint.waiting_until is None
        with pytest.raises(rules.StepNotNow):
            steps.resume(case, by(kavitha))
    assert _clock(case, ClockKind.RESOLUTION).due_at == before + timedelta(minutes=30)
    db.session.get_one(RecoverySettings, 1).pause_cap_days = 5
    with later(40):
        steps.pause(case, PauseReason.SUPPLIER, date(2026, 8, 1), "", by(kavitha))
    assert case.complaint.waiting_until == date(2026, 6, 17)
    rederived()


def test_late_entries_need_a_reason_and_removed_breaches_are_kept_in_mind(kavitha: Staff) -> None:
    case = make_case(kavitha)
    with later(150):  # the answer was due at 18:30
        early = Said(channel="text", text="We are on it.", occurred_at=NOW + timedelta(minutes=119))
        with pytest.raises(rules.ReasonNeeded):
            conversation.say(case, early, by(kavitha))
        reason = Said(channel="text", text="We are on it.", occurred_at=early.occurred_at, reason="the line was down")
        event = conversation.say(case, reason, by(kavitha))
        assert event.is_late and event.details["removed"] == ["first_response"]
        assert _clock(case, ClockKind.FIRST_RESPONSE).result == "met"
        future = Said(channel="text", text="x", occurred_at=NOW + timedelta(hours=9))
        with pytest.raises(NotYetHappened):
            conversation.say(case, future, by(kavitha))
    rederived()


def test_a_wrong_channel_is_put_right_and_both_stay(kavitha: Staff) -> None:
    case = make_case(kavitha, channel="in-person")
    assert _clock(case, ClockKind.FIRST_RESPONSE).result == "met"
    opened = case.events[0]
    with pytest.raises(rules.NothingToCorrect):
        conversation.correct(case, opened.id, by(kavitha), channel="in-person", true_at=None, reason="x")
    conversation.correct(case, opened.id, by(kavitha), channel="text", true_at=None, reason="it was a text")
    assert case.complaint.channel == "text" and case.events[0].channel == "in-person"
    assert _clock(case, ClockKind.FIRST_RESPONSE).stopped_at is None
    assert case.complaint.status == "new"
    rederived()


def test_a_duplicate_goes_on_in_the_other(kavitha: Staff) -> None:
    older = make_case(kavitha, channel="email", severity="low")
    with later(30):
        newer = make_case(kavitha, channel="text", severity="urgent")
        ending.mark_duplicate(newer, older, by(kavitha))
    assert newer.complaint.status == "duplicate" and newer.complaint.closed_at is not None
    assert {clock.result for clock in db.session.scalars(_of(newer))} == {"merged"}
    assert _clock(older, ClockKind.RESOLUTION).started_at == NOW
    with pytest.raises(rules.BadDuplicate):
        ending.mark_duplicate(older, newer, by(kavitha))
    with pytest.raises(rules.StepNotNow):
        ending.reopen(newer, "x", by(kavitha))
    rederived()


def _of(case: Case):
    return select(ComplaintClock).where(ComplaintClock.complaint_id == case.complaint.id)


def test_two_complaints_are_linked_once(kavitha: Staff) -> None:
    first, second = make_case(kavitha), make_case(kavitha)
    ending.link(first, second, by(kavitha))
    with pytest.raises(rules.StepNotNow):
        ending.link(second, first, by(kavitha))
    with pytest.raises(rules.BadDuplicate):
        ending.link(first, first, by(kavitha))
    rederived()


def test_a_breach_is_excused_by_seniors_and_stays_visible(kavitha: Staff, owner: Staff) -> None:
    case = make_case(kavitha)
    ref = case.events[0].id
    with pytest.raises(rules.StepNotNow):
        steps.excuse(case, ClockKind.FIRST_RESPONSE, ref, "power cut", by(owner))
    with later(180):
        with pytest.raises(rules.NotYours):
            steps.excuse(case, ClockKind.FIRST_RESPONSE, ref, "power cut", by(kavitha))
        steps.excuse(case, ClockKind.FIRST_RESPONSE, ref, "power cut", by(owner))
        assert _clock(case, ClockKind.FIRST_RESPONSE).result == "excused"
        conversation.say(case, SAID, by(kavitha))
    assert _clock(case, ClockKind.FIRST_RESPONSE).result == "excused"
    rederived()


def test_the_database_refuses_to_change_history_but_empties_words(kavitha: Staff) -> None:
    case = make_case(kavitha)
    for statement in (
        "UPDATE complaint_event SET text = 'other'",
        "UPDATE complaint_event SET text = '', details = '{}'",
        "UPDATE complaint_event SET text = '', occurred_at = '2020-01-01'",
        "DELETE FROM complaint_event",
    ):
        with pytest.raises(DBAPIError), db.session.begin_nested():
            db.session.execute(text(statement))
    assert case.complaint.contact_id is not None
    erase_everywhere([case.complaint.contact_id])
    db.session.expire_all()
    assert case.events[0].text == "" and case.complaint.words == "" and case.events[0].kind == EventKind.OPENED
    rederived()


CALLED = Said(channel="phone", text="Called at once", outcome="reached", occurred_at=NOW)


@pytest.mark.parametrize("seconds", [0, 1, 45, 59.5])
def test_a_time_to_the_minute_lies_after_what_was_written_before(kavitha: Staff, seconds: float) -> None:
    with later(seconds / 60):
        case = make_case(kavitha)
        received_at = case.complaint.occurred_at
    with later(20):
        conversation.converse(case, CALLED, by(kavitha), direction="out")
    assert _clock(case, ClockKind.FIRST_RESPONSE).stopped_at == received_at
    assert case.complaint.status == "acknowledged" and case.standing.unanswered_since is None
    rederived()


def test_a_call_of_the_same_minute_keeps_a_promise_and_answers_a_message(kavitha: Staff) -> None:
    with later(-30):
        case = make_case(kavitha, channel="in-person")
    with later(0.5):
        steps.promise(case, "call back", NOW + timedelta(minutes=30), by(kavitha))
        conversation.hear(case, HEARD, by(kavitha))
    with later(20):
        conversation.say(case, CALLED, by(kavitha))
    kept = [_clock(case, kind) for kind in (ClockKind.PROMISE, ClockKind.NEXT_RESPONSE)]
    assert [clock.stopped_at for clock in kept] == [NOW + timedelta(seconds=30)] * 2
    rederived()


def test_a_message_of_the_same_minute_ends_a_pause(kavitha: Staff) -> None:
    with later(-30):
        case = make_case(kavitha)
    with later(0.5):
        steps.pause(case, PauseReason.CUSTOMER, date(2026, 6, 16), "", by(kavitha))
    with later(5):
        conversation.hear(case, replace(HEARD, occurred_at=NOW), by(kavitha))
    assert case.complaint.waiting_until is None
    assert _clock(case, ClockKind.RESOLUTION).paused_until == NOW + timedelta(seconds=30)
    rederived()


def test_a_corrected_time_to_the_minute_lies_after_what_was_written_before(kavitha: Staff) -> None:
    with later(0.75):
        case = make_case(kavitha)
    with later(10):
        said = conversation.say(case, SAID, by(kavitha))
    with later(20):
        conversation.correct(case, said.id, by(kavitha), channel="", true_at=NOW, reason="it was at once")
    assert _clock(case, ClockKind.FIRST_RESPONSE).stopped_at == NOW + timedelta(minutes=0.75)
    rederived()


@pytest.mark.parametrize("direction", ["in", "out"])
def test_nothing_happens_on_a_complaint_before_it_came_in(kavitha: Staff, direction: str) -> None:
    case = make_case(kavitha)
    before = replace(SAID, occurred_at=NOW - timedelta(minutes=30))
    with later(10):
        with pytest.raises(rules.BeforeComplaint):
            conversation.converse(case, before, by(kavitha), direction=direction)
        opened = case.events[0].id
        conversation.correct(
            case, opened, by(kavitha), channel="", true_at=NOW - timedelta(hours=1), reason="typed late"
        )
        entry = conversation.converse(case, before, by(kavitha), direction=direction)
    with later(20):
        with pytest.raises(rules.BeforeComplaint):
            conversation.correct(
                case, entry.id, by(kavitha), channel="", true_at=NOW - timedelta(minutes=61), reason="earlier still"
            )
        with pytest.raises(rules.AfterItsStory):
            conversation.correct(
                case, opened, by(kavitha), channel="", true_at=NOW - timedelta(minutes=29), reason="later"
            )
        conversation.correct(
            case, opened, by(kavitha), channel="", true_at=NOW - timedelta(minutes=30), reason="the same minute"
        )
    assert case.received_at == NOW - timedelta(minutes=30)
    rederived()


def test_a_message_from_before_the_end_waits_for_no_look_and_one_from_before_a_pause_leaves_it(kavitha: Staff) -> None:
    case = make_case(kavitha)
    conversation.say(case, SAID, by(kavitha))
    with later(60):
        steps.pause(case, PauseReason.SUPPLIER, date(2026, 6, 16), "", by(kavitha))
    with later(70):
        conversation.hear(case, replace(HEARD, occurred_at=NOW + timedelta(minutes=50)), by(kavitha))
        assert case.complaint.waiting_until == date(2026, 6, 16)
        steps.resume(case, by(kavitha))
        assert case.complaint.waiting_until is None
    with later(80):
        ending.resolve(case, ending.Resolution(text="done"), by(kavitha))
    with later(90):
        conversation.hear(case, replace(HEARD, channel="email", occurred_at=NOW + timedelta(minutes=75)), by(kavitha))
    assert case.complaint.message_waiting_at is None and case.complaint.status == "resolved"
    rederived()


def test_reopened_while_a_message_waits_its_answer_is_owed_from_its_own_time(kavitha: Staff) -> None:
    case = make_case(kavitha)
    conversation.say(case, SAID, by(kavitha))
    ending.resolve(case, ending.Resolution(text="done"), by(kavitha))
    with later(30):
        conversation.hear(case, HEARD, by(kavitha))
    with later(90):
        ending.reopen(case, "still dark", by(kavitha))
    assert case.complaint.message_waiting_at is None and case.complaint.cycle == 2
    for kind in (ClockKind.RESOLUTION, ClockKind.NEXT_RESPONSE):
        assert _clock(case, kind, 2).started_at == NOW + timedelta(minutes=30)
    rederived()


def test_a_withdrawal_by_mistake_leaves_the_answer_owed(kavitha: Staff) -> None:
    case = make_case(kavitha)
    with later(10):
        ending.withdraw(case, "", by(kavitha), is_mistake=True)
    with later(15):
        ending.reopen(case, "it was real", by(kavitha))
    assert _clock(case, ClockKind.FIRST_RESPONSE, 1).result == "cancelled"
    assert _clock(case, ClockKind.FIRST_RESPONSE, 2).started_at == NOW + timedelta(minutes=15)
    assert case.complaint.due_kind == "first_response"
    rederived()


def test_a_correction_that_takes_a_breach_with_its_clock_is_listed(kavitha: Staff) -> None:
    case = make_case(kavitha)
    conversation.say(case, SAID, by(kavitha))
    with later(5):
        conversation.hear(case, replace(HEARD, channel="email"), by(kavitha))
    with later(10):
        text_message = conversation.hear(case, HEARD, by(kavitha))
    with later(200):
        event = conversation.correct(case, text_message.id, by(kavitha), channel="email", true_at=None, reason="mail")
    assert event.is_late and event.details["removed"] == ["next_response"]
    rederived()


def test_an_earlier_message_takes_over_the_clock_its_number_and_its_excuse(kavitha: Staff, owner: Staff) -> None:
    case = make_case(kavitha)
    conversation.say(case, SAID, by(kavitha))
    with later(10):
        message = conversation.hear(case, HEARD, by(kavitha))
    number = _clock(case, ClockKind.NEXT_RESPONSE).position
    with later(180):
        steps.excuse(case, ClockKind.NEXT_RESPONSE, message.id, "network down", by(owner))
        entry = replace(HEARD, occurred_at=NOW + timedelta(minutes=5), reason="found later")
        earlier = conversation.hear(case, entry, by(kavitha))
        row = _clock(case, ClockKind.NEXT_RESPONSE)
        assert (row.event_id, row.position, row.result) == (earlier.id, number, "excused")
        rederived()


@pytest.mark.parametrize(("answered", "result"), [(119, []), (121, ["met_late"])])
def test_merging_hides_no_breach(kavitha: Staff, answered: float, result: list[str]) -> None:
    kept, other = make_case(kavitha, channel="email"), make_case(kavitha, channel="text")
    with later(answered):
        conversation.say(kept, SAID, by(kavitha))
    with later(150):
        ending.mark_duplicate(other, kept, by(kavitha))
    theirs = _of(kept).where(ComplaintClock.channel == "text")
    assert [clock.result for clock in db.session.scalars(theirs)] == result
    rederived()


def test_an_excused_promise_is_not_due_any_more(kavitha: Staff, owner: Staff) -> None:
    case = make_case(kavitha)
    with later(180):
        steps.excuse(case, ClockKind.FIRST_RESPONSE, case.events[0].id, "power cut", by(owner))
        assert (case.complaint.due_kind, case.complaint.due_soon_at) == (
            "resolution",
            _clock(case, ClockKind.RESOLUTION).warning_at,
        )
        ending.resolve(case, ending.Resolution(text="done"), by(kavitha))
        ending.follow_up(case, FollowUpAnswer.NO_ANSWER, "phone", "", by(kavitha))
        ending.follow_up(case, FollowUpAnswer.NO_ANSWER, "phone", "", by(kavitha))
        assert case.complaint.closed_at is None and case.complaint.next_due_at is not None  # the answer is owed still
        rederived()


def test_a_complaint_that_waits_is_not_due_soon(kavitha: Staff) -> None:
    case = make_case(kavitha, severity="urgent", channel="in-person")
    with later(22 * 60):
        steps.pause(case, PauseReason.CUSTOMER, date(2026, 6, 16), "", by(kavitha))
        opens = datetime(2026, 6, 16, 3, 30, tzinfo=UTC)
        assert (case.complaint.due_soon_at, _clock(case, ClockKind.RESOLUTION).paused_until) == (opens, opens)


def test_a_pause_ends_by_the_cap_though_we_are_closed_then(kavitha: Staff) -> None:
    case = make_case(kavitha)
    with later(40 * 60):  # Sunday
        event = steps.pause(case, PauseReason.CUSTOMER, date(2026, 6, 28), "", by(kavitha))
        cap = NOW + timedelta(hours=40, days=14)
        assert datetime.fromisoformat(event.details["resume_at"]) == cap
        assert _clock(case, ClockKind.RESOLUTION).paused_until == cap
    with later(17 * 24 * 60), pytest.raises(rules.StepNotNow):
        steps.resume(case, by(kavitha))


def test_the_cap_is_the_one_that_the_owner_set(kavitha: Staff) -> None:
    case = make_case(kavitha)
    db.session.get_one(RecoverySettings, 1).pause_cap_days = 40
    steps.pause(case, PauseReason.SUPPLIER, date(2026, 7, 15), "", by(kavitha))
    db.session.get_one(RecoverySettings, 1).pause_cap_days = 5
    assert _clock(case, ClockKind.RESOLUTION).paused_until == datetime(2026, 7, 15, 3, 30, tzinfo=UTC)
    rederived()
