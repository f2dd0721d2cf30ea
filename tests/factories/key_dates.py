"""Key dates of contacts."""

from __future__ import annotations

from crm.contacts.models import Contact, KeyDate
from crm.extensions import db
from crm.shared import clock


def make_key_date(contact: Contact, day: int, month: int, year: int | None = None, **given: object) -> KeyDate:
    """Make a key date, by default a birthday without notice."""
    values = {"kind": "birthday", "repeats": True, "notice_days": 0, "label": ""} | given
    made = KeyDate(contact_id=contact.id, day=day, month=month, year=year, created_at=clock.now(), **values)
    db.session.add(made)
    db.session.flush()
    return made
