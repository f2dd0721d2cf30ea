"""The page of health as lines: what each part is called, how it is, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from crm.shared.formatting import format_duration, format_number
from crm.shared.translating import gettext, ngettext
from crm.upkeep.health import Health
from crm.upkeep.rules import Level, backup_level, is_sound_sqlite, mail_level, room_level
from crm.upkeep.words import ago, size_text


@dataclass(frozen=True)
class Line:
    """One part of the installation."""

    name: str
    level: Level
    says: str
    endpoint: str = ""


def lines_of(health: Health, now: datetime) -> Iterator[Line]:
    """Yield the parts of the installation, those that stop the work first."""
    yield _worker(health, now)
    yield _mail(health, now)
    yield _room(health)
    yield _uploads(health)
    yield _backup(health, now)
    yield _engine(health)
    yield _schema(health)


def _worker(health: Health, now: datetime) -> Line:
    if health.is_worker_alive:
        says = gettext("It is running: imports, reminders, alerts and backups are done.")
    elif health.worker_seen_at is None:
        says = gettext("It was never seen. Start it with crm worker.")
    else:
        says = gettext("Last seen %(ago)s. Start it with crm worker.", ago=ago(health.worker_seen_at, now))
    return Line(gettext("Worker"), Level.WELL if health.is_worker_alive else Level.BROKEN, says)


def _mail(health: Health, now: datetime) -> Line:
    level = mail_level(health.dead_messages, health.waiting_since, now)
    if health.dead_messages:
        count = health.dead_messages
        says = ngettext("%(num)d message could not be delivered.", "%(num)d messages could not be delivered.", count)
    elif level is not Level.WELL and health.waiting_since is not None:
        length = format_duration(now - health.waiting_since)
        says = gettext("A message has been waiting for %(length)s.", length=length)
    elif not health.sends_mail:
        says = gettext("No mail server is set up; alerts ring the bell only.")
    else:
        says = gettext("Every message was delivered.")
    return Line(gettext("Mail"), level, says, "outbox.undelivered_page" if health.dead_messages else "")


def _room(health: Health) -> Line:
    files = health.files
    if not files.is_writable:
        says = gettext("The data folder cannot be written: the disk is full or read-only. Pages can be read only.")
    else:
        says = gettext(
            "%(free)s free; the database takes %(used)s.", free=_size(files.free), used=_size(files.database)
        )
        if not files.database:
            says = gettext("%(free)s free.", free=_size(files.free))
    return Line(gettext("Disk"), room_level(files), says)


def _size(count: int) -> str:
    return size_text(count)


def _uploads(health: Health) -> Line:
    if health.files.are_uploads_writable:
        return Line(gettext("Uploads"), Level.WELL, gettext("Files can be taken in."))
    says = gettext("The folder of uploads is missing or cannot be written: imports are refused, the rest works.")
    return Line(gettext("Uploads"), Level.BROKEN, says)


def _backup(health: Health, now: datetime) -> Line:
    level = backup_level(health.tested_at, health.has_failed_since, health.set_up_at, now)
    if health.tested_at is None:
        says = gettext("No backup was made yet. The worker makes one every night.")
    elif health.proved is not None and health.proved.payload.get("how") == "read":
        says = gettext(
            "Last read to its end %(ago)s. For a real test allow the database user to make databases.",
            ago=ago(health.tested_at, now),
        )
    else:
        rows = format_number(health.proved.payload.get("rows", 0)) if health.proved is not None else ""
        says = gettext(
            "Last tested %(ago)s: restored, %(rows)s rows counted.", ago=ago(health.tested_at, now), rows=rows
        )
    if health.has_failed_since and health.latest is not None:
        says = gettext("The last one failed: %(why)s %(before)s", why=health.latest.error, before=says)
    return Line(gettext("Backup"), level, says, "backups.backups_page")


def _engine(health: Health) -> Line:
    says = f"{health.engine} {health.engine_version}"
    if health.engine == "SQLite" and not is_sound_sqlite(health.engine_version):
        note = gettext("Versions before 3.51.3 have a rare fault of the write-ahead log; backups are checked for it.")
        says = f"{says}. {note}"
    return Line(gettext("Database"), Level.WELL, says)


def _schema(health: Health) -> Line:
    if health.is_schema_current:
        return Line(gettext("Schema"), Level.WELL, gettext("Up to date: %(revision)s.", revision=health.schema))
    says = gettext("The database is not that of this program (%(revision)s). Restart it.", revision=health.schema)
    return Line(gettext("Schema"), Level.BROKEN, says)
