"""What moments are found in: key dates, first visits, visits of these days, complaints that are over.

Each read is bound to the few days that a run looks at, so that 100,000 contacts cost what 1,000 do.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, union
from sqlalchemy.orm import aliased

from crm.accounts.queries import the_business
from crm.complaints.models import Complaint
from crm.complaints.rules.kinds import ENDS_WITHOUT_REMEDY
from crm.contacts.key_date_rules import KeyDateKind, LeapDayRule, stretches
from crm.contacts.models import Contact, KeyDate
from crm.extensions import db
from crm.interactions.models import Interaction
from crm.loyalty.models import MemberStanding
from crm.loyalty.queries.facts import is_visit
from crm.loyalty.queries.rewards import midnight
from crm.loyalty.rules.moments import CATCH_UP, ClosedComplaint, MomentKind
from crm.shared.zones import zone_named

AT_ONCE = 500
A_YEAR = timedelta(days=366)
DATED_KINDS = {
    KeyDateKind.BIRTHDAY.value: MomentKind.BIRTHDAY,
    KeyDateKind.ANNIVERSARY.value: MomentKind.ANNIVERSARY,
}


@dataclass(frozen=True)
class Newcomer:
    """Somebody who was brought, who brought them, and on which days they came or bought."""

    contact_id: int
    referrer_id: int
    visited_on: tuple[date, ...]


def key_dates_around(today: date, days: int, rule: LeapDayRule) -> Sequence[Any]:
    """Return the birthdays and anniversaries of the days to catch up, today and the next `days`."""
    statement = select(KeyDate.contact_id, KeyDate.kind, KeyDate.day, KeyDate.month, KeyDate.year, KeyDate.repeats)
    statement = statement.join(Contact, Contact.id == KeyDate.contact_id).where(*is_served(Contact))
    return db.session.execute(statement.where(_is_near(today, days, rule), KeyDate.kind.in_(DATED_KINDS))).all()


def _is_near(today: date, days: int, rule: LeapDayRule) -> ColumnElement[bool]:
    """Return the condition for key dates written as one of these days."""
    parts = stretches(today - CATCH_UP, days + CATCH_UP.days, rule)
    return or_(
        *(and_(KeyDate.month == each.month, KeyDate.day.between(each.first_day, each.last_day)) for each in parts)
    )


def customers_since_around(today: date, days: int, rule: LeapDayRule) -> list[tuple[int, date]]:
    """Return contacts with the day since when they are customers, where that may come round on these days.

    It is the one that levels count from: the first visit, or an earlier day noted as a key date.
    """
    earliest = db.session.scalar(select(func.min(MemberStanding.first_visit_on)))
    start, length = today - CATCH_UP, timedelta(days=days + CATCH_UP.days + 2)
    first_year = earliest.year - 1 if earliest is not None else today.year  # days ahead may lie beyond new year
    starts = [_in_year(start, year) for year in range(first_year, today.year)]
    visited = aliased(MemberStanding)
    came = select(visited.contact_id).where(
        or_(false(), *(visited.first_visit_on.between(each, each + length) for each in starts))
    )
    noted = select(KeyDate.contact_id).where(KeyDate.kind == KeyDateKind.FIRST_VISIT, _is_near(today, days, rule))
    statement = select(MemberStanding.contact_id, MemberStanding.customer_since_on)
    statement = statement.join(Contact, Contact.id == MemberStanding.contact_id).where(*is_served(Contact))
    rows = db.session.execute(statement.where(MemberStanding.contact_id.in_(union(came, noted))))
    return [(contact_id, since_on) for contact_id, since_on in rows if since_on is not None]


def visited_since(day: date) -> list[int]:
    """Return the contacts who visited or bought since a local date and are still served."""
    statement = select(Interaction.contact_id).join(Contact, Contact.id == Interaction.contact_id)
    where = (Interaction.occurred_at >= midnight(day), is_visit(), *is_served(Contact))
    return list(db.session.scalars(statement.where(*where).distinct().order_by(Interaction.contact_id)))


def visited_by_entries(after_id: int, up_to_id: int) -> list[int]:
    """Return the contacts of visits and purchases among entries with these numbers."""
    statement = select(Interaction.contact_id).join(Contact, Contact.id == Interaction.contact_id)
    where = (Interaction.id > after_id, Interaction.id <= up_to_id, is_visit(), *is_served(Contact))
    return list(db.session.scalars(statement.where(*where).distinct()))


def newest_entry_id() -> int:
    """Return the number of the latest entry, nothing where there is none."""
    return db.session.scalar(select(func.max(Interaction.id))) or 0


def visit_days(contact_ids: Sequence[int]) -> dict[int, list[date]]:
    """Return the local dates on which contacts visited or bought."""
    zone = _zone()
    found: dict[int, list[date]] = {contact_id: [] for contact_id in contact_ids}
    for contact_id, at in db.session.execute(_visits().where(Interaction.contact_id.in_(contact_ids))):
        found[contact_id].append(at.astimezone(zone).date())
    return found


def closed_complaints(contact_ids: Sequence[int], today: date) -> list[ClosedComplaint]:
    """Return the complaints of contacts that were closed within a year, those withdrawn or doubled left out."""
    where = (
        Complaint.contact_id.in_(contact_ids),
        Complaint.closed_at >= midnight(today - A_YEAR),
        Complaint.status.not_in(ENDS_WITHOUT_REMEDY),
    )
    zone = _zone()
    return [
        ClosedComplaint(id=row.id, contact_id=row.contact_id, closed_on=row.closed_at.astimezone(zone).date())
        for row in db.session.execute(select(Complaint.id, Complaint.contact_id, Complaint.closed_at).where(*where))
        if row.contact_id is not None and row.closed_at is not None
    ]


def newcomers_among(contact_ids: Sequence[int]) -> list[Newcomer]:
    """Return those of the contacts who were brought by another that is still served, with their visits."""
    referrer = aliased(Contact)
    statement = (
        select(Contact.id, Contact.referred_by_id, Interaction.occurred_at)
        .join(referrer, referrer.id == Contact.referred_by_id)
        .join(Interaction, Interaction.contact_id == Contact.id)
        .where(Contact.id.in_(contact_ids), *is_served(referrer), is_visit())
    )
    zone = _zone()
    days: dict[tuple[int, int], list[date]] = {}
    for contact_id, referrer_id, at in db.session.execute(statement):
        assert referrer_id is not None  # joined above
        days.setdefault((contact_id, referrer_id), []).append(at.astimezone(zone).date())
    return [Newcomer(*pair, visited_on=tuple(visited)) for pair, visited in days.items()]


def chunks(ids: Collection[int]) -> Iterator[list[int]]:
    """Give ids in portions that a query takes."""
    listed = sorted(ids)
    for start in range(0, len(listed), AT_ONCE):
        yield listed[start : start + AT_ONCE]


def is_served(contact: Any) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions for a contact that is worked with."""
    return (contact.archived_at.is_(None), contact.merged_into_id.is_(None), contact.blocked_at.is_(None))


def _visits() -> Select[int, datetime]:
    return select(Interaction.contact_id, Interaction.occurred_at).where(is_visit())


def _zone() -> ZoneInfo:
    return zone_named(the_business().time_zone)


def _in_year(day: date, year: int) -> date:
    """Return the day that as many years ago as `year` says; 29 February becomes the 28th."""
    return day.replace(year=year, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=year)
