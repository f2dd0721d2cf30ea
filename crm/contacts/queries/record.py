"""All that is stored about one contact, for the contact: every table that points to them, found by itself.

What cannot be found by foreign keys an upper domain adds with `record_source`. Rows come as plain values,
in a few queries however many tables there are.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, Column, Integer, Select, Table, Text, cast, literal, null, select, union_all

from crm.contacts.queries.people import merged_ids
from crm.contacts.queries.pointers import CONTACT, parts_of, pointers
from crm.extensions import db
from crm.shared.models import AuditEvent

Rows = list[dict[str, Any]]
RecordSource = Callable[[Sequence[int]], Rows]
_sources: dict[str, RecordSource] = {}
_MOST_NAMES = 500


@dataclass(frozen=True)
class ContactRecord:
    """The rows about a contact by table, and the names behind ids: of tags, own fields, staff and the like."""

    contact_ids: list[int]
    tables: dict[str, Rows]
    names: dict[str, dict[int, str]] = field(default_factory=dict)


def record_source(name: str) -> Callable[[RecordSource], RecordSource]:
    """Register a function that returns rows about contacts which no foreign key leads to."""

    def register(source: RecordSource) -> RecordSource:
        _sources[name] = source
        return source

    return register


def record_of(contact_id: int) -> ContactRecord:
    """Return all rows about a contact and those merged into it."""
    contact_ids = merged_ids(contact_id)
    found: dict[str, Rows] = {}
    _collect(found, _own_selects(contact_ids))
    known: set[str] = set()
    while found.keys() - known:
        fresh = found.keys() - known
        known |= fresh
        _collect(found, _part_selects(found, fresh))
    for name, source in _sources.items():
        found[name] = source(contact_ids)
    tables = {name: rows for name, rows in found.items() if rows}
    return ContactRecord(contact_ids, tables, _names_behind(tables))


def _own_selects(contact_ids: Sequence[int]) -> list[tuple[Table, Any]]:
    selects: dict[str, tuple[Table, Any]] = {CONTACT.name: (CONTACT, CONTACT.c.id.in_(contact_ids))}
    for pointer in pointers():
        if pointer.table is not CONTACT:
            mine = pointer.column.in_(contact_ids)
            earlier = selects.get(pointer.table.name)
            selects[pointer.table.name] = (pointer.table, earlier[1] | mine if earlier else mine)
    events: Table = AuditEvent.__table__  # type: ignore[assignment]
    about = (events.c.subject_type == CONTACT.name) & events.c.subject_id.in_(contact_ids)
    return [*selects.values(), (events, about)]


def _part_selects(found: dict[str, Rows], fresh: Iterable[str]) -> list[tuple[Table, Any]]:
    """Select the rows that are part of rows just found, of tables not read yet."""
    selects: dict[str, tuple[Table, Any]] = {}
    for name in sorted(fresh):
        ids = [row["id"] for row in found[name] if "id" in row]
        table = CONTACT.metadata.tables[name]
        for part in parts_of(table) if ids and table is not CONTACT else ():
            if part.table.name not in found:
                mine = part.column.in_(ids)
                earlier = selects.get(part.table.name)
                selects[part.table.name] = (part.table, earlier[1] | mine if earlier else mine)
    return list(selects.values())


def _collect(found: dict[str, Rows], wanted: list[tuple[Table, Any]]) -> None:
    """Read rows of many tables in one query, each column as text."""
    if not wanted:
        return
    width = max(len(table.columns) for table, _where in wanted)
    selects = [_as_text(table, width).where(where) for table, where in wanted]
    for table, _where in wanted:
        found.setdefault(table.name, [])
    for name, *texts in db.session.execute(union_all(*selects)):
        columns = CONTACT.metadata.tables[name].columns
        found[name].append({column.name: _value(column, text) for column, text in zip(columns, texts, strict=False)})
    for table, _where in wanted:
        found[table.name].sort(key=lambda row: [row[column.name] for column in table.primary_key])


def _as_text(table: Table, width: int) -> Select[Any]:
    texts: list[Any] = [cast(column, Text) for column in table.columns]
    texts += [cast(null(), Text)] * (width - len(texts))
    labelled = [text.label(f"value_{at}") for at, text in enumerate(texts)]
    return select(cast(literal(table.name), Text).label("source"), *labelled).select_from(table)


def _value(column: Column[Any], text: str | None) -> Any:
    """Return a column's value from its text, as both databases write it."""
    if text is None:
        return None
    kind = getattr(column.type, "impl_instance", column.type).python_type
    if kind is bool:
        return text in {"1", "true", "t"}
    if kind is datetime:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    if kind in (date, time):
        return kind.fromisoformat(text)
    if isinstance(column.type, JSON):
        return json.loads(text)
    return kind(text) if kind in (int, Decimal) else text


def _names_behind(tables: dict[str, Rows]) -> dict[str, dict[int, str]]:
    """Return the names of the rows that ids lead to, by table; never those of other contacts."""
    wanted: dict[str, set[int]] = {}
    for name, rows in tables.items():
        for column, target in name_columns(name):
            wanted.setdefault(target, set()).update(row[column] for row in rows if row[column] is not None)
    selects = []
    for target, ids in wanted.items():
        table = CONTACT.metadata.tables[target]
        kind = cast(literal(target), Text).label("kind")
        part = select(kind, cast(table.c.id, Integer).label("id"), cast(table.c.name, Text).label("name"))
        selects.append(part.where(table.c.id.in_(sorted(ids)[:_MOST_NAMES])))
    found: dict[str, dict[int, str]] = {}
    for kind_name, row_id, name in db.session.execute(union_all(*selects)) if selects else ():
        found.setdefault(kind_name, {})[row_id] = name
    return found


def name_columns(table_name: str) -> list[tuple[str, str]]:
    """Return the columns of a table that lead to a row with a name, each with the table it leads to."""
    table = CONTACT.metadata.tables.get(table_name)
    if table is None:
        return []
    keys = [(column.name, key.column.table) for column in table.columns for key in column.foreign_keys]
    return [(name, target.name) for name, target in keys if target is not CONTACT and "name" in target.c]


def as_plain(value: Any) -> Any:
    """Return a value as JSON has it: instants and dates in ISO 8601, amounts as text."""
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
