"""Whom to ask by itself today: after a complaint, once a year, after a visit; only who allowed it by email."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from crm.accounts.queries import the_business
from crm.complaints.models import Complaint
from crm.complaints.rules import Status
from crm.contacts.key_date_rules import LeapDayRule
from crm.contacts.models import Consent, Contact
from crm.contacts.rules import Channel, ConsentPurpose
from crm.extensions import db
from crm.feedback.models import FeedbackInvitation, FeedbackSettings
from crm.feedback.rules import Measure, Moment, visits_asked_about, year_to_ask_on
from crm.interactions.models import Interaction
from crm.loyalty.queries.facts import is_visit
from crm.loyalty.queries.moment_sources import customers_since_around, is_served
from crm.loyalty.queries.rewards import midnight
from crm.loyalty.rules.moments import CATCH_UP
from crm.shared.zones import zone_named

KEYS_AT_ONCE = 500
# In this order: what is fresh and rare goes first, since the limit lets only one through.
ORDER = (Moment.AFTER_COMPLAINT, Moment.YEARLY, Moment.AFTER_SERVICE)


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """Why a contact is asked by itself; the key says it once and for all."""

    contact_id: int
    moment: Moment
    measure: Measure
    key: str
    complaint_id: int | None = None

    @property
    def place(self) -> tuple[int, str]:
        """Return where it stands in the order of a day."""
        return ORDER.index(self.moment), self.key


def occasions(settings: FeedbackSettings, today: date) -> list[Occasion]:
    """Return whom to ask today, in their order, those asked already left out."""
    found: list[Occasion] = []
    if settings.asks_after_complaint:
        found += _after_complaints(today)
    if settings.asks_yearly:
        found += _yearly(today, settings.limit_days)
    if settings.asks_after_service:
        found += _after_visits(today, settings.service_days)
    known = _known_keys([each.key for each in found])
    return sorted((each for each in found if each.key not in known), key=lambda each: each.place)


def _after_complaints(today: date) -> list[Occasion]:
    statement = select(Complaint.id, Complaint.contact_id, Complaint.cycle).where(
        Complaint.closed_at >= midnight(today - CATCH_UP),
        Complaint.status == Status.CLOSED,
        Complaint.source == "",
        Complaint.contact_id.in_(_reachable()),
    )
    return [
        Occasion(
            contact_id=contact_id,
            moment=Moment.AFTER_COMPLAINT,
            measure=Measure.CES,
            key=f"after-complaint:{complaint_id}:{cycle}",
            complaint_id=complaint_id,
        )
        for complaint_id, contact_id, cycle in db.session.execute(statement)
        if contact_id is not None
    ]


def _yearly(today: date, limit_days: int) -> list[Occasion]:
    rule, reachable = LeapDayRule(the_business().leap_day_rule), set(db.session.scalars(_reachable()))
    found = []
    for contact_id, since_on in customers_since_around(today - timedelta(days=limit_days), limit_days, rule):
        on = year_to_ask_on(since_on, today, limit_days, rule) if contact_id in reachable else None
        if on is not None:
            key = f"yearly:{contact_id}:{on.year}"
            found.append(Occasion(contact_id=contact_id, moment=Moment.YEARLY, measure=Measure.NPS, key=key))
    return found


def _after_visits(today: date, after_days: int) -> list[Occasion]:
    first, last = visits_asked_about(today, after_days)
    zone, latest = zone_named(the_business().time_zone), func.max(Interaction.occurred_at)
    came = (Interaction.occurred_at >= midnight(first), Interaction.occurred_at < midnight(last + timedelta(days=1)))
    who = Interaction.contact_id
    statement = select(who, latest).where(*came, is_visit(), who.in_(_reachable())).group_by(who)
    return [
        Occasion(
            contact_id=contact_id,
            moment=Moment.AFTER_SERVICE,
            measure=Measure.CSAT,
            key=f"after-service:{contact_id}:{at.astimezone(zone).date().isoformat()}",
        )
        for contact_id, at in db.session.execute(statement)
    ]


def _reachable() -> Select[Any]:
    """Select the contacts who are served and ever said yes to being asked by email, themselves or one merged in.

    Whether that still holds is asked of each of them when their turn comes.
    """
    said, kept = aliased(Contact), aliased(Contact)
    yes = (
        Consent.channel == Channel.EMAIL,
        Consent.purpose == ConsentPurpose.FEEDBACK,
        Consent.is_given.is_(True),
    )
    return (
        select(kept.id)
        .join(said, func.coalesce(said.merged_into_id, said.id) == kept.id)
        .join(Consent, Consent.contact_id == said.id)
        .where(*yes, *is_served(kept))
    )


def _known_keys(keys: list[str]) -> set[str]:
    known: set[str] = set()
    for start in range(0, len(keys), KEYS_AT_ONCE):
        some = FeedbackInvitation.unique_key.in_(keys[start : start + KEYS_AT_ONCE])
        known.update(each for each in db.session.scalars(select(FeedbackInvitation.unique_key).where(some)) if each)
    return known
