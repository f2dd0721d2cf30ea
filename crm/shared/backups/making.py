"""Making a backup while the program works, and proving one by restoring it into a scratch place."""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from sqlalchemy.engine import make_url

from config import Settings
from crm.shared.backups import archive, postgresql, sqlite
from crm.shared.backups.archive import DATABASE, ERASURES, SECRET_KEY, UPLOADS, BadBackup, Manifest, Writer
from crm.shared.backups.rules import ROOM_FACTOR, Kind
from crm.shared.errors import Refused

_SCRATCH = ".scratch-"
_SCRATCH_LIFE = 6 * 3600


class NoRoom(Refused):
    """There is not enough room on the disk for a backup."""


class NotProved(Refused):
    """The backup could not be restored in the test."""


def database_file(settings: Settings) -> Path | None:
    """Return the file of a SQLite database; None for PostgreSQL and for one in memory."""
    name = make_url(settings.database_url).database if settings.is_sqlite else None
    return None if name in (None, "", ":memory:") else Path(name)


def program_version() -> str:
    """Return the version of the program."""
    try:
        return version("regulars")
    except PackageNotFoundError:
        return "unknown"


@contextmanager
def scratch_folder(beside: Path) -> Iterator[Path]:
    """Give an empty folder for a while; what a killed process left behind goes too."""
    for old in (*beside.glob(f"{_SCRATCH}*"), *beside.glob(".*.zip.*.part")):
        if time.time() - old.stat().st_mtime > _SCRATCH_LIFE:
            shutil.rmtree(old, ignore_errors=True) if old.is_dir() else old.unlink(missing_ok=True)
    folder = beside / f"{_SCRATCH}{secrets.token_hex(6)}"
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def make_backup(settings: Settings, to: Path, kind: Kind, *, now: datetime) -> Manifest:
    """Write database, uploads and secret key into one new file; raise Refused with what is in the way."""
    try:
        _demand_room(settings, to.parent)
        with scratch_folder(to.parent) as scratch, archive.writing(to) as writer:
            manifest = _add_database(settings, writer, scratch, kind, now)
            _add_files(settings, writer)
            return writer.finish(manifest)
    except OSError as error:
        raise NoRoom(f"The backup cannot be written: {error.strerror or error}.") from error


def _demand_room(settings: Settings, folder: Path) -> None:
    path = database_file(settings)
    size = sum(each.stat().st_size for each in _with_log(path) if each.exists()) if path else 0
    free = shutil.disk_usage(folder).free
    if free < size * ROOM_FACTOR:
        needed, there = (round(count / 1e6) for count in (size * ROOM_FACTOR, free))
        raise NoRoom(f"There is not enough room on the disk for a backup: it needs {needed} MB, {there} MB are free.")


def _with_log(path: Path) -> tuple[Path, Path]:
    return path, path.with_name(path.name + "-wal")


def _add_database(settings: Settings, writer: Writer, scratch: Path, kind: Kind, now: datetime) -> Manifest:
    copy, path = scratch / DATABASE, database_file(settings)
    if path is not None:
        rows = sqlite.copy_database(path, copy)
        sqlite.check(copy)
        schema, engine = sqlite.facts_of(copy)[0], sqlite3.sqlite_version
    else:
        rows = postgresql.dump(settings.database_url, copy)
        schema, engine = postgresql.facts_of(settings.database_url)[0], postgresql.engine_version(settings.database_url)
    writer.add_file(DATABASE, copy)
    copy.unlink()
    return Manifest(
        version=program_version(),
        schema=schema,
        database="sqlite" if path is not None else "postgresql",
        engine=engine,
        kind=kind,
        made_at=now,
        rows=rows,
    )


def _add_files(settings: Settings, writer: Writer) -> None:
    writer.add_bytes(SECRET_KEY, settings.secret_key.encode())
    writer.add_file(ERASURES, settings.data_dir / ERASURES)
    uploads = settings.data_dir / UPLOADS
    for folder, _folders, names in os.walk(uploads):
        for name in sorted(names):
            path = Path(folder) / name
            if not path.is_symlink():
                writer.add_file(f"{UPLOADS}/{path.relative_to(uploads).as_posix()}", path)


def prove(settings: Settings, path: Path) -> tuple[Manifest, str]:
    """Restore a backup into a scratch place and compare every count; raise Refused when it falls short.

    Returns its manifest and how it was tested: "restored", or "read" where PostgreSQL allows no scratch database.
    """
    with scratch_folder(path.parent) as scratch:
        manifest = archive.unpack(path, scratch)
        rows, how = _rows_in(settings, scratch, manifest)
    if how == "restored" and rows != dict(manifest.rows):
        wrong = sorted(name for name in {*rows, *manifest.rows} if rows.get(name) != manifest.rows.get(name))
        raise NotProved(f"The restored backup has other counts than the database had: {', '.join(wrong[:5])}.")
    return manifest, how


def _rows_in(settings: Settings, scratch: Path, manifest: Manifest) -> tuple[dict[str, int], str]:
    copy = scratch / DATABASE
    if manifest.database == "sqlite":
        sqlite.check(copy)
        return sqlite.facts_of(copy)[1], "restored"
    if settings.is_sqlite:
        raise BadBackup("This is a backup of a PostgreSQL database; it cannot be tested here.")
    with postgresql.scratch_database(settings.database_url) as url:
        if url is None:
            postgresql.read_whole(settings.database_url, copy)
            return {}, "read"
        postgresql.restore(url, copy, scratch)
        return postgresql.facts_of(url)[1], "restored"
