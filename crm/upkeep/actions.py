"""Backups as work: asked for, made by the worker and proved by restoring them; what a restore leaves to do; tidying."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import delete

from config import Settings
from crm.accounts.actions import forget_failures_before
from crm.accounts.models import StaffSession
from crm.accounts.queries import business
from crm.accounts.rules import failures_kept_for
from crm.contacts.erasure_ledger import erase_again, keep_ledger
from crm.dashboard.alert_mail import send_notices
from crm.extensions import db
from crm.messages.actions import NoticeDraft, notify_all
from crm.shared import jobs
from crm.shared.backups import shelf
from crm.shared.backups.archive import ERASURES
from crm.shared.backups.making import make_backup, prove
from crm.shared.backups.rules import Kind, night_of
from crm.shared.database import reading_only
from crm.shared.errors import Refused
from crm.shared.events import record
from crm.shared.models import Job
from crm.upkeep import queries
from crm.upkeep.rules import BY_HAND, NIGHTLY, TIDYING


@jobs.sweep
def plan_nightly_backup(now: datetime) -> None:
    """Have the backup of this date made, once however many workers there are."""
    _plan_nightly(NIGHTLY, now)


@jobs.sweep
def plan_tidying(now: datetime) -> None:
    """Have what nobody needs any more removed, once a date."""
    _plan_nightly(TIDYING, now)


def _plan_nightly(kind: str, now: datetime) -> None:
    found = business()
    night = night_of(now, found.time_zone) if found is not None else None
    if night is not None:
        jobs.enqueue_once(kind, now=now, unique_key=f"{kind} {night.isoformat()}")


@jobs.work(TIDYING)
def tidy_at_night(job: Job, now: datetime) -> None:
    """Remove failed attempts at signing in that count no longer."""
    settings: Settings = current_app.config["SETTINGS"]
    forget_failures_before(now - failures_kept_for(settings.sign_in_window))


def ask_for_backup(*, now: datetime, by_id: int) -> Job:
    """Have the worker make a backup now."""
    job = jobs.enqueue(BY_HAND, now=now, by_id=by_id)
    record("backup.asked", at=now, subject=job, actor_id=by_id)
    return job


@jobs.work(NIGHTLY)
def back_up_at_night(job: Job, now: datetime) -> None:
    """Make the nightly backup, prove it, and remove those that are kept no longer."""
    _back_up(job, Kind.NIGHTLY, now)


@jobs.work(BY_HAND)
def back_up_by_hand(job: Job, now: datetime) -> None:
    """Make the backup that somebody asked for, and prove it."""
    _back_up(job, Kind.BY_HAND, now)


def _back_up(job: Job, kind: Kind, now: datetime) -> None:
    settings: Settings = current_app.config["SETTINGS"]
    job_id, found = job.id, business()
    time_zone = found.time_zone if found is not None else "UTC"
    with reading_only():
        keep_ledger(settings.data_dir / ERASURES)
        db.session.rollback()
        path = shelf.place_for(settings, kind, now)
        result = back_up_and_prove(settings, path, kind, now=now)
        shelf.tidy(settings, time_zone)
    job = db.session.get_one(Job, job_id)
    job.payload = {**job.payload, **result, "name": path.name}
    record("backup.made", at=now, subject=job, kind=str(kind), rows=result["rows"])


def back_up_and_prove(settings: Settings, path: Path, kind: Kind, *, now: datetime) -> dict[str, Any]:
    """Make a backup, restore it in a test and keep what the test said; raise Refused when either fails."""
    make_backup(settings, path, kind, now=now)
    try:
        manifest, how = prove(settings, path)
    except Refused as refusal:
        shelf.note_result(path, at=now, is_good=False, error=refusal.sentence)
        raise
    rows = sum(manifest.rows.values())
    return shelf.note_result(path, at=now, is_good=True, how=how, rows=rows)


@jobs.sweep
def tell_of_failed_backups(now: datetime) -> None:
    """Tell the owners of a backup that was given up, each once."""
    failed = queries.failed_backups(now)
    found = business() if failed else None
    if found is None:
        return
    drafts = [
        NoticeDraft(
            staff_id=owner_id, kind="backup-failed", unique_key=f"backup-failed:{job_id}:{owner_id}", path="/health"
        )
        for job_id in failed
        for owner_id in queries.owner_ids()
    ]
    send_notices(notify_all(drafts, now=now), found, current_app.config["SETTINGS"], now=now)


def note_download(name: str, *, now: datetime, by_id: int) -> None:
    """Note that a backup left the program."""
    record("backup.downloaded", at=now, actor_id=by_id, name=name)


def settle_restored(lines: Iterable[str], made_at: datetime, *, now: datetime) -> tuple[int, list[int]]:
    """Finish a restore: erase again who was erased since, and sign everybody out."""
    erased, parts = erase_again(lines, now=now)
    db.session.execute(delete(StaffSession))
    record("backup.restored", at=now, made_at=made_at.isoformat(), erased_again=erased)
    return erased, parts
