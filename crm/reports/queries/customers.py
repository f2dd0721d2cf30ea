"""Customers over a period: who stayed, was lost, came for the first time or came back, and what a customer is worth.

Worked out from the visits themselves, so any period of the past can be asked for, and erased people stay in the
figures without a name. Each part can be listed: the list of a figure has as many rows as the figure says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Subquery, and_, case, func, select
from sqlalchemy.orm import aliased

from crm.contacts.models import Contact
from crm.extensions import db
from crm.interactions.models import Interaction
from crm.loyalty.models import Departure, MemberStanding
from crm.loyalty.queries.facts import is_visit
from crm.loyalty.queries.ladder import Ladder
from crm.loyalty.rules.turnover import Turnover, Worth, earliest_visit_of_a_customer
from crm.reports.rules import Span
from crm.shared.database import read
from crm.shared.paging import PAGE_SIZE, Page, after_place, page_of
from crm.sla.queries import start_of_day


class Part(StrEnum):
    """A part of the customers of a period; `TODAY`: those at its end who are in use, of whom `Worth` speaks."""

    START = "start"
    KEPT = "kept"
    LOST = "lost"
    FIRST_TIME = "first-time"
    REFERRED = "referred"
    CAME_BACK = "came-back"
    END = "end"
    TODAY = "today"


_COUNTED = (Part.START, Part.KEPT, Part.FIRST_TIME, Part.CAME_BACK, Part.REFERRED)


class CustomerRow(NamedTuple):
    """A customer with their last visit in or before the period; `reason`: why they left, where it was noted since.

    `is_hidden`: asked to be erased, so the name is not to be shown.
    """

    contact_id: int
    name: str
    is_hidden: bool
    last_visit_at: datetime
    reason: str | None


@dataclass(frozen=True)
class Customers:
    """The customers of a period, and of the lost ones how many left for which reason (None: not noted)."""

    turnover: Turnover
    reasons: Mapping[str | None, int]


def customers_of(span: Span, terms: Ladder) -> Customers:
    """Return the turnover of a period, up to today where it goes on, and why those who were lost left; one query."""
    came = _came(span, terms)
    reason = case((_is_in(Part.LOST, came), _reason(came)))
    in_parts = [func.sum(case((_is_in(part, came), 1), else_=0)) for part in _COUNTED]
    reasons: Counter[str | None] = Counter()
    figures = [0] * len(_COUNTED)
    for why, at_start, kept, *new in read(select(reason.label("reason"), *in_parts).group_by("reason")):
        reasons[why] += at_start - kept
        figures = [figure + count for figure, count in zip(figures, (at_start, kept, *new), strict=True)]
    return Customers(Turnover(*figures), +reasons)


def stayed_in(span: Span, terms: Ladder) -> Turnover:
    """Return who was a customer at the start of a period and who of them stayed; newcomers are not looked for."""
    came = _came(span, terms)
    at_start, kept = func.sum(came.c.at_start), func.sum(came.c.at_start * came.c.at_end)
    start, stayed = read(select(func.coalesce(at_start, 0), func.coalesce(kept, 0))).one()
    return Turnover(int(start), int(stayed), 0, 0)


def customers_in(
    part: Part, span: Span, terms: Ladder, place: str | None = None, *, reason: str | None = None
) -> Page[CustomerRow]:
    """Return a page of a part of the customers, who came last first; `reason`: only who left for it, "": for none."""
    came = _came(span, terms)
    why = _reason(came)
    columns = (came.c.contact_id, Contact.name, Contact.blocked_at.is_not(None), came.c.last_at, why)
    statement = select(*columns).join(Contact, Contact.id == came.c.contact_id).where(_is_in(part, came))
    if reason is not None:
        statement = statement.where(func.coalesce(why, "") == reason)
    after = after_place(place, came.c.last_at, came.c.contact_id)
    ordered = statement.where(after).order_by(came.c.last_at.desc(), came.c.contact_id.desc())
    rows = [CustomerRow._make(row) for row in read(ordered.limit(PAGE_SIZE + 1))]
    return page_of(rows, PAGE_SIZE, lambda row: [row.last_visit_at.isoformat(), row.contact_id])


def _came(span: Span, terms: Ladder) -> Subquery:
    """Select who came near a period: whether they were customers at its start, are at its end, and came long before."""
    last = min(span.last, terms.today)
    start, end = start_of_day(span.first), start_of_day(last, end=True)
    of_start = start_of_day(earliest_visit_of_a_customer(span.first - timedelta(1), lost_days=terms.lost_days))
    of_end = start_of_day(earliest_visit_of_a_customer(last, lost_days=terms.lost_days))
    at = Interaction.occurred_at
    at_start = func.max(case((and_(at >= of_start, at < start), 1), else_=0))
    at_end = func.max(case((at >= of_end, 1), else_=0))
    visits = (
        select(
            Interaction.contact_id, at_start.label("at_start"), at_end.label("at_end"), func.max(at).label("last_at")
        )
        .where(is_visit(), at >= of_start, at < end)
        .group_by(Interaction.contact_id)
        .subquery()
    )
    earlier = aliased(Interaction)
    long_before = select(earlier.id).where(earlier.contact_id == visits.c.contact_id, earlier.occurred_at < of_start)
    is_new = and_(visits.c.at_start == 0, visits.c.at_end == 1)
    referred = select(Contact.id).where(Contact.id == visits.c.contact_id, Contact.referred_by_id.is_not(None))
    is_back = case((and_(is_new, long_before.where(is_visit(earlier)).exists()), 1), else_=0)
    is_referred = case((and_(is_new, referred.exists()), 1), else_=0)
    return select(visits, is_back.label("is_back"), is_referred.label("is_referred")).subquery()


def _is_in(part: Part, came: Subquery) -> ColumnElement[bool]:
    """Return the condition for a part of the customers."""
    at_start, at_end = came.c.at_start == 1, came.c.at_end == 1
    standing = select(MemberStanding.contact_id).where(MemberStanding.contact_id == came.c.contact_id)
    is_first = and_(came.c.at_start == 0, at_end, came.c.is_back == 0)
    conditions: dict[Part, ColumnElement[bool]] = {
        Part.START: at_start,
        Part.KEPT: and_(at_start, at_end),
        Part.LOST: and_(at_start, came.c.at_end == 0),
        Part.FIRST_TIME: is_first,
        Part.REFERRED: and_(is_first, came.c.is_referred == 1),
        Part.CAME_BACK: came.c.is_back == 1,
        Part.END: at_end,
        Part.TODAY: and_(at_end, standing.where(MemberStanding.is_listed.is_(True)).exists()),
    }
    return conditions[part]


def _reason(came: Subquery) -> Any:
    """Select why somebody left, as it was noted last since their visit."""
    noted = select(Departure.reason).where(Departure.contact_id == came.c.contact_id, Departure.at >= came.c.last_at)
    return noted.order_by(Departure.id.desc()).limit(1).scalar_subquery()


def worth_of_customers(terms: Ladder) -> Worth:
    """Return the visits and the spend of 12 months of those who are customers today, as their levels count them."""
    standing = MemberStanding
    since = func.coalesce(standing.customer_since_on, standing.first_visit_on)
    first_day = earliest_visit_of_a_customer(terms.today, lost_days=terms.lost_days)
    columns = (since, func.count(), func.sum(standing.visits_12m), func.sum(standing.spend_12m))
    statement = select(*columns).where(standing.is_listed.is_(True), standing.last_visit_on >= first_day)
    customers, visits, spend, days = 0, 0, Decimal(0), 0
    for since_on, count, came, spent in db.session.execute(statement.group_by(since)):
        customers, visits, spend = customers + count, visits + int(came), spend + Decimal(spent)
        days += _days(since_on, terms.today) * count
    return Worth(customers, visits, spend, days)


def _days(since_on: date, today: date) -> int:
    return max((today - since_on).days, 0)
