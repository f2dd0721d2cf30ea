"""The folder of backups: what is in it, what the restore tests said, and what goes.

A test's result is a small file beside the backup, so that it can be read where the database cannot.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from config import Settings
from crm.shared.backups import rules
from crm.shared.backups.archive import sync_folder
from crm.shared.backups.rules import Kind, Shelved

_RESULT = ".result.json"


@dataclass(frozen=True)
class OnShelf:
    """A backup of the folder with its size and what its restore test said."""

    shelved: Shelved
    path: Path
    size: int
    result: Mapping[str, Any]

    @property
    def tested_at(self) -> datetime | None:
        """Return when the backup was restored in a test."""
        at = self.result.get("at")
        return datetime.fromisoformat(at) if at else None


def folder_of(settings: Settings) -> Path:
    """Return the folder of backups, made at its first use and readable by its user only."""
    folder = settings.data_dir / "backups"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def place_for(settings: Settings, kind: Kind, now: datetime) -> Path:
    """Return where a backup of a kind goes; those made before upgrades and restores have folders of their own.

    Where one of this second is there already, as after a clock was set back, the next free second names it.
    """
    folder = folder_of(settings)
    if kind in {Kind.BEFORE_UPGRADE, Kind.BEFORE_RESTORE}:
        folder = folder / kind
        folder.mkdir(exist_ok=True, mode=0o700)
    while (path := folder / rules.file_name(kind, now)).exists():
        now += timedelta(seconds=1)
    return path


def backups_of(settings: Settings) -> list[OnShelf]:
    """Return the backups of the data folder, newest first."""
    folder = settings.data_dir / "backups"
    found = [_on_shelf(path) for path in folder.rglob("*.zip")] if folder.is_dir() else []
    return sorted((each for each in found if each), key=lambda each: each.shelved.made_at, reverse=True)


def _on_shelf(path: Path) -> OnShelf | None:
    shelved = rules.parse_name(path.name)
    if shelved is None or not path.is_file():
        return None
    result = _result_of(path)
    return OnShelf(replace(shelved, is_good=result.get("is_good")), path, path.stat().st_size, result)


def _result_of(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.with_name(path.name + _RESULT).read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def backup_named(settings: Settings, name: str) -> OnShelf | None:
    """Return the backup of a name, which must be one of those in the folder."""
    return next((each for each in backups_of(settings) if each.path.name == name), None)


def last_good(settings: Settings) -> OnShelf | None:
    """Return the backup to restore if the database is lost."""
    backups = backups_of(settings)
    best = rules.last_good([each.shelved for each in backups])
    return next((each for each in backups if each.shelved is best), None)


def note_result(path: Path, *, at: datetime, is_good: bool, **facts: Any) -> dict[str, Any]:
    """Keep beside a backup what its restore test said."""
    result = {"at": at.isoformat(), "is_good": is_good, **facts}
    place = path.with_name(path.name + _RESULT)
    fresh = place.with_suffix(".part")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(result, file)
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(place)
    sync_folder(place.parent)
    return result


def tidy(settings: Settings, time_zone: str) -> list[str]:
    """Remove the backups that are kept no longer; returns their names."""
    backups = backups_of(settings)
    names = rules.to_remove([each.shelved for each in backups], time_zone)
    gone: Sequence[OnShelf] = [each for each in backups if each.path.name in names]
    for each in gone:
        each.path.unlink(missing_ok=True)
        each.path.with_name(each.path.name + _RESULT).unlink(missing_ok=True)
    return [each.path.name for each in gone]
