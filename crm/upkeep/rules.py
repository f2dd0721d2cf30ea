"""When the installation is well: what each part of the page of health says. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

NIGHTLY, BY_HAND = "upkeep.nightly_backup", "upkeep.backup"
TIDYING = "upkeep.tidying"
TESTED_WITHIN = timedelta(hours=36)
TESTED_AT_LEAST = timedelta(hours=72)
MAIL_WAITS = timedelta(hours=1)
LITTLE_ROOM, NO_ROOM = 1_000_000_000, 200_000_000
SOUND_SQLITE = (3, 51, 3)


class Level(StrEnum):
    """How a part is: well, too young to tell, to be looked at, or broken."""

    WELL = "well"
    NOT_YET = "not-yet"
    LOOK = "look"
    BROKEN = "broken"


@dataclass(frozen=True)
class Files:
    """What the disk of the data folder says, in bytes."""

    free: int
    database: int
    is_writable: bool
    are_uploads_writable: bool


def backup_level(tested_at: datetime | None, has_failed_since: bool, set_up_at: datetime, now: datetime) -> Level:
    """Judge the backups by the last one that was restored in a test; the first comes in the night after set-up."""
    if tested_at is None and not has_failed_since and now - set_up_at <= TESTED_WITHIN:
        return Level.NOT_YET
    if tested_at is None or now - tested_at > TESTED_AT_LEAST:
        return Level.BROKEN
    return Level.LOOK if has_failed_since or now - tested_at > TESTED_WITHIN else Level.WELL


def room_level(files: Files) -> Level:
    """Judge the room on the disk; a backup needs up to two and a half times the database."""
    if not files.is_writable or files.free < max(NO_ROOM, files.database):
        return Level.BROKEN
    return Level.LOOK if files.free < max(LITTLE_ROOM, 5 * files.database) else Level.WELL


def mail_level(dead: int, waiting_since: datetime | None, now: datetime) -> Level:
    """Judge the outbox: given-up messages are to be looked at, and so is one that waits for an hour."""
    is_late = waiting_since is not None and now - waiting_since > MAIL_WAITS
    return Level.LOOK if dead or is_late else Level.WELL


def is_sound_sqlite(version: str) -> bool:
    """Tell whether this version of SQLite is free of the rare fault of the write-ahead log (before 3.51.3)."""
    return tuple(int(part) for part in version.split(".") if part.isdigit()) >= SOUND_SQLITE
