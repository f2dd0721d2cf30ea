"""The pages of backups and health, and the word for machines."""

from __future__ import annotations

import io
import json
import logging
import shutil
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from crm.accounts.models import Staff
from crm.extensions import db
from crm.messages.actions import put_in_outbox
from crm.messages.rules import MessageState
from crm.shared import jobs
from crm.shared.backups import shelf
from crm.shared.backups.archive import DATABASE, Manifest, writing
from crm.shared.backups.rules import Kind, file_name
from crm.shared.error_log import keep_errors, last_errors
from crm.shared.models import AuditEvent, Job
from crm.upkeep import health
from crm.upkeep.rules import BY_HAND, NIGHTLY
from tests.client import PageClient
from tests.counting import counted_queries
from tests.factories.accounts import PASSWORD


@pytest.fixture(autouse=True)
def folder(app: Flask) -> Iterator[Path]:
    """The data folder, with its folder of uploads and without what other tests left."""
    found: Path = app.config["SETTINGS"].data_dir
    _empty_uploads(found)
    health._probed.clear()
    yield found
    _empty_uploads(found)
    for path in (found / "backups").rglob("*"):
        if path.is_file():
            path.unlink()


def _empty_uploads(found: Path) -> None:
    shutil.rmtree(found / "uploads", ignore_errors=True)
    (found / "uploads").mkdir()


def _shelved(app: Flask, now: datetime, *, is_good: bool | None = True) -> str:
    path = shelf.place_for(app.config["SETTINGS"], Kind.NIGHTLY, now)
    with writing(path) as writer:
        writer.add_bytes(DATABASE, b"all that the shop knows")
        writer.finish(
            Manifest(
                version="1",
                schema="0001",
                database="sqlite",
                engine="3.40.1",
                kind="nightly",
                made_at=now,
                rows={"contact": 1234, "staff": 3},
            )
        )
    if is_good is not None:
        shelf.note_result(path, at=now, is_good=is_good, error="" if is_good else "Counts differ.")
    return path.name


def test_the_page_lists_backups_with_their_tests(app: Flask, as_owner: PageClient, now: datetime) -> None:
    assert "There is no backup yet" in as_owner.get("/backups").text
    name = _shelved(app, now)
    _shelved(app, now - timedelta(days=1), is_good=False)
    _shelved(app, now - timedelta(days=2), is_good=None)
    page = as_owner.get("/backups").text
    assert f"/backups/{name}" in page
    assert [page.count(f"</svg>{word}<") for word in ("tested", "failed its test")] == [1, 1]
    assert page.count(">not tested<") == 1


def test_a_backup_is_asked_for_once_however_often_the_form_is_sent(as_owner: PageClient, owner: Staff) -> None:
    page = as_owner.get("/backups").text
    key = page.split('name="form_key"')[1].split('value="')[1].split('"')[0]
    for _time in range(3):
        assert as_owner.post("/backups", {"form_key": key}).location == "/backups"
    assert [job.created_by_id for job in db.session.scalars(select(Job).where(Job.kind == BY_HAND))] == [owner.id]
    assert "is being made and tested" in as_owner.get("/backups").text


def test_a_download_needs_the_password_and_leaves_a_trace(app: Flask, as_owner: PageClient, owner: Staff) -> None:
    name = _shelved(app, datetime.fromisoformat("2026-06-12T02:00:00+00:00"))
    page = as_owner.get(f"/backups/{name}").text
    assert "1,237" in page
    refused = as_owner.post(f"/backups/{name}/download", {"current_password": "wrong"}, status=422)
    assert "That is not your password." in refused.text
    as_owner.post(f"/backups/{name}/download", {}, status=422)
    assert db.session.scalar(select(AuditEvent).where(AuditEvent.action == "backup.downloaded")) is None
    answer = as_owner.post(f"/backups/{name}/download", {"current_password": PASSWORD}, status=200)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"] == f"attachment; filename={name}"
    assert zipfile.ZipFile(io.BytesIO(answer.data)).read(DATABASE) == b"all that the shop knows"
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "backup.downloaded")).one()
    assert (event.actor_id, event.details) == (owner.id, {"name": name})


@pytest.mark.parametrize("name", ["secret_key", "..%2Fsecret_key", "regulars-20260612T020000Z-nightly.zip.result.json"])
def test_only_backups_are_given_out(app: Flask, as_owner: PageClient, now: datetime, name: str) -> None:
    _shelved(app, now)
    (app.config["SETTINGS"].data_dir / "secret_key").write_text("secret")
    as_owner.get(f"/backups/{name}", status=404)
    as_owner.post(f"/backups/{name}/download", {"current_password": PASSWORD}, status=404)


def test_only_the_owner_gets_at_backups_and_health(as_manager: PageClient, as_kavitha: PageClient) -> None:
    for client in (as_manager, as_kavitha):
        for path in ("/backups", "/health", f"/backups/{file_name(Kind.NIGHTLY, datetime(2026, 1, 1).astimezone())}"):
            client.get(path, status=403)


