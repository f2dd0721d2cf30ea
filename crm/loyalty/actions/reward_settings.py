"""What the owner decides about rewards: the catalogue, moments, the month's budget, surprises."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import update

from crm.extensions import db
from crm.loyalty.models.rewards import CatalogueReward, MomentSetting, RewardBudget
from crm.loyalty.queries.rewards import reward_settings
from crm.loyalty.rules.moments import FORESEEN, AutomaticNeedsReward
from crm.loyalty.rules.rewards import RewardKind
from crm.shared.errors import Conflict
from crm.shared.events import record

_OWN_STATEMENT: dict[str, Any] = {"synchronize_session": False}


class CatalogueChanged(Conflict):
    """Somebody changed this reward in the meantime. Compare and save again."""


@dataclass(frozen=True, kw_only=True)
class CatalogueDetails:
    """What a reward of the catalogue is."""

    name: str
    kind: RewardKind
    cost: Decimal
    expiry_days: int
    least_role: str


def add_to_catalogue(details: CatalogueDetails, *, now: datetime) -> CatalogueReward:
    """Add a reward to the catalogue."""
    item = CatalogueReward(**asdict(details), created_at=now)
    db.session.add(item)
    db.session.flush()
    record("catalogue_reward.added", at=now, subject=item, kind=item.kind, cost=str(item.cost))
    return item


def change_in_catalogue(
    item: CatalogueReward, details: CatalogueDetails, *, version: int | None, now: datetime
) -> None:
    """Change a reward for what is issued from now on; raise CatalogueChanged for another version."""
    seen = item.version if version is None else version
    statement = update(CatalogueReward).where(CatalogueReward.id == item.id, CatalogueReward.version == seen)
    values = asdict(details) | {"version": seen + 1}
    changed = db.session.execute(statement.values(**values), execution_options=_OWN_STATEMENT)
    db.session.refresh(item)
    if not changed.rowcount:  # type: ignore[attr-defined]
        raise CatalogueChanged
    record("catalogue_reward.changed", at=now, subject=item, kind=item.kind, cost=str(item.cost))


def retire(item: CatalogueReward, *, is_retired: bool, now: datetime) -> None:
    """Give a reward no more, or again; what was issued stays. Moments issue a retired one no more by themselves."""
    item.retired_at = now if is_retired else None
    record("catalogue_reward.retired" if is_retired else "catalogue_reward.restored", at=now, subject=item)


def change_moment(
    setting: MomentSetting, *, is_proposed: bool, automatic_id: int | None, is_automatic: bool, notice_days: int,
    now: datetime,
) -> None:  # fmt: skip
    """Change how a kind of moment is treated; raise AutomaticNeedsReward."""
    if is_automatic and automatic_id is None:
        raise AutomaticNeedsReward
    setting.is_proposed, setting.is_automatic = is_proposed, is_automatic
    setting.catalogue_id = automatic_id
    setting.notice_days = notice_days if setting.kind in FORESEEN else 0
    record(
        "moment_setting.changed", at=now, kind=setting.kind, is_proposed=is_proposed, is_automatic=is_automatic,
        notice_days=setting.notice_days, reward=automatic_id,
    )  # fmt: skip


def change_budget(month: date, amount: Decimal | None, surprises_a_week: int, *, now: datetime) -> None:
    """Set the budget from a month on, and how many surprises are suggested a week; earlier months stay as they were."""
    budget = db.session.get(RewardBudget, month)
    if budget is None:
        budget = RewardBudget(month=month)
        db.session.add(budget)
    budget.amount = amount
    reward_settings().surprises_a_week = surprises_a_week
    said = None if amount is None else str(amount)
    record("reward_budget.changed", at=now, month=month.isoformat(), amount=said, surprises=surprises_a_week)
