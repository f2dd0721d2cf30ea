"""Backups are whole, prove themselves and come back; nothing is overwritten unasked, and nobody erased returns."""

from __future__ import annotations

import json
import threading
import time
import zipfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import func, select, text

from config import Settings
from crm import create_app
from crm.accounts.models import Staff, StaffSession
from crm.cli import cli
from crm.cli.backups import restore as restore_command
from crm.contacts.actions.erasing import anonymise, block
from crm.contacts.erasure_ledger import keep_ledger
from crm.contacts.models import Contact
from crm.extensions import db
from crm.shared import installation
from crm.shared.backups import archive, making, postgresql, shelf, sqlite
from crm.shared.backups.archive import BackupExists, BadBackup
from crm.shared.backups.making import NoRoom, NotProved, make_backup, prove
from crm.shared.backups.restoring import NewerBackup, WouldOverwrite, erasure_lines, restore
from crm.shared.backups.rules import Kind
from crm.shared.errors import Refused
from crm.shared.schema import known_revisions
from tests.factories.contacts import make_contact
from tests.upkeep.conftest import close

NAME = "regulars-20260612T110000Z-by-hand.zip"


def _made(app: Flask, folder: Path, now: datetime) -> Path:
    path = folder / NAME
    db.session.commit()
    make_backup(app.config["SETTINGS"], path, Kind.BY_HAND, now=now)
    return path


def _elsewhere(settings: Settings, folder: Path, url: str | None = None) -> Settings:
    """Another machine: an empty folder, and for PostgreSQL an empty database."""
    folder.mkdir()
    url = url or f"sqlite:///{folder / 'regulars.db'}"
    return Settings(data_dir=folder, database_url=url, secret_key="made at the first start")


def _run_restore(settings: Settings, *arguments: str, monkeypatch: pytest.MonkeyPatch) -> Result:
    monkeypatch.setenv("CRM_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    db.session.remove()
    return CliRunner().invoke(restore_command, list(arguments))


def _altered(path: Path, **changes: bytes) -> Path:
    """Return a copy of a backup in which parts are other than the manifest says."""
    other = path.with_name("altered.zip")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(other, "w") as target:
        for name in source.namelist():
            target.writestr(name, changes.get(name, source.read(name)))
    return other


def test_a_backup_holds_all_and_is_readable_by_its_user_only(shop: Flask, tmp_path: Path, now: datetime) -> None:
    path = _made(shop, tmp_path, now)
    manifest = archive.read_manifest(path)
    assert set(manifest.parts) == {"database", "secret_key", "uploads/complaints/log.csv"}
    assert archive.read_part(path, "secret_key") == b"the key of the shop"
    assert manifest.rows["contact"] == 2
    assert manifest.schema in known_revisions()
    assert manifest.made_at == now
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".")] == []
    assert prove(shop.config["SETTINGS"], path) == (manifest, "restored")


def test_a_backup_never_overwrites_a_file(shop: Flask, tmp_path: Path, now: datetime) -> None:
    path = _made(shop, tmp_path, now)
    before = path.read_bytes()
    with pytest.raises(BackupExists):
        _made(shop, tmp_path, now)
    assert path.read_bytes() == before


def test_a_backup_under_writers_holds_every_write_of_before(shop: Flask, tmp_path: Path, now: datetime) -> None:
    written, stop = [0], threading.Event()

    def write() -> None:
        while not stop.is_set():
            with shop.app_context():
                make_contact(f"Newcomer {written[0]}")
                db.session.commit()
                written[0] += 1
                db.session.remove()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(3):
            while written[0] < 3 * (number + 1):
                time.sleep(0.01)
            acknowledged = 2 + written[0]
            path = tmp_path / f"{number}.zip"
            make_backup(shop.config["SETTINGS"], path, Kind.BY_HAND, now=now)
            manifest, how = prove(shop.config["SETTINGS"], path)
            assert how == "restored"
            assert acknowledged <= manifest.rows["contact"] <= 2 + written[0] + 1
    finally:
        stop.set()
        writer.join()


def test_a_test_that_counts_something_else_fails(shop: Flask, tmp_path: Path, now: datetime) -> None:
    path = _made(shop, tmp_path, now)
    plain = json.loads(archive.read_part(path, "manifest.json"))
    plain["rows"]["contact"] += 1
    with pytest.raises(NotProved, match="contact"):
        prove(shop.config["SETTINGS"], _altered(path, **{"manifest.json": json.dumps(plain).encode()}))


