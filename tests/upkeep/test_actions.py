"""The nightly backup: once a date, proved, told of when it fails."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from crm import worker
from crm.accounts.models import SignInFailure, Staff
from crm.accounts.passwords import token_hash
from crm.accounts.rules import PIN_WINDOW
from crm.extensions import db
from crm.messages.models import Notice
from crm.shared import jobs
from crm.shared.backups import making, shelf
from crm.shared.backups.making import NoRoom
from crm.shared.backups.rules import Kind
from crm.shared.models import AuditEvent, Job
from crm.upkeep import actions
from crm.upkeep.rules import NIGHTLY, TIDYING
from tests.factories.accounts import make_staff


def _jobs() -> list[Job]:
    return list(db.session.scalars(select(Job).where(Job.kind == NIGHTLY).order_by(Job.id)))


def test_a_nightly_backup_is_made_proved_and_noted_once_a_date(shop: Flask, now: datetime) -> None:
    for _round in range(3):
        actions.plan_nightly_backup(now)
        db.session.commit()
    assert [job.unique_key for job in _jobs()] == [f"{NIGHTLY} 2026-06-12"]
    assert worker.do_one_job(now)
    assert not worker.do_one_job(now)
    made = shelf.backups_of(shop.config["SETTINGS"])
    assert [(each.shelved.kind, each.shelved.is_good, each.tested_at) for each in made] == [(Kind.NIGHTLY, True, now)]
    job = _jobs()[0]
    assert job.done_at == now
    assert job.payload["how"] == "restored"
    assert job.payload["rows"] == made[0].result["rows"] > 5
    assert db.session.scalars(select(AuditEvent.action).where(AuditEvent.action.like("backup.%"))).all() == [
        "backup.made"
    ]
    actions.plan_nightly_backup(now + timedelta(days=1))
    assert len(_jobs()) == 2


def test_before_two_at_night_nothing_is_planned(shop: Flask) -> None:
    actions.plan_nightly_backup(datetime(2026, 6, 12, 20, 29, tzinfo=UTC))
    assert _jobs() == []


def test_a_second_worker_that_plans_at_the_same_moment_plans_nothing(
    shop: Flask, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    actions.plan_nightly_backup(now)
    db.session.commit()
    with monkeypatch.context() as unseen:
        unseen.setattr(db.session, "scalar", lambda _statement: None)
        actions.plan_nightly_backup(now)
    db.session.commit()
    assert len(_jobs()) == 1


def _fail_often(now: datetime) -> Job:
    actions.plan_nightly_backup(now)
    db.session.commit()
    for attempt in range(jobs.MAX_ATTEMPTS):
        assert worker.do_one_job(now + timedelta(hours=attempt))
    return _jobs()[0]


def test_a_backup_that_fails_is_told_to_the_owners_once(
    shop: Flask, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_staff("Kavitha S")

    def refuse(*_given: Any, **_named: Any) -> None:
        raise NoRoom("There is not enough room on the disk.")

    monkeypatch.setattr(actions, "make_backup", refuse)
    job = _fail_often(now)
    assert job.failed_at is not None
    assert job.error == "There is not enough room on the disk."
    actions.tell_of_failed_backups(now)
    actions.tell_of_failed_backups(now + timedelta(hours=1))
    db.session.commit()
    told = db.session.execute(
        select(Staff.name, Notice.kind, Notice.path).join(Staff, Staff.id == Notice.staff_id)
    ).all()
    assert [tuple(each) for each in told] == [("Meena Raman", "backup-failed", "/health")]


def test_a_backup_that_fails_its_test_is_marked_and_never_the_last_good_one(
    shop: Flask, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = shop.config["SETTINGS"]
    actions.ask_for_backup(now=now, by_id=1)
    db.session.commit()
    assert worker.do_one_job(now)
    good = shelf.last_good(settings)
    monkeypatch.setattr(making, "_rows_in", lambda *_given: ({"contact": 1}, "restored"))
    actions.plan_nightly_backup(now)
    db.session.commit()
    assert worker.do_one_job(now)
    states = {each.shelved.kind: each.shelved.is_good for each in shelf.backups_of(settings)}
    assert states == {Kind.BY_HAND: True, Kind.NIGHTLY: False}
    assert good is not None
    assert shelf.last_good(settings) == good
    assert "other counts" in _jobs()[0].error


def test_old_backups_go_with_the_new_one(shop: Flask, now: datetime) -> None:
    settings = shop.config["SETTINGS"]
    for number in range(1, 15):
        place = shelf.place_for(settings, Kind.NIGHTLY, now - timedelta(days=number))
        place.write_bytes(b"")
        shelf.note_result(place, at=now, is_good=True)
    actions.plan_nightly_backup(now)
    db.session.commit()
    assert worker.do_one_job(now)
    names = sorted(path.name for path in shelf.folder_of(settings).iterdir() if not path.name.startswith("."))
    assert sum(name.endswith(".zip") for name in names) == 8  # 7 days and the end of May, which is that of a week too
    assert sum(name.endswith(".result.json") for name in names) == 8


def test_writing_goes_on_while_the_worker_backs_up(shop: Flask, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """The backup holds no lock: another connection writes in the middle of it."""
    written: list[int] = []
    original = making.make_backup

    def make(*given: Any, **named: Any) -> Any:
        with shop.app_context():
            jobs.beat(now)
            db.session.commit()
            written.append(1)
            db.session.remove()
        return original(*given, **named)

    monkeypatch.setattr(actions, "make_backup", make)
    actions.plan_nightly_backup(now)
    db.session.commit()
    assert worker.do_one_job(now)
    assert written == [1]
    assert db.session.scalar(select(func.count()).select_from(Job).where(Job.done_at.is_not(None))) == 1


@pytest.mark.parametrize("window", [timedelta(minutes=15), timedelta(days=3)])
def test_failed_attempts_are_removed_each_night_once_they_count_no_longer(
    shop: Flask, now: datetime, monkeypatch: pytest.MonkeyPatch, window: timedelta
) -> None:
    monkeypatch.setitem(shop.config, "SETTINGS", replace(shop.config["SETTINGS"], sign_in_window=window))
    longest, second = max(window, PIN_WINDOW), timedelta(seconds=1)
    for at in (now - longest - second, now - longest, now - second, now + second):
        db.session.add(SignInFailure(scope_hash=token_hash("pin:1"), at=at))
    for _round in range(2):
        actions.plan_tidying(now)
        db.session.commit()
    assert worker.do_one_job(now) and not worker.do_one_job(now)
    kept = db.session.scalars(select(SignInFailure.at).order_by(SignInFailure.at)).all()
    assert kept == [now - longest, now - second, now + second]
    assert db.session.scalars(select(Job.unique_key).where(Job.done_at == now)).all() == [f"{TIDYING} 2026-06-12"]