def test_health_says_when_the_last_backup_was_tested(as_owner: PageClient, owner: Staff, now: datetime) -> None:
    assert "No backup was made yet." in as_owner.get("/health").text
    job = jobs.enqueue(NIGHTLY, now=now, how="restored", rows=12_345)
    job.done_at = now - timedelta(hours=6)
    jobs.beat(now)
    db.session.commit()
    page = as_owner.get("/health").text
    assert "Last tested 6 h ago: restored, 12,345 rows counted." in page
    assert "It is running" in page
    failed = jobs.enqueue(NIGHTLY, now=now)
    failed.failed_at, failed.error = now, "There is no room."
    assert "The last one failed: There is no room. Last tested 6 h ago" in as_owner.get("/health").text


def test_health_shows_what_is_broken(as_owner: PageClient, now: datetime, folder: Path) -> None:
    message = put_in_outbox("m@jasmine.example", subject="x", body="x", public_host="localhost", now=now)
    message.state = MessageState.DEAD
    (folder / "uploads").rmdir()
    page = as_owner.get("/health").text
    assert "It was never seen. Start it with crm worker." in page
    assert "1 message could not be delivered." in page
    assert "The folder of uploads is missing or cannot be written" in page
    assert page.count("clock--breach") == 2  # worker, uploads
    assert page.count("not yet</span>") == 1  # the first backup comes at night


def test_health_names_versions(app: Flask, as_owner: PageClient) -> None:
    page = as_owner.get("/health").text
    engine = "SQLite 3." if app.config["SETTINGS"].is_sqlite else "PostgreSQL 1"
    assert engine in page
    assert "Up to date: " in page


def test_last_errors_hold_no_values(app: Flask, as_owner: PageClient, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = app.config["SETTINGS"].data_dir
    keep_errors(folder)
    (folder / "errors.jsonl").unlink(missing_ok=True)

    def broken(_now: datetime) -> None:
        raise ValueError("Lakshmi 98410 12345")

    monkeypatch.setattr("crm.upkeep.views.health.health", broken)
    page = as_owner.get("/health", status=500).text
    monkeypatch.undo()
    kept = last_errors(folder)
    assert kept[0].kind == "ValueError"
    assert kept[0].place.startswith("crm/upkeep/views/health.py:")
    assert "Lakshmi" not in (folder / "errors.jsonl").read_text()
    reference = kept[0].said.split()[1]
    assert reference in page
    assert reference in as_owner.get("/health").text


def test_many_errors_take_little_room(tmp_path: Path) -> None:
    keep_errors(tmp_path)
    logger = logging.getLogger("crm.test")
    for number in range(3000):
        logger.error("error %s %s", number, "x" * 90)
    assert last_errors(tmp_path)[0].said.startswith("error 2999 ")
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 450_000


def test_machines_are_told_in_one_word_each(app: Flask, anonymous: PageClient, owner: Staff) -> None:
    answer = anonymous.get("/healthz")
    assert json.loads(answer.text) == {"reads": "ok", "uploads": "ok", "writes": "ok"}
    assert answer.headers["Cache-Control"] == "no-store"


def test_missing_uploads_are_said_and_the_rest_works(anonymous: PageClient, owner: Staff, folder: Path) -> None:
    (folder / "uploads").rmdir()
    assert json.loads(anonymous.get("/healthz").text) == {"reads": "ok", "uploads": "not", "writes": "ok"}


def test_a_disk_that_cannot_be_written_is_503(
    anonymous: PageClient, owner: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "_can_write_into", lambda _folder: False)
    answer = anonymous.get("/healthz", status=503)
    assert json.loads(answer.text) == {"reads": "ok", "uploads": "not", "writes": "not"}


def test_a_database_that_cannot_be_read_is_503_and_says_no_more(
    anonymous: PageClient, owner: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_given: object, **_named: object) -> None:
        raise OperationalError("SELECT secret", {}, Exception("file is not a database"))

    monkeypatch.setattr(db.session, "execute", broken)
    answer = anonymous.client.get("/healthz")
    assert answer.status_code == 503
    assert json.loads(answer.text) == {"reads": "not", "uploads": "ok", "writes": "not"}


def test_both_pages_ask_the_database_little(app: Flask, as_owner: PageClient, now: datetime) -> None:
    for number in range(5):
        _shelved(app, now - timedelta(days=number))
    for path in ("/health", "/backups"):
        with counted_queries() as statements:
            as_owner.get(path)
        assert len(statements) <= 12, statements


def test_a_full_disk_under_a_form_is_503_with_the_text_kept(
    as_owner: PageClient, owner: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    form: dict[str, Any] = {
        "name": "Jasmine",
        "country": "IN",
        "time_zone": "Asia/Kolkata",
        "currency": "INR",
        "languages": ["en"],
    }
    form |= {
        "idle_minutes": "15",
        "leap_day_rule": "march-1",
        "reminder_hour": "8",
        "code_page": "cp1256",
        "keep_years": "0",
    }
    for wrong, status in ((28, 503), (5, 500)):
        monkeypatch.setattr("crm.accounts.views.settings.change_business", _failing(wrong))
        answer = as_owner.post("/settings", form, status=status)
        assert ("The database cannot save just now." in answer.text) is (status == 503)
        assert ("Your text is kept" in answer.text) is (status == 503)


def _failing(number: int) -> Callable[..., None]:
    def fail(*_given: object, **_named: object) -> None:
        raise OSError(number, "what the system says")

    return fail
