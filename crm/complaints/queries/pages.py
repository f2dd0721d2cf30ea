"""What the complaint page and its forms read beside the complaint itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import CompoundSelect, Select, bindparam, func, literal, null, select, union_all
from sqlalchemy.orm import joinedload

from crm.accounts.models import Staff
from crm.complaints.models import CauseCategory, PreventiveAction, RecoverySettings, Remedy
from crm.complaints.queries.cases import derivation_of
from crm.complaints.queries.settings import authority_limits
from crm.complaints.rules import EventKind, Happening, Limits
from crm.complaints.words import Names, cause_name
from crm.extensions import db
from crm.shared.database import read
from crm.sla.queries import calendar_versions
from crm.sla.rules import Clock


def remedies_of(complaint_id: int) -> Sequence[Remedy]:
    """Return the remedies of a complaint with their people, the first offered first."""
    return db.session.scalars(_remedies(), {"complaint_id": complaint_id}).all()


# The statements are built once: putting them together costs more than running them.
@cache
def _remedies() -> Select[Remedy]:
    statement = select(Remedy).where(Remedy.complaint_id == bindparam("complaint_id")).order_by(Remedy.id)
    return statement.options(joinedload(Remedy.offered_by), joinedload(Remedy.decided_by))


def preventive_actions_of(complaint_id: int) -> Sequence[PreventiveAction]:
    """Return what is done so that the cause does not come back."""
    return db.session.scalars(_actions(), {"complaint_id": complaint_id}).all()


@cache
def _actions() -> Select[PreventiveAction]:
    statement = select(PreventiveAction).where(PreventiveAction.complaint_id == bindparam("complaint_id"))
    return statement.options(joinedload(PreventiveAction.owner))


@dataclass(frozen=True)
class Rows:
    """Everybody who works here and every category, each with whether it can still be chosen."""

    staff: Sequence[tuple[int, str, bool]]
    categories: Sequence[tuple[int, str, bool]]

    @property
    def names(self) -> Names:
        """Return the names by their ids."""
        return Names(
            {each[0]: each[1] for each in self.staff},
            {each[0]: each[1] for each in self.categories},
        )


def people_and_categories() -> Rows:
    """Return staff by name and categories in their order, in one query."""
    rows: Sequence[Any] = read(_people_and_categories()).all()
    people = sorted(((row[1], row[2], bool(row[4])) for row in rows if row[0] == "staff"), key=lambda each: each[1])
    found = sorted((row for row in rows if row[0] == "cause"), key=lambda row: (row[5], row[1]))
    return Rows(people, [(row[1], cause_name(row[3], row[2]), bool(row[4])) for row in found])


@cache
def _people_and_categories() -> CompoundSelect[*tuple[Any, ...]]:
    staff = select(literal("staff"), Staff.id, Staff.name, null(), Staff.disabled_at.is_(None), literal(0))
    category = CauseCategory
    is_open = category.retired_at.is_(None)
    causes = select(literal("cause"), category.id, category.name, category.key, is_open, category.position)
    return union_all(staff, causes)


@dataclass(frozen=True)
class Purse:
    """What may be given: by this person at once (None: without limit), and what the month's budget has left."""

    limits: Limits
    budget: Decimal | None
    spent: Decimal


def purse(month_start: datetime) -> Purse:
    """Return the authority limits, the month's budget for remedies and what was given of it."""
    row = read(_budget(), {"month_start": month_start}).one()
    return Purse(authority_limits(), row[0], Decimal(row[1]))


@cache
def _budget() -> Select[*tuple[Any, ...]]:
    given = select(func.coalesce(func.sum(Remedy.cost), 0)).where(Remedy.given_at >= bindparam("month_start"))
    return select(RecoverySettings.monthly_budget, given.scalar_subquery())


def clocks_if_opened(channel: str, severity: str, occurred_at: datetime, now: datetime) -> tuple[Clock, ...]:
    """Return the clocks that a complaint would get, without opening it; none before there are opening hours."""
    if not calendar_versions():
        return ()
    details = {"severity": severity}
    opened = Happening(
        id=0, kind=EventKind.OPENED, occurred_at=occurred_at, logged_at=now, channel=channel, details=details
    )
    return derivation_of([opened]).clocks
