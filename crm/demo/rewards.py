"""The demo shop's rewards: a catalogue, a budget, some months of rewards, this week's moments and surprises."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from sqlalchemy import func, select

from crm.complaints.actions.opening import NewComplaint, open_complaint
from crm.complaints.actions.recording import Writing
from crm.contacts.key_date_rules import LeapDayRule
from crm.contacts.models import Contact
from crm.contacts.rules import Channel
from crm.demo.bulk import insert_rows
from crm.demo.stories import Shop
from crm.extensions import db
from crm.loyalty.actions import moments, surprises
from crm.loyalty.models.rewards import Bereavement, CatalogueReward, Reward, RewardBudget
from crm.loyalty.queries import moment_sources as sources
from crm.loyalty.queries.ladder import ladder
from crm.loyalty.queries.moments import moments_today
from crm.loyalty.queries.rewards import reward_settings
from crm.loyalty.queries.surprises import candidates
from crm.loyalty.rules.budget import month_of
from crm.loyalty.rules.moments import CATCH_UP, REWARD_KINDS, MomentKind, Window
from crm.loyalty.rules.rewards import CODE_LENGTH, CODE_LETTERS, last_day
from crm.shared.permissions import Role
from crm.sla.rules import Severity

CATALOGUE = (
    ("Head massage on us", "birthday", 350, 30, "front-desk"),
    ("A rose and a card", "anniversary", 80, 14, "front-desk"),
    ("Hair spa for faithful friends", "milestone", 900, 60, "manager"),
    ("Half price on the next colour", "referral", 600, 90, "front-desk"),
    ("Blow-dry with our apologies", "make-good", 400, 60, "front-desk"),
    ("Filter coffee and a sweet", "surprise", 60, 7, "front-desk"),
    ("Welcome-back trim", "welcome-back", 300, 30, "front-desk"),
)
LEAST_BUDGET = Decimal(20_000)
BUDGET_EACH = Decimal(200)  # for each reward of the past months: what a month of them costs, and some more
PAST_DAYS = 150
REWARDED_SHARE = 6  # one contact in so many got something
MOST_PAST = 600


def load_rewards(dice: Random, ids: range, shop: Shop) -> None:
    """Fill what a shop that gives rewards since some months would have."""
    today = (shop.now + shop.utc_offset).date()
    items = _catalogue(shop.now)
    past = list(_past(dice, ids, items, shop))
    if db.session.get(RewardBudget, month_of(today - timedelta(days=PAST_DAYS))) is None:
        db.session.add(RewardBudget(month=month_of(today - timedelta(days=PAST_DAYS)), amount=budget_for(len(past))))
    insert_rows(Reward, past)
    mourning_id = dice.choice(ids)
    until = today + timedelta(days=60)
    note = Bereavement(contact_id=mourning_id, until=until, noted_at=shop.now, noted_by_id=shop.owner_id)
    db.session.add(note)
    reward_settings().moments_since = today - CATCH_UP
    db.session.flush()
    window = Window(today=today, since=today - CATCH_UP, lost_days=ladder(shop.now).lost_days)
    found = moments.find_foreseen(window, LeapDayRule.FEBRUARY_28)
    moments.propose(found + moments.find_by_visits(sources.visited_since(today - CATCH_UP), window), shop.now)
    surprises.suggest(candidates(today), today, shop.now)
    _hold_one(today, shop)


def budget_for(rewards: int) -> Decimal:
    """Return a month's budget that leaves something of so many rewards in the past, so that one can be given."""
    return max(LEAST_BUDGET, BUDGET_EACH * rewards)


def _hold_one(today: date, shop: Shop) -> None:
    """Let somebody whose treat is due have a complaint open, so that it is held."""
    moment = next(iter(moments_today(today)), None)
    if moment is None:
        return
    complaint = NewComplaint(
        channel=Channel.IN_PERSON, words="I waited for forty minutes although I had an appointment.",
        title="Waited 40 minutes", severity=Severity.NORMAL, in_charge_id=shop.owner_id,
    )  # fmt: skip
    contact = db.session.get_one(Contact, moment.contact_id)
    open_complaint(contact, complaint, Writing(by_id=shop.owner_id, role=Role.OWNER, now=shop.now))


def _catalogue(now: datetime) -> list[CatalogueReward]:
    if db.session.scalar(select(func.count()).select_from(CatalogueReward)) == 0:
        for name, kind, cost, days, role in CATALOGUE:
            item = CatalogueReward(
                name=name, kind=kind, cost=Decimal(cost), expiry_days=days, least_role=role, created_at=now
            )
            db.session.add(item)
        db.session.flush()
    return list(db.session.scalars(select(CatalogueReward).order_by(CatalogueReward.id)))


def _past(dice: Random, ids: range, items: list[CatalogueReward], shop: Shop) -> Iterator[dict[str, object]]:
    """Give rewards of the past months: most handed over, some expired, a few taken back or still open."""
    rewarded = dice.sample(ids, k=min(len(ids) // REWARDED_SHARE, MOST_PAST))
    gone = set(db.session.scalars(select(Contact.id).where(Contact.id.in_(rewarded), Contact.archived_at.is_not(None))))
    for number, contact_id in enumerate(sorted(set(rewarded) - gone)):
        item, days = dice.choice(items), dice.randrange(PAST_DAYS)
        at = shop.now - timedelta(days=days, minutes=dice.randrange(300))
        expires_on = last_day((at + shop.utc_offset).date(), item.expiry_days)
        later = at + timedelta(days=dice.randrange(1, 1 + min(max(days, 1), max(item.expiry_days, 1))))
        fate = dice.random()
        is_handed, is_back = fate < 0.66 and later <= shop.now, 0.66 <= fate < 0.7 and later <= shop.now
        kind = next((moment for moment, kind in REWARD_KINDS.items() if kind == item.kind), MomentKind.YEARS)
        yield {
            "contact_id": contact_id, "catalogue_id": item.id, "name": item.name, "kind": item.kind,
            "cost": item.cost, "currency": shop.currency, "reason": kind.value, "occurrence": f"demo-{number}",
            "code": "".join(dice.choices(CODE_LETTERS, k=CODE_LENGTH)), "note": "", "issued_at": at,
            "issued_by_id": dice.choice(shop.staff_ids), "expires_on": expires_on,
            "handed_over_at": later if is_handed else None,
            "handed_over_by_id": dice.choice(shop.staff_ids) if is_handed else None,
            "taken_back_at": later if is_back else None,
            "taken_back_by_id": shop.owner_id if is_back else None,
            "take_back_reason": "given to the wrong person" if is_back else "",
        }  # fmt: skip
