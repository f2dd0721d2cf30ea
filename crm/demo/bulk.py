"""Rows straight into tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, insert, text

from crm.extensions import Model, db


def insert_rows(model: type[Model], rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows of one table; no objects are made."""
    if rows:
        table = model.__table__
        assert isinstance(table, Table)
        db.session.connection().execute(insert(table), rows)


def advance_ids(model: type[Model]) -> None:
    """Let PostgreSQL count on after the ids that were given; SQLite does by itself."""
    connection = db.session.connection()
    if connection.dialect.name == "postgresql":
        table = model.__tablename__
        connection.execute(
            text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
        )
