"""Noting that somebody opened or took away all that is known of a contact."""

from __future__ import annotations

from datetime import datetime

from crm.contacts.models import Contact
from crm.shared.events import record


def note_disclosed(contact: Contact, *, form: str, now: datetime, by_id: int | None = None) -> None:
    """Leave a trace of a record that was opened as a page or taken away as a file."""
    record("contact.disclosed", at=now, subject=contact, actor_id=by_id, form=form)
