"""Columns and indexes: instants are aware UTC in Python, and an index may hold a part of the rows on both databases."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, Index, text
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in Python, UTC in the database; a naive value is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the instant in UTC, without its zone where the database keeps none."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("An instant needs a time zone.")
        instant = value.astimezone(UTC)
        return instant.replace(tzinfo=None) if dialect.name == "sqlite" else instant

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Return the stored instant as aware UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def index_where_null(name: str, column: str, *ordered_by: str) -> Index:
    """Return an index of the rows where a column is NULL, in the order of the others.

    PostgreSQL takes no order from an index that begins with the column that is NULL. SQLite does, and without such an
    index it may not find this one: it needs both.
    """
    is_null = text(f"{column} IS NULL")
    return Index(name, *ordered_by, sqlite_where=is_null, postgresql_where=is_null)
