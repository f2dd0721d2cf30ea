"""How the installation is, part by part: for the owner's page, and in one word each for machines."""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flask import current_app, g
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from config import Settings
from crm.accounts.queries import the_business
from crm.extensions import db
from crm.messages.models import OutboxMessage
from crm.messages.queries import dead_count
from crm.messages.rules import MessageState
from crm.shared import jobs
from crm.shared.backups.making import database_file
from crm.shared.database import writing_in_get
from crm.shared.error_log import LoggedError, last_errors
from crm.shared.models import Job, WorkerBeat
from crm.shared.schema import newest_revision
from crm.upkeep.queries import last_backups
from crm.upkeep.rules import Files

_PROBE_BYTES = 16_384
PROBES_KEPT_SECONDS = 2.0
_probed: dict[str, tuple[float, dict[str, bool]]] = {}


@dataclass(frozen=True, kw_only=True)
class Health:
    """The facts of the page of health; times are instants, sizes are bytes."""

    worker_seen_at: datetime | None
    is_worker_alive: bool
    dead_messages: int
    waiting_since: datetime | None
    sends_mail: bool
    files: Files
    set_up_at: datetime
    proved: Job | None
    latest: Job | None
    engine: str
    engine_version: str
    schema: str
    is_schema_current: bool
    errors: list[LoggedError]

    @property
    def tested_at(self) -> datetime | None:
        """Return when a backup was last restored in a test."""
        return self.proved.done_at if self.proved is not None else None

    @property
    def has_failed_since(self) -> bool:
        """Tell whether the last backup asked for was given up."""
        return self.latest is not None and self.latest.failed_at is not None


def health(now: datetime) -> Health:
    """Read how the installation is."""
    settings: Settings = current_app.config["SETTINGS"]
    oldest = select(func.min(OutboxMessage.created_at)).where(OutboxMessage.state == MessageState.NEW)
    beat = select(WorkerBeat.seen_at).where(WorkerBeat.id == 1)
    seen_at, waiting_since = db.session.scalar(beat), db.session.scalar(oldest)
    proved, latest = last_backups()
    schema = db.session.scalar(text("SELECT version_num FROM alembic_version")) or ""
    is_sqlite = settings.is_sqlite
    return Health(
        worker_seen_at=seen_at,
        is_worker_alive=jobs.is_fresh(seen_at, now),
        dead_messages=db.session.scalar(select(dead_count())) or 0,
        waiting_since=waiting_since,
        sends_mail=bool(settings.smtp_url),
        files=files_of(settings),
        set_up_at=the_business().created_at,
        proved=proved,
        latest=latest,
        engine="SQLite" if is_sqlite else "PostgreSQL",
        engine_version=sqlite3.sqlite_version if is_sqlite else str(db.session.scalar(text("SHOW server_version"))),
        schema=schema,
        is_schema_current=schema == newest_revision(),
        errors=last_errors(settings.data_dir),
    )


def files_of(settings: Settings) -> Files:
    """Look at the disk of the data folder."""
    path = database_file(settings)
    return Files(
        free=shutil.disk_usage(settings.data_dir).free,
        database=path.stat().st_size if path is not None and path.exists() else 0,
        is_writable=_can_write_into(settings.data_dir),
        are_uploads_writable=_can_write_into(settings.data_dir / "uploads"),
    )


def probe(settings: Settings) -> dict[str, bool]:
    """Return in one word each what works; asked often, it looks again only after two seconds."""
    known = _probed.get(settings.database_url)
    if known is not None and time.monotonic() - known[0] < PROBES_KEPT_SECONDS:
        return known[1]
    found = {
        "reads": _works(lambda: db.session.execute(text("SELECT 1 FROM alembic_version"))),
        "writes": _works(_begin_to_write) and _can_write_into(settings.data_dir),
        "uploads": _can_write_into(settings.data_dir / "uploads"),
    }
    _probed[settings.database_url] = (time.monotonic(), found)
    return found


def _works(act: Callable[[], object]) -> bool:
    try:
        act()
    except DBAPIError as error:
        # Somebody else is writing just now: then it can be written.
        return getattr(error.orig, "sqlite_errorname", "").startswith("SQLITE_BUSY")
    except SQLAlchemyError:
        return False
    finally:
        db.session.rollback()
    return True


def _begin_to_write() -> None:
    """Begin to write and take it back, without waiting for other writers."""
    with writing_in_get():
        g.waits_briefly = True
        try:
            db.session.execute(text("UPDATE worker_beat SET seen_at = seen_at WHERE id = 0"))
        finally:
            g.waits_briefly = False


def _can_write_into(folder: Path) -> bool:
    """Write a little file and remove it: rights, a read-only disk and a full one show only then."""
    place = folder / f".probe-{secrets.token_hex(6)}"
    try:
        descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.write(descriptor, b"\0" * _PROBE_BYTES)
        finally:
            os.close(descriptor)
            place.unlink()
    except OSError:
        return False
    return True
