"""Whom the business asks: what decides whether a contact may be asked, whose link it is, what was asked so far."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from crm.accounts.passwords import token_hash
from crm.accounts.queries import the_business
from crm.complaints.models import Complaint
from crm.contacts.models import Contact
from crm.contacts.queries.consent import consent_states
from crm.contacts.rules import Channel, ConsentPurpose
from crm.contacts.rules.consent import may_contact
from crm.extensions import db
from crm.feedback.models import FeedbackInvitation, FeedbackSettings
from crm.feedback.rules import AskFacts, LinkState, link_state
from crm.loyalty.queries.tact import tact_of
from crm.messages.models import OutboxMessage
from crm.messages.rules import MessageState, is_mail_address
from crm.shared.clock import local_date

MOST_LISTED = 20
MOST_AT_ONCE = 200
MESSAGE_PREFIX = "feedback:"


def feedback_settings() -> FeedbackSettings:
    """Return how the business asks; the migration puts the one row in."""
    return db.session.get_one(FeedbackSettings, 1)


def mail_address(contact: Contact) -> str:
    """Return the first email address of a contact that mail can go to, "" where there is none."""
    return next((each.address for each in contact.emails if is_mail_address(each.address)), "")


def ask_facts(contact: Contact) -> AskFacts:
    """Return what decides whether a contact may be asked."""
    asked = select(func.max(FeedbackInvitation.asked_at)).where(FeedbackInvitation.contact_id == contact.id)
    last_at = db.session.scalar(asked)
    return AskFacts(
        is_blocked=contact.is_blocked,
        is_archived=contact.is_archived,
        has_address=bool(mail_address(contact)),
        last_asked_on=local_date(last_at, the_business().time_zone) if last_at else None,
        limit_days=feedback_settings().limit_days,
        tact=tact_of([contact.id])[contact.id],
    )


def complaint_of(contact: Contact, complaint_id: int | None) -> Complaint | None:
    """Return a complaint of this contact that a question may be about, None for any other."""
    own = (Complaint.id == complaint_id, Complaint.contact_id == contact.id)
    return None if complaint_id is None else db.session.scalar(select(Complaint).where(*own))


def invitations_of(contact_id: int) -> Sequence[FeedbackInvitation]:
    """Return what a contact was asked, the latest first, with the answers; the last twenty."""
    loads = (joinedload(FeedbackInvitation.answer), joinedload(FeedbackInvitation.asked_by))
    newest_first = (FeedbackInvitation.asked_at.desc(), FeedbackInvitation.id.desc())
    statement = select(FeedbackInvitation).where(FeedbackInvitation.contact_id == contact_id)
    return db.session.scalars(statement.options(*loads).order_by(*newest_first).limit(MOST_LISTED)).all()


def refused_meanwhile(now: datetime) -> list[int]:
    """Return the invitations whose mail is about to go out although the contact has refused such mails since."""
    waits = (OutboxMessage.state == MessageState.NEW, OutboxMessage.due_at <= now)
    theirs = select(OutboxMessage.unique_key).where(*waits, OutboxMessage.unique_key.startswith(MESSAGE_PREFIX))
    first = theirs.order_by(OutboxMessage.due_at, OutboxMessage.id).limit(MOST_AT_ONCE)
    keys = [key for key in db.session.scalars(first) if key]
    if not keys:
        return []
    ids = [int(key.removeprefix(MESSAGE_PREFIX)) for key in keys]
    asked = select(FeedbackInvitation.id, FeedbackInvitation.contact_id).where(FeedbackInvitation.id.in_(ids))
    people = {number: contact_id for number, contact_id in db.session.execute(asked) if contact_id is not None}
    states = consent_states(list(set(people.values())))
    return [
        number
        for number, contact_id in people.items()
        if not may_contact(states[contact_id], Channel.EMAIL, ConsentPurpose.FEEDBACK)
    ]


def invitation_by_token(token: str) -> FeedbackInvitation | None:
    """Return the invitation of a link with its contact and answer, or None."""
    loads = (joinedload(FeedbackInvitation.contact), joinedload(FeedbackInvitation.answer))
    statement = select(FeedbackInvitation).where(FeedbackInvitation.token_hash == token_hash(token))
    return db.session.scalar(statement.options(*loads))


def state_of(invitation: FeedbackInvitation, now: datetime) -> LinkState:
    """Return what the link of an invitation still does; nothing for whoever is blocked or erased."""
    contact, answer = invitation.contact, invitation.answer
    return link_state(
        expires_at=invitation.expires_at,
        answered_at=answer.answered_at if answer is not None else None,
        is_reachable=contact is not None and not contact.is_blocked,
        now=now,
    )
