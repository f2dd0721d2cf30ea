"""A shop never starts as an empty one: lost, empty, damaged and newer databases, first starts, upgrades."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from flask import Flask
from sqlalchemy import text

from config import Settings
from crm import create_app
from crm.cli import main
from crm.extensions import db
from crm.shared import installation, schema
from crm.shared.backups import archive, making, shelf
from crm.shared.backups.making import NoRoom, database_file, make_backup
from crm.shared.backups.rules import Kind
from crm.shared.installation import DatabaseUnusable
from crm.shared.schema import NewerDatabase, NoBackupBefore, newest_revision, upgrade_database
from tests.upkeep.conftest import close


def _header(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(b"\x00" * 100)


def _cut(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def _few_bytes(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:50])


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _middle(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096 * 3 : 4096 * 6] = b"\xff" * 4096 * 3
    path.write_bytes(content)


def _sqlite_file(shop: Flask) -> Path:
    path = database_file(shop.config["SETTINGS"])
    if path is None:
        pytest.skip("a server looks after its own files")
    db.session.commit()
    db.session.remove()
    close(shop)
    return path


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("damage", [_header, _cut, _few_bytes, _empty, _middle])
def test_a_damaged_database_is_named_with_the_way_back_and_left_alone(
    shop: Flask, now: datetime, damage: Callable[[Path], None]
) -> None:
    settings = shop.config["SETTINGS"]
    backup = shelf.place_for(settings, Kind.NIGHTLY, now)
    make_backup(settings, backup, Kind.NIGHTLY, now=now)
    shelf.note_result(backup, at=now, is_good=True)
    path = _sqlite_file(shop)
    installation.refuse_unusable(settings, is_thorough=True)
    damage(path)
    before = _digest(path)
    with pytest.raises(DatabaseUnusable) as refusal:
        installation.refuse_unusable(settings, is_thorough=True)
    said = refusal.value.sentence
    assert str(path) in said
    assert f"of 2026-06-12 11:00 UTC (tested): crm restore --replace {backup}" in said
    assert _digest(path) == before


def test_a_missing_database_is_no_first_start(shop: Flask) -> None:
    settings = shop.config["SETTINGS"]
    path = _sqlite_file(shop)
    path.unlink()
    with pytest.raises(DatabaseUnusable, match=r"is missing.*There is no backup"):
        create_app(settings)
    assert not path.exists()


def test_backups_without_a_database_are_no_first_start_either(shop: Flask, now: datetime) -> None:
    settings = shop.config["SETTINGS"]
    make_backup(settings, shelf.place_for(settings, Kind.NIGHTLY, now), Kind.NIGHTLY, now=now)
    path = _sqlite_file(shop)
    path.unlink()
    (settings.data_dir / "database.json").unlink()
    with pytest.raises(DatabaseUnusable, match="not tested"):
        create_app(settings)


def test_an_emptied_postgresql_database_is_no_first_start(shop: Flask) -> None:
    if shop.config["SETTINGS"].is_sqlite:
        pytest.skip("for SQLite see above")
    db.session.execute(text("DROP SCHEMA public CASCADE"))
    db.session.execute(text("CREATE SCHEMA public"))
    db.session.commit()
    with pytest.raises(DatabaseUnusable, match="is empty although it was in use"):
        upgrade_database()
    assert schema.present_revision() is None


def test_another_database_address_is_a_first_start(settings: Settings, tmp_path: Path) -> None:
    (settings.data_dir / "database.json").write_text('{"database": "elsewhere:5432/shop"}')
    app = create_app(settings)
    with app.app_context():
        upgrade_database()
        assert schema.present_revision() == newest_revision()
    assert installation.had_database(settings)
    close(app)


def test_a_newer_database_is_refused_and_left_alone(shop: Flask) -> None:
    db.session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    db.session.commit()
    db.session.remove()
    with pytest.raises(NewerDatabase) as refusal:
        upgrade_database()
    assert refusal.value.sentence.startswith("This database belongs to a newer version of the program.")
    with pytest.raises(NewerDatabase):
        schema.refuse_newer(shop.config["SETTINGS"])
    assert schema.present_revision() == "9999"


def test_the_server_says_it_in_a_sentence(shop: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = shop.config["SETTINGS"]
    _header(_sqlite_file(shop))
    monkeypatch.setenv("CRM_DATA_DIR", str(settings.data_dir))
    monkeypatch.setattr(sys, "argv", ["crm", "serve"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert str(ended.value).startswith("crm: The database ")
    installation._held.pop().close()


def test_a_command_before_the_first_start_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(sys, "argv", ["crm", "users", "list"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert "Run “crm migrate”" in str(ended.value)


def _made_before(settings: Settings) -> Flask:
    """An installation that the program before this one left behind."""
    app = create_app(settings, TESTING=True)
    before = sorted(schema.known_revisions())[-2]
    with app.app_context(), db.engine.connect() as connection:
        config = Config(str(schema.MIGRATIONS / "alembic.ini"))
        config.attributes["connection"] = connection
        command.upgrade(config, before)
        connection.commit()
    return app


def test_before_an_upgrade_a_backup_is_made(settings: Settings, now: datetime) -> None:
    app = _made_before(settings)
    with app.app_context():
        before = schema.present_revision()
        upgrade_database(backup_at=now)
        assert schema.present_revision() == newest_revision() != before
        upgrade_database(backup_at=now)
    made = shelf.backups_of(settings)
    assert [(each.shelved.kind, each.path.parent.name) for each in made] == [(Kind.BEFORE_UPGRADE, "before-upgrade")]
    assert archive.read_manifest(made[0].path).schema == before
    close(app)


def test_without_that_backup_nothing_is_upgraded(
    settings: Settings, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = _made_before(settings)

    def refuse(*_given: object, **_named: object) -> None:
        raise NoRoom("It needs 90 MB.")

    monkeypatch.setattr(schema, "make_backup", refuse)
    with app.app_context():
        before = schema.present_revision()
        with pytest.raises(NoBackupBefore, match=r"nothing was changed. It needs 90 MB."):
            upgrade_database(backup_at=now)
        assert schema.present_revision() == before
    close(app)


def test_a_disk_without_room_is_said_before_anything_is_written(
    shop: Flask, tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not shop.config["SETTINGS"].is_sqlite:
        pytest.skip("the size of a server's database is not known before")
    monkeypatch.setattr(making, "ROOM_FACTOR", 1e12)
    with pytest.raises(NoRoom, match="not enough room"):
        make_backup(shop.config["SETTINGS"], tmp_path / "x.zip", Kind.BY_HAND, now=now)


def test_a_first_start_by_several_processes_leaves_all_of_them_ready(tmp_path: Path) -> None:
    environment = {"CRM_DATA_DIR": str(tmp_path / "fresh"), "PATH": ""}
    starts = [
        subprocess.Popen([sys.executable, "-m", "crm.cli.entry", "migrate"], env=environment, stderr=subprocess.PIPE)
        for _number in range(4)
    ]
    said = [start.communicate(timeout=60)[1].decode() for start in starts]
    assert [start.returncode for start in starts] == [0, 0, 0, 0], said
    assert installation.had_database(Settings.from_environment(environment))


@pytest.mark.parametrize(
    ("given", "used"),
    [
        (None, "sqlite:///{folder}/regulars.db"),
        ("sqlite:///shop.db", "sqlite:///{folder}/shop.db"),
        ("sqlite:////elsewhere/shop.db", "sqlite:////elsewhere/shop.db"),
        ("sqlite:///:memory:", "sqlite:///:memory:"),
        ("postgresql://shop@127.0.0.1/shop", "postgresql+psycopg://shop@127.0.0.1/shop"),
    ],
)
def test_the_database_is_where_the_setting_says(given: str | None, used: str, tmp_path: Path) -> None:
    environment = {"CRM_DATA_DIR": str(tmp_path)} | ({"DATABASE_URL": given} if given else {})
    assert Settings.from_environment(environment).database_url == used.format(folder=tmp_path)


def test_what_a_killed_backup_left_behind_goes_in_time(shop: Flask, tmp_path: Path, now: datetime) -> None:
    folder = tmp_path / "backups"
    (folder / ".scratch-old").mkdir(parents=True)
    (folder / ".scratch-new").mkdir()
    (folder / ".old.zip.1.part").touch()
    for name in (".scratch-old", ".old.zip.1.part"):
        os.utime(folder / name, (0, 0))
    make_backup(shop.config["SETTINGS"], folder / "x.zip", Kind.BY_HAND, now=now)
    assert sorted(path.name for path in folder.iterdir()) == [".scratch-new", "x.zip"]
