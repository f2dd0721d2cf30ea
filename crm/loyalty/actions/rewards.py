"""Issuing a reward, handing it over, taking it back: each once, whoever else presses at the same moment."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from crm.accounts.queries import the_business
from crm.contacts.models import Contact
from crm.contacts.rules import ContactBlocked
from crm.extensions import db
from crm.loyalty.models.rewards import CatalogueReward, Reward, TactDecision
from crm.loyalty.queries.rewards import budget_of, reward_for, reward_state, was_given_before_merge
from crm.loyalty.queries.tact import decided_holds, held_contacts
from crm.loyalty.rules import rewards as rules
from crm.loyalty.rules.budget import check_budget
from crm.loyalty.rules.rewards import CODE_LENGTH, CODE_LETTERS, RewardState
from crm.loyalty.rules.tact import Act, Held, Hold, still_holding
from crm.shared.events import record
from crm.shared.permissions import Role

BY_HAND = "by-hand"
_OWN_STATEMENT: dict[str, Any] = {"synchronize_session": False}


@dataclass(frozen=True, kw_only=True)
class Giving:
    """Who gives, when, and what they decided: `why` in spite of a hold, `is_confirmed` beyond the budget.

    The worker gives as nobody with the owner's role: it never decides against a hold or the budget.
    """

    now: datetime
    today: date
    by_id: int | None = None
    role: str = Role.OWNER
    why: str = ""
    is_confirmed: bool = False


@dataclass(frozen=True, kw_only=True)
class Cause:
    """For what a reward is given: a reason and its occurrence, once each; a note; the day that it is about."""

    reason: str
    occurrence: str
    note: str = ""
    falls_on: date | None = None


def by_hand(item: CatalogueReward, today: date, note: str = "") -> Cause:
    """Return the cause of a reward that somebody gives by hand: the same one at most once a day."""
    return Cause(reason=BY_HAND, occurrence=f"{today.isoformat()} {item.id}", note=note)


def issue(contact: Contact, item: CatalogueReward, cause: Cause, giving: Giving) -> Reward:
    """Issue a reward, once for its reason and occurrence.

    Raise AlreadyIssued, NotYoursToGive, RewardRetired, ContactBlocked; Held where something speaks against it
    and nobody said why all the same; OverBudget or ConfirmOverBudget.
    """
    held = _check_issue(contact, item, cause, giving)
    reward = Reward(
        contact_id=contact.id, catalogue_id=item.id, name=item.name, kind=item.kind, cost=item.cost,
        currency=the_business().currency, reason=cause.reason, occurrence=cause.occurrence, note=cause.note,
        code=_new_code(), issued_at=giving.now, issued_by_id=giving.by_id,
        expires_on=rules.last_day(max(giving.today, cause.falls_on or giving.today), item.expiry_days),
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(reward)
            db.session.flush()
    except IntegrityError as error:
        raise rules.AlreadyIssued from error
    _decide(reward, held, giving)
    record(
        "reward.issued", at=giving.now, subject=reward, actor_id=giving.by_id, contact=contact.id, kind=item.kind,
        reason=cause.reason, cost=str(item.cost), in_spite_of=list(held),
    )  # fmt: skip
    return reward


def _check_issue(contact: Contact, item: CatalogueReward, cause: Cause, giving: Giving) -> tuple[Hold, ...]:
    """Return the holds that the person decided against."""
    if contact.is_blocked:
        raise ContactBlocked
    if item.retired_at is not None:
        raise rules.RewardRetired
    if not rules.may_give(giving.role, item.least_role):
        raise rules.NotYoursToGive
    if reward_for(contact.id, cause.reason, cause.occurrence) is not None:
        raise rules.AlreadyIssued
    held = held_contacts([contact.id], Act.REWARD, giving.today)[contact.id]
    if held and not giving.why.strip():
        raise Held
    budget = budget_of(giving.today, giving.today)
    check_budget(budget, item.cost, role=giving.role, is_confirmed=giving.is_confirmed)
    return held


def hand_over(reward: Reward, giving: Giving) -> None:
    """Hand a reward over, once, by a named person.

    One statement decides between two tills; the other gets AlreadyHandedOver, RewardTakenBack or
    RewardExpired, and `reward` then says by whom and when. Raise Held where something speaks against it.
    """
    _check_open(reward, giving.today)
    if reward.contact.is_blocked:
        raise ContactBlocked
    if was_given_before_merge(reward):
        raise rules.AlreadyHandedOver
    found = held_contacts([reward.contact_id], Act.REWARD, giving.today)[reward.contact_id]
    held = still_holding(found, decided_holds([reward.id]).get(reward.id, ()))
    if held and not giving.why.strip():
        raise Held
    is_open = (Reward.handed_over_at.is_(None), Reward.taken_back_at.is_(None), Reward.expires_on >= giving.today)
    values = {"handed_over_at": giving.now, "handed_over_by_id": giving.by_id}
    _take(reward, is_open, values, giving.today)
    _decide(reward, held, giving)
    record(
        "reward.handed_over", at=giving.now, subject=reward, actor_id=giving.by_id, contact=reward.contact_id,
        in_spite_of=list(held),
    )  # fmt: skip


def take_back(reward: Reward, reason: str, giving: Giving) -> None:
    """Take a reward back with a reason, once; what was handed over only as a manager or the owner."""
    state, said = reward_state(reward, giving.today), rules.reason_of(reason)
    if state in {RewardState.TAKEN_BACK, RewardState.EXPIRED}:
        _check_open(reward, giving.today)
    if not rules.may_take_back(giving.role, state):
        raise rules.NotYoursToGive
    was_handed = state is RewardState.HANDED_OVER
    seen = Reward.handed_over_at.is_not(None) if was_handed else Reward.handed_over_at.is_(None)
    values = {"taken_back_at": giving.now, "taken_back_by_id": giving.by_id, "take_back_reason": said}
    _take(reward, (seen, Reward.taken_back_at.is_(None)), values, giving.today)
    record(
        "reward.taken_back", at=giving.now, subject=reward, actor_id=giving.by_id, contact=reward.contact_id,
        was_handed_over=was_handed,
    )  # fmt: skip


def _take(reward: Reward, where: tuple[Any, ...], values: dict[str, Any], today: date) -> None:
    """Change a reward in one statement if it still stands as it was seen; raise what became of it otherwise."""
    statement = update(Reward).where(Reward.id == reward.id, *where).values(**values)
    changed = db.session.execute(statement, execution_options=_OWN_STATEMENT)
    db.session.refresh(reward)
    if not changed.rowcount:  # type: ignore[attr-defined]
        _check_open(reward, today)
        raise rules.AlreadyHandedOver


def _check_open(reward: Reward, today: date) -> None:
    refusals = {
        RewardState.HANDED_OVER: rules.AlreadyHandedOver,
        RewardState.TAKEN_BACK: rules.RewardTakenBack,
        RewardState.EXPIRED: rules.RewardExpired,
    }
    refusal = refusals.get(reward_state(reward, today))
    if refusal is not None:
        raise refusal


def _decide(reward: Reward, held: tuple[Hold, ...], giving: Giving) -> None:
    if held:
        db.session.add(
            TactDecision(
                contact_id=reward.contact_id, reward_id=reward.id, holds=" ".join(held), why=giving.why.strip(),
                at=giving.now, by_id=giving.by_id,
            )
        )  # fmt: skip


def _new_code() -> str:
    return "".join(secrets.choice(CODE_LETTERS) for _letter in range(CODE_LENGTH))
