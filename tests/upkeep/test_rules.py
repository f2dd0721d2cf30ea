"""When the installation is well."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crm.upkeep.rules import Files, Level, backup_level, is_sound_sqlite, mail_level, room_level

NOW = datetime(2026, 6, 12, 11, 0, tzinfo=UTC)
GB = 1_000_000_000


@pytest.mark.parametrize(
    ("hours", "has_failed", "level"),
    [
        (None, False, Level.BROKEN),
        (0, False, Level.WELL),
        (36, False, Level.WELL),
        (36.01, False, Level.LOOK),
        (1, True, Level.LOOK),
        (72, False, Level.LOOK),
        (72.01, False, Level.BROKEN),
    ],
)
def test_backups_are_judged_by_the_last_test(hours: float | None, has_failed: bool, level: Level) -> None:
    tested_at = NOW - timedelta(hours=hours) if hours is not None else None
    assert backup_level(tested_at, has_failed, NOW - timedelta(days=400), NOW) is level


@pytest.mark.parametrize(
    ("hours", "has_failed", "level"),
    [
        (0, False, Level.NOT_YET),
        (36, False, Level.NOT_YET),
        (36.01, False, Level.BROKEN),
        (1, True, Level.BROKEN),
    ],
)
def test_the_first_backup_is_waited_for(hours: float, has_failed: bool, level: Level) -> None:
    assert backup_level(None, has_failed, NOW - timedelta(hours=hours), NOW) is level


@pytest.mark.parametrize(
    ("free", "database", "is_writable", "level"),
    [
        (2 * GB, GB // 10, True, Level.WELL),
        (2 * GB, GB // 10, False, Level.BROKEN),
        (GB - 1, 0, True, Level.LOOK),
        (199_999_999, 0, True, Level.BROKEN),
        (4 * GB, GB, True, Level.LOOK),
        (GB - 1, GB, True, Level.BROKEN),
    ],
)
def test_room(free: int, database: int, is_writable: bool, level: Level) -> None:
    assert room_level(Files(free, database, is_writable, True)) is level


def test_mail() -> None:
    assert mail_level(0, None, NOW) is Level.WELL
    assert mail_level(0, NOW - timedelta(hours=1), NOW) is Level.WELL
    assert mail_level(0, NOW - timedelta(hours=1, seconds=1), NOW) is Level.LOOK
    assert mail_level(1, None, NOW) is Level.LOOK


@pytest.mark.parametrize(
    ("version", "is_sound"), [("3.40.1", False), ("3.51.2", False), ("3.51.3", True), ("4.0", True)]
)
def test_sqlite_versions(version: str, is_sound: bool) -> None:
    assert is_sound_sqlite(version) is is_sound
