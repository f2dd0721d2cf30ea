"""What customers praised, whom they named, and who wrote down how much: for praise and workload, never a ranking."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute

from crm.accounts.models import Staff
from crm.contacts.models import Contact
from crm.interactions.models import Interaction
from crm.interactions.rules import Kind
from crm.shared.database import read
from crm.shared.paging import PAGE_SIZE, Page, after_place, page_of
from crm.sla.rules import Period

_COLUMNS: tuple[ColumnElement[Any] | InstrumentedAttribute[Any], ...] = (
    Interaction.id,
    Interaction.occurred_at,
    Interaction.note,
    Interaction.contact_id,
    Contact.name,
    Contact.blocked_at.is_not(None),
    Staff.name,
)


class Compliment(NamedTuple):
    """A compliment with the customer's words; `is_hidden`: of somebody who asked to be erased."""

    id: int
    occurred_at: datetime
    note: str
    contact_id: int
    customer: str
    is_hidden: bool
    praised: str | None


class Praise(NamedTuple):
    """How often a person was praised, None: nobody by name, with the newest compliments."""

    name: str | None
    times: int
    newest: Sequence[Compliment]


class Member(NamedTuple):
    """A person of the staff with the compliments that name them and the entries they logged in a period."""

    id: int
    name: str
    compliments: int
    entries: int


def compliments(
    period: Period, place: str | None = None, *, staff_id: int | None = None, most: int = PAGE_SIZE
) -> Page[Compliment]:
    """Return a page of the compliments of a period, the newest first; with `staff_id` those that name that person."""
    at, number = Interaction.occurred_at, Interaction.id
    statement = (
        select(*_COLUMNS)
        .join(Interaction.contact)
        .outerjoin(Interaction.praised)
        .where(*_compliments_of(period), after_place(place, at, number))
        .order_by(at.desc(), number.desc())
        .limit(most + 1)
    )
    if staff_id is not None:
        statement = statement.where(Interaction.praised_id == staff_id)
    rows = [Compliment._make(row) for row in read(statement)]
    return page_of(rows, most, lambda row: [row.occurred_at.isoformat(), row.id])


def praise_in(period: Period, *, most: int) -> list[Praise]:
    """Return how often each was praised in a period with the newest compliments, by name; one query."""
    at, number, praised = Interaction.occurred_at, Interaction.id, Interaction.praised_id
    place = func.row_number().over(partition_by=praised, order_by=(at.desc(), number.desc())).label("place")
    total = func.count().over(partition_by=praised).label("total")
    newest = select(number, place, total).where(*_compliments_of(period)).subquery()
    statement = (
        select(newest.c.total, praised, *_COLUMNS)
        .join(newest, newest.c.id == number)
        .join(Interaction.contact)
        .outerjoin(Interaction.praised)
        .where(newest.c.place <= most)
        .order_by(Staff.name.is_(None), Staff.name, praised, newest.c.place)
    )
    by_person = groupby(read(statement).all(), key=lambda row: (row[1], row[0]))
    return [
        Praise(rows[0].praised, count, rows)
        for (_staff_id, count), group in by_person
        if (rows := [Compliment._make(row[2:]) for row in group])
    ]


def team_of(period: Period) -> Sequence[Member]:
    """Return the staff by name, those who left only where the period has something of theirs; three queries."""
    praised, logged = Interaction.praised_id, Interaction.staff_id
    named = dict(read(select(praised, func.count()).where(*_compliments_of(period)).group_by(praised)).all())
    wrote = dict(read(select(logged, func.count()).where(*_within(period)).group_by(logged)).all())
    people = read(select(Staff.id, Staff.name, Staff.disabled_at).order_by(Staff.name, Staff.id))
    return [
        Member(number, name, named.get(number, 0), wrote.get(number, 0))
        for number, name, disabled_at in people
        if disabled_at is None or number in named or number in wrote
    ]


def _compliments_of(period: Period) -> tuple[ColumnElement[bool], ...]:
    return (*_within(period), Interaction.kind == Kind.COMPLIMENT.value)


def _within(period: Period) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions for entries of a period, additions to earlier ones left out.

    Nearly every entry corrects none; said like this, SQLite does not walk all of them by that index.
    """
    at = Interaction.occurred_at
    return (at >= period.start, at < period.end, func.coalesce(Interaction.corrects_id, 0) == 0)
