"""Noting that two contacts are different people."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from crm.contacts.models import Contact, DistinctPair
from crm.contacts.rules.merging import CannotMerge
from crm.extensions import db
from crm.shared.events import record


def mark_distinct(one: Contact, other: Contact, *, now: datetime, by_id: int | None = None) -> None:
    """Note that two contacts are different people, once; they are not suspected again."""
    if one.id == other.id:
        raise CannotMerge("Choose another contact; this is the same one.")
    first_id, second_id = sorted((one.id, other.id))
    where = (DistinctPair.first_id == first_id, DistinctPair.second_id == second_id)
    if db.session.scalar(select(DistinctPair.id).where(*where)) is not None:
        return
    db.session.add(DistinctPair(first_id=first_id, second_id=second_id, at=now, by_id=by_id))
    record("contact.found_distinct", at=now, subject=one, actor_id=by_id, other=other.id)
