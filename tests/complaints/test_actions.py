"""What changes complaints: state, exactly one event each, and clocks that can be worked out again."""

from __future__ import annotations

from collections.abc import Callable
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
    for complaint in db.session.scalars(select(Complaint)).all():
        before = {name: getattr(complaint, name) for name in DERIVED}
        stored = select(ComplaintClock).where(ComplaintClock.complaint_id == complaint.id)
        rows = {(row.kind, row.event_id): (row.id, row.position) for row in db.session.scalars(stored)}
        refresh(complaint.id)
        assert {name: getattr(complaint, name) for name in DERIVED} == before
        again = {(row.kind, row.event_id): (row.id, row.position) for row in db.session.scalars(stored)}
        assert again == rows
        case = case_of(complaint.id)
        assert case is not None and complaint.version == len(case.events)
        values = {(row.kind, row.event_id): row for row in db.session.scalars(stored)}
        for clock in case.derivation.clocks:
            row = values[clock.kind.value, int(clock.ref)]
            assert {name: getattr(row, name) for name in clock_values(clock)} == clock_values(clock)


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
