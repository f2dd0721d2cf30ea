"""Contacts that are kept longer than the business wants: nothing has happened with them for years."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select

from crm.complaints.models import Complaint
from crm.contacts.models import Contact
from crm.extensions import db
from crm.interactions.models import FollowUp, Interaction
from crm.loyalty.models.rewards import Reward
from crm.shared.database import read
from crm.shared.paging import PAGE_SIZE, Page, after_number, page_of


class UnusedContact(NamedTuple):
    """A contact with the last entry there is of it, None without any."""

    id: int
    name: str
    created_at: datetime
    last_at: datetime | None


def unused_contacts(before: datetime, place: str | None = None) -> Page[UnusedContact]:
    """Return a page of the contacts with which nothing has happened since an instant, in the order they were added."""
    last_at = select(func.max(Interaction.occurred_at)).where(Interaction.contact_id == Contact.id).scalar_subquery()
    statement = select(Contact.id, Contact.name, Contact.created_at, last_at).where(*_is_unused(before))
    after = statement.where(after_number(place, Contact.id, is_upward=True))
    rows = [UnusedContact._make(row) for row in read(after.order_by(Contact.id).limit(PAGE_SIZE + 1))]
    return page_of(rows, PAGE_SIZE, lambda row: [row.id])


def still_unused(contact_ids: Collection[int], before: datetime) -> Sequence[Contact]:
    """Return those of some contacts with which nothing has happened since an instant."""
    statement = select(Contact).where(Contact.id.in_(contact_ids), *_is_unused(before))
    return db.session.scalars(statement.order_by(Contact.id)).all()


def _is_unused(before: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions: in use, old, not changed, no entry or complaint since, and nothing that waits."""
    entry, complaint, mine = Interaction, Complaint, Contact.id
    since = select(entry.id).where(entry.contact_id == mine, entry.occurred_at >= before)
    complained = select(complaint.id).where(complaint.contact_id == mine)
    waits = select(FollowUp.id).where(FollowUp.contact_id == mine, FollowUp.done_at.is_(None))
    rewarded = select(Reward.id).where(Reward.contact_id == mine, Reward.issued_at >= before)
    return (
        Contact.merged_into_id.is_(None),
        Contact.blocked_at.is_(None),
        Contact.created_at < before,
        Contact.updated_at < before,
        ~since.exists(),
        ~complained.where(complaint.closed_at.is_(None) | (complaint.closed_at >= before)).exists(),
        ~waits.exists(),
        ~rewarded.exists(),
    )
