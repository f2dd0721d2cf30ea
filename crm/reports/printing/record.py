"""All that is stored about a contact, for the contact; the machine-readable file is the contacts' own."""

from __future__ import annotations

from sqlalchemy import func, select

import crm.reports.record_words  # noqa: F401 - names the words of the upper domains
from crm.contacts.actions.disclosing import note_disclosed
from crm.contacts.models import Contact
from crm.contacts.queries.people import merged_ids
from crm.contacts.queries.record import record_of
from crm.contacts.record_page import sections_of
from crm.extensions import db
from crm.interactions.models import Interaction
from crm.reports.printing.document import Document, NothingToPrint, Printable, Wish
from crm.shared.permissions import Permission


def _contact(wish: Wish) -> Contact:
    contact = db.session.get(Contact, wish.number("contact"))
    if contact is None or contact.merged_into_id is not None:
        raise NothingToPrint
    return contact


def gather(wish: Wish) -> Document:
    """Return the record of a contact."""
    contact = _contact(wish)
    context = {"contact": contact, "sections": sections_of(record_of(contact.id))}
    return Document("record", f"record-{contact.id}", context, back=f"/contacts/{contact.id}/record")


def weigh(wish: Wish) -> int:
    """Return how many entries the record has."""
    ids = merged_ids(wish.number("contact"))
    return db.session.scalar(select(func.count()).where(Interaction.contact_id.in_(ids))) or 0


def note(wish: Wish) -> None:
    """Leave the same trace as the page and the file do."""
    note_disclosed(_contact(wish), form=wish.form, now=wish.now, by_id=wish.by_id)


PRINTABLE = Printable("record", Permission.DISCLOSE, gather, weigh=weigh, note=note)
