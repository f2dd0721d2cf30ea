"""Reads about the upkeep: which backups were asked for, made, or given up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from crm.accounts.models import Staff
from crm.extensions import db
from crm.shared.models import Job
from crm.shared.permissions import Role
from crm.upkeep.rules import BY_HAND, NIGHTLY

_TOLD_FOR = timedelta(days=3)


def failed_backups(now: datetime) -> Sequence[int]:
    """Return the jobs of backups that were given up in the last days."""
    is_backup = Job.kind.in_((NIGHTLY, BY_HAND))
    given_up = select(Job.id).where(Job.done_at.is_(None), Job.failed_at > now - _TOLD_FOR, is_backup)
    return db.session.scalars(given_up.order_by(Job.id)).all()


def owner_ids() -> Sequence[int]:
    """Return the owners who still work here."""
    owners = select(Staff.id).where(Staff.role == Role.OWNER, Staff.disabled_at.is_(None))
    return db.session.scalars(owners.order_by(Staff.id)).all()


def last_backups() -> tuple[Job | None, Job | None]:
    """Return the last backup that was made and proved, and the last one asked for, whatever became of it."""
    backups = select(Job).where(Job.kind.in_((NIGHTLY, BY_HAND))).order_by(Job.id.desc()).limit(1)
    return db.session.scalar(backups.where(Job.done_at.is_not(None))), db.session.scalar(backups)
