"""Changes of rows that can be taken back exactly: each is written down with what was there before.

A ledger is plain JSON. Rows are named by their keys; the rows of a contact's own lists are kept in full,
so that they come back even if somebody has deleted them since.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, Table, and_, delete, insert, select, update

from crm.extensions import Base, db

Entry = dict[str, Any]
CHUNK = 500


class Ledger:
    """Changes rows and writes down how to take it back."""

    def __init__(self, entries: list[Entry] | None = None) -> None:
        """Start with no change, or with the entries of an earlier ledger."""
        self.entries: list[Entry] = entries if entries is not None else []

    def change(self, table: Table, row: Mapping[str, Any], **values: Any) -> None:
        """Change columns of one row, which is given in full."""
        db.session.execute(update(table).where(_is_row(table, row)).values(**values))
        before = {name: row[name] for name in values}
        key = {column.name: values.get(column.name, row[column.name]) for column in table.primary_key}
        self._note(table, "changed", key=key, before=before, row=row)

    def remove(self, table: Table, row: Mapping[str, Any]) -> None:
        """Delete one row, which is given in full."""
        db.session.execute(delete(table).where(_is_row(table, row)))
        self._note(table, "removed", row=row)

    def add(self, table: Table, **values: Any) -> None:
        """Insert one row into a table with an id."""
        new_id = db.session.scalar(insert(table).values(**values).returning(table.c.id))
        self._note(table, "added", key={"id": new_id})

    def repoint(self, table: Table, column: Column[int], ids: Sequence[int], *, before: int, after: int) -> None:
        """Let many rows point to another contact."""
        _set_many(table, ids, {column.name: after})
        if ids:
            self.entries.append(
                {"table": table.name, "what": "repointed", "column": column.name, "before": before, "ids": list(ids)}
            )

    def _note(self, table: Table, what: str, **texts: Mapping[str, Any]) -> None:
        plain = {name: _plain(values) for name, values in texts.items()}
        self.entries.append({"table": table.name, "what": what, **plain})

    def take_back(self) -> None:
        """Undo every change, the last one first."""
        for entry in reversed(self.entries):
            table = Base.metadata.tables[entry["table"]]
            match entry["what"]:
                case "repointed":
                    _set_many(table, entry["ids"], {entry["column"]: entry["before"]})
                case "added":
                    db.session.execute(delete(table).where(_is_row(table, entry["key"])))
                case "removed":
                    _put_back(table, _typed(table, entry["row"]))
                case "changed":
                    _change_back(table, entry)


def _change_back(table: Table, entry: Entry) -> None:
    before = _typed(table, entry["before"])
    key = _typed(table, entry["key"])
    changed = db.session.execute(update(table).where(_is_row(table, key)).values(**before))
    if not changed.rowcount:  # type: ignore[attr-defined]
        _put_back(table, _typed(table, entry["row"]))


def _put_back(table: Table, row: dict[str, Any]) -> None:
    """Insert a row again, under a new id where another row has taken its own."""
    if db.session.execute(select(*table.primary_key).where(_is_row(table, row))).first() is not None:
        if "id" not in row:
            return
        row = {name: value for name, value in row.items() if name != "id"}
    db.session.execute(insert(table).values(**row))


def _set_many(table: Table, ids: Sequence[int], values: Mapping[str, Any]) -> None:
    for start in range(0, len(ids), CHUNK):
        db.session.execute(update(table).where(table.c.id.in_(ids[start : start + CHUNK])).values(**values))


def _is_row(table: Table, row: Mapping[str, Any]) -> Any:
    return and_(*(column == row[column.name] for column in table.primary_key))


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _plain_value(value) for name, value in values.items()}


def _plain_value(value: Any) -> Any:
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _typed(table: Table, values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _typed_value(table.c[name], value) for name, value in values.items()}


def _typed_value(column: Column[Any], value: Any) -> Any:
    kind = getattr(column.type, "impl_instance", column.type).python_type
    if value is None or not isinstance(value, str):
        return value
    if issubclass(kind, (datetime, date, time)):
        return kind.fromisoformat(value)
    return Decimal(value) if kind is Decimal else value
