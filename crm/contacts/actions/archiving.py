"""Taking a contact out of the daily lists and bringing it back."""

from __future__ import annotations

from datetime import datetime

from crm.contacts.actions.contacts import take_version
from crm.contacts.actions.indexing import reindex
from crm.contacts.followers import tell_changed
from crm.contacts.models import Contact
from crm.contacts.rules import ContactBlocked
from crm.contacts.rules.erasing import MergedAway
from crm.shared.events import record


def archive(contact: Contact, *, now: datetime, by_id: int | None = None) -> None:
    """Take a contact out of the lists and the daily search; twice is once."""
    _check(contact)
    if contact.archived_at is not None:
        return
    take_version(contact, None, now=now)
    contact.archived_at = now
    reindex(contact)
    record("contact.archived", at=now, subject=contact, actor_id=by_id)
    tell_changed([contact.id], now=now)


def restore(contact: Contact, *, now: datetime, by_id: int | None = None) -> None:
    """Bring an archived contact back; twice is once."""
    _check(contact)
    if contact.archived_at is None:
        return
    take_version(contact, None, now=now)
    contact.archived_at = None
    reindex(contact)
    record("contact.restored", at=now, subject=contact, actor_id=by_id)
    tell_changed([contact.id], now=now)


def _check(contact: Contact) -> None:
    if contact.is_blocked or contact.erased_at is not None:
        raise ContactBlocked
    if contact.merged_into_id is not None:
        raise MergedAway
