"""Ties between contacts: a household, a company and its people, somebody in another's care."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from crm.contacts.models import Contact, Tie
from crm.contacts.rules import BadTie, ContactBlocked, TieKind
from crm.extensions import db
from crm.shared.events import record


def tie(contact: Contact, other: Contact | None, kind: TieKind, *, is_first: bool = True, now: datetime) -> Tie:
    """Tie two contacts; `is_first` when `contact` is the one who works at, or is in the care of, the other.

    Tied in this way already, they stay so; raise BadTie for nobody and for the contact itself.
    """
    if contact.is_blocked:
        raise ContactBlocked
    if other is None or other.id == contact.id or other.is_blocked or other.merged_into_id is not None:
        raise BadTie
    first_id, second_id = (contact.id, other.id) if is_first else (other.id, contact.id)
    if kind is TieKind.HOUSEHOLD:
        first_id, second_id = sorted((first_id, second_id))
    where = (Tie.contact_id == first_id, Tie.other_id == second_id, Tie.kind == kind)
    found = db.session.scalar(select(Tie).where(*where))
    if found is not None:
        return found
    made = Tie(contact_id=first_id, other_id=second_id, kind=kind, created_at=now)
    db.session.add(made)
    db.session.flush()
    record("contact.tied", at=now, subject=contact, kind=str(kind), other_id=other.id)
    return made


def untie(contact: Contact, found: Tie, *, now: datetime) -> None:
    """Take a tie away."""
    other_id = found.other_id if found.contact_id == contact.id else found.contact_id
    db.session.delete(found)
    record("contact.untied", at=now, subject=contact, kind=found.kind, other_id=other_id)