def test_what_is_no_whole_backup_is_refused_in_a_sentence(shop: Flask, tmp_path: Path, now: datetime) -> None:
    path = _made(shop, tmp_path, now)
    cut, other = tmp_path / "cut.zip", tmp_path / "other.zip"
    cut.write_bytes(path.read_bytes()[:-3000])
    other.write_text("not a backup")
    wrong_key = _altered(path, secret_key=b"another")
    for bad in (cut, other, wrong_key, tmp_path / "nowhere.zip"):
        with pytest.raises(BadBackup):
            prove(shop.config["SETTINGS"], bad)


def test_a_backup_damaged_inside_is_refused_and_hinders_no_other(shop: Flask, tmp_path: Path, now: datetime) -> None:
    path = _made(shop, tmp_path, now)
    beside = tmp_path / "regulars-beside.zip"
    with zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("erasures.jsonl", "".join(f"{number * number}\n" for number in range(2_000)))
    for name, damaged in (("database", path), ("erasures.jsonl", beside)):
        with zipfile.ZipFile(damaged) as source:
            begins = source.getinfo(name).header_offset + 200
        content = bytearray(damaged.read_bytes())
        content[begins : begins + 40] = b"\xff" * 40
        damaged.write_bytes(content)
        with pytest.raises(BadBackup):
            archive.read_part(damaged, name)
    assert isinstance(erasure_lines(shop.config["SETTINGS"], path), set)


@pytest.mark.parametrize(
    "wrong",
    [
        {"rows": [1]},
        {"rows": {"contact": "1"}},
        {"schema": []},
        {"made_at": "2026-01-01T00:00:00"},
        {"parts": {"database": {"sha256": "", "size": "5"}}},
    ],
)
def test_a_manifest_that_makes_no_sense_is_refused(
    shop: Flask, tmp_path: Path, now: datetime, wrong: dict[str, object]
) -> None:
    path = _made(shop, tmp_path, now)
    plain = json.loads(archive.read_part(path, "manifest.json")) | wrong
    with pytest.raises(BadBackup):
        archive.read_manifest(_altered(path, **{"manifest.json": json.dumps(plain).encode()}))


def test_a_member_outside_its_folder_is_refused(shop: Flask, tmp_path: Path, now: datetime) -> None:
    path = _made(shop, tmp_path, now)
    plain = json.loads(archive.read_part(path, "manifest.json"))
    plain["parts"]["uploads/../../evil"] = plain["parts"].pop("secret_key")
    evil = _altered(path, **{"manifest.json": json.dumps(plain).encode()})
    with zipfile.ZipFile(evil) as source, zipfile.ZipFile(tmp_path / "evil.zip", "w") as target:
        for name in source.namelist():
            target.writestr("uploads/../../evil" if name == "secret_key" else name, source.read(name))
    with pytest.raises(BadBackup):
        prove(shop.config["SETTINGS"], tmp_path / "evil.zip")
    assert not (tmp_path / "evil").exists()


def test_a_full_disk_is_said_and_leaves_nothing(
    shop: Flask, tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive.Writer, "finish", _no_space)
    with pytest.raises(NoRoom, match="No space left"):
        _made(shop, tmp_path, now)
    assert list(tmp_path.glob("*regulars*")) == []
    assert list(tmp_path.glob(".*")) == []


def _no_space(*_given: object) -> None:
    raise OSError(28, "No space left on device")


