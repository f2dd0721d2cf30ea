"""Where one contact stands, for its page: worked out from the entries as they are now, so it is never behind.

One query, one more where a level was given by hand or somebody was brought along.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select

from crm.contacts.models import Contact
from crm.extensions import db
from crm.loyalty.models import LevelGrant, MemberStanding
from crm.loyalty.queries.facts import Facts, facts_with_ladder
from crm.loyalty.queries.ladder import Ladder, ShownLevel
from crm.loyalty.rules.gaps import Absence, absence, usual_gap
from crm.loyalty.rules.levels import (
    Held,
    HeldBy,
    Known,
    Needed,
    Way,
    figures,
    met_way,
    safe_until,
    standing,
)

MOST_BROUGHT = 20


class Brought(NamedTuple):
    """Somebody whom this contact brought; `first_visit_on` None: has not bought yet."""

    id: int
    name: str
    first_visit_on: date | None


class GivenByHand(NamedTuple):
    """A level given by hand that holds today."""

    id: int
    level_id: int
    reason: str
    until_on: date


@dataclass(frozen=True)
class MemberPanel:
    """A contact's level, why, what keeps it, and what leads further."""

    level: ShownLevel
    held: Held
    is_first: bool
    today: date
    visits_total: int
    last_visit_on: date | None
    gap_days: int | None
    absence: Absence
    is_complaining: bool = False
    why: Sequence[Needed] = ()
    keeps: Sequence[Way] = ()
    safe_until: date | None = None
    next_level: ShownLevel | None = None
    next_ways: Sequence[Sequence[Needed]] = ()
    grant: GivenByHand | None = None
    brought: Sequence[Brought] = field(default_factory=tuple)


def member_panel(contact_id: int, now: datetime) -> MemberPanel | None:
    """Return where a contact stands; None for one that is merged away or erased."""
    terms, facts = facts_with_ladder(contact_id, now)
    return _panel(facts, terms) if facts is not None else None


def _panel(facts: Facts, terms: Ladder) -> MemberPanel:
    today, leap_day = terms.today, terms.terms.leap_day
    known = facts.known(terms.terms.windows, today)
    held = standing(terms.terms, facts.held, known, facts.holds, today)
    level = terms.by_id[held.level_id]
    own = next(each for each in terms.terms.levels if each.id == level.id)
    way = met_way(own, known, today, leap_day) if held.held_by == HeldBy.RULE else None
    last, gap = (facts.visits[-1] if facts.visits else None), usual_gap(facts.visits)
    higher = next((each for each in terms.active if each.rank > level.rank and terms.ways_of(each.id)), None)
    return MemberPanel(
        level,
        held,
        level.id == terms.lowest.id,
        today,
        len(facts.visits),
        last,
        gap,
        absence(last, gap, today, lost_days=terms.lost_days) if last else Absence.USUAL,
        why=figures(way, known, today, leap_day) if way else (),
        keeps=own.ways,
        safe_until=safe_until(way, facts.visits, today) if way else None,
        next_level=higher,
        next_ways=_next_ways(higher, known, terms),
        is_complaining=facts.holds.is_complaining,
        grant=_grant(facts, today) if facts.holds.granted_id is not None else None,
        brought=brought_by(facts.contact_id) if facts.referrals else (),
    )


def _next_ways(higher: ShownLevel | None, known: Known, terms: Ladder) -> list[list[Needed]]:
    if higher is None:
        return []
    found = [figures(way, known, terms.today, terms.terms.leap_day) for way in terms.ways_of(higher.id)]
    return [[each for each in needed if not each.is_met] for needed in found]


def _grant(facts: Facts, today: date) -> GivenByHand | None:
    runs = (LevelGrant.from_on <= today, LevelGrant.until_on >= today, LevelGrant.ended_at.is_(None))
    columns = (LevelGrant.id, LevelGrant.level_id, LevelGrant.reason, LevelGrant.until_on)
    statement = select(*columns).where(
        LevelGrant.contact_id == facts.contact_id, LevelGrant.level_id == facts.holds.granted_id, *runs
    )
    row = db.session.execute(statement.order_by(LevelGrant.until_on.desc()).limit(1)).first()
    return GivenByHand(*row) if row else None


def brought_by(contact_id: int) -> list[Brought]:
    """Return whom a contact brought, those who bought first."""
    statement = (
        select(Contact.id, Contact.name, MemberStanding.first_visit_on)
        .outerjoin(MemberStanding, MemberStanding.contact_id == Contact.id)
        .where(Contact.referred_by_id == contact_id, Contact.merged_into_id.is_(None), Contact.blocked_at.is_(None))
        .order_by(MemberStanding.first_visit_on.is_(None), MemberStanding.first_visit_on, Contact.id)
        .limit(MOST_BROUGHT)
    )
    return [Brought(*row) for row in db.session.execute(statement)]
