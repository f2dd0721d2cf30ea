"""Putting a backup in place: everything is unpacked, compared and checked before anything is touched.

What is there is never overwritten unasked, and when asked it is kept first. The database comes last: until
it is in place the program refuses to start, so that an interrupted restore is simply done again.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path

from config import Settings
from crm.shared import installation
from crm.shared.backups import archive, postgresql, shelf, sqlite
from crm.shared.backups.archive import DATABASE, ERASURES, SECRET_KEY, UPLOADS, BadBackup, Manifest
from crm.shared.backups.making import database_file, make_backup, scratch_folder
from crm.shared.backups.rules import Kind
from crm.shared.backups.sqlite import Damaged
from crm.shared.errors import Refused


class NewerBackup(Refused):
    """This backup was made by a newer version of the program. Install that version first."""


class WouldOverwrite(Refused):
    """There is data already. With --replace it is kept as a backup of its own, then replaced."""


def restore(
    settings: Settings, path: Path, *, replace: bool, revisions: Collection[str], now: datetime
) -> tuple[Manifest, Path | None]:
    """Put a backup in the place of this installation's data; `revisions` are the schemas that this program knows.

    Returns what the backup said of itself, and where the data that was there before is kept.
    """
    with installation.alone(settings), scratch_folder(settings.data_dir) as scratch:
        manifest = archive.unpack(path, scratch)
        _demand_usable(settings, manifest, scratch, revisions)
        kept = None
        if _holds_anything(settings):
            if not replace:
                raise WouldOverwrite
            kept = _keep_what_is_there(settings, now)
        installation.note_database(settings)
        _put_in_place(settings, scratch)
    return manifest, kept


def erasure_lines(settings: Settings, path: Path) -> set[str]:
    """Return what is known of erasures: from the data folder, from the backup, and from those beside it."""
    texts = [archive.read_part(path, ERASURES)]
    for other in path.resolve().parent.glob("regulars-*.zip"):
        try:
            texts.append(archive.read_part(other, ERASURES))
        except BadBackup:
            continue
    own = settings.data_dir / ERASURES
    texts += [own.read_bytes()] if own.exists() else []
    return {line for text in texts for line in text.decode("utf-8", "replace").splitlines() if line}


def _demand_usable(settings: Settings, manifest: Manifest, scratch: Path, revisions: Collection[str]) -> None:
    if manifest.schema not in revisions:
        raise NewerBackup
    if (manifest.database == "sqlite") is not settings.is_sqlite:
        raise BadBackup(f"This is a backup of a {manifest.database} database; set DATABASE_URL to one of that kind.")
    if DATABASE not in manifest.parts:
        raise BadBackup
    if manifest.database == "sqlite":
        sqlite.check(scratch / DATABASE)
        if sqlite.facts_of(scratch / DATABASE)[1] != dict(manifest.rows):
            raise BadBackup("The database in the backup has other counts than its manifest says.")


def _holds_anything(settings: Settings) -> bool:
    uploads, path = settings.data_dir / UPLOADS, database_file(settings)
    if uploads.is_dir() and any(each.is_file() for each in uploads.rglob("*")):
        return True
    if path is None:
        if postgresql.other_users(settings.database_url):
            raise installation.InUse("Somebody is connected to the database. Stop web and worker first.")
        return bool(postgresql.facts_of(settings.database_url)[1])
    return path.exists() and path.stat().st_size > 0


def _keep_what_is_there(settings: Settings, now: datetime) -> Path:
    """Back up what is there; a database too damaged for that is moved aside as it is."""
    place = shelf.place_for(settings, Kind.BEFORE_RESTORE, now)
    path = database_file(settings)
    if path is not None and not (path.exists() and path.stat().st_size):
        return _move_aside(settings, now)
    try:
        make_backup(settings, place, Kind.BEFORE_RESTORE, now=now)
    except Damaged:
        return _move_aside(settings, now)
    return place


def _move_aside(settings: Settings, now: datetime) -> Path:
    folder = shelf.folder_of(settings) / Kind.BEFORE_RESTORE / f"damaged-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    folder.mkdir(parents=True, mode=0o700)
    path = database_file(settings)
    for each in (*_files_of(path), settings.data_dir / UPLOADS) if path else ():
        if each.exists():
            each.rename(folder / each.name)
    return folder


def _files_of(path: Path) -> list[Path]:
    return [path.with_name(path.name + ending) for ending in ("", "-wal", "-shm")]


def _put_in_place(settings: Settings, scratch: Path) -> None:
    path = database_file(settings)
    for each in _files_of(path) if path else ():
        each.unlink(missing_ok=True)
    uploads = settings.data_dir / UPLOADS
    if uploads.exists():
        uploads.rename(scratch / "old-uploads")
    if (scratch / UPLOADS).exists():
        (scratch / UPLOADS).rename(uploads)
    if (scratch / SECRET_KEY).exists():
        (scratch / SECRET_KEY).rename(settings.data_dir / SECRET_KEY)
    if path is None:
        postgresql.restore(settings.database_url, scratch / DATABASE, scratch)
    else:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        (scratch / DATABASE).replace(path)
        archive.sync_folder(path.parent)
    archive.sync_folder(settings.data_dir)
