"""What the loyalty report says of rewards: issued, handed over, expired, taken back, cost against the budget.

A period is from a local date to before another. A reward is counted as issued, handed over, expired and
taken back each in the period in which that happened; its cost counts when it is handed over, and not when
it was taken back afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Numeric,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)

from crm.contacts.key_date_rules import KeyDateKind, LeapDayRule
from crm.contacts.queries.key_dates import ComingDate, coming_key_dates
from crm.extensions import db
from crm.loyalty.models.rewards import Reward, RewardBudget
from crm.loyalty.queries.rewards import given_between, midnight
from crm.loyalty.rules.budget import month_of, next_month

MOST_BIRTHDAYS = 5_000
Part = Select[*tuple[Any, ...]]


@dataclass(frozen=True, kw_only=True)
class RewardCount:
    """How many rewards of a kind were issued, handed over, expired and taken back, and what they cost."""

    kind: str = ""
    issued: int = 0
    handed_over: int = 0
    expired: int = 0
    taken_back: int = 0
    cost: Decimal = Decimal(0)


@dataclass(frozen=True)
class RewardFigures:
    """The rewards of a period, in all and by kind; `budget` None where none was set in any of its months."""

    total: RewardCount
    by_kind: list[RewardCount] = field(default_factory=list)
    budget: Decimal | None = None

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing happened with rewards in the period."""
        total = self.total
        return not (total.issued or total.handed_over or total.expired or total.taken_back)

    @property
    def left(self) -> Decimal | None:
        """What was left of the budget, perhaps below nothing."""
        return None if self.budget is None else self.budget - self.total.cost


def rewards_in(first: date, end: date, today: date) -> RewardFigures:
    """Return the figures of rewards from a local date to before another, as of today; one query."""
    rows = db.session.execute(union_all(_rewards(first, end, today), _budgets(end))).all()
    counts = [_count_of(row) for row in rows if row.kind is not None and _has_any(row)]
    counts.sort(key=lambda each: each.kind)
    names = ("issued", "handed_over", "expired", "taken_back", "cost")
    sums: dict[str, Any] = {name: sum(getattr(each, name) for each in counts) for name in names}
    total = RewardCount(**(sums | {"cost": Decimal(sums["cost"])}))
    budgets = {row.month: row.amount for row in rows if row.kind is None}
    return RewardFigures(total=total, by_kind=counts, budget=_budget_between(first, end, budgets))


def _budget_between(first: date, end: date, budgets: Mapping[date, Decimal | None]) -> Decimal | None:
    """Return the sum of the budgets of the months that begin in a period; None where none was set."""
    month, amounts = month_of(first), []
    while month < end:
        in_force = [budgets[since] for since in sorted(budgets) if since <= month]
        amounts.append(in_force[-1] if in_force else None)
        month = next_month(month)
    known = [Decimal(amount) for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if known else None


def birthdays_next_month(end: date, rule: LeapDayRule) -> list[ComingDate]:
    """Return the birthdays of the month that begins with, or is that of, a local date, by day."""
    first = month_of(end)
    days = (next_month(first) - first).days - 1
    return coming_key_dates(first, days, rule, kind=KeyDateKind.BIRTHDAY, limit=MOST_BIRTHDAYS)


def _budgets(end: date) -> Part:
    nothing = (literal(0).label(name) for name in ("issued", "handed_over", "expired", "taken_back", "cost"))
    no_kind = cast(null(), String).label("kind")
    return select(no_kind, *nothing, RewardBudget.month, RewardBudget.amount).where(RewardBudget.month < end)


def _rewards(first: date, end: date, today: date) -> Part:
    start, stop = midnight(first), midnight(end)
    a_day = timedelta(days=1)  # a reward expires on the day after its last one
    is_handed = given_between(first, end)
    is_expired = and_(
        Reward.handed_over_at.is_(None), Reward.taken_back_at.is_(None),
        Reward.expires_on >= first - a_day, Reward.expires_on < min(end - a_day, today),
    )  # fmt: skip
    columns = (
        _number_of(Reward.issued_at >= start, Reward.issued_at < stop).label("issued"),
        _number_of(is_handed).label("handed_over"),
        _number_of(is_expired).label("expired"),
        _number_of(Reward.taken_back_at >= start, Reward.taken_back_at < stop).label("taken_back"),
        func.coalesce(func.sum(case((is_handed, Reward.cost), else_=0)), 0).label("cost"),
    )
    no_budget = (cast(null(), Date).label("month"), cast(null(), Numeric(14, 3)).label("amount"))
    return select(Reward.kind, *columns, *no_budget).group_by(Reward.kind)


def _number_of(*where: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((and_(*where), 1), else_=0)), 0)


def _has_any(row: Any) -> bool:
    return bool(row.issued or row.handed_over or row.expired or row.taken_back)


def _count_of(row: Any) -> RewardCount:
    return RewardCount(
        kind=row.kind, issued=int(row.issued), handed_over=int(row.handed_over), expired=int(row.expired),
        taken_back=int(row.taken_back), cost=Decimal(row.cost),
    )  # fmt: skip
