"""A mail that asks does not go out to whoever was blocked in the meantime; in the same transaction."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from crm.contacts.followers import follower
from crm.contacts.models import Contact
from crm.extensions import db
from crm.feedback.actions.asking import withdraw_mails
from crm.feedback.models import FeedbackInvitation
from crm.feedback.rules import Way


@follower
def follow(contact_ids: Collection[int], now: datetime) -> None:
    """Withdraw what waits in the outbox for contacts that are blocked."""
    asked = select(FeedbackInvitation.id).join(Contact, Contact.id == FeedbackInvitation.contact_id)
    by_mail = (FeedbackInvitation.way == Way.EMAIL, FeedbackInvitation.expires_at > now)
    blocked = (Contact.id.in_(contact_ids), Contact.blocked_at.is_not(None))
    found = list(db.session.scalars(asked.where(*by_mail, *blocked)))
    if found:
        withdraw_mails(found)
