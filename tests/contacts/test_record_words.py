"""The record of a contact speaks the reader's language: no column or table under its internal name."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Table

from crm.contacts.forms.labels import DETAIL_NAMES
from crm.contacts.forms.record_words import COLUMN_NAMES, HIDDEN, TABLE_NAMES
from crm.contacts.queries.pointers import CONTACT, parts_of, pointers
from crm.contacts.queries.record import ContactRecord, name_columns
from crm.contacts.record_page import sections_of


def _tables() -> dict[str, Table]:
    """Return every table of which rows can be in a record."""
    found: dict[str, Table] = {CONTACT.name: CONTACT, **{each.table.name: each.table for each in pointers()}}
    waiting = [table for table in found.values() if table is not CONTACT]
    while waiting:
        for part in parts_of(waiting.pop()):
            if part.table.name not in found:
                found[part.table.name] = part.table
                waiting.append(part.table)
    return found


def test_every_table_of_a_record_has_a_title(app: Flask) -> None:
    assert sorted(_tables().keys() - TABLE_NAMES.keys()) == []


def test_every_column_that_can_be_read_has_a_name(app: Flask) -> None:
    known = COLUMN_NAMES.keys() | DETAIL_NAMES.keys() | HIDDEN
    nameless = [
        f"{table.name}.{column.name}"
        for table in _tables().values()
        for column in table.columns
        if column.name not in known
        and (not column.name.endswith("_id") or column.name in dict(name_columns(table.name)))
    ]
    assert nameless == []


@pytest.mark.parametrize(
    ("table", "row", "told"),
    [
        ("interaction", {"channel": "in-person", "direction": "in"}, ["In person", "From them"]),
        ("complaint", {"severity": "high", "status": "followed-up"}, ["high", "Followed up"]),
        ("complaint_event", {"kind": "remedy-given", "reason": "promised"}, ["Given", "promised"]),
        ("contact_tie", {"kind": "household"}, ["same household as"]),
        ("consent", {"source": "paper", "purpose": "marketing"}, ["signed on paper", "news and offers"]),
        ("key_date", {"day": 26, "month": 11, "year": 1988}, ["November 26, 1988"]),
        ("departure", {"reason": "too far from the new flat"}, ["too far from the new flat"]),
        ("departure", {"reason": "moved"}, ["moved away"]),
        (
            "contact",
            {"archived_at": None, "source": "passed by", "birth": date(2026, 1, 2)},
            ["passed by", "January 2, 2026"],
        ),
    ],
)
def test_fixed_words_are_said_in_words(app: Flask, table: str, row: dict[str, Any], told: list[str]) -> None:
    with app.test_request_context():
        (section,) = sections_of(ContactRecord([1], {table: [row]}))
    assert section.rows == [told]
