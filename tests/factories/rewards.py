"""The catalogue of rewards, and rewards as the pages issue them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from crm.accounts.models import Staff
from crm.contacts.models import Contact
from crm.extensions import db
from crm.loyalty.actions.reward_settings import CatalogueDetails, add_to_catalogue
from crm.loyalty.actions.rewards import Cause, Giving, by_hand, issue
from crm.loyalty.models.rewards import CatalogueReward, Moment, Reward
from crm.loyalty.rules.rewards import RewardKind
from crm.shared import clock


def make_item(name: str = "Hair spa", **given: Any) -> CatalogueReward:
    """Add a birthday treat of ₹450 to the catalogue, unless given otherwise."""
    values: dict[str, Any] = {
        "kind": RewardKind.BIRTHDAY, "cost": Decimal(450), "expiry_days": 30, "least_role": "front-desk",
    }  # fmt: skip
    return add_to_catalogue(CatalogueDetails(name=name, **(values | given)), now=clock.now())


def giving(staff: Staff | None, **given: Any) -> Giving:
    """Return that a person gives now."""
    now = clock.now()
    person: dict[str, Any] = {"by_id": staff.id, "role": staff.role} if staff else {}
    when: dict[str, Any] = {"now": now, "today": clock.local_date(now, "Asia/Kolkata")}
    return Giving(**(when | person | given))


def make_reward(
    contact: Contact, staff: Staff, item: CatalogueReward | None = None, cause: Cause | None = None, **given: Any
) -> Reward:
    """Issue a reward by hand as somebody at the counter would."""
    found, by = item or make_item(), giving(staff, **given)
    return issue(contact, found, cause or by_hand(found, by.today), by)


def make_moment(contact: Contact, **given: Any) -> Moment:
    """Propose a birthday of today, unless given otherwise."""
    now = clock.now()
    values: dict[str, Any] = {
        "kind": "birthday", "occurrence": "2026", "falls_on": clock.local_date(now, "Asia/Kolkata"), "proposed_at": now,
    }  # fmt: skip
    moment = Moment(contact_id=contact.id, **(values | given))
    db.session.add(moment)
    db.session.flush()
    return moment
