"""The open wishes to be erased."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from crm.accounts.models import Staff
from crm.contacts.models import Contact, ErasureRequest
from crm.extensions import db

MOST = 100  # of one page, and of one erasure


@dataclass(frozen=True)
class BlockedContact:
    """A contact that waits for its erasure: since when, and who blocked it."""

    contact_id: int
    name: str
    since: datetime
    by_name: str


def blocked_contacts() -> list[BlockedContact]:
    """Return the contacts that are blocked and not erased yet, the longest waiting first."""
    statement = (
        select(Contact.id, Contact.name, ErasureRequest.requested_at, Staff.name)
        .join(Contact, Contact.id == ErasureRequest.contact_id)
        .outerjoin(Staff, Staff.id == ErasureRequest.requested_by_id)
        .where(ErasureRequest.erased_at.is_(None), ErasureRequest.withdrawn_at.is_(None))
        .order_by(ErasureRequest.id)
        .limit(MOST)
    )
    rows = db.session.execute(statement)
    return [BlockedContact(contact_id, name, since, by_name or "") for contact_id, name, since, by_name in rows]


def erasure_request(contact_id: int) -> ErasureRequest | None:
    """Return the open request of a contact."""
    is_open = (ErasureRequest.erased_at.is_(None), ErasureRequest.withdrawn_at.is_(None))
    return db.session.scalar(select(ErasureRequest).where(ErasureRequest.contact_id == contact_id, *is_open))