def test_restored_into_an_empty_directory_all_is_there(
    shop: Flask, tmp_path: Path, now: datetime, another_postgresql: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _made(shop, tmp_path, now)
    db.session.add(StaffSession(token_hash="x", staff_id=1, started_at=now, seen_at=now))
    url = None if shop.config["SETTINGS"].is_sqlite else another_postgresql
    new = _elsewhere(shop.config["SETTINGS"], tmp_path / "new", url)
    done = _run_restore(new, str(path), monkeypatch=monkeypatch)
    assert done.exit_code == 0, done.output
    assert (new.data_dir / "secret_key").read_text() == "the key of the shop"
    assert (new.data_dir / "uploads" / "complaints" / "log.csv").read_text() == "subject\nlate\n"
    other = create_app(Settings(data_dir=new.data_dir, database_url=new.database_url, secret_key="x"))
    with other.app_context():
        assert db.session.scalars(select(Contact.name).order_by(Contact.id)).all() == [
            "Lakshmi Narayanan",
            "Ravi Kumar",
        ]
        assert db.session.scalar(select(func.count()).select_from(StaffSession)) == 0
        assert db.session.scalars(select(Staff.email)).all() == ["meena@jasmine.example"]
        db.session.remove()
    close(other)


def test_data_is_replaced_only_when_asked_and_kept_then(
    shop: Flask, tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = shop.config["SETTINGS"]
    path = _made(shop, tmp_path, now)
    make_contact("Made afterwards")
    db.session.commit()
    db.session.remove()
    close(shop)
    with pytest.raises(WouldOverwrite):
        restore(settings, path, replace=False, revisions=known_revisions(), now=now)
    done = _run_restore(settings, str(path), "--replace", monkeypatch=monkeypatch)
    assert done.exit_code == 0, done.output
    kept = [each for each in shelf.backups_of(settings) if each.shelved.kind is Kind.BEFORE_RESTORE]
    assert archive.read_manifest(kept[0].path).rows["contact"] == 3
    assert db.session.scalar(select(func.count()).select_from(Contact)) == 2


def test_nothing_is_restored_while_the_program_runs(shop: Flask, tmp_path: Path, now: datetime) -> None:
    settings = shop.config["SETTINGS"]
    path = _made(shop, tmp_path, now)
    installation.hold(settings)
    try:
        with pytest.raises(installation.InUse):
            restore(settings, path, replace=True, revisions=known_revisions(), now=now)
    finally:
        installation._held.pop().close()
    assert db.session.scalar(select(func.count()).select_from(Contact)) == 2


def test_a_backup_of_a_newer_program_is_refused(shop: Flask, tmp_path: Path, now: datetime) -> None:
    path = _made(shop, tmp_path, now)
    db.session.remove()
    close(shop)
    with pytest.raises(NewerBackup):
        restore(shop.config["SETTINGS"], path, replace=True, revisions={"0001"}, now=now)
    assert db.session.scalar(select(func.count()).select_from(Contact)) == 2


def test_who_was_erased_since_is_erased_again(
    shop: Flask, tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = shop.config["SETTINGS"]
    path = _made(shop, tmp_path, now)
    person = db.session.scalars(select(Contact).where(Contact.name == "Ravi Kumar")).one()
    block(person, now=now)
    anonymise(person, now=now)
    db.session.commit()
    keep_ledger(settings.data_dir / "erasures.jsonl")
    keep_ledger(settings.data_dir / "erasures.jsonl")
    ledger = (settings.data_dir / "erasures.jsonl").read_text()
    assert ledger.count("\n") == 1
    assert "Ravi" not in ledger
    db.session.remove()
    close(shop)
    done = _run_restore(settings, str(path), "--replace", monkeypatch=monkeypatch)
    assert done.exit_code == 0, done.output
    assert "Erased again after the backup brought them back: 1." in done.output
    names = db.session.scalars(select(Contact.name).order_by(Contact.id)).all()
    assert names == ["Lakshmi Narayanan", "Erased contact 2"]


def test_a_newer_backup_beside_knows_of_erasures_too_and_a_number_used_again_is_spared(
    shop: Flask, tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = shop.config["SETTINGS"]
    path = _made(shop, tmp_path, now)
    people = db.session.scalars(select(Contact).order_by(Contact.id)).all()
    lines = [
        {"contact": people[0].id, "made_at": people[0].created_at.isoformat()},
        {"contact": people[1].id, "made_at": (people[1].created_at + timedelta(days=1)).isoformat()},
    ]
    (settings.data_dir / "erasures.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    make_backup(settings, tmp_path / "regulars-20260613T110000Z-nightly.zip", Kind.NIGHTLY, now=now)
    (settings.data_dir / "erasures.jsonl").unlink()
    db.session.remove()
    close(shop)
    done = _run_restore(settings, str(path), "--replace", monkeypatch=monkeypatch)
    assert done.exit_code == 0, done.output
    assert db.session.scalars(select(Contact.name).order_by(Contact.id)).all() == ["Erased contact 1", "Ravi Kumar"]


def test_the_command_says_what_it_made(shop: Flask, tmp_path: Path) -> None:
    db.session.commit()
    path = tmp_path / "by-command.zip"
    done = shop.test_cli_runner().invoke(cli.commands["backup"], [str(path)])
    assert done.exit_code == 0, done.output
    assert "restored and counted" in done.output
    assert sorted(each.name for each in tmp_path.iterdir()) == ["by-command.zip", "data"]


def test_missing_tools_are_named(shop: Flask, tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    if shop.config["SETTINGS"].is_sqlite:
        pytest.skip("SQLite needs no tools")
    monkeypatch.setattr(postgresql, "_HOMES", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(postgresql.ToolsMissing) as refusal:
        _made(shop, tmp_path, now)
    assert "install postgresql-client" in refusal.value.sentence
    assert list(tmp_path.glob("*.zip")) == []


_WRITES_A_FOREIGN_DUMP = """#!/bin/sh
for each; do case "$each" in --file=*) cp "$(dirname "$0")/foreign.sql" "${each#--file=}";; esac; done
"""
_FOREIGN = {
    "a program": "\\! touch {ran}\n",
    "one after a statement": "SELECT 1 \\! touch {ran}\n;\n",
    "one behind rows that are none": "/*\nCOPY x FROM stdin;\n*/ \\! touch {ran}\n\\.\n",
    "no SQL": "gone;\n",
}


@pytest.mark.parametrize("dump", _FOREIGN.values(), ids=_FOREIGN)
def test_a_foreign_dump_runs_no_program_and_changes_nothing(
    shop: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dump: str
) -> None:
    if shop.config["SETTINGS"].is_sqlite:
        pytest.skip("SQLite is restored without a tool")
    db.session.commit()
    close(shop)
    script, ran, writes_it = tmp_path / "foreign.sql", tmp_path / "ran", tmp_path / "pg_restore"
    script.write_text("CREATE TABLE foreign_one (id integer);\n" + dump.format(ran=ran))
    writes_it.write_text(_WRITES_A_FOREIGN_DUMP)
    writes_it.chmod(0o700)
    monkeypatch.setattr(postgresql, "tool", lambda _name, _url: str(writes_it))
    url = shop.config["SETTINGS"].database_url
    before = postgresql.facts_of(url)
    with pytest.raises(postgresql.ToolFailed, match="PostgreSQL refused"):
        postgresql.restore(url, tmp_path / "none", tmp_path)
    assert not ran.exists()
    assert postgresql.facts_of(url) == before


def test_without_the_right_to_make_a_database_the_dump_is_read_to_its_end(
    shop: Flask, tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    if shop.config["SETTINGS"].is_sqlite:
        pytest.skip("SQLite is always restored")
    path = _made(shop, tmp_path, now)

    def refused(url: str, **_given: Any) -> Any:
        raise postgresql.ToolFailed("permission denied to create database")

    monkeypatch.setattr(postgresql, "_connected", refused)
    monkeypatch.setattr(postgresql, "engine_version", lambda _url: "15.0")
    assert prove(shop.config["SETTINGS"], path)[1] == "read"


def test_a_damaged_copy_is_not_called_a_backup(
    shop: Flask, tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not shop.config["SETTINGS"].is_sqlite:
        pytest.skip("PostgreSQL checks its own pages")

    original = sqlite.copy_database
    monkeypatch.setattr(sqlite, "copy_database", lambda source, target: _broken(original, source, target))
    with pytest.raises(Refused, match="damaged"):
        _made(shop, tmp_path, now)
    assert list(tmp_path.glob("*.zip")) == []


def _broken(copy: Any, source: Path, target: Path) -> dict[str, int]:
    rows: dict[str, int] = copy(source, target)
    content = bytearray(target.read_bytes())
    content[4096 * 3 : 4096 * 6] = b"\xff" * 4096 * 3
    target.write_bytes(content)
    return rows


def test_the_database_answers_while_a_backup_reads_it(shop: Flask) -> None:
    """A reader's transaction, as a backup holds it, does not keep a writer waiting."""
    settings = shop.config["SETTINGS"]
    path = making.database_file(settings)
    if path is None:
        pytest.skip("PostgreSQL readers never block writers")
    db.session.commit()
    reader = sqlite.open_to_read(path)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM contact").fetchone()
    started = time.monotonic()
    db.session.execute(text("UPDATE contact SET notes = 'x'"))
    db.session.commit()
    assert time.monotonic() - started < 1
    reader.close()
