"""Asking a contact, once within the business's limit, and making the link of an open question anew."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlsplit

from sqlalchemy import delete, select

from crm.accounts.passwords import new_token
from crm.accounts.queries import the_business
from crm.contacts.models import Contact
from crm.extensions import db
from crm.feedback.models import FeedbackInvitation
from crm.feedback.paths import answer_path
from crm.feedback.queries.asking import MESSAGE_PREFIX, ask_facts, mail_address, state_of
from crm.feedback.rules import LINK_LIFE, LinkState, Measure, Moment, NothingToRenew, Way, check_ask
from crm.feedback.words import mail_texts
from crm.messages.actions import put_in_outbox
from crm.messages.models import OutboxMessage
from crm.messages.rules import MessageState
from crm.shared.clock import local_date
from crm.shared.events import record


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked and how; `unique_key` says for what occasion where the worker asks."""

    measure: Measure
    way: Way
    complaint_id: int | None = None
    moment: Moment = Moment.BY_HAND
    unique_key: str | None = None


@dataclass(frozen=True, kw_only=True)
class Asking:
    """Who asks, when, and where links lead; `why` in spite of a hold. The worker asks as nobody, without a why."""

    now: datetime
    today: date
    public_url: str
    by_id: int | None = None
    why: str = ""


def ask(contact: Contact, question: Question, asking: Asking) -> tuple[FeedbackInvitation, str]:
    """Ask a contact and return the invitation with the token of its link; by email it goes into the outbox.

    Raise ContactBlocked, ContactArchived, AskedLately, NoMailAddress or NotAllowed; Held where tact speaks against
    it and nobody said why all the same. Two who ask at once come one after the other.
    """
    db.session.scalar(select(Contact.id).where(Contact.id == contact.id).with_for_update())
    facts = ask_facts(contact)
    held = check_ask(facts, question.way, asking.today, about_id=question.complaint_id, why=asking.why)
    token, hashed = new_token()
    invitation = FeedbackInvitation(
        contact_id=contact.id, complaint_id=question.complaint_id, measure=question.measure, way=question.way,
        moment=question.moment, unique_key=question.unique_key, token_hash=hashed, asked_at=asking.now,
        asked_by_id=asking.by_id, expires_at=asking.now + LINK_LIFE, in_spite_of=" ".join(held),
        why=asking.why.strip() if held else "",
    )  # fmt: skip
    db.session.add(invitation)
    db.session.flush()
    if question.way is Way.EMAIL:
        _send(contact, invitation, token, asking)
    record(
        "feedback.asked", at=asking.now, subject=invitation, actor_id=asking.by_id, contact=contact.id,
        measure=question.measure.value, way=question.way.value, in_spite_of=list(held),
    )  # fmt: skip
    return invitation, token


def _send(contact: Contact, invitation: FeedbackInvitation, token: str, asking: Asking) -> None:
    business, address = the_business(), f"{asking.public_url}{answer_path(token)}"
    until = local_date(invitation.expires_at, business.time_zone)
    subject, body = mail_texts(contact, business, invitation.measure, address, until)
    put_in_outbox(
        mail_address(contact), subject=subject, body=body, now=asking.now, unique_key=message_key(invitation.id),
        public_host=urlsplit(asking.public_url).hostname or "localhost",
    )  # fmt: skip


def message_key(invitation_id: int) -> str:
    """Return under which key the mail of an invitation lies in the outbox."""
    return f"{MESSAGE_PREFIX}{invitation_id}"


def renew_link(invitation: FeedbackInvitation, *, now: datetime, by_id: int) -> str:
    """Make the link of an open question anew, since only its hash is kept; the one before ends. Return the token.

    Raise NothingToRenew where it was answered, ran out, or went by email.
    """
    if invitation.way != Way.LINK or state_of(invitation, now) is not LinkState.OPEN:
        raise NothingToRenew
    token, invitation.token_hash = new_token()
    record("feedback.link_made", at=now, subject=invitation, actor_id=by_id, contact=invitation.contact_id)
    return token


def withdraw_mails(invitation_ids: list[int], *, also_sent: bool = False) -> None:
    """Take the mails of invitations out of the outbox, unless they went out already."""
    keys = [message_key(each) for each in invitation_ids]
    statement = delete(OutboxMessage).where(OutboxMessage.unique_key.in_(keys))
    if not also_sent:
        statement = statement.where(OutboxMessage.state != MessageState.SENT)
    db.session.execute(statement, execution_options={"synchronize_session": False})
