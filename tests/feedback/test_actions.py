"""Asking, answering and what follows: state, exactly one event, and never twice."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from crm.accounts.models import Staff
from crm.accounts.passwords import token_hash
from crm.complaints.actions.ending import Resolution, follow_up, mark_duplicate, resolve
from crm.complaints.models import Complaint, ComplaintEvent
from crm.complaints.queries.cases import Case, case_of
from crm.complaints.rules import EventKind, FollowUpAnswer, Status
from crm.contacts.actions.archiving import archive
from crm.contacts.actions.consent import record_consent
from crm.contacts.actions.erasing import anonymise, block, withdraw
from crm.contacts.actions.merging import merge, undo_merge
from crm.contacts.models import Contact
from crm.contacts.rules.merging import Choices
from crm.extensions import db
from crm.feedback import rules
from crm.feedback.actions.answering import Given, answer
from crm.feedback.actions.asking import Asking, Question, ask, renew_link
from crm.feedback.actions.settings import AskingHabits, change_settings
from crm.feedback.models import FeedbackAnswer, FeedbackInvitation
from crm.feedback.queries.asking import ask_facts, invitation_by_token
from crm.feedback.rules import Measure, Way
from crm.loyalty.actions.tact import note_bereavement
from crm.loyalty.rules.tact import Held
from crm.messages import actions as messages
from crm.messages.models import OutboxMessage
from crm.messages.rules import MessageState, Outcome
from crm.shared.errors import Refused
from crm.shared.models import AuditEvent
from crm.sla.models import CalendarVersion
from tests.conftest import NOW
from tests.factories.accounts import make_business, make_staff
from tests.factories.complaints import by, make_case, make_complaint
from tests.factories.contacts import make_contact
from tests.factories.feedback import make_answer, make_invitation, make_reachable
from tests.loyalty.at_once import at_once
from tests.loyalty.conftest import own_app  # noqa: F401  # a database in which two see each other's work

LATER = timedelta(minutes=10)


def _count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def _events(action: str) -> list[AuditEvent]:
    return list(db.session.scalars(select(AuditEvent).where(AuditEvent.action == action)))


def _mail() -> OutboxMessage | None:
    return db.session.scalar(select(OutboxMessage))


def _case(complaint_id: int | None) -> Case:
    found = case_of(complaint_id or 0)
    assert found is not None
    return found


def _kinds(complaint_id: int | None) -> list[str]:
    return [event.kind for event in _case(complaint_id).events]


# ── Asking ──


def test_a_link_is_stored_as_a_hash_and_noted_once(kavitha: Staff) -> None:
    contact = make_contact("Meena Kumari")
    invitation, token = make_invitation(contact, kavitha)
    assert len(token) >= 43 and invitation.token_hash == token_hash(token)
    assert (invitation.asked_at, invitation.expires_at) == (NOW, NOW + timedelta(days=30))
    assert token not in repr([vars(each) for each in db.session.scalars(select(FeedbackInvitation))])
    [event] = _events("feedback.asked")
    assert event.details == {"contact": contact.id, "measure": "csat", "way": "link", "in_spite_of": []}
    assert event.actor_id == kavitha.id and _mail() is None


def test_a_mail_waits_in_the_outbox_in_the_customers_language(kavitha: Staff) -> None:
    contact = make_reachable("மீனா குமாரி", language="ta")
    invitation, token = make_invitation(contact, kavitha, way=Way.EMAIL)
    mail = _mail()
    assert mail is not None and mail.recipient == "meena@example.com" and mail.staff_id is None
    assert f"http://127.0.0.1:8000/feedback/{token}" in mail.body and "குமாரி" not in mail.body
    assert "Jasmine Salon" in mail.subject and "How satisfied" not in mail.body
    assert invitation.way == "email"


def test_what_was_sent_to_a_customer_is_forgotten(kavitha: Staff) -> None:
    make_invitation(make_reachable(), kavitha, way=Way.EMAIL)
    mail = messages.claim(NOW)
    assert mail is not None
    messages.settle(mail.id, Outcome.SENT, "", now=NOW)
    assert (mail.state, mail.recipient, mail.body) == (MessageState.SENT, "", "")


def test_what_was_sent_to_staff_stays_as_it_was(kavitha: Staff) -> None:
    alert = {"subject": "late", "body": "C-1 is late", "public_host": "localhost", "now": NOW}
    sent = messages.put_in_outbox("kavitha@jasmine.example", staff_id=kavitha.id, **alert)  # type: ignore[arg-type]
    messages.settle(sent.id, Outcome.SENT, "", now=NOW)
    assert (sent.state, sent.recipient, sent.body) == (MessageState.SENT, "kavitha@jasmine.example", "C-1 is late")


def test_a_mail_withdrawn_while_it_was_sent_is_no_error(kavitha: Staff) -> None:
    contact = make_reachable()
    make_invitation(contact, kavitha, way=Way.EMAIL)
    mail = messages.claim(NOW)
    assert mail is not None
    mail_id = mail.id
    db.session.flush()
    block(contact, now=NOW)
    messages.settle(mail_id, Outcome.SENT, "", now=NOW)
    assert _count(OutboxMessage) == 0


def test_nobody_is_asked_twice_within_the_limit(kavitha: Staff, owner: Staff) -> None:
    contact = make_contact("Meena")
    make_invitation(contact, kavitha)
    with pytest.raises(rules.AskedLately):
        make_invitation(contact, kavitha, Measure.NPS)
    habits = AskingHabits(
        limit_days=0, asks_after_service=False, service_days=1, asks_after_complaint=False, asks_yearly=False
    )
    change_settings(habits, now=NOW, by_id=owner.id)
    make_invitation(contact, kavitha, Measure.NPS)
    assert _count(FeedbackInvitation) == 2 == len(_events("feedback.asked"))
    [event] = _events("feedback_settings.changed")
    assert event.details == {"names": ["limit_days"]}


@pytest.mark.parametrize("refused", ["archived", "blocked", "no address", "no consent", "refused"])
def test_who_cannot_be_asked_by_email(kavitha: Staff, refused: str) -> None:
    contact = make_contact("Meena") if refused == "no address" else make_reachable()
    if refused == "archived":
        archive(contact, now=NOW)
    elif refused == "blocked":
        block(contact, now=NOW)
    elif refused == "refused":
        record_consent(contact, channel="email", purpose="feedback", is_given=False, now=NOW)
    elif refused == "no consent":
        contact = make_contact("Ravi", email="ravi@example.com")
    with pytest.raises(Refused):
        make_invitation(contact, kavitha, way=Way.EMAIL, why="all the same")
    assert _count(FeedbackInvitation) == 0 == _count(OutboxMessage)


def test_an_address_of_a_service_is_no_mail_address(kavitha: Staff) -> None:
    contact = make_reachable(email=("tgram://token@chat", "meena@example.com"))
    make_invitation(contact, kavitha, way=Way.EMAIL)
    mail = _mail()
    assert mail is not None and mail.recipient == "meena@example.com"


def test_tact_holds_and_a_person_decides_with_a_reason(kavitha: Staff) -> None:
    contact = make_contact("Meena")
    note_bereavement(contact, None, today=NOW.date(), by_id=kavitha.id, now=NOW)
    make_complaint(kavitha, contact)
    with pytest.raises(Held):
        make_invitation(contact, kavitha)
    invitation, _token = make_invitation(contact, kavitha, why="She asked to be asked")
    assert (invitation.in_spite_of, invitation.why) == ("open-complaint bereavement", "She asked to be asked")
    assert _events("feedback.asked")[0].details["in_spite_of"] == ["open-complaint", "bereavement"]


def test_a_link_is_made_anew_while_the_question_is_open(kavitha: Staff) -> None:
    invitation, token = make_invitation(make_contact("Meena"), kavitha)
    fresh = renew_link(invitation, now=NOW, by_id=kavitha.id)
    db.session.flush()
    assert invitation_by_token(token) is None and invitation_by_token(fresh) is not None
    answer(invitation, Given(score=5), now=NOW)
    with pytest.raises(rules.NothingToRenew):
        renew_link(invitation, now=NOW, by_id=kavitha.id)
    assert len(_events("feedback.link_made")) == 1


def test_two_who_ask_at_once_ask_once(own_app: Flask) -> None:  # noqa: F811
    with own_app.app_context(), time_machine.travel(NOW, tick=False):
        make_business()
        contact_id, staff_id = make_contact("Meena").id, make_staff("Kavitha S").id
        db.session.commit()
        db.session.remove()

    def act() -> str:
        contact, staff = db.session.get_one(Contact, contact_id), db.session.get_one(Staff, staff_id)
        asking = Asking(now=NOW, today=NOW.date(), public_url="http://127.0.0.1:8000", by_id=staff.id)
        try:
            ask(contact, Question(measure=Measure.CSAT, way=Way.LINK), asking)
            db.session.commit()
        except rules.AskedLately:
            return "refused"
        return "asked"

    outcomes = at_once(own_app, [act, act, act])
    with own_app.app_context():
        assert sorted(outcomes) == ["asked", "refused", "refused"] and _count(FeedbackInvitation) == 1


# ── Answering ──


def test_an_answer_is_stored_once_and_changed_within_the_hour(kavitha: Staff) -> None:
    contact = make_contact("Meena")
    invitation, _token = make_invitation(contact, kavitha)
    stored = answer(invitation, Given(score=4, comment="fine"), now=NOW)
    assert (stored.contact_id, stored.score, stored.comment, stored.answered_at) == (contact.id, 4, "fine", NOW)
    assert answer(invitation, Given(score=4, comment="fine"), now=NOW + LATER) is stored and stored.edited_at is None
    answer(invitation, Given(score=5), now=NOW + LATER)
    assert (stored.score, stored.comment, stored.answered_at) == (5, "", NOW)
    assert stored.edited_at == NOW + LATER
    with pytest.raises(rules.AlreadyAnswered):
        answer(invitation, Given(score=1), now=NOW + timedelta(hours=1))
    assert _count(FeedbackAnswer) == 1 and stored.score == 5 and _count(Complaint) == 0
    [event] = _events("feedback.answered")
    assert event.details == {"measure": "csat", "contact": contact.id, "complaint_id": None}
    assert len(_events("feedback.changed")) == 1


@pytest.mark.parametrize(("measure", "score"), [("csat", 0), ("csat", 6), ("nps", 11), ("ces", 8), ("ces", -1)])
def test_a_score_that_the_scale_does_not_have_stores_nothing(kavitha: Staff, measure: str, score: int) -> None:
    invitation, _token = make_invitation(make_contact("Meena"), kavitha, Measure(measure))
    with pytest.raises(rules.NoSuchScore):
        answer(invitation, Given(score=score), now=NOW)
    assert _count(FeedbackAnswer) == 0


def test_who_is_blocked_meanwhile_answers_no_more(kavitha: Staff) -> None:
    contact = make_contact("Meena")
    invitation, _token = make_invitation(contact, kavitha)
    block(contact, now=NOW)
    db.session.flush()
    with pytest.raises(rules.AlreadyAnswered):
        answer(invitation, Given(score=1), now=NOW)
    assert _count(FeedbackAnswer) == 0 == _count(Complaint)


def test_two_who_answer_at_once_leave_one_answer_and_one_complaint(own_app: Flask) -> None:  # noqa: F811
    with own_app.app_context(), time_machine.travel(NOW, tick=False):
        make_business()
        contact = make_contact("Meena")
        invitation, _token = make_invitation(contact, make_staff("Kavitha S"))
        invitation_id = invitation.id
        db.session.commit()
        db.session.remove()

    def act(score: int) -> str:
        found = db.session.get_one(FeedbackInvitation, invitation_id)
        answer(found, Given(score=score, comment="slow"), now=NOW)
        db.session.commit()
        return "stored"

    outcomes = at_once(own_app, [lambda: act(1), lambda: act(2), lambda: act(1)])
    with own_app.app_context():
        assert outcomes == ["stored"] * 3
        assert (_count(FeedbackAnswer), _count(Complaint)) == (1, 1)


# ── Closing the loop ──


@pytest.mark.parametrize(
    ("measure", "score", "opens"),
    [
        *(("csat", 2, True), ("csat", 3, False)),
        *(("nps", 6, True), ("nps", 7, False)),
        *(("ces", 3, True), ("ces", 4, False)),
    ],
)
def test_a_low_score_opens_one_complaint(kavitha: Staff, measure: str, score: int, opens: bool) -> None:
    contact = make_contact("Meena")
    stored = make_answer(contact, kavitha, score, Measure(measure), "I waited an hour.")
    assert _count(Complaint) == int(opens) and (stored.complaint_id is not None) is opens
    if opens:
        complaint = _case(stored.complaint_id).complaint
        assert (complaint.contact_id, complaint.channel, complaint.severity) == (contact.id, "website", "normal")
        assert (complaint.words, complaint.occurred_at, complaint.opened_by_id) == ("I waited an hour.", NOW, None)
        assert complaint.next_due_at is not None and str(score) in complaint.title
        assert len(_events("complaint.opened")) == 1


def test_a_low_score_without_a_word_opens_one_too(kavitha: Staff) -> None:
    complaint = _case(make_answer(make_contact("Meena"), kavitha, 1).complaint_id).complaint
    assert complaint.words and "1" in complaint.words


def test_before_there_are_opening_hours_an_answer_is_stored_all_the_same(kavitha: Staff) -> None:
    db.session.delete(db.session.scalars(select(CalendarVersion)).one())
    db.session.flush()
    stored = make_answer(make_contact("Meena"), kavitha, 1)
    assert stored.id and stored.complaint_id is None


def test_a_change_from_high_to_low_opens_one_and_back_again_leaves_it(kavitha: Staff) -> None:
    invitation, _token = make_invitation(make_contact("Meena"), kavitha)
    stored = answer(invitation, Given(score=5), now=NOW)
    answer(invitation, Given(score=1, comment="no, wait"), now=NOW + LATER)
    first = stored.complaint_id
    answer(invitation, Given(score=2, comment="and it was cold"), now=NOW + 2 * LATER)
    answer(invitation, Given(score=5, comment="and it was cold"), now=NOW + 3 * LATER)
    assert first is not None and stored.complaint_id == first and _count(Complaint) == 1
    heard = [event.text for event in _case(first).events if event.kind == EventKind.HEARD]
    assert heard == ["and it was cold"]


def _resolved(kavitha: Staff, contact: Contact) -> Case:
    case = make_case(kavitha, contact)
    resolve(case, Resolution(text="New colour"), by(kavitha))
    return case


def test_a_low_score_about_a_resolved_complaint_is_not_satisfied_and_begins_again(kavitha: Staff) -> None:
    contact = make_contact("Meena")
    case = _resolved(kavitha, contact)
    with time_machine.travel(NOW + LATER, tick=False):
        stored = make_answer(contact, kavitha, 2, Measure.CES, "still wrong", complaint_id=case.complaint.id)
    assert stored.complaint_id == case.complaint.id and _count(Complaint) == 1
    again = _case(stored.complaint_id)
    assert again.standing.status is Status.REOPENED and again.standing.is_satisfied is False
    followed = again.events[-1]
    assert (followed.kind, followed.text, followed.channel, followed.actor_id) == (
        EventKind.FOLLOWED_UP, "still wrong", "website", None,
    )  # fmt: skip


def test_a_low_score_about_a_closed_complaint_reopens_it(kavitha: Staff) -> None:
    contact = make_contact("Meena")
    case = _resolved(kavitha, contact)
    follow_up(case, FollowUpAnswer.SATISFIED, "phone", "", by(kavitha))
    with time_machine.travel(NOW + LATER, tick=False):
        stored = make_answer(contact, kavitha, 1, Measure.CES, "came back", complaint_id=case.complaint.id)
    assert _kinds(stored.complaint_id)[-1] == EventKind.REOPENED
    assert _case(case.complaint.id).standing.status is Status.REOPENED and _count(Complaint) == 1


def test_a_low_score_about_an_open_complaint_is_heard_there(kavitha: Staff) -> None:
    contact = make_contact("Meena")
    case = make_case(kavitha, contact)
    stored = make_answer(contact, kavitha, 1, Measure.CES, "nobody calls", complaint_id=case.complaint.id)
    assert stored.complaint_id == case.complaint.id and _count(Complaint) == 1
    assert _kinds(case.complaint.id) == [EventKind.OPENED, EventKind.HEARD]


@pytest.mark.parametrize("why", ["nps", "duplicate"])
def test_what_is_another_matter_opens_a_complaint_of_its_own_that_is_linked(kavitha: Staff, why: str) -> None:
    contact = make_contact("Meena")
    case = make_case(kavitha, contact)
    if why == "duplicate":
        mark_duplicate(case, make_case(kavitha, contact), by(kavitha))
    before = _count(Complaint)
    measure = Measure.NPS if why == "nps" else Measure.CES
    with time_machine.travel(NOW + LATER, tick=False):
        given = {"complaint_id": case.complaint.id, "why": "asked by hand"}
        stored = make_answer(contact, kavitha, 1, measure, "no", **given)
    assert stored.complaint_id != case.complaint.id and _count(Complaint) == before + 1
    assert _kinds(stored.complaint_id) == [EventKind.OPENED, EventKind.LINKED]


# ── What happens to contacts ──


def test_a_merge_takes_feedback_along_and_its_undoing_gives_it_back(kavitha: Staff) -> None:
    kept, other = make_contact("Meena"), make_contact("Meena K")
    stored = make_answer(other, kavitha, 5)
    made = merge(kept, other, Choices(fields={}, own_fields={}), now=NOW)
    db.session.refresh(stored)
    assert stored.contact_id == kept.id and ask_facts(kept).last_asked_on == NOW.date()
    undo_merge(made, now=NOW)
    db.session.refresh(stored)
    assert stored.contact_id == other.id and ask_facts(kept).last_asked_on is None


def test_an_erasure_leaves_the_score_and_nothing_of_the_person(kavitha: Staff) -> None:
    contact = make_reachable()
    stored = make_answer(contact, kavitha, 1, Measure.CSAT, "I live at 1 Hidden Lane", way=Way.EMAIL)
    invitation = db.session.get_one(FeedbackInvitation, stored.invitation_id)
    block(contact, now=NOW)
    anonymise(contact, now=NOW)
    db.session.refresh(stored)
    db.session.refresh(invitation)
    assert (stored.score, stored.comment, stored.contact_id, stored.complaint_id) == (1, "", None, None)
    assert (invitation.contact_id, invitation.complaint_id) == (None, None) and _count(OutboxMessage) == 0
    texts = [event.text for event in db.session.scalars(select(ComplaintEvent))]
    assert "1 Hidden Lane" not in repr(texts)


def test_a_mail_does_not_go_out_to_whoever_was_blocked(kavitha: Staff, now: datetime) -> None:
    contact, other = make_reachable(), make_reachable("Latha", email="latha@example.com")
    for each in (contact, other):
        make_invitation(each, kavitha, way=Way.EMAIL)
    block(contact, now=now)
    assert [mail.recipient for mail in db.session.scalars(select(OutboxMessage))] == ["latha@example.com"]
    withdraw(contact, now=now)
