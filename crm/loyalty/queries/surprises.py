"""Reads of surprises: who comes into question this week, and whom the worker suggested."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, load_only

from crm.accounts.queries import the_business
from crm.complaints.models import Complaint
from crm.contacts.models import Contact
from crm.extensions import db
from crm.interactions.models import Interaction
from crm.interactions.rules import Kind
from crm.loyalty.models import MemberStanding
from crm.loyalty.models.rewards import Reward, SurpriseSuggestion
from crm.loyalty.queries.moment_sources import chunks, is_served
from crm.loyalty.queries.report import has_departed
from crm.loyalty.queries.rewards import midnight
from crm.loyalty.queries.tact import held_contacts
from crm.loyalty.rules.surprises import RECENT, REGULAR_VISITS, Candidate
from crm.loyalty.rules.tact import Act
from crm.shared.zones import zone_named

MOST_REGULARS = 2_000
_NAMES = load_only(Contact.id, Contact.name, Contact.blocked_at, Contact.erased_at, Contact.archived_at)


def candidates(today: date) -> list[Candidate]:
    """Return who comes into question: regulars never rewarded, those who praised us, those whom we won back."""
    praised = _latest(Interaction.contact_id, Interaction.occurred_at, today, Interaction.kind == Kind.COMPLIMENT)
    recovered = _latest(
        Complaint.contact_id, Complaint.followed_up_at, today, Complaint.is_satisfied, Complaint.closed_at.is_not(None)
    )
    ids = {*praised, *recovered, *_unrewarded_regulars()}
    found: list[Candidate] = []
    for part in chunks(ids):
        found += _facts_of(part, today, praised, recovered)
    return found


def suggestions_of_week(week: str) -> Sequence[SurpriseSuggestion]:
    """Return whom the worker suggested in a week, those still open first."""
    statement = (
        select(SurpriseSuggestion)
        .join(SurpriseSuggestion.contact)
        .where(SurpriseSuggestion.week == week, Contact.blocked_at.is_(None))
        .options(contains_eager(SurpriseSuggestion.contact).options(_NAMES))
        .order_by(SurpriseSuggestion.settled_at.is_not(None), SurpriseSuggestion.id)
    )
    return db.session.scalars(statement).all()


def suggestion_by_id(suggestion_id: int) -> SurpriseSuggestion | None:
    """Return a suggestion as it stands now, with its contact."""
    statement = select(SurpriseSuggestion).where(SurpriseSuggestion.id == suggestion_id)
    loads = statement.join(SurpriseSuggestion.contact).options(contains_eager(SurpriseSuggestion.contact))
    return db.session.scalar(loads.execution_options(populate_existing=True))


def _latest(contact: Any, moment: Any, today: date, *where: Any) -> dict[int, date]:
    """Return the latest day of something by contact, within the recent past."""
    zone = zone_named(the_business().time_zone)
    statement = select(contact, func.max(moment)).where(moment >= midnight(today - RECENT), *where).group_by(contact)
    rows: list[tuple[int | None, datetime]] = [(row[0], row[1]) for row in db.session.execute(statement)]
    return {contact_id: at.astimezone(zone).date() for contact_id, at in rows if contact_id is not None}


def _unrewarded_regulars() -> list[int]:
    """Return the regulars who never got a reward, the most frequent first."""
    standing = MemberStanding
    rewarded = select(Reward.id).where(Reward.contact_id == standing.contact_id).exists()
    statement = (
        select(standing.contact_id)
        .where(standing.is_listed.is_(True), standing.visits_12m >= REGULAR_VISITS, ~rewarded)
        .order_by(standing.visits_12m.desc(), standing.contact_id)
    )
    return list(db.session.scalars(statement.limit(MOST_REGULARS)))


def _facts_of(
    contact_ids: list[int], today: date, praised: dict[int, date], recovered: dict[int, date]
) -> list[Candidate]:
    zone = zone_named(the_business().time_zone)
    visits = _visits_of_served(contact_ids)
    served = list(visits)
    rewarded = _by_contact(_last(Reward, Reward.issued_at, served))
    suggested = _by_contact(_last(SurpriseSuggestion, SurpriseSuggestion.suggested_at, served))
    held = held_contacts(served, Act.REWARD, today)
    return [
        Candidate(
            contact_id=each, visits=visits[each], praised_on=praised.get(each),
            recovered_on=recovered.get(each), rewarded_on=_day(rewarded.get(each), zone),
            suggested_on=_day(suggested.get(each), zone), is_held=bool(held[each]),
        )
        for each in served
    ]  # fmt: skip


def _visits_of_served(contact_ids: list[int]) -> dict[int, int]:
    """Return the visits within 12 months of those who are worked with and did not leave for a known reason."""
    statement = select(Contact.id, func.coalesce(MemberStanding.visits_12m, 0))
    statement = statement.outerjoin(MemberStanding, MemberStanding.contact_id == Contact.id)
    return _by_contact(statement.where(Contact.id.in_(contact_ids), *is_served(Contact), ~has_departed()))


def _last(model: Any, moment: Any, contact_ids: Sequence[int]) -> Any:
    return (
        select(model.contact_id, func.max(moment)).where(model.contact_id.in_(contact_ids)).group_by(model.contact_id)
    )


def _by_contact(statement: Any) -> dict[int, Any]:
    return {contact_id: value for contact_id, value in db.session.execute(statement)}


def _day(at: datetime | None, zone: ZoneInfo) -> date | None:
    return None if at is None else at.astimezone(zone).date()
