"""What the owner changes about recovery: days, budget, authority limits, categories of causes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from sqlalchemy import delete, func, select

from crm.complaints.models import AuthorityLimit, CauseCategory
from crm.complaints.queries.settings import recovery_settings
from crm.extensions import db
from crm.shared.events import record


def change_recovery(*, follow_up_days: int, pause_cap_days: int, monthly_budget: Decimal | None, now: datetime) -> None:
    """Change how the business follows up; it holds for what is resolved or paused from now on."""
    settings = recovery_settings()
    settings.follow_up_days, settings.pause_cap_days = follow_up_days, pause_cap_days
    settings.monthly_budget = monthly_budget
    record("recovery.changed", at=now, subject=settings, follow_up_days=follow_up_days, pause_cap_days=pause_cap_days)


def change_limits(limits: Mapping[tuple[str, str], Decimal | None], *, now: datetime) -> None:
    """Set up to which cost each role gives each remedy at once; None takes a limit away."""
    db.session.execute(delete(AuthorityLimit))
    rows = [
        AuthorityLimit(role=role, remedy_kind=kind, amount=amount)
        for (role, kind), amount in limits.items()
        if amount is not None
    ]
    db.session.add_all(rows)
    said = {f"{row.role} {row.remedy_kind}": str(row.amount) for row in rows}
    record("authority_limits.changed", at=now, limits=said)


def add_category(name: str, parent_id: int | None, *, now: datetime) -> CauseCategory:
    """Add a category at the end of its level."""
    last = db.session.scalar(select(func.coalesce(func.max(CauseCategory.position), 0))) or 0
    category = CauseCategory(name=name, parent_id=parent_id, position=last + 1)
    db.session.add(category)
    db.session.flush()
    record("cause_category.added", at=now, subject=category)
    return category


def retire_category(category: CauseCategory, *, is_retired: bool, now: datetime) -> None:
    """Take a category out of the choices, or back in; what was sorted under it stays."""
    category.retired_at = now if is_retired else None
    record("cause_category.retired" if is_retired else "cause_category.restored", at=now, subject=category)
