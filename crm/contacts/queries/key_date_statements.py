"""How key dates are asked for: statements written once, their values bound at each call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Date,
    Executable,
    Integer,
    Row,
    Select,
    and_,
    bindparam,
    false,
    or_,
    select,
    union_all,
)

from crm.contacts.key_date_rules import Stretch
from crm.contacts.models import Contact, KeyDate, KeyDateNotice

KeyDateRow = Row[Any]
KeyDateSelect = Select[*tuple[Any, ...]]
_Bound = date | BindParameter[date]
OWN_COLUMNS = (
    KeyDate.id,
    KeyDate.contact_id,
    KeyDate.kind,
    KeyDate.label,
    KeyDate.day,
    KeyDate.month,
    KeyDate.year,
    KeyDate.repeats,
    KeyDate.notice_days,
)
COLUMNS = (*OWN_COLUMNS, Contact.name, Contact.given_name)
Condition = Callable[[], ColumnElement[bool]]
_passed_over: list[Condition] = []


def passed_over(condition: Condition) -> Condition:
    """Register a condition on contacts whose key dates come up no more, known to an upper domain."""
    if condition not in _passed_over:
        _passed_over.append(condition)
    return condition


@cache
def coming_statement(parts: int, *, has_kind: bool, is_later: bool, has_noticed: bool) -> Executable:
    """Write the query for so many stretches, once: writing it costs more than running it."""
    limit = bindparam("limit", type_=Integer)
    selects = [in_stretch(at).order_by(KeyDate.day, KeyDate.id).limit(limit) for at in range(parts)]
    if has_kind:
        selects = [each.where(KeyDate.kind == bindparam("kind")) for each in selects]
    if is_later:
        is_after = or_(KeyDate.day > bindparam("after_day"), KeyDate.id > bindparam("after_id"))
        selects = [selects[0].where(is_after), *selects[1:]]
    return together([*selects, _noticed_after_last()] if has_noticed else selects)


def _noticed_after_last() -> KeyDateSelect:
    noticed = visible(select(*COLUMNS, false().label("is_done"))).join(
        KeyDateNotice, KeyDateNotice.key_date_id == KeyDate.id
    )
    is_open = (KeyDateNotice.falls_on > bindparam("last", type_=Date), KeyDateNotice.done_at.is_(None))
    in_order = noticed.where(*is_open).order_by(KeyDateNotice.falls_on, KeyDate.id)
    return in_order.limit(bindparam("noticed", type_=Integer))


def in_stretch(at: int) -> KeyDateSelect:
    """Select the key dates written as a day of the stretch whose values are bound under this number."""
    year = bindparam(f"year_{at}", type_=Integer)
    is_done = is_done_between(bindparam("today", type_=Date), bindparam("until", type_=Date))
    return visible(select(*COLUMNS, is_done)).where(
        KeyDate.month == bindparam(f"month_{at}", type_=Integer),
        KeyDate.day.between(bindparam(f"first_{at}", type_=Integer), bindparam(f"last_{at}", type_=Integer)),
        or_(KeyDate.year.is_(None), KeyDate.year == year, and_(KeyDate.repeats, KeyDate.year < year)),
    )


def is_done_between(first: _Bound, last: _Bound) -> ColumnElement[bool]:
    """Write whether somebody saw to the occurrence between two days; within a year there is one."""
    of_date = (KeyDateNotice.key_date_id == KeyDate.id, KeyDateNotice.done_at.is_not(None))
    done = select(KeyDateNotice.id).where(*of_date, KeyDateNotice.falls_on.between(first, last))
    return done.correlate(KeyDate).exists().label("is_done")


def visible(statement: KeyDateSelect) -> KeyDateSelect:
    """Join the contact and leave out those who are archived, merged away, blocked or passed over."""
    is_gone = or_(
        Contact.archived_at.is_not(None),
        Contact.merged_into_id.is_not(None),
        Contact.blocked_at.is_not(None),
        *(condition() for condition in _passed_over),
    )
    return statement.join(Contact, Contact.id == KeyDate.contact_id).where(~is_gone)


def together(selects: Sequence[KeyDateSelect]) -> Executable:
    """Join selects to one query; each keeps its own order and limit, and so stops early in its index."""
    return union_all(*(select(each.subquery()) for each in selects))


def stretch_values(parts: Sequence[Stretch]) -> dict[str, int]:
    """Return the values of stretches under their numbers."""
    values: dict[str, int] = {}
    for at, part in enumerate(parts):
        values |= {
            f"year_{at}": part.year,
            f"month_{at}": part.month,
            f"first_{at}": part.first_day,
            f"last_{at}": part.last_day,
        }
    return values


@cache
def of_contacts_statement() -> Executable:
    """Write the query for the dates of some contacts, each with whether somebody saw to it between two days."""
    is_done = is_done_between(bindparam("today", type_=Date), bindparam("until", type_=Date))
    contact_ids: Any = bindparam("contact_ids", expanding=True)
    return visible(select(*COLUMNS, is_done)).where(KeyDate.contact_id.in_(contact_ids))


@cache
def own_statement() -> Executable:
    """Write the query for the dates of one contact, each with the days from today on that somebody saw to."""
    seen_to = and_(
        KeyDateNotice.key_date_id == KeyDate.id,
        KeyDateNotice.done_at.is_not(None),
        KeyDateNotice.falls_on >= bindparam("today", type_=Date),
    )
    statement = select(*OWN_COLUMNS, KeyDateNotice.falls_on).outerjoin(KeyDateNotice, seen_to)
    return statement.where(KeyDate.contact_id == bindparam("contact_id", type_=Integer))
