"""Copies of a SQLite database: taken whole under load, checked, counted.

The rows are counted on the original, in the transaction from which the copy is taken, so that a restored
copy can be compared with what there really was.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from crm.shared.errors import Refused


class Damaged(Refused):
    """The database is damaged."""


def open_to_read(path: Path) -> sqlite3.Connection:
    """Open a database file without any right to change it."""
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=15, isolation_level=None)


def copy_database(source: Path, target: Path) -> dict[str, int]:
    """Copy a database that is in use, its write-ahead log included; returns the rows of each table.

    Writers are not held up: the copy is what the database was when it began.
    """
    try:
        with closing(open_to_read(source)) as original, closing(sqlite3.connect(target)) as copy:
            original.execute("BEGIN")
            rows = count_rows(original)
            original.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.DatabaseError as error:
        raise Damaged(f"The database cannot be copied: {error}.") from error
    target.chmod(0o600)
    return rows


def check(path: Path) -> None:
    """Read a whole database file; raise Damaged with what SQLite says."""
    try:
        with closing(open_to_read(path)) as connection:
            said = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
            broken = connection.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.DatabaseError as error:
        raise Damaged(f"The database is damaged: {error}.") from error
    if said != "ok" or broken is not None:
        raise Damaged(f"The database is damaged: {said if said != 'ok' else 'a row points to none'}.")


def facts_of(path: Path) -> tuple[str, dict[str, int]]:
    """Return the schema revision of a database file and the rows of each table."""
    with closing(open_to_read(path)) as connection:
        return revision_of(connection), count_rows(connection)


def revision_of(connection: sqlite3.Connection) -> str:
    """Return the schema revision, empty where there is no schema."""
    try:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.OperationalError:
        return ""
    return str(row[0]) if row else ""


def count_rows(connection: sqlite3.Connection) -> dict[str, int]:
    """Count the rows of every table; those of a search index are left out."""
    listed = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
    indexes = [name for name, sql in listed if (sql or "").upper().startswith("CREATE VIRTUAL")]
    tables = [
        name
        for name, _sql in listed
        if not name.startswith("sqlite_") and not any(name == each or name.startswith(f"{each}_") for each in indexes)
    ]
    return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in tables}
