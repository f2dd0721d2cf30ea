"""The board: open complaints by what is due first, filtered; a page costs the same wherever it begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Date,
    Integer,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    func,
    or_,
    select,
    true,
)

from crm.accounts.models import Staff
from crm.complaints.models import Complaint, Remedy, SavedView
from crm.complaints.rules.references import reference_of
from crm.contacts.models import Contact
from crm.extensions import db
from crm.shared.database import columns_of, read
from crm.shared.paging import PAGE_SIZE, Page, after_place, page_of
from crm.shared.types import UtcDateTime
from crm.sla.rules import ClockKind

MOST_COUNTED = 100
_CLOCKS = tuple(kind.value for kind in ClockKind)


class ListedComplaint(NamedTuple):
    """A complaint as lists read it: what its row says, and no more."""

    id: int
    title: str
    channel: str
    severity: str
    status: str
    contact_id: int | None
    logged_at: datetime
    closed_at: datetime | None
    due_kind: str
    due_soon_at: datetime | None
    next_due_at: datetime | None
    waiting_until: date | None
    follow_up_on: date | None
    contact_name: str | None
    in_charge_name: str | None

    @property
    def reference(self) -> str:
        """Return the reference that a person can say: C-1042."""
        return reference_of(self.id)


class Shelf(StrEnum):
    """The parts of the board."""

    OPEN = "open"
    MINE = "mine"
    UNASSIGNED = "unassigned"
    DUE_SOON = "due-soon"
    BREACHED = "breached"
    WAITING = "waiting"
    TO_APPROVE = "to-approve"
    TO_FOLLOW_UP = "to-follow-up"
    CLOSED = "closed"


@dataclass(frozen=True, kw_only=True)
class BoardFilter:
    """Which complaints are asked for; empty values ask for all."""

    shelf: str = Shelf.OPEN.value
    channel: str = ""
    severity: str = ""
    staff_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Viewer:
    """For whom and when the board is read."""

    staff_id: int
    now: datetime
    today: date


def board(asked: BoardFilter, viewer: Viewer, place: str | None = None) -> Page[ListedComplaint]:
    """Return a page of complaints with contact and person in charge, the earliest due first."""
    shelf = Shelf(asked.shelf) if asked.shelf in set(Shelf) else Shelf.OPEN
    is_closed = shelf is Shelf.CLOSED
    statement = _first_page(shelf).where(*_narrowed(asked))
    if place:
        statement = statement.where(_after(place, is_closed=is_closed))
    values = {"viewer_id": viewer.staff_id, "now": viewer.now, "today": viewer.today}
    return page_of(_listed(statement, values), PAGE_SIZE, lambda row: [_moment(row, is_closed=is_closed), row.id])


@cache
def _first_page(shelf: Shelf) -> Select[*tuple[Any, ...]]:
    """Put the statement of a shelf together once: that takes longer than to ask it."""
    is_closed = shelf is Shelf.CLOSED
    order = Complaint.closed_at if is_closed else Complaint.next_due_at
    in_order = (column.desc() if is_closed else column for column in (order, Complaint.id))
    return _complaints().where(_shelf(shelf)).order_by(*in_order).limit(PAGE_SIZE + 1)


def _moment(row: ListedComplaint, *, is_closed: bool) -> str:
    at = row.closed_at if is_closed else row.next_due_at
    return at.isoformat() if at else ""


def _complaints() -> Select[*tuple[Any, ...]]:
    statement = select(*columns_of(Complaint, ListedComplaint), Contact.name, Staff.name)
    return statement.outerjoin(Complaint.contact).outerjoin(Complaint.in_charge)


def _listed(statement: Select[*tuple[Any, ...]], values: dict[str, Any]) -> list[ListedComplaint]:
    return list(map(ListedComplaint._make, read(statement, values).all()))


def _to_approve() -> Select[int]:
    return select(Remedy.complaint_id).where(Remedy.needs_approval, Remedy.decided_at.is_(None))


_VIEWER: Any = bindparam("viewer_id")
_NOW: Any = bindparam("now", type_=UtcDateTime)
_TODAY: Any = bindparam("today", type_=Date)
_SHELVES: dict[Shelf, ColumnElement[bool]] = {
    Shelf.OPEN: true(),
    Shelf.MINE: Complaint.in_charge_id == _VIEWER,
    Shelf.UNASSIGNED: Complaint.in_charge_id.is_(None),
    Shelf.DUE_SOON: and_(Complaint.due_soon_at <= _NOW, Complaint.next_due_at >= _NOW),
    Shelf.BREACHED: and_(Complaint.due_kind.in_(_CLOCKS), Complaint.next_due_at < _NOW),
    Shelf.WAITING: Complaint.waiting_until > _TODAY,
    Shelf.TO_APPROVE: Complaint.id.in_(_to_approve()),
    Shelf.TO_FOLLOW_UP: or_(Complaint.follow_up_on <= _TODAY, Complaint.message_waiting_at.is_not(None)),
}


def _shelf(shelf: Shelf) -> ColumnElement[bool]:
    if shelf is Shelf.CLOSED:
        return Complaint.closed_at.is_not(None)
    is_open = and_(Complaint.closed_at.is_(None), Complaint.next_due_at.is_not(None))
    return and_(is_open, _SHELVES[shelf])


def _narrowed(asked: BoardFilter) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if asked.channel:
        wanted.append(Complaint.channel == asked.channel)
    if asked.severity:
        wanted.append(Complaint.severity == asked.severity)
    if asked.staff_id:
        wanted.append(Complaint.in_charge_id == asked.staff_id)
    return wanted


def _after(place: str | None, *, is_closed: bool) -> ColumnElement[bool]:
    if is_closed:
        return after_place(place, Complaint.closed_at, Complaint.id)
    return after_place(place, Complaint.next_due_at, Complaint.id, is_upward=True)


def urgent_count(now: datetime | BindParameter[datetime]) -> ScalarSelect[int]:
    """Return the count of open complaints with a clock that is due soon or late, up to a hundred; one index."""
    where = (Complaint.closed_at.is_(None), Complaint.due_soon_at <= now)
    few = select(Complaint.id).where(*where).limit(MOST_COUNTED).subquery()
    return select(func.count()).select_from(few).scalar_subquery()


def due_by(until: datetime, *, staff_id: int | None, limit: int) -> list[ListedComplaint]:
    """Return open complaints of which something is due by an instant, the earliest first.

    With `staff_id` only that person's and those of nobody.
    """
    values = {"until": until, "staff_id": staff_id, "limit": limit}
    return _listed(_due_statement(of_person=staff_id is not None), values)


@cache
def _due_statement(*, of_person: bool) -> Select[*tuple[Any, ...]]:
    where = [Complaint.closed_at.is_(None), Complaint.next_due_at <= bindparam("until")]
    if of_person:
        where.append(or_(Complaint.in_charge_id == bindparam("staff_id"), Complaint.in_charge_id.is_(None)))
    statement = _complaints().where(*where).order_by(Complaint.next_due_at, Complaint.id)
    return statement.limit(bindparam("limit", type_=Integer))


def open_complaints_of(contact_ids: Sequence[int], limit: int = 50) -> list[ListedComplaint]:
    """Return the open complaints of some contacts, the earliest due first."""
    return _listed(_open_statement(), {"contact_ids": contact_ids, "limit": limit})


@cache
def _open_statement() -> Select[*tuple[Any, ...]]:
    contact_ids: Any = bindparam("contact_ids", expanding=True)
    where = (Complaint.contact_id.in_(contact_ids), Complaint.closed_at.is_(None))
    # By the time alone SQLite would walk through every open complaint in its order to sort these few.
    earliest = func.coalesce(Complaint.next_due_at, Complaint.logged_at)
    return _complaints().where(*where).order_by(earliest, Complaint.id).limit(bindparam("limit", type_=Integer))


def saved_views(staff_id: int) -> list[SavedView]:
    """Return a person's own views by name."""
    return list(db.session.scalars(select(SavedView).where(SavedView.staff_id == staff_id).order_by(SavedView.name)))
