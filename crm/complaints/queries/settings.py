"""Reads of how the business recovers: follow-up, budget, authority limits, categories of causes."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from crm.complaints.models import AuthorityLimit, CauseCategory, RecoverySettings
from crm.complaints.rules import Limits
from crm.extensions import db


def recovery_settings() -> RecoverySettings:
    """Return how the business follows up; the migration puts the one row in."""
    return db.session.get_one(RecoverySettings, 1)


def authority_limits() -> Limits:
    """Return the limits by role and kind of remedy; what is missing has none set."""
    return {(row.role, row.remedy_kind): row.amount for row in db.session.scalars(select(AuthorityLimit))}


def categories(*, with_retired: bool = False) -> Sequence[CauseCategory]:
    """Return the categories of causes, in their order, the lower level after the upper."""
    statement = select(CauseCategory).order_by(CauseCategory.parent_id.is_not(None), CauseCategory.position)
    if not with_retired:
        statement = statement.where(CauseCategory.retired_at.is_(None))
    return db.session.scalars(statement.order_by(CauseCategory.id)).all()
