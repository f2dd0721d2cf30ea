"""Regulars of the made-up shop: members of each level, some who stay away, some who brought others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

from sqlalchemy import select, update

from crm.contacts.models import Contact
from crm.contacts.rules import Channel
from crm.demo.bulk import insert_rows
from crm.demo.stories import OPENS, SUNDAY, Row, Shop
from crm.extensions import db
from crm.interactions.models import Interaction
from crm.interactions.rules import Direction, Kind
from crm.loyalty.actions.standings import refresh
from crm.loyalty.models import Departure, LevelChange, MemberStanding, RecognitionLevel
from crm.loyalty.rules.levels import Lost, Why

# For each: how many come like this, how many days lie between their visits, how many visits, days since the last.
HABITS = ((6, 15, 24, 4), (10, 24, 14, 9), (14, 40, 8, 20), (6, 21, 9, 38), (4, 14, 12, 50), (3, 30, 7, 210))
PERKS = {
    "regular": "Tea or filter coffee while waiting.",
    "friend": "The window chair, booking a week before everybody else.",
    "champion": "Asha or Kavitha on request, new products first, the quiet room.",
}
BROUGHT = ((9, 60), (9, 61), (10, 62), (16, 63), (27, 64))  # who brought whom, by number
AT_ONCE = 2_000
LOST_DAYS = 180
LEFT_FOR = (Lost.MOVED, Lost.MOVED, Lost.PRICE, Lost.COMPETITOR, Lost.NO_NEED, Lost.DISSATISFIED, Lost.UNKNOWN)


def load_recognition(dice: Random, contacts: int, first_id: int, shop: Shop) -> None:
    """Add the visits of regulars, who brought whom and why some left; name perks, work out the first standings."""
    ids = range(first_id, first_id + contacts)
    insert_rows(Interaction, list(_visits(dice, ids, shop)))
    for by, newcomer in BROUGHT:
        if newcomer < contacts:
            statement = update(Contact).where(Contact.id == ids[newcomer])
            db.session.execute(
                statement.values(referred_by_id=ids[by]), execution_options={"synchronize_session": False}
            )
    for level in db.session.scalars(select(RecognitionLevel)):
        level.perks = level.perks or PERKS.get(level.key or "", "")
    db.session.flush()
    refresh(ids[:AT_ONCE], now=shop.now)
    _spread(dice, ids[:AT_ONCE], shop)
    insert_rows(Departure, list(_departures(Random(f"left:{first_id}"), ids[:AT_ONCE], shop)))


def _departures(dice: Random, ids: Sequence[int], shop: Shop) -> Iterator[Row]:
    """Yield why every third of those who are lost left, as far as somebody asked."""
    lost = (shop.now + shop.utc_offset).date() - timedelta(days=LOST_DAYS)
    columns = select(MemberStanding.contact_id, MemberStanding.last_visit_on).order_by(MemberStanding.contact_id)
    rows = db.session.execute(columns.where(MemberStanding.contact_id.in_(ids), MemberStanding.last_visit_on < lost))
    for contact_id, last_visit_on in rows.all()[::3]:
        yield {
            "contact_id": contact_id,
            "last_visit_on": last_visit_on,
            "reason": dice.choice(LEFT_FOR).value,
            "note": "",
            "at": shop.now - timedelta(days=dice.randrange(1, 60)),
            "by_id": dice.choice(shop.staff_ids),
        }


def _visits(dice: Random, ids: Sequence[int], shop: Shop) -> Iterator[Row]:
    """Yield the visits of everybody with a habit, the first ones after those with birthdays soon."""
    number = 9
    for people, gap, visits, last in HABITS:
        for _each in range(people):
            if number >= len(ids):
                return
            days = last + dice.randrange(3)
            for _visit in range(visits):
                yield _visit_row(dice, ids[number], days, shop)
                days += max(2, gap + dice.randrange(-3, 4))
            number += 1


def _visit_row(dice: Random, contact_id: int, days: int, shop: Shop) -> Row:
    local = (shop.now + shop.utc_offset).replace(hour=OPENS, minute=0, second=0, microsecond=0) - timedelta(days=days)
    local -= timedelta(days=1 if local.weekday() == SUNDAY else 0)
    at = local - shop.utc_offset + timedelta(minutes=dice.randrange(10 * 60))
    return {
        "contact_id": contact_id,
        "occurred_at": at,
        "logged_at": at,
        "channel": Channel.IN_PERSON.value,
        "direction": Direction.IN.value,
        "kind": Kind.VISIT.value,
        "outcome": "",
        "note": "",
        "amount": Decimal(dice.randrange(6, 60) * 50),
        "currency": shop.currency,
        "is_late": False,
        "staff_id": dice.choice(shop.staff_ids),
        "praised_id": None,
        "corrects_id": None,
        "edited_at": None,
        "version": 1,
    }


def _spread(dice: Random, ids: Sequence[int], shop: Shop) -> None:
    """Let the levels have been reached over the last months, since a demo begins with a past."""
    guest = select(RecognitionLevel.id).where(RecognitionLevel.key == "guest").scalar_subquery()
    rows: Any = db.session.execute(
        select(LevelChange.id, LevelChange.contact_id).where(LevelChange.contact_id.in_(ids))
    )
    for change_id, contact_id in rows.all():
        at = shop.now - timedelta(days=dice.randrange(2, 150))
        on = (at + shop.utc_offset).date()
        values = {"at": at, "changed_on": on, "why": Why.RULE.value, "from_level_id": guest}
        _run(update(LevelChange).where(LevelChange.id == change_id).values(**values))
        _run(update(MemberStanding).where(MemberStanding.contact_id == contact_id).values(since_on=on))


def _run(statement: Any) -> None:
    db.session.execute(statement, execution_options={"synchronize_session": False})
