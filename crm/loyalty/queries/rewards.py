"""Reads of rewards: the catalogue, the month's budget, one contact's rewards, the list of all, the voucher."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select, true
from sqlalchemy.orm import contains_eager, joinedload, load_only

from crm.accounts.queries import the_business
from crm.contacts.models import Contact
from crm.extensions import db
from crm.loyalty.models.rewards import CatalogueReward, Reward, RewardBudget, RewardSettings
from crm.loyalty.rules.budget import Budget, month_of, next_month
from crm.loyalty.rules.rewards import RewardFacts, RewardState, spoken_code, state_of
from crm.shared.database import read
from crm.shared.paging import PAGE_SIZE, Page, after_place, page_of
from crm.shared.zones import zone_named

_NAMES = load_only(Contact.id, Contact.name, Contact.blocked_at, Contact.erased_at, Contact.archived_at)


@dataclass(frozen=True)
class RewardFilter:
    """Which rewards are asked for; empty values ask for all."""

    state: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Voucher:
    """What a printed voucher shows; nothing of it tells who the person is."""

    business_name: str
    reward_name: str
    expires_on: date
    path: str
    code: str
    spoken_code: str


def catalogue(*, with_retired: bool = False) -> Sequence[CatalogueReward]:
    """Return the rewards of the catalogue by name, those retired last."""
    statement = select(CatalogueReward).order_by(CatalogueReward.retired_at.is_not(None), CatalogueReward.name)
    if not with_retired:
        statement = statement.where(CatalogueReward.retired_at.is_(None))
    return db.session.scalars(statement.order_by(CatalogueReward.id)).all()


def reward_settings() -> RewardSettings:
    """Return the settings of rewards; the migration puts the one row in."""
    return db.session.get_one(RewardSettings, 1)


def facts_of(reward: Reward) -> RewardFacts:
    """Return what is known of how a reward stands."""
    return RewardFacts(
        expires_on=reward.expires_on, handed_over_at=reward.handed_over_at, taken_back_at=reward.taken_back_at
    )


def reward_state(reward: Reward, today: date) -> RewardState:
    """Return how a reward stands on a local date."""
    return state_of(facts_of(reward), today)


def reward_by_id(reward_id: int) -> Reward | None:
    """Return a reward as it stands now, with contact and people."""
    return db.session.scalar(_rewards().where(Reward.id == reward_id).execution_options(populate_existing=True))


def reward_by_code(code: str) -> Reward | None:
    """Return the reward of a voucher's code with its contact."""
    return db.session.scalar(_rewards().where(Reward.code == code)) if code else None


def reward_for(contact_id: int, reason: str, occurrence: str) -> Reward | None:
    """Return the reward that a contact got for a reason and occurrence."""
    where = (Reward.contact_id == contact_id, Reward.reason == reason, Reward.occurrence == occurrence)
    return db.session.scalar(_rewards().where(*where).execution_options(populate_existing=True))


def was_given_before_merge(reward: Reward) -> bool:
    """Tell whether a contact merged into this one got a reward for the same reason and occurrence in hand already."""
    merged = select(Contact.id).where(Contact.merged_into_id == reward.contact_id)
    where = (Reward.contact_id.in_(merged), Reward.reason == reward.reason, Reward.occurrence == reward.occurrence)
    given = select(Reward.id).where(*where, Reward.handed_over_at.is_not(None), Reward.taken_back_at.is_(None))
    return db.session.scalar(given.limit(1)) is not None


def reward_page(asked: RewardFilter, today: date, place: str | None = None) -> Page[Reward]:
    """Return a page of rewards, the latest issued first; those of blocked contacts, and void ones, are left out."""
    is_void = and_(_is_left(), Contact.merged_into_id.is_not(None))
    statement = _rewards().where(Contact.blocked_at.is_(None), ~is_void, _in_state(asked.state, today))
    statement = statement.where(after_place(place, Reward.issued_at, Reward.id))
    if asked.kind:
        statement = statement.where(Reward.kind == asked.kind)
    ordered = statement.order_by(Reward.issued_at.desc(), Reward.id.desc()).limit(PAGE_SIZE + 1)
    return page_of(db.session.scalars(ordered).all(), PAGE_SIZE, lambda row: [row.issued_at.isoformat(), row.id])


