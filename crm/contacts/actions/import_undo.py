"""Undoing an import: what it made goes again unless it is in use, what it changed goes back field by field.

Lines of consent are never removed: a contact with one is archived instead, so that an opt-out survives.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, delete, select, update

from crm.contacts import search_index
from crm.contacts.actions.contacts import write_details
from crm.contacts.actions.imports import ImportMovedOn
from crm.contacts.actions.indexing import reindex_many
from crm.contacts.followers import tell_changed
from crm.contacts.import_rules import UNDO_DAYS
from crm.contacts.models import (
    Address,
    Contact,
    ContactChange,
    ContactFieldValue,
    ContactTag,
    Email,
    ImportBatch,
    KeyDate,
    KeyDateNotice,
    Link,
    Phone,
)
from crm.contacts.queries.details import details_of
from crm.contacts.queries.import_matches import contacts_with_details
from crm.contacts.queries.imports import chunks
from crm.contacts.rules import AddressDetails, ContactDetails, fold_email, fold_tag
from crm.extensions import Base, db
from crm.shared.errors import Refused
from crm.shared.events import record

MOST_LISTED = 200
_OWNED = (Phone, Email, Address, Link, ContactTag, ContactFieldValue, KeyDate, ContactChange)
Track = Callable[[int, int], None]
Kept = list[dict[str, Any]]


class TooLateToUndo(Refused):
    """An import can be undone for 30 days."""


def check_undo(batch: ImportBatch, *, now: datetime) -> None:
    """Raise TooLateToUndo, or ImportMovedOn for an import that was never carried out."""
    if batch.imported_at is None:
        raise ImportMovedOn
    if now - batch.imported_at > timedelta(days=UNDO_DAYS):
        raise TooLateToUndo


def undo_import(batch: ImportBatch, *, now: datetime, by_id: int | None = None, track: Track = lambda *_: None) -> None:
    """Undo an import as far as it can be; the batch says what could not be undone."""
    changed = db.session.execute(
        update(ImportBatch)
        .where(ImportBatch.id == batch.id, ImportBatch.state.in_(["imported", "undoing"]))
        .values(state="undone"),
        execution_options={"synchronize_session": False},
    )
    if not changed.rowcount:  # type: ignore[attr-defined]
        raise ImportMovedOn
    counts: Counter[str] = Counter()
    kept: Kept = []
    changes = db.session.scalars(select(ContactChange).where(ContactChange.batch_id == batch.id)).all()
    done = 0
    for chunk in chunks(changes):
        _undo_created([each for each in chunk if each.kind == "created"], batch, now, counts, kept)
        _undo_changed([each for each in chunk if each.kind == "changed"], now, counts, kept)
        done += len(chunk)
        track(done, len(changes))
    db.session.refresh(batch, ["state"])
    batch.undone_at = now
    batch.summary = {**batch.summary, "undone": {**counts, "kept": kept[:MOST_LISTED]}}
    record("import.undone", at=now, subject=batch, actor_id=by_id, **counts)


def _undo_created(
    changes: Sequence[ContactChange],
    batch: ImportBatch,
    now: datetime,
    counts: Counter[str],
    kept: list[dict[str, Any]],
) -> None:
    seen = {change.contact_id: change.version_after for change in changes}
    ids = list(seen)
    found = db.session.execute(
        select(Contact.id, Contact.version, Contact.archived_at).where(Contact.id.in_(ids))
    ).all()
    used = _used(ids, batch)
    removable = [row.id for row in found if row.version == seen[row.id] and row.id not in used]
    _remove(removable)
    counts["removed"] += len(removable)
    stay = [row for row in found if row.id not in set(removable)]
    for row in stay:
        kept.append({"id": row.id, "why": used.get(row.id, "changed")})
    _archive([row.id for row in stay if row.archived_at is None], now)
    counts["archived"] += len(stay)


def _used(ids: Sequence[int], batch: ImportBatch) -> dict[int, str]:
    """Return which contacts anything else refers to, whatever domain it belongs to, and what."""
    own = {model.__tablename__ for model in _OWNED}
    used: dict[int, str] = {}
    for column in _references():
        if column.table.name not in own:
            found = db.session.scalars(select(column).where(column.in_(ids)).distinct())
            used |= {contact_id: _why(column) for contact_id in found}
    later = (KeyDate.contact_id.in_(ids), KeyDate.created_at > batch.imported_at)
    other = (ContactChange.contact_id.in_(ids), ContactChange.batch_id != batch.id)
    used |= dict.fromkeys(db.session.scalars(select(KeyDate.contact_id).where(*later)), "used")
    return used | dict.fromkeys(db.session.scalars(select(ContactChange.contact_id).where(*other)), "used")


def _references() -> list[Column[Any]]:
    """List every column of the program that names a contact."""
    return [
        column
        for table in Base.metadata.tables.values()
        for column in table.columns
        if any(key.target_fullname == "contact.id" for key in column.foreign_keys)
    ]


def _why(column: Column[Any]) -> str:
    return "consent" if column.table.name == "consent" else "used"


def _remove(ids: Sequence[int]) -> None:
    if not ids:
        return
    dates = select(KeyDate.id).where(KeyDate.contact_id.in_(ids))
    db.session.execute(delete(KeyDateNotice).where(KeyDateNotice.key_date_id.in_(dates)), execution_options=_PLAIN)
    for contact_id in ids:
        search_index.remove_document(db.session(), contact_id)
    for model in _OWNED:
        db.session.execute(delete(model).where(model.contact_id.in_(ids)), execution_options=_PLAIN)
    db.session.execute(delete(Contact).where(Contact.id.in_(ids)), execution_options=_PLAIN)


_PLAIN = {"synchronize_session": False}


def _archive(ids: Sequence[int], now: datetime) -> None:
    values = {"archived_at": now, "updated_at": now, "version": Contact.version + 1}
    db.session.execute(update(Contact).where(Contact.id.in_(ids)).values(values), execution_options=_PLAIN)
    for contact_id in ids:
        search_index.set_active(db.session(), contact_id, is_active=False)
    tell_changed(ids, now=now)


def _undo_changed(changes: Sequence[ContactChange], now: datetime, counts: Counter[str], kept: Kept) -> None:
    contacts = contacts_with_details(change.contact_id for change in changes)
    touched = []
    for change in changes:
        contact = contacts.get(change.contact_id)
        if contact is None or contact.is_blocked or contact.merged_into_id is not None:
            kept.append({"id": change.contact_id, "why": "gone"})
            continue
        before = details_of(contact)
        after, stays = restored(before, change.before)
        if change.before.get("consents"):
            stays = [*stays, "consent"]
        if stays:
            kept.append({"id": contact.id, "why": "fields", "fields": stays})
        write_details(contact, after)
        contact.version, contact.updated_at = contact.version + 1, now
        _remove_dates(contact.id, change.before.get("dates", ()))
        touched.append(contact)
    reindex_many(touched)
    counts["restored"] += len(touched)


def restored(present: ContactDetails, change: Mapping[str, Any]) -> tuple[ContactDetails, list[str]]:
    """Return details without what an import added, and the fields that somebody changed since and that stay."""
    texts, stays = {}, []
    for name, (old, new) in change.get("texts", {}).items():
        if getattr(present, name) == new:
            texts[name] = old
        else:
            stays.append(name)
    added = [AddressDetails(**each) for each in change.get("addresses", ())]
    fields = change.get("fields", {})
    details = replace(
        present,
        **texts,
        phones=tuple(each for each in present.phones if each.raw not in change.get("phones", ())),
        emails=tuple(each for each in present.emails if fold_email(each.address) not in change.get("emails", ())),
        addresses=tuple(each for each in present.addresses if each not in added),
        links=tuple(each for each in present.links if each not in change.get("links", ())),
        tags=tuple(each for each in present.tags if fold_tag(each) not in change.get("tags", ())),
        field_values={key: text for key, text in present.field_values.items() if fields.get(str(key)) != text},
    )
    return details, stays


def _remove_dates(contact_id: int, dates: Iterable[Mapping[str, Any]]) -> None:
    for each in dates:
        wanted = [getattr(KeyDate, name) == each[name] for name in ("kind", "day", "month", "year")]
        found = select(KeyDate.id).where(KeyDate.contact_id == contact_id, *wanted)
        db.session.execute(delete(KeyDateNotice).where(KeyDateNotice.key_date_id.in_(found)), execution_options=_PLAIN)
        db.session.execute(delete(KeyDate).where(KeyDate.id.in_(found)), execution_options=_PLAIN)
