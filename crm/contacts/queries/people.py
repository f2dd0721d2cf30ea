"""Single contacts by id: only those that may be worked with, and those that are one after merges."""

from __future__ import annotations

from sqlalchemy import select

from crm.contacts.models import Contact, ContactMerge
from crm.extensions import db


def living_contact(contact_id: int) -> Contact | None:
    """Return a contact that is not merged away, blocked or erased; None else."""
    contact = db.session.get(Contact, contact_id)
    if contact is None or contact.is_blocked or contact.erased_at is not None or contact.merged_into_id is not None:
        return None
    return contact


def merged_ids(contact_id: int) -> list[int]:
    """Return a contact's id and the ids of those merged into it."""
    found = db.session.scalars(select(Contact.id).where(Contact.merged_into_id == contact_id).order_by(Contact.id))
    return [contact_id, *found]


def latest_merge(contact_ids: list[int]) -> ContactMerge | None:
    """Return the last merge, not undone, in which one of the contacts took part."""
    took_part = ContactMerge.kept_id.in_(contact_ids) | ContactMerge.merged_id.in_(contact_ids)
    statement = select(ContactMerge).where(took_part, ContactMerge.undone_at.is_(None))
    return db.session.scalar(statement.order_by(ContactMerge.id.desc()).limit(1))
