"""Which rows move from one contact to the other in a merge: every table that points to a contact.

A row that the kept contact has already stays with the merged one; a tie that would be doubled, or that
ties the two to each other, is taken away, since it would show on a third contact's page.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Table, or_, select

from crm.contacts.actions.ledger import Ledger
from crm.contacts.models import Address, ContactFieldValue, DistinctPair, Email, KeyDate, Link, Phone, Tie
from crm.contacts.queries.pointers import CONTACT, Pointer, pointers, unique_sets
from crm.contacts.rules.merging import Choices, Keep
from crm.extensions import db

Row = Mapping[str, Any]
# Tables whose rows tell what happened to one contact, or can never be changed.
STAYING = {"consent", "contact_change", "contact_merge", "distinct_pair", "erasure_request"}
# What makes two rows say the same; the first filled column of each group decides.
_SAME: dict[str, tuple[tuple[str, ...], ...]] = {
    Phone.__tablename__: (("e164", "raw"),),
    Email.__tablename__: (("folded",),),
    Address.__tablename__: (("street",), ("locality",), ("region",), ("postcode",), ("country",)),
    Link.__tablename__: (("url",),),
    KeyDate.__tablename__: (("kind",), ("label",), ("month",), ("day",)),
}


def stay_behind(table_name: str) -> None:
    """Let the rows of an append-only table of an upper domain stay; it reads them through merged ids."""
    STAYING.add(table_name)


def move_rows(ledger: Ledger, kept_id: int, other_id: int) -> None:
    """Let everything that points to the other contact point to the kept one, and write it down."""
    for pointer in pointers():
        name = pointer.table.name
        if name in STAYING:
            continue
        if name == Tie.__tablename__:
            _move_ties(ledger, pointer, kept_id, other_id)
        elif name in _SAME or "id" not in pointer.table.c:
            _move_own_rows(ledger, pointer, kept_id, other_id)
        else:
            _move_many(ledger, pointer, kept_id, other_id)


def _rows(table: Table, *where: Any) -> list[Row]:
    statement = select(table).where(*where).order_by(*table.primary_key)
    return [dict(row) for row in db.session.execute(statement).mappings()]


def _move_own_rows(ledger: Ledger, pointer: Pointer, kept_id: int, other_id: int) -> None:
    """Move the rows of a list that the kept contact does not have yet, after its own ones."""
    table, column = pointer.table, pointer.column
    present = _rows(table, column == kept_id)
    known = {_sameness(pointer, row) for row in present}
    position = max((row["position"] for row in present), default=-1) + 1 if "position" in table.c else None
    for row in _rows(table, column == other_id):
        if _sameness(pointer, row) in known:
            continue
        values = {column.name: kept_id}
        if position is not None:
            values["position"] = position
            position += 1
        ledger.change(table, row, **values)


def _sameness(pointer: Pointer, row: Row) -> tuple[Any, ...]:
    if row.get("kind") == "birthday" and pointer.table.name == KeyDate.__tablename__:
        return ("birthday",)  # nobody has two
    groups = _SAME.get(pointer.table.name)
    if groups is None:
        names = [column.name for column in pointer.table.primary_key if column.name != pointer.column.name]
        groups = tuple((name,) for name in names)
    return tuple(next((row[name] for name in names if row[name]), None) for names in groups)


def _move_many(ledger: Ledger, pointer: Pointer, kept_id: int, other_id: int) -> None:
    """Move rows by their ids only: interactions and the like, however many there are."""
    table, column = pointer.table, pointer.column
    doubled = _doubled(table, column, kept_id, other_id)
    ids = db.session.scalars(select(table.c.id).where(column == other_id).order_by(table.c.id)).all()
    own = {kept_id, other_id} if table is CONTACT else set()
    moved = [row_id for row_id in ids if row_id not in doubled and row_id not in own]
    ledger.repoint(table, column, moved, before=other_id, after=kept_id)


def _doubled(table: Table, column: Column[int], kept_id: int, other_id: int) -> set[int]:
    """Return the rows that may not move because the kept contact has one that must be the only one."""
    found: set[int] = set()
    for columns in unique_sets(table, column):
        if any(each.primary_key for each in columns):
            continue
        present = db.session.execute(select(table.c.id, *columns).where(column == kept_id))
        taken = {tuple(row[1:]) for row in present}
        rows = db.session.execute(select(table.c.id, *columns).where(column == other_id))
        found |= {row[0] for row in rows if tuple(row[1:]) in taken and None not in row[1:]}
    return found


def _move_ties(ledger: Ledger, pointer: Pointer, kept_id: int, other_id: int) -> None:
    table, column = pointer.table, pointer.column
    far = table.c.other_id if column.name == "contact_id" else table.c.contact_id
    known = {_tie_of(row) for row in _rows(table, or_(table.c.contact_id == kept_id, table.c.other_id == kept_id))}
    for row in _rows(table, column == other_id):
        moved = _tie_of({**row, column.name: kept_id})
        if row[far.name] == kept_id or moved in known:
            ledger.remove(table, row)
        else:
            known.add(moved)
            ledger.change(table, row, **{column.name: kept_id})


def _tie_of(row: Row) -> tuple[Any, ...]:
    """Return what a tie says; a household reads the same from both sides."""
    sides = (row["contact_id"], row["other_id"])
    return (*(sorted(sides) if row["kind"] == "household" else sides), row["kind"])


def write_own_fields(ledger: Ledger, kept_id: int, other_id: int, choices: Choices) -> None:
    """Write the other contact's value of an own field into the kept one where it was chosen."""
    table: Table = ContactFieldValue.__table__  # type: ignore[assignment]
    theirs = {row["field_id"]: row["value"] for row in _rows(table, table.c.contact_id == other_id)}
    for row in _rows(table, table.c.contact_id == kept_id):
        value = theirs.get(row["field_id"])
        if value is not None and choices.own_fields.get(row["field_id"]) is Keep.OTHER and value != row["value"]:
            ledger.change(table, row, value=value)


def swap_birthdays(ledger: Ledger, kept_id: int, other_id: int) -> None:
    """Give the kept contact the other's birthday, and the other one the kept one's."""
    table: Table = KeyDate.__table__  # type: ignore[assignment]
    rows = _rows(table, table.c.contact_id.in_([kept_id, other_id]), table.c.kind == "birthday")
    if {row["contact_id"] for row in rows} != {kept_id, other_id}:
        return
    for row in rows:
        ledger.change(table, row, contact_id=other_id if row["contact_id"] == kept_id else kept_id)


def add_distinct_pairs(ledger: Ledger, kept_id: int, other_id: int, *, now: datetime, by_id: int | None) -> None:
    """Whoever was found not to be the other contact is not the kept one either."""
    table: Table = DistinctPair.__table__  # type: ignore[assignment]
    different = {each: _different_from(table, each) for each in (kept_id, other_id)}
    for third_id in sorted(different[other_id] - different[kept_id] - {kept_id}):
        first, second = sorted((kept_id, third_id))
        ledger.add(table, first_id=first, second_id=second, at=now, by_id=by_id)


def _different_from(table: Table, contact_id: int) -> set[int]:
    rows = _rows(table, or_(table.c.first_id == contact_id, table.c.second_id == contact_id))
    return {row["first_id"] + row["second_id"] - contact_id for row in rows}
