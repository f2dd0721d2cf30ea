"""Which key dates come up, of one contact and of all; each answer takes at most two queries.

The index on (month, day) answers "the next N days" stretch by stretch, in the order in which they fall,
and stops at the limit: 100,000 contacts cost what 1,000 do.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Date, Executable, Integer, Row, Select, and_, bindparam, or_, select, union_all

from crm.contacts.key_date_rules import (
    LONGEST_NOTICE,
    LeapDayRule,
    Stretch,
    from_place,
    next_occurrence,
    notices_due,
    signature_of,
    stretches,
    years_reached,
)
from crm.contacts.models import Contact, KeyDate, KeyDateNotice
from crm.extensions import db
from crm.shared.paging import PAGE_SIZE, BadPlace, Page, decode_place, page_of

MOST_SHOWN = 50
_Row = Row[Any]
_Select = Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class ComingDate:
    """One occurrence of a key date: whose, what, when, and whether somebody saw to it."""

    key_date_id: int
    contact_id: int
    contact_name: str
    given_name: str
    kind: str
    label: str
    falls_on: date
    years: int | None
    is_done: bool = False


@dataclass(frozen=True)
class ContactDate:
    """A key date of a contact with its next occurrence, None when it will not come again."""

    id: int
    kind: str
    label: str
    day: int
    month: int
    year: int | None
    repeats: bool
    notice_days: int
    falls_on: date | None
    years: int | None
    is_done: bool

    @property
    def signature(self) -> str:
        """Return all facts in one text, to see whether somebody changed them meanwhile."""
        return signature_of(self.kind, self.label, self)


_COLUMNS = (
    KeyDate.id,
    KeyDate.contact_id,
    Contact.name,
    Contact.given_name,
    KeyDate.kind,
    KeyDate.label,
    KeyDate.day,
    KeyDate.month,
    KeyDate.year,
    KeyDate.repeats,
    KeyDate.notice_days,
)


def coming_key_dates(
    today: date, days: int, rule: LeapDayRule, *, kind: str = "", limit: int = MOST_SHOWN, noticed: int = 0
) -> list[ComingDate]:
    """Return the key dates of today and the next `days` days, soonest first; archived contacts have none.

    After them up to `noticed` later ones of which notice was given and that nobody saw to.
    """
    last = today + timedelta(days=days)
    rows = _coming_rows(stretches(today, days, rule), today, rule, limit, kind=kind, noticed=noticed, last=last)
    shown = [pair for pair in rows if pair[1] <= last][:limit]
    return _with_marks([*shown, *(pair for pair in rows if pair[1] > last)])


def key_date_page(
    today: date, days: int, rule: LeapDayRule, *, kind: str = "", place: str | None = None
) -> Page[ComingDate]:
    """Return a page of the key dates of today and the next `days` days, soonest first."""
    key = decode_place(place, 4)
    start = _start_of(key, today, days)
    parts = stretches(start, (today - start).days + days, rule)
    after = (key[2], key[3]) if key is not None else None
    if key is not None:
        parts = from_place(parts, key[1], key[2])
    rows = _coming_rows(parts, start, rule, PAGE_SIZE + 1, kind=kind, after=after)[: PAGE_SIZE + 1]
    page = page_of(rows, PAGE_SIZE, lambda pair: [pair[1].isoformat(), pair[0].month, pair[0].day, pair[0].id])
    return Page(_with_marks(page.rows), page.next_place)


def _start_of(key: list[Any] | None, today: date, days: int) -> date:
    """Return the day from which a page goes on; raise BadPlace for one that is not in the list."""
    if key is None:
        return today
    try:
        start = date.fromisoformat(key[0])
    except (TypeError, ValueError) as error:
        raise BadPlace from error
    is_whole = all(isinstance(each, int) for each in key[1:])
    if not is_whole or not today <= start <= today + timedelta(days=days):
        raise BadPlace
    return start


def _coming_rows(
    parts: Sequence[Stretch],
    start: date,
    rule: LeapDayRule,
    limit: int,
    *,
    kind: str = "",
    after: tuple[int, int] | None = None,
    noticed: int = 0,
    last: date | None = None,
) -> list[tuple[_Row, date]]:
    """Return the rows of stretches with their occurrences; `after` is the day and id where the first one goes on."""
    if not parts:
        return []
    statement = _coming_statement(len(parts), has_kind=bool(kind), is_later=after is not None, has_noticed=noticed > 0)
    values = {"kind": kind, "limit": limit, "noticed": noticed, "last": last, "after": after or (0, 0)}
    rows = db.session.execute(statement, _stretch_values(parts) | _named(values))
    found = {row.id: (row, _falls_on(row, start, rule)) for row in rows}
    return sorted(found.values(), key=lambda pair: (pair[1], pair[0].month, pair[0].day, pair[0].id))


def _named(values: dict[str, Any]) -> dict[str, Any]:
    after_day, after_id = values.pop("after")
    return values | {"after_day": after_day, "after_id": after_id}


def _stretch_values(parts: Sequence[Stretch]) -> dict[str, int]:
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
def _coming_statement(parts: int, *, has_kind: bool, is_later: bool, has_noticed: bool) -> Executable:
    """Write the query for so many stretches, once: writing it costs more than running it."""
    limit = bindparam("limit", type_=Integer)
    selects = [_in_stretch(at).order_by(KeyDate.day, KeyDate.id).limit(limit) for at in range(parts)]
    if has_kind:
        selects = [each.where(KeyDate.kind == bindparam("kind")) for each in selects]
    if is_later:
        is_after = or_(KeyDate.day > bindparam("after_day"), KeyDate.id > bindparam("after_id"))
        selects = [selects[0].where(is_after), *selects[1:]]
    return _together([*selects, _noticed_after_last()] if has_noticed else selects)


def _noticed_after_last() -> _Select:
    noticed = _visible(select(*_COLUMNS)).join(KeyDateNotice, KeyDateNotice.key_date_id == KeyDate.id)
    is_open = (KeyDateNotice.falls_on > bindparam("last", type_=Date), KeyDateNotice.done_at.is_(None))
    in_order = noticed.where(*is_open).order_by(KeyDateNotice.falls_on, KeyDate.id)
    return in_order.limit(bindparam("noticed", type_=Integer))


def key_dates_of(contact_id: int, today: date, rule: LeapDayRule) -> list[ContactDate]:
    """Return the key dates of a contact, the soonest first, those that will not come again last."""
    is_mark = and_(
        KeyDateNotice.key_date_id == KeyDate.id, KeyDateNotice.falls_on >= today, KeyDateNotice.done_at.is_not(None)
    )
    statement = select(KeyDate, KeyDateNotice.falls_on).outerjoin(KeyDateNotice, is_mark)
    rows = db.session.execute(statement.where(KeyDate.contact_id == contact_id)).all()
    done = {(each.id, day) for each, day in rows if day is not None}
    dates = {each.id: each for each, _day in rows}.values()
    coming = [(each, next_occurrence(each, today, rule)) for each in dates]
    found = [_contact_date(each, day, done) for each, day in coming]
    return sorted(found, key=lambda each: (each.falls_on or date.max, each.id))


def key_date_of(contact_id: int, key_date_id: int) -> KeyDate | None:
    """Return one key date if it belongs to the contact."""
    return db.session.scalar(select(KeyDate).where(KeyDate.id == key_date_id, KeyDate.contact_id == contact_id))


def coming_date(key_date_id: int, day: date) -> ComingDate | None:
    """Return one occurrence of a key date, None where the contact is gone."""
    row = db.session.execute(_visible(select(*_COLUMNS)).where(KeyDate.id == key_date_id)).one_or_none()
    return _with_marks([(row, day)])[0] if row is not None else None


def signature(key_date: KeyDate) -> str:
    """Return all facts of a key date in one text, to see whether somebody changed them meanwhile."""
    return signature_of(key_date.kind, key_date.label, key_date)


def coming_of_contacts(contact_ids: Sequence[int], today: date, days: int, rule: LeapDayRule) -> dict[int, ComingDate]:
    """Return for each contact its first key date of today and the next `days` days; for lists of results."""
    statement = _visible(select(*_COLUMNS)).where(KeyDate.contact_id.in_(contact_ids))
    last = today + timedelta(days=days)
    found: dict[int, ComingDate] = {}
    for row in db.session.execute(statement):
        day = next_occurrence(row, today, rule)
        if day is not None and day <= last:
            earlier = found.get(row.contact_id)
            found[row.contact_id] = earlier if earlier and earlier.falls_on <= day else _coming(row, day)
    return found


def missing_notices(today: date, rule: LeapDayRule) -> list[tuple[int, date, int]]:
    """Return the notices due today that have no row yet, as key date, occurrence and days ahead."""
    on_the_day, ahead = stretches(today, 0, rule), stretches(today, LONGEST_NOTICE, rule)
    has_notice = [_in_stretch(at).where(KeyDate.notice_days > 0) for at in range(len(ahead))]
    on_day = [_in_stretch(at) for at in range(len(ahead), len(ahead) + len(on_the_day))]
    statement = _together([*has_notice, *on_day])
    rows = {row.id: row for row in db.session.execute(statement, _stretch_values([*ahead, *on_the_day]))}
    due = [(row.id, *notice) for row in rows.values() for notice in notices_due(row, today, rule)]
    known = select(KeyDateNotice.key_date_id, KeyDateNotice.falls_on, KeyDateNotice.notice_days)
    given = {tuple(row) for row in db.session.execute(known.where(KeyDateNotice.falls_on >= today))}
    return [each for each in due if each not in given]


def _visible(statement: _Select) -> _Select:
    """Join the contact and leave out those who are archived, merged away or blocked."""
    is_gone = or_(
        Contact.archived_at.is_not(None), Contact.merged_into_id.is_not(None), Contact.blocked_at.is_not(None)
    )
    return statement.join(Contact, Contact.id == KeyDate.contact_id).where(~is_gone)


def _in_stretch(at: int) -> _Select:
    """Select the key dates written as a day of the stretch whose values are bound under this number."""
    year = bindparam(f"year_{at}", type_=Integer)
    return _visible(select(*_COLUMNS)).where(
        KeyDate.month == bindparam(f"month_{at}", type_=Integer),
        KeyDate.day.between(bindparam(f"first_{at}", type_=Integer), bindparam(f"last_{at}", type_=Integer)),
        or_(KeyDate.year.is_(None), KeyDate.year == year, and_(KeyDate.repeats, KeyDate.year < year)),
    )


def _together(selects: Sequence[_Select]) -> Executable:
    """Join selects to one query; each keeps its own order and limit, and so stops early in its index."""
    return union_all(*(select(each.subquery()) for each in selects))


def _falls_on(row: _Row, today: date, rule: LeapDayRule) -> date:
    day = next_occurrence(row, today, rule)
    assert day is not None  # the query found it by its occurrence
    return day


def _with_marks(rows: Sequence[tuple[_Row, date]]) -> list[ComingDate]:
    done = _done_marks([(row.id, day) for row, day in rows])
    return [_coming(row, day, is_done=(row.id, day) in done) for row, day in rows]


def _done_marks(occurrences: Iterable[tuple[int, date]]) -> set[tuple[int, date]]:
    wanted = list(occurrences)
    if not wanted:
        return set()
    statement = select(KeyDateNotice.key_date_id, KeyDateNotice.falls_on).where(
        KeyDateNotice.key_date_id.in_({key for key, _day in wanted}),
        KeyDateNotice.falls_on.in_({day for _key, day in wanted}),
        KeyDateNotice.done_at.is_not(None),
    )
    return {(key, day) for key, day in db.session.execute(statement)}


def _coming(row: _Row, day: date, *, is_done: bool = False) -> ComingDate:
    return ComingDate(
        key_date_id=row.id,
        contact_id=row.contact_id,
        contact_name=row.name,
        given_name=row.given_name,
        kind=row.kind,
        label=row.label,
        falls_on=day,
        years=years_reached(row, day),
        is_done=is_done,
    )


def _contact_date(each: KeyDate, day: date | None, done: set[tuple[int, date]]) -> ContactDate:
    return ContactDate(
        id=each.id,
        kind=each.kind,
        label=each.label,
        day=each.day,
        month=each.month,
        year=each.year,
        repeats=each.repeats,
        notice_days=each.notice_days,
        falls_on=day,
        years=years_reached(each, day) if day else None,
        is_done=day is not None and (each.id, day) in done,
    )
