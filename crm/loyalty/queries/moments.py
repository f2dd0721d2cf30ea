"""Reads of moments that were proposed, and of how the business treats each kind."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Date, Integer, Select, and_, bindparam, or_, select, true
from sqlalchemy.orm import contains_eager, load_only

from crm.contacts.models import Contact
from crm.extensions import db
from crm.loyalty.models.rewards import CatalogueReward, Moment, MomentSetting
from crm.loyalty.queries.tact import held_contacts
from crm.loyalty.rules.budget import Budget, is_beyond
from crm.loyalty.rules.moments import FRESH
from crm.loyalty.rules.tact import Act
from crm.shared.database import columns_of, read
from crm.shared.paging import PAGE_SIZE, BadPlace, Page, decode_place, page_of

SHOWN_TODAY = 5
MOST_ISSUED = 500
_IS_SERVED = (Contact.blocked_at.is_(None), Contact.archived_at.is_(None))
_NAMES = load_only(Contact.id, Contact.name, Contact.blocked_at, Contact.erased_at, Contact.archived_at)


def moment_settings() -> dict[str, MomentSetting]:
    """Return how the business treats each kind of moment; the migration puts the rows in."""
    return {each.kind: each for each in db.session.scalars(select(MomentSetting))}


def moment_by_id(moment_id: int) -> Moment | None:
    """Return a moment as it stands now, with its contact; None where the contact is not worked with any more."""
    statement = _moments().where(Moment.id == moment_id)
    return db.session.scalar(statement.execution_options(populate_existing=True))


def open_moments(today: date, place: str | None = None) -> Page[Moment]:
    """Return a page of moments that nobody has seen to and that are still fresh, by their day."""
    statement = _open(today).where(_after(place)).order_by(Moment.falls_on, Moment.id).limit(PAGE_SIZE + 1)
    rows = db.session.scalars(statement).all()
    return page_of(rows, PAGE_SIZE, lambda row: [row.falls_on.isoformat(), row.id])


class ListedMoment(NamedTuple):
    """An open moment as a list shows it, with the name of its contact."""

    id: int
    contact_id: int
    kind: str
    falls_on: date
    number: int | None
    contact_name: str


def moments_today(today: date, limit: int = SHOWN_TODAY) -> Sequence[ListedMoment]:
    """Return open moments that have come, the latest first."""
    values = {"today": today, "fresh_from": today - FRESH, "limit": limit}
    return [ListedMoment._make(row) for row in read(_today_statement(), values).all()]


@cache
def _today_statement() -> Select[Any]:
    is_now = Moment.falls_on.between(bindparam("fresh_from", type_=Date), bindparam("today", type_=Date))
    listed = select(*columns_of(Moment, ListedMoment), Contact.name).join(Moment.contact)
    statement = listed.where(*_IS_SERVED, Moment.settled_at.is_(None), is_now)
    newest_first = (Moment.falls_on.desc(), Moment.id.desc())
    return statement.order_by(*newest_first).limit(bindparam("limit", type_=Integer))


def moments_of(contact_id: int, today: date) -> Sequence[Moment]:
    """Return the open moments of a contact, by their day."""
    statement = _open(today).where(Moment.contact_id == contact_id)
    return db.session.scalars(statement.order_by(Moment.falls_on, Moment.id).limit(SHOWN_TODAY)).all()


def due_by_itself(today: date) -> list[tuple[Moment, CatalogueReward]]:
    """Return open moments with the reward that is issued for them by itself, by their day; those held left out.

    One query where nothing is issued by itself, else four.
    """
    statement = select(MomentSetting, CatalogueReward).join(
        CatalogueReward, CatalogueReward.id == MomentSetting.catalogue_id
    )
    where = (MomentSetting.is_automatic.is_(True), CatalogueReward.retired_at.is_(None))
    by_kind = {row[0].kind: (row[0], row[1]) for row in db.session.execute(statement.where(*where))}
    if not by_kind:
        return []
    asked = _open(today).where(Moment.kind.in_(by_kind)).order_by(Moment.falls_on, Moment.id).limit(MOST_ISSUED)
    notice = {kind: timedelta(days=setting.notice_days) for kind, (setting, _item) in by_kind.items()}
    due = [each for each in db.session.scalars(asked) if each.falls_on - notice[each.kind] <= today]
    held = held_contacts(sorted({each.contact_id for each in due}), Act.REWARD, today)
    return [(each, by_kind[each.kind][1]) for each in due if not held[each.contact_id]]


def waiting_for_budget(today: date, budget: Budget) -> list[Moment]:
    """Return the moments whose reward would be issued by itself, but goes beyond what is left of a month's budget."""
    if budget.left is None:
        return []
    return [moment for moment, item in due_by_itself(today) if is_beyond(budget, item.cost)]


def known_occurrences(contact_ids: Sequence[int], kind: str) -> set[tuple[int, str]]:
    """Return which occurrences of a kind were proposed to some contacts already."""
    where = (Moment.contact_id.in_(contact_ids), Moment.kind == kind)
    rows = db.session.execute(select(Moment.contact_id, Moment.occurrence).where(*where))
    return {(contact_id, occurrence) for contact_id, occurrence in rows}


def _moments() -> Select[Moment]:
    statement = select(Moment).join(Moment.contact).where(*_IS_SERVED)
    return statement.options(contains_eager(Moment.contact).options(_NAMES))


def _open(today: date) -> Select[Moment]:
    return _moments().where(Moment.settled_at.is_(None), Moment.falls_on >= today - FRESH)


def _after(place: str | None) -> ColumnElement[bool]:
    key = decode_place(place, 2)
    if key is None:
        return true()
    try:
        on, last_id = date.fromisoformat(key[0]), int(key[1])
    except (TypeError, ValueError) as error:
        raise BadPlace from error
    return and_(Moment.falls_on >= on, or_(Moment.falls_on > on, Moment.id > last_id))
