"""Noting that a contact mourns, and lifting the note."""

from __future__ import annotations

from datetime import date, datetime

from crm.contacts.models import Contact
from crm.contacts.rules import ContactBlocked
from crm.extensions import db
from crm.loyalty.models.rewards import Bereavement
from crm.loyalty.queries.tact import bereavement_of
from crm.loyalty.rules.tact import mourning_end
from crm.shared.events import record


def note_bereavement(contact: Contact, until: date | None, *, today: date, by_id: int, now: datetime) -> Bereavement:
    """Note that a contact mourns until a day, by default for 90 days; a note in force gets the new day."""
    if contact.is_blocked:
        raise ContactBlocked
    end = mourning_end(today, until)
    note = bereavement_of(contact.id, today)
    if note is None:
        note = Bereavement(contact_id=contact.id, until=end, noted_at=now, noted_by_id=by_id)
        db.session.add(note)
    note.until = end
    db.session.flush()
    record("bereavement.noted", at=now, subject=note, actor_id=by_id, contact=contact.id, until=end.isoformat())
    return note


def lift_bereavement(contact: Contact, *, today: date, by_id: int, now: datetime) -> None:
    """Lift the note of a contact; one that was lifted already stays so."""
    note = bereavement_of(contact.id, today)
    if note is None:
        return
    note.lifted_at, note.lifted_by_id = now, by_id
    record("bereavement.lifted", at=now, subject=note, actor_id=by_id, contact=contact.id)
