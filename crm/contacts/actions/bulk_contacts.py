"""Adding many new contacts in few statements, inside the one transaction of an import."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from sqlalchemy import insert

from crm.contacts import search_index
from crm.contacts.actions.contacts import tags_named
from crm.contacts.import_newcomers import Newcomer, Values
from crm.contacts.models import (
    Address,
    Consent,
    Contact,
    ContactChange,
    ContactFieldValue,
    ContactTag,
    Email,
    KeyDate,
    Link,
    Phone,
)
from crm.contacts.queries.imports import chunks
from crm.extensions import Model, db

_TABLES: tuple[tuple[str, type[Model]], ...] = (
    ("phones", Phone),
    ("emails", Email),
    ("addresses", Address),
    ("links", Link),
    ("field_values", ContactFieldValue),
)


def insert_newcomers(
    newcomers: Sequence[Newcomer],
    *,
    batch_id: int,
    now: datetime,
    by_id: int | None,
    track: Callable[[int], None] = lambda done: None,
) -> None:
    """Add new contacts with everything about them, their index, and what is needed to undo it."""
    tag_ids = _tag_ids(newcomers)
    done = 0
    for chunk in chunks(newcomers):
        common = {"created_at": now, "updated_at": now, "created_by_id": by_id, "version": 1}
        rows = [{**one.contact, **common} for one in chunk]
        ids = list(db.session.scalars(insert(Contact).returning(Contact.id, sort_by_parameter_order=True), rows))
        for name, model in _TABLES:
            _insert(model, _owned(ids, (getattr(one, name) for one in chunk)))
        _insert(KeyDate, _owned(ids, (one.key_dates for one in chunk)), created_at=now)
        _insert(Consent, _owned(ids, (one.consents for one in chunk)), by_id=by_id)
        _insert(ContactTag, _owned(ids, ([{"tag_id": tag_ids[tag]} for tag in one.tags] for one in chunk)))
        _insert(ContactChange, _owned(ids, ([_created(one)] for one in chunk)), batch_id=batch_id)
        documents = ((contact_id, one.document) for contact_id, one in zip(ids, chunk, strict=True))
        search_index.store_documents(db.session(), documents)
        done += len(chunk)
        track(done)


def _created(one: Newcomer) -> Values:
    return {"kind": "created", "version_after": 1, "before": one.origin}


def _owned(ids: Sequence[int], lists: Iterable[Sequence[Values]]) -> list[Values]:
    return [{"contact_id": each, **row} for each, rows in zip(ids, lists, strict=True) for row in rows]


def _insert(model: type[Model], rows: list[Values], **common: object) -> None:
    if rows:
        db.session.execute(insert(model), [{**row, **common} for row in rows])


def _tag_ids(newcomers: Iterable[Newcomer]) -> dict[str, int]:
    wanted: dict[str, str] = {}
    for one in newcomers:
        wanted = {**one.tags, **wanted} if not one.tags.keys() <= wanted.keys() else wanted
    found: dict[str, int] = {}
    for names in chunks(wanted.values()):
        found |= {tag.folded: tag.id for tag in tags_named(names)}
    return found
