"""Taking an answer in: stored once, changed within the hour, and a low one taken up by a person at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from crm.accounts.queries import the_business
from crm.complaints.actions.conversation import Said, hear
from crm.complaints.actions.ending import follow_up, link, reopen
from crm.complaints.actions.opening import NewComplaint, open_complaint
from crm.complaints.actions.recording import Writing
from crm.complaints.models import Complaint
from crm.complaints.queries.cases import Case, case_of
from crm.complaints.rules import FollowUpAnswer, NoCalendar, Status
from crm.contacts.models import Contact
from crm.contacts.rules import Channel
from crm.extensions import db
from crm.feedback.models import FeedbackAnswer, FeedbackInvitation
from crm.feedback.queries.asking import state_of
from crm.feedback.rules import AlreadyAnswered, LinkState, Measure, check_score, is_low
from crm.feedback.words import complaint_texts
from crm.shared.events import record
from crm.shared.permissions import Role
from crm.sla.rules import Severity


@dataclass(frozen=True, kw_only=True)
class Given:
    """What a customer answered."""

    score: int
    comment: str = ""


def answer(invitation: FeedbackInvitation, given: Given, *, now: datetime) -> FeedbackAnswer:
    """Store the answer of an invitation, or change it within the hour; a low one leads to a complaint, once.

    Raise NoSuchScore, or AlreadyAnswered where it is too late or the link holds no more. Two at once come one after
    the other, and the second one changes what the first stored.
    """
    check_score(invitation.measure, given.score)
    locked = select(FeedbackInvitation.id).where(FeedbackInvitation.id == invitation.id).with_for_update()
    db.session.scalar(locked)
    db.session.refresh(invitation, ["answer", "contact_id"])
    state = state_of(invitation, now)
    if state is LinkState.OPEN:
        return _store(invitation, given, now)
    if state is not LinkState.CHANGEABLE or invitation.answer is None:
        raise AlreadyAnswered
    _change(invitation, invitation.answer, given, now)
    return invitation.answer


def _store(invitation: FeedbackInvitation, given: Given, now: datetime) -> FeedbackAnswer:
    stored = FeedbackAnswer(
        invitation=invitation, contact_id=invitation.contact_id, measure=invitation.measure, score=given.score,
        comment=given.comment, answered_at=now,
    )  # fmt: skip
    db.session.add(stored)
    db.session.flush()
    _close_the_loop(invitation, stored, now)
    record(
        "feedback.answered", at=now, subject=stored, measure=stored.measure, contact=invitation.contact_id,
        complaint_id=stored.complaint_id,
    )  # fmt: skip
    return stored


def _change(invitation: FeedbackInvitation, stored: FeedbackAnswer, given: Given, now: datetime) -> None:
    """Change an answer where it says something else; what is new to a complaint that it led to is said there."""
    has_news = given.comment not in {"", stored.comment}
    if (given.score, given.comment) == (stored.score, stored.comment):
        return
    stored.score, stored.comment, stored.edited_at = given.score, given.comment, now
    if stored.complaint_id is None:
        _close_the_loop(invitation, stored, now)
    elif has_news and (case := _held_case(stored.complaint_id)) is not None:
        hear(case, Said(channel=Channel.WEBSITE, text=given.comment), _nobody(now))
    record(
        "feedback.changed", at=now, subject=stored, measure=stored.measure, contact=invitation.contact_id,
        complaint_id=stored.complaint_id,
    )  # fmt: skip


def answer_at_counter(link_id: int, given: Given, *, now: datetime) -> FeedbackAnswer:
    """Store an answer of somebody at the counter, of whom nothing is known; raise NoSuchScore."""
    check_score(Measure.CSAT, given.score)
    stored = FeedbackAnswer(
        counter_link_id=link_id, measure=Measure.CSAT, score=given.score, comment=given.comment, answered_at=now
    )
    db.session.add(stored)
    db.session.flush()
    record("feedback.answered", at=now, subject=stored, measure=stored.measure)
    return stored


# ── Closing the loop ──


def _close_the_loop(invitation: FeedbackInvitation, stored: FeedbackAnswer, now: datetime) -> None:
    """Let a low answer be somebody's task: in the complaint that was asked about, else in a new one."""
    contact = db.session.get(Contact, stored.contact_id or 0)
    if contact is None or not is_low(stored.measure, stored.score):
        return
    about = _held_case(invitation.complaint_id)
    stored.complaint_id = _taken_up(about, stored, now) or _opened(contact, about, stored, now)
    db.session.flush()


def _taken_up(about: Case | None, stored: FeedbackAnswer, now: datetime) -> int | None:
    """Go on with the complaint that was asked about, and return its number; None where that is another matter.

    An open one hears the words; one that is resolved is followed up as not satisfied; one that is over begins again.
    Whether somebody recommends us is no answer about a complaint, and a duplicate goes on elsewhere.
    """
    if about is None or stored.measure == Measure.NPS or about.standing.status is Status.DUPLICATE:
        return None
    words, writing = stored.comment or _no_words(stored)[1], _nobody(now)
    if about.standing.status is Status.RESOLVED:
        follow_up(about, FollowUpAnswer.NOT_SATISFIED, Channel.WEBSITE, words, writing)
    elif about.standing.is_over:
        reopen(about, words, writing)
    else:
        hear(about, Said(channel=Channel.WEBSITE, text=words), writing)
    return about.complaint.id


def _opened(contact: Contact, about: Case | None, stored: FeedbackAnswer, now: datetime) -> int | None:
    """Open a complaint with the customer's words and return its number; None before opening hours are set."""
    title, words = _no_words(stored)
    new = NewComplaint(
        channel=Channel.WEBSITE, words=stored.comment or words, title=title, severity=Severity.NORMAL.value
    )
    try:
        complaint = open_complaint(contact, new, _nobody(now))
    except NoCalendar:
        return None
    opened = case_of(complaint.id)
    if about is not None and opened is not None:
        link(about, opened, _nobody(now))
    return complaint.id


def _no_words(stored: FeedbackAnswer) -> tuple[str, str]:
    return complaint_texts(stored.measure, stored.score, the_business())


def _held_case(complaint_id: int | None) -> Case | None:
    """Return a complaint that nobody else writes to until the transaction ends."""
    if complaint_id is None:
        return None
    db.session.scalar(select(Complaint.id).where(Complaint.id == complaint_id).with_for_update())
    return case_of(complaint_id)


def _nobody(now: datetime) -> Writing:
    """Return that no person of ours writes: the customer did."""
    return Writing(by_id=None, role=Role.OWNER, now=now)
