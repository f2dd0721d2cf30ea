"""Two contacts side by side, and the merges of the last 30 days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import aliased, selectinload

from crm.contacts.models import Contact, ContactMerge, KeyDate
from crm.contacts.rules.merging import UNDO_TIME, undo_until
from crm.extensions import db

_LISTS = (Contact.phones, Contact.emails, Contact.addresses, Contact.links, Contact.tags, Contact.field_values)


@dataclass(frozen=True)
class RecentMerge:
    """A merge that can still be undone: who is kept, under which name the other was known, until when."""

    id: int
    kept_id: int
    kept_name: str
    merged_name: str
    at: datetime
    until: datetime


def contacts_to_merge(contact_ids: Sequence[int]) -> dict[int, Contact]:
    """Return contacts with everything that is compared, those only that may be worked with."""
    is_living = (Contact.blocked_at.is_(None), Contact.erased_at.is_(None), Contact.merged_into_id.is_(None))
    statement = select(Contact).where(Contact.id.in_(contact_ids), *is_living)
    loaded = (*(selectinload(each) for each in _LISTS), selectinload(Contact.referred_by))
    return {contact.id: contact for contact in db.session.scalars(statement.options(*loaded))}


def birthdays_of(contact_ids: Sequence[int]) -> dict[int, KeyDate]:
    """Return the birthday of each contact that has one."""
    where = (KeyDate.contact_id.in_(contact_ids), KeyDate.kind == "birthday")
    return {each.contact_id: each for each in db.session.scalars(select(KeyDate).where(*where))}


def recent_merges(now: datetime, *, limit: int = 100) -> list[RecentMerge]:
    """Return the merges that can still be undone, the latest first."""
    kept, merged = aliased(Contact), aliased(Contact)
    statement = (
        select(ContactMerge.id, ContactMerge.kept_id, kept.name, merged.name, ContactMerge.at)
        .join(kept, kept.id == ContactMerge.kept_id)
        .join(merged, merged.id == ContactMerge.merged_id)
        .where(ContactMerge.undone_at.is_(None), ContactMerge.at >= now - UNDO_TIME, kept.blocked_at.is_(None))
        .order_by(ContactMerge.id.desc())
        .limit(limit)
    )
    return [
        RecentMerge(merge_id, kept_id, kept_name, merged_name, at, undo_until(at))
        for merge_id, kept_id, kept_name, merged_name, at in db.session.execute(statement)
    ]
