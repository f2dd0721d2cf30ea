"""Which tables point to a contact, read from the tables themselves, so that no later domain is forgotten.

Merging moves their rows, "all you have on me" shows them, and a guard demands that erasing knows them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Column, Table, UniqueConstraint

from crm.contacts.models import Contact
from crm.extensions import Base

CONTACT: Table = Contact.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class Pointer:
    """A column that holds the id of a contact."""

    table: Table
    column: Column[int]


def pointers() -> list[Pointer]:
    """Return every column of every table that points to a contact, the contact's own ones last."""
    tables = sorted(Base.metadata.tables.values(), key=lambda table: (table is CONTACT, table.name))
    return [Pointer(table, column) for table in tables for column in columns_to(table, CONTACT)]


def columns_to(table: Table, target: Table) -> list[Column[int]]:
    """Return the columns of a table that point to another."""
    return [column for column in table.columns if any(key.column.table is target for key in column.foreign_keys)]


def parts_of(target: Table) -> list[Pointer]:
    """Return the columns that make rows part of a row of `target`, such as the notices of a key date."""
    found = []
    for table in sorted(Base.metadata.tables.values(), key=lambda each: each.name):
        if table is not target and table is not CONTACT:
            found += [Pointer(table, column) for column in columns_to(table, target)]
    return found


def unique_sets(table: Table, column: Column[int]) -> Iterable[list[Column[int]]]:
    """Return, for each rule of uniqueness that a column is part of, the other columns of that rule."""
    rules = [each.columns for each in table.constraints if isinstance(each, UniqueConstraint)]
    rules += [index.columns for index in table.indexes if index.unique]
    rules.append(table.primary_key.columns)
    for columns in rules:
        if column.name in {each.name for each in columns}:
            yield [each for each in columns if each.name != column.name]
