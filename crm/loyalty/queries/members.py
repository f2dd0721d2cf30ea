"""Lists of recognition: regulars by level, the overdue and the lost, referrals, and one contact's record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, select, tuple_
from sqlalchemy.orm import aliased, joinedload

from crm.contacts.models import Contact
from crm.extensions import db
from crm.loyalty.models import Departure, LevelChange, LevelGrant, MemberStanding
from crm.loyalty.queries.ladder import Ladder
from crm.loyalty.queries.report import has_departed, has_moved, is_overdue
from crm.loyalty.rules.gaps import AT_RISK_PERCENT, Absence, absence
from crm.shared.database import read
from crm.shared.paging import PAGE_SIZE, BadPlace, Page, decode_place, page_of

MOST_CHANGES = 50


class AwayShelf(StrEnum):
    """The parts of the page of those who stay away."""

    OVERDUE = "overdue"
    AT_RISK = "at-risk"
    LOST = "lost"


class MemberRow(NamedTuple):
    """A contact in a list of regulars."""

    contact_id: int
    name: str
    level_id: int
    since_on: date
    held_by: str
    grace_until: date | None
    visits_12m: int
    last_visit_on: date | None
    referrals: int


@dataclass(frozen=True)
class AwayRow:
    """Somebody who stays away longer than usual; who is lost may have come too seldom to have a usual gap."""

    contact_id: int
    name: str
    level_id: int
    last_visit_on: date
    gap_days: int | None
    percent: int | None
    days: int
    absence: Absence


class ReferralLine(NamedTuple):
    """Somebody who was brought, and by whom; `first_visit_on` None: has not bought yet."""

    newcomer_id: int
    newcomer: str
    referrer_id: int
    referrer: str
    first_visit_on: date | None


def _is_here(contact: Any) -> ColumnElement[bool]:
    return and_(contact.archived_at.is_(None), contact.blocked_at.is_(None), contact.merged_into_id.is_(None))


def member_counts() -> dict[int, int]:
    """Count the listed contacts of each level."""
    statement = select(MemberStanding.level_id, func.count()).where(MemberStanding.is_listed.is_(True))
    return {level_id: count for level_id, count in db.session.execute(statement.group_by(MemberStanding.level_id))}


def moved_since(first: date) -> dict[int, tuple[int, int]]:
    """Count for each level who rose to it and who fell to it since a date; the first reckoning left out."""
    columns = (LevelChange.to_level_id, LevelChange.is_up)
    where = (LevelChange.changed_on >= first, has_moved())
    found: dict[int, list[int]] = {}
    for level_id, is_up, count in db.session.execute(select(*columns, func.count()).where(*where).group_by(*columns)):
        found.setdefault(level_id, [0, 0])[0 if is_up else 1] = count
    return {level_id: (up, down) for level_id, (up, down) in found.items()}


def members(level_id: int, place: str | None) -> Page[MemberRow]:
    """Return a page of those who hold a level, who comes most often first."""
    standing = MemberStanding
    statement = (
        select(
            standing.contact_id,
            Contact.name,
            standing.level_id,
            standing.since_on,
            standing.held_by,
            standing.grace_until,
            standing.visits_12m,
            standing.last_visit_on,
            standing.referrals,
        )
        .join(Contact, Contact.id == standing.contact_id)
        .where(standing.is_listed.is_(True), standing.level_id == level_id, _is_here(Contact))
        .order_by(standing.visits_12m.desc(), standing.contact_id.desc())
        .limit(PAGE_SIZE + 1)
    )
    key = decode_place(place, 2)
    if key is not None and all(isinstance(each, int) for each in key):
        statement = statement.where(tuple_(standing.visits_12m, standing.contact_id) < tuple_(key[0], key[1]))
    rows = [MemberRow(*row) for row in read(statement)]
    return page_of(rows, PAGE_SIZE, lambda row: [row.visits_12m, row.contact_id])


def away(shelf: AwayShelf, terms: Ladder, place: str | None) -> Page[AwayRow]:
    """Return a page of those who stay away, the most overdue by their own habit first, of the lost the latest."""
    standing = MemberStanding
    columns = (
        standing.contact_id,
        Contact.name,
        standing.level_id,
        standing.last_visit_on,
        standing.median_gap_days,
        standing.overdue_percent,
    )
    joined = select(*columns).join(Contact, Contact.id == standing.contact_id)
    statement = joined.where(_on_shelf(shelf, terms), _is_here(Contact))
    is_lost = shelf is AwayShelf.LOST
    order: Any = standing.last_visit_on if is_lost else standing.overdue_percent
    statement = statement.order_by(order.desc(), standing.contact_id.desc()).limit(PAGE_SIZE + 1)
    key = decode_place(place, 2)
    if key is not None and all(isinstance(each, int) for each in key):
        statement = statement.where(tuple_(order, standing.contact_id) < tuple_(_key(key[0], is_lost), key[1]))
    rows = [_away_row(row, terms) for row in read(statement)]
    return page_of(
        rows, PAGE_SIZE, lambda row: [row.last_visit_on.toordinal() if is_lost else row.percent, row.contact_id]
    )


def _key(number: int, is_day: bool) -> int | date:
    try:
        return date.fromordinal(number) if is_day else number
    except (ValueError, OverflowError) as error:
        raise BadPlace from error


def _on_shelf(shelf: AwayShelf, terms: Ladder) -> ColumnElement[bool]:
    if shelf is AwayShelf.OVERDUE:
        return is_overdue(terms)
    if shelf is AwayShelf.AT_RISK:
        return and_(is_overdue(terms), MemberStanding.overdue_percent > AT_RISK_PERCENT)
    return and_(
        MemberStanding.is_listed.is_(True),
        MemberStanding.last_visit_on < terms.today - timedelta(terms.lost_days),
        ~has_departed(),
    )


def _away_row(row: Any, terms: Ladder) -> AwayRow:
    contact_id, name, level_id, last_visit_on, gap, percent = row
    found = absence(last_visit_on, gap, terms.today, lost_days=terms.lost_days)
    return AwayRow(contact_id, name, level_id, last_visit_on, gap, percent, (terms.today - last_visit_on).days, found)


def referral_lines(place: str | None) -> Page[ReferralLine]:
    """Return a page of who brought whom, the newest contact first."""
    newcomer, referrer = aliased(Contact), aliased(Contact)
    statement = (
        select(newcomer.id, newcomer.name, referrer.id, referrer.name, MemberStanding.first_visit_on)
        .join(referrer, referrer.id == newcomer.referred_by_id)
        .outerjoin(MemberStanding, MemberStanding.contact_id == newcomer.id)
        .where(_is_here(newcomer), _is_here(referrer))
        .order_by(newcomer.id.desc())
        .limit(PAGE_SIZE + 1)
    )
    key = decode_place(place, 1)
    if key is not None and isinstance(key[0], int):
        statement = statement.where(newcomer.id < key[0])
    rows = [ReferralLine(*row) for row in db.session.execute(statement)]
    return page_of(rows, PAGE_SIZE, lambda row: [row.newcomer_id])


# ── One contact ──


def grants_of(contact_id: int) -> Sequence[LevelGrant]:
    """Return the levels given to a contact by hand, the latest first."""
    statement = select(LevelGrant).where(LevelGrant.contact_id == contact_id).order_by(LevelGrant.id.desc())
    loads = (joinedload(LevelGrant.level), joinedload(LevelGrant.given_by))
    return db.session.scalars(statement.options(*loads).limit(MOST_CHANGES)).all()


def changes_of(contact_id: int) -> Sequence[LevelChange]:
    """Return a contact's changes of level, the latest first."""
    statement = select(LevelChange).where(LevelChange.contact_id == contact_id)
    loads = (joinedload(LevelChange.from_level), joinedload(LevelChange.to_level))
    newest = statement.order_by(LevelChange.at.desc(), LevelChange.id.desc())
    return db.session.scalars(newest.options(*loads).limit(MOST_CHANGES)).all()


def departure_of(contact_id: int) -> Departure | None:
    """Return why a contact left, unless a visit came since."""
    statement = (
        select(Departure)
        .join(MemberStanding, MemberStanding.contact_id == Departure.contact_id)
        .where(Departure.contact_id == contact_id, Departure.last_visit_on >= MemberStanding.last_visit_on)
        .order_by(Departure.id.desc())
        .options(joinedload(Departure.by))
        .limit(1)
    )
    return db.session.scalar(statement)