def budget_of(day: date, today: date) -> Budget:
    """Return how the budget of a day's month stands; what is promised counts to the month of today only."""
    month = month_of(day)
    amounts = select(RewardBudget.amount).where(RewardBudget.month <= month).order_by(RewardBudget.month.desc())
    promised = select(func.sum(Reward.cost)).where(can_be_handed_over(today))
    given = select(func.sum(Reward.cost)).where(given_between(month, next_month(month)))
    parts = (amounts.limit(1), given, promised)
    row: Any = read(select(*(each.scalar_subquery() for each in parts))).one()
    amount, spent, owed = row
    is_current = month == month_of(today)
    return Budget(month=month, amount=_money(amount), given=_sum(spent), promised=_sum(owed if is_current else None))


def can_be_handed_over(today: date) -> ColumnElement[bool]:
    """Return the condition for rewards that are open on a local date.

    One that stayed behind with a merged contact is void: the kept one has a reward for the same reason already.
    """
    merged = select(Contact.id).where(Contact.merged_into_id.is_not(None))
    return and_(_in_state(RewardState.OPEN, today), Reward.contact_id.not_in(merged))


def given_between(first: date, end: date) -> ColumnElement[bool]:
    """Return the condition for rewards handed over, and not taken back, from a local date to before another."""
    return and_(
        Reward.handed_over_at >= midnight(first), Reward.handed_over_at < midnight(end), Reward.taken_back_at.is_(None)
    )


def midnight(day: date) -> datetime:
    """Return the instant at which a local date of the business begins."""
    return datetime.combine(day, time(0), zone_named(the_business().time_zone)).astimezone(UTC)


def vouchers_of(reward_ids: Collection[int]) -> list[Voucher]:
    """Return what the vouchers of rewards show, the first issued first; those that are not there are left out."""
    columns = (Reward.name, Reward.expires_on, Reward.code)
    rows = db.session.execute(select(*columns).where(Reward.id.in_(reward_ids)).order_by(Reward.issued_at, Reward.id))
    name = the_business().name
    return [
        Voucher(
            business_name=name,
            reward_name=row.name,
            expires_on=row.expires_on,
            path=f"/rewards/{row.code}",
            code=row.code,
            spoken_code=spoken_code(row.code),
        )
        for row in rows
    ]


def _rewards() -> Select[Reward]:
    statement = select(Reward).join(Reward.contact).options(contains_eager(Reward.contact).options(_NAMES))
    people = (Reward.issued_by, Reward.handed_over_by, Reward.taken_back_by)
    return statement.options(*(joinedload(each) for each in people))


def _in_state(state: str, today: date) -> ColumnElement[bool]:
    is_handed, is_back = Reward.handed_over_at.is_not(None), Reward.taken_back_at.is_not(None)
    is_left = _is_left()
    conditions: dict[str, ColumnElement[bool]] = {
        RewardState.OPEN: and_(is_left, Reward.expires_on >= today),
        RewardState.EXPIRED: and_(is_left, Reward.expires_on < today),
        RewardState.HANDED_OVER: and_(is_handed, Reward.taken_back_at.is_(None)),
        RewardState.TAKEN_BACK: is_back,
    }
    return conditions.get(state, true())


def _is_left() -> ColumnElement[bool]:
    return and_(Reward.handed_over_at.is_(None), Reward.taken_back_at.is_(None))


def _money(amount: Decimal | None) -> Decimal | None:
    return None if amount is None else Decimal(amount)


def _sum(amount: Decimal | None) -> Decimal:
    return Decimal(amount or 0)
