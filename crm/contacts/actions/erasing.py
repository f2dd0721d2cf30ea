"""Blocking a contact at once, taking that back, and anonymising it for good.

The contacts merged into one are the same person: each step is done to all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, or_, select, update

from crm.contacts.actions.indexing import reindex_many
from crm.contacts.erasers import erase_everywhere, register_eraser
from crm.contacts.followers import tell_changed
from crm.contacts.models import (
    Address,
    Contact,
    ContactChange,
    ContactFieldValue,
    ContactMerge,
    ContactTag,
    DistinctPair,
    Email,
    ErasureRequest,
    KeyDate,
    Link,
    Phone,
    Tag,
    Tie,
)
from crm.contacts.queries.people import merged_ids
from crm.contacts.queries.pointers import parts_of
from crm.contacts.rules import sort_name
from crm.contacts.rules.erasing import AlreadyBlocked, AlreadyErased, MergedAway, NotBlocked, erased_name
from crm.extensions import db
from crm.shared.events import record

_LISTS = (Phone, Email, Address, Link, ContactTag, ContactFieldValue, KeyDate)
_TEXTS = (
    "given_name",
    "family_name",
    "other_names",
    "organisation",
    "job_title",
    "preferences",
    "notes",
    "preferred_channel",
    "language",
    "source",
)


def block(contact: Contact, *, now: datetime, by_id: int | None = None) -> ErasureRequest:
    """Hide a contact from lists, search and exports at once: the first step of its erasure."""
    if contact.merged_into_id is not None:
        raise MergedAway
    if contact.erased_at is not None:
        raise AlreadyErased
    if contact.is_blocked:
        raise AlreadyBlocked
    _set_blocked(contact, now, now=now)
    request = ErasureRequest(contact_id=contact.id, requested_at=now, requested_by_id=by_id)
    db.session.add(request)
    record("contact.blocked", at=now, subject=contact, actor_id=by_id)
    return request


def withdraw(contact: Contact, *, now: datetime, by_id: int | None = None) -> None:
    """Take a block back; the contact is in lists and search again."""
    request = _open_request(contact)
    _set_blocked(contact, None, now=now)
    request.withdrawn_at = now
    record("contact.block_withdrawn", at=now, subject=contact, actor_id=by_id)


def anonymise(contact: Contact, *, now: datetime, by_id: int | None = None) -> None:
    """Take the person out of every table for good; what the figures need stays, without a name."""
    request = _open_request(contact)
    contact_ids = merged_ids(contact.id)
    db.session.flush()
    erase_everywhere(contact_ids)
    _empty_rows(contact_ids, now)
    request.erased_at = now
    db.session.flush()
    db.session.expire_all()
    reindex_many(_people(contact_ids))
    record("contact.erased", at=now, subject=contact, actor_id=by_id)


def _open_request(contact: Contact) -> ErasureRequest:
    if contact.erased_at is not None:
        raise AlreadyErased
    is_open = (ErasureRequest.erased_at.is_(None), ErasureRequest.withdrawn_at.is_(None))
    request = db.session.scalar(select(ErasureRequest).where(ErasureRequest.contact_id == contact.id, *is_open))
    if request is None or not contact.is_blocked:
        raise NotBlocked
    return request


def _people(contact_ids: Sequence[int]) -> Sequence[Contact]:
    return db.session.scalars(select(Contact).where(Contact.id.in_(contact_ids))).all()


def _set_blocked(contact: Contact, at: datetime | None, *, now: datetime) -> None:
    people = _people(merged_ids(contact.id))
    for each in people:
        each.blocked_at, each.updated_at = at, now
        each.version += 1
    reindex_many(people)
    tell_changed([each.id for each in people], now=now)


def _empty_rows(contact_ids: Sequence[int], now: datetime) -> None:
    for contact_id in contact_ids:
        name = erased_name(contact_id)
        values: dict[str, Any] = dict.fromkeys(_TEXTS, "") | {"name": name, "sort_name": sort_name(name)}
        values |= {"erased_at": now, "updated_at": now, "version": Contact.version + 1}
        statement = update(Contact).where(Contact.id == contact_id).values(**values)
        db.session.execute(statement, execution_options={"synchronize_session": False})


@register_eraser(
    *(model.__tablename__ for model in _LISTS),
    *("contact", "contact_tie", "contact_change", "contact_merge", "distinct_pair", "erasure_request", "consent"),
)
def erase_own_tables(contact_ids: Sequence[int]) -> None:
    """Delete what describes a contact and empty the copies kept for undoing.

    Consent lines stay: they are proof, hold no words of the person, and cannot be changed. So do the
    request itself and who referred whom, which are numbers only.
    """
    tag_ids = db.session.scalars(select(ContactTag.tag_id).where(ContactTag.contact_id.in_(contact_ids))).all()
    for model in _LISTS:
        _delete_with_parts(model.__table__, contact_ids)  # type: ignore[arg-type]
    # A tag that only this person had may name them.
    _run(delete(Tag).where(Tag.id.in_(tag_ids), Tag.id.not_in(select(ContactTag.tag_id))))
    either_side = or_(Tie.contact_id.in_(contact_ids), Tie.other_id.in_(contact_ids))
    _run(delete(Tie).where(either_side))
    _run(
        delete(DistinctPair).where(or_(DistinctPair.first_id.in_(contact_ids), DistinctPair.second_id.in_(contact_ids)))
    )
    _run(update(ContactChange).where(ContactChange.contact_id.in_(contact_ids)).values(before={}))
    took_part = or_(ContactMerge.kept_id.in_(contact_ids), ContactMerge.merged_id.in_(contact_ids))
    _run(update(ContactMerge).where(took_part).values(before={}))


def _delete_with_parts(table: Table, contact_ids: Sequence[int]) -> None:
    """Delete the rows of contacts, and first the rows that are part of them, such as notices of a key date."""
    mine = table.c.contact_id.in_(contact_ids)
    for part in parts_of(table) if "id" in table.c else ():
        is_part = part.column.in_(select(table.c.id).where(mine))
        if part.column.nullable:
            _run(update(part.table).where(is_part).values({part.column.name: None}))
        else:
            _run(delete(part.table).where(is_part))
    _run(delete(table).where(mine))


def _run(statement: Any) -> None:
    db.session.execute(statement, execution_options={"synchronize_session": False})
