"""The data folder of an installation: that its database is the one it had, and who is using it.

A shop whose database is gone or damaged must never start as an empty one. A marker in the data folder says
which database was brought up to date there; it is read before the database, so that a first start by
several processes is never mistaken for a loss.
"""

from __future__ import annotations

import fcntl
import json
import os
import sqlite3
import struct
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import IO

from sqlalchemy.engine import make_url

from config import Settings
from crm.shared.backups import shelf, sqlite
from crm.shared.backups.archive import UPLOADS, sync_folder
from crm.shared.backups.making import database_file
from crm.shared.errors import Refused

_MARKER = "database.json"
_IN_USE, _UPGRADE = ".in-use", ".upgrade"
_MAGIC = b"SQLite format 3\x00"
READ_WHOLE_BYTES = 64_000_000
_held: list[IO[str]] = []


class DatabaseUnusable(Refused):
    """The database cannot be used."""


class InUse(Refused):
    """The program is running on this data folder. Stop it first."""


def database_name(settings: Settings) -> str:
    """Return which database the settings mean, without user and password."""
    url = make_url(settings.database_url)
    path = database_file(settings)
    if path is not None:
        inside = path.is_relative_to(settings.data_dir)
        return str(path.relative_to(settings.data_dir) if inside else path)
    return f"{url.host or 'local'}:{url.port or ''}/{url.database}"


def had_database(settings: Settings) -> bool:
    """Tell whether this data folder already belongs to the database of the settings."""
    try:
        marker = json.loads((settings.data_dir / _MARKER).read_text())
    except (OSError, ValueError):
        return False
    return isinstance(marker, dict) and marker.get("database") == database_name(settings)


def note_database(settings: Settings) -> None:
    """Note that the database of the settings is in use here, so that its loss is recognised."""
    if had_database(settings) or (settings.is_sqlite and database_file(settings) is None):
        return
    fresh = settings.data_dir / f".{_MARKER}.{os.getpid()}"
    with suppress(OSError):  # a disk that cannot be written now is noted at the next start
        with fresh.open("w") as file:
            json.dump({"database": database_name(settings)}, file)
            file.flush()
            os.fsync(file.fileno())
        fresh.rename(settings.data_dir / _MARKER)
        sync_folder(settings.data_dir)


def refuse_unusable(settings: Settings, *, is_thorough: bool = False) -> None:
    """Raise DatabaseUnusable for a database file that is lost, empty, damaged or cut; it is left untouched.

    Thorough: a file of up to 64 MB is read whole, which takes a moment. Every night the whole is checked.
    """
    is_expected = had_database(settings) or bool(shelf.backups_of(settings))
    path = database_file(settings)
    if path is None:
        return
    fault = _fault(path, is_expected, is_thorough)
    if fault:
        raise DatabaseUnusable(f"The database {path} {fault}; nothing was changed. {way_back(settings)}")


def refuse_empty(settings: Settings) -> None:
    """Raise DatabaseUnusable for a PostgreSQL database that is empty although it was in use; called without schema."""
    if had_database(settings) and database_file(settings) is None:
        name = database_name(settings)
        raise DatabaseUnusable(f"The database {name} is empty although it was in use. {way_back(settings)}")


def way_back(settings: Settings) -> str:
    """Return the sentence that names the last good backup and how to restore it."""
    best = shelf.last_good(settings)
    if best is None:
        return f"There is no backup in {settings.data_dir / 'backups'}."
    proved = "tested" if best.shelved.is_good else "not tested"
    made = f"{best.shelved.made_at:%Y-%m-%d %H:%M} UTC"
    return f"The last good backup is of {made} ({proved}): crm restore --replace {best.path}"


def _fault(path: Path, is_expected: bool, is_thorough: bool) -> str:
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        return "is missing" if is_expected else ""
    if not size:
        return "is empty" if is_expected else ""
    with path.open("rb") as file:
        header = file.read(100)
    if len(header) < 100 or not header.startswith(_MAGIC):
        return "is damaged (it does not begin as a database does)"
    is_read_whole = size < _size_in_header(header) or (is_thorough and size <= READ_WHOLE_BYTES)
    return _what_sqlite_says(path, "quick_check(1)" if is_read_whole else "schema_version")


def _size_in_header(header: bytes) -> int:
    """Return how long the file should be; without the pages that are still in its log."""
    page_size, pages = struct.unpack(">H", header[16:18])[0], struct.unpack(">I", header[28:32])[0]
    return int(pages) * (65536 if page_size == 1 else int(page_size))


def _what_sqlite_says(path: Path, pragma: str) -> str:
    try:
        with closing(sqlite.open_to_read(path)) as connection:
            said = str(connection.execute(f"PRAGMA {pragma}").fetchone()[0])
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        return ""  # busy, or on a disk that cannot be written: not for us to judge
    except sqlite3.DatabaseError as error:
        return f"is damaged ({error})"
    return "" if said == "ok" or said.isdigit() else f"is damaged ({' '.join(said.split())[:100]})"


def hold(settings: Settings) -> None:
    """Note, for the life of this process, that the program is using the data folder; made ready where it is new."""
    with suppress(OSError):
        (settings.data_dir / UPLOADS).mkdir(mode=0o700, exist_ok=True)
    file = _lock_file(settings, _IN_USE)
    if file is not None:
        fcntl.flock(file, fcntl.LOCK_SH)
        _held.append(file)


def _lock_file(settings: Settings, name: str) -> IO[str] | None:
    """Open a file to lock; None on a disk that cannot be written."""
    try:
        descriptor = os.open(settings.data_dir / name, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:
        return None
    return os.fdopen(descriptor, "r+")


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Keep the data folder for one process; raise InUse while the program runs on it."""
    file = _lock_file(settings, _IN_USE)
    if file is None:
        raise InUse("The data folder cannot be written.")
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise InUse from error
        yield


@contextmanager
def taking_turns(settings: Settings) -> Iterator[None]:
    """Let the processes of one machine bring the database up to date one after the other."""
    file = _lock_file(settings, _UPGRADE)
    if file is None:
        yield
        return
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
