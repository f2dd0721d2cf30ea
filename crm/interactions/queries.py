"""Reads of entries and follow-ups: one contact's, the latest of all, what is due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, Time, and_, bindparam, func, literal, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, aliased, joinedload

from crm.accounts.models import Staff
from crm.contacts.models import Contact, Phone
from crm.extensions import db
from crm.interactions.listed import ListedFollowUp, RecentEntry
from crm.interactions.models import FollowUp, Interaction
from crm.shared.database import columns_of, read
from crm.shared.paging import BadPlace, Page, decode_place, page_of

RECENT = 8
RECENT_READ = 24
DUE_PAGE = 15
DONE_SHOWN = 10
OPEN_SHOWN = 20
_DAY_END = time(23, 59, 59)
_ASSIGNEE, _DOER = aliased(Staff), aliased(Staff)


def interaction(interaction_id: int) -> Interaction | None:
    """Return an entry with its contact, staff and the person praised."""
    statement = select(Interaction).where(Interaction.id == interaction_id)
    loads = (joinedload(Interaction.contact), joinedload(Interaction.staff), joinedload(Interaction.praised))
    return db.session.scalar(statement.options(*loads))


def follow_up(follow_up_id: int) -> FollowUp | None:
    """Return a follow-up to be changed; None for those of contacts who asked to be erased."""
    statement = select(FollowUp).join(FollowUp.contact).where(Contact.blocked_at.is_(None))
    return db.session.scalar(statement.where(FollowUp.id == follow_up_id))


def listed_follow_up(follow_up_id: int) -> ListedFollowUp | None:
    """Return a follow-up as its row reads, as it stands now."""
    return next(iter(_listed(_follow_ups().where(FollowUp.id == follow_up_id))), None)


def recent_interactions() -> Sequence[RecentEntry]:
    """Return the latest entry of each of the contacts seen last, newest first.

    Contacts who are blocked and corrections are left out here and not in the query: it reads a fixed number
    of rows from the end of the index, where a condition on corrections would make SQLite sort every entry.
    """
    seen: dict[int, RecentEntry] = {}
    for corrects_id, blocked_at, *shown in read(_recent_statement()).all():
        if corrects_id is None and blocked_at is None:
            seen.setdefault(shown[0], RecentEntry._make(shown))
        if len(seen) == RECENT:
            break
    return list(seen.values())


@cache
def _recent_statement() -> Select[*tuple[Any, ...]]:
    columns = columns_of(Interaction, RecentEntry)
    return (
        select(Interaction.corrects_id, Contact.blocked_at, *columns, Contact.name, Staff.name)
        .join(Interaction.contact)
        .outerjoin(Interaction.staff)
        .order_by(Interaction.occurred_at.desc(), Interaction.id.desc())
        .limit(RECENT_READ)
    )


def open_follow_ups_of(contact_id: int) -> Sequence[ListedFollowUp]:
    """Return what is still to be done for a contact, the soonest first."""
    return _listed(_open_statement(), {"contact_id": contact_id})


@cache
def _open_statement() -> Select[*tuple[Any, ...]]:
    where = (FollowUp.contact_id == bindparam("contact_id"), FollowUp.done_at.is_(None))
    statement = _follow_ups().where(*where).order_by(FollowUp.due_on, _due_time(), FollowUp.id)
    return statement.limit(OPEN_SHOWN)


def follow_ups_due(on: date, *, staff_id: int | None, place: str | None = None) -> Page[ListedFollowUp]:
    """Return a page of open follow-ups due by a day, the longest overdue first.

    With `staff_id` only that person's and those of nobody.
    """
    statement = _due_statement(of_person=staff_id is not None)
    if place:
        statement = statement.where(_after(place))
    rows = _listed(statement, {"on": on, "staff_id": staff_id, "most": DUE_PAGE + 1})
    return page_of(rows, DUE_PAGE, _place_of)


@cache
def _due_statement(*, of_person: bool) -> Select[*tuple[Any, ...]]:
    statement = _follow_ups().where(FollowUp.done_at.is_(None), FollowUp.due_on <= bindparam("on"))
    statement = _of_person(statement, FollowUp.assignee_id, of_person=of_person)
    ordered = statement.order_by(FollowUp.due_on, _due_time(), FollowUp.id)
    return ordered.limit(bindparam("most", type_=Integer))


def follow_ups_done_since(since: datetime, *, staff_id: int | None) -> Sequence[ListedFollowUp]:
    """Return the follow-ups done since an instant, the latest first."""
    statement = _done_statement(of_person=staff_id is not None)
    return _listed(statement, {"since": since, "staff_id": staff_id})


@cache
def _done_statement(*, of_person: bool) -> Select[*tuple[Any, ...]]:
    done = _follow_ups().where(FollowUp.done_at >= bindparam("since"))
    statement = _of_person(done, FollowUp.done_by_id, of_person=of_person)
    return statement.order_by(FollowUp.done_at.desc()).limit(DONE_SHOWN)


def contacts_with_number(e164: str) -> Sequence[Contact]:
    """Return the contacts who have a number, by name."""
    statement = select(Contact).join(Phone, Phone.contact_id == Contact.id).where(Phone.e164 == e164)
    visible = statement.where(Contact.merged_into_id.is_(None), Contact.blocked_at.is_(None))
    return db.session.scalars(visible.order_by(Contact.sort_name).distinct().limit(5)).all()


def _follow_ups() -> Select[*tuple[Any, ...]]:
    """Select follow-ups as they are listed; those of contacts who asked to be erased are left out."""
    columns = columns_of(FollowUp, ListedFollowUp)
    statement = select(*columns, Contact.name, _ASSIGNEE.name, _DOER.name).join(FollowUp.contact)
    statement = statement.outerjoin(FollowUp.assignee.of_type(_ASSIGNEE)).outerjoin(FollowUp.done_by.of_type(_DOER))
    return statement.where(Contact.blocked_at.is_(None))


def _listed(statement: Select[*tuple[Any, ...]], values: dict[str, Any] | None = None) -> list[ListedFollowUp]:
    return list(map(ListedFollowUp._make, read(statement, values).all()))


def _of_person(
    statement: Select[*tuple[Any, ...]], column: InstrumentedAttribute[int | None], *, of_person: bool
) -> Select[*tuple[Any, ...]]:
    return statement.where(or_(column == bindparam("staff_id"), column.is_(None))) if of_person else statement


def _due_time() -> ColumnElement[time]:
    return func.coalesce(FollowUp.due_time, literal(_DAY_END, Time))


def _place_of(follow_up: ListedFollowUp) -> list[object]:
    return [follow_up.due_on.isoformat(), (follow_up.due_time or _DAY_END).isoformat(), follow_up.id]


def _after(place: str | None) -> ColumnElement[bool]:
    key = decode_place(place, 3)
    if key is None:
        return true()
    try:
        due_on, due_time, last_id = date.fromisoformat(key[0]), time.fromisoformat(key[1]), int(key[2])
    except (TypeError, ValueError) as error:
        raise BadPlace from error
    later_hour = or_(_due_time() > due_time, and_(_due_time() == due_time, FollowUp.id > last_id))
    return or_(FollowUp.due_on > due_on, and_(FollowUp.due_on == due_on, later_hour))
