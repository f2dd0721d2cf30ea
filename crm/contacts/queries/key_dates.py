"""Which key dates come up, of one contact and of all; each answer takes one query.

The index on (month, day) answers "the next N days" stretch by stretch, in the order in which they fall,
and stops at the limit: 100,000 contacts cost what 1,000 do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from crm.contacts.key_date_rules import (
    LONGEST_NOTICE,
    LeapDayRule,
    Stretch,
    from_place,
    next_occurrence,
    notices_due,
    stretches,
    years_reached,
)
from crm.contacts.models import KeyDate, KeyDateNotice
from crm.contacts.queries.key_date_statements import (
    COLUMNS,
    KeyDateRow,
    coming_statement,
    in_stretch,
    is_done_between,
    of_contacts_statement,
    own_statement,
    stretch_values,
    together,
    visible,
)
from crm.extensions import db
from crm.shared.database import read
from crm.shared.paging import PAGE_SIZE, BadPlace, Page, decode_place, page_of

MOST_SHOWN = 50
A_YEAR = 364


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


def coming_key_dates(
    today: date, days: int, rule: LeapDayRule, *, kind: str = "", limit: int = MOST_SHOWN, noticed: int = 0
) -> list[ComingDate]:
    """Return the key dates of today and the next `days` days, soonest first; archived contacts have none.

    After them up to `noticed` later ones of which notice was given and that nobody saw to.
    """
    last = today + timedelta(days=days)
    rows = _coming_rows(stretches(today, days, rule), today, rule, limit, kind=kind, noticed=noticed, last=last)
    shown = [pair for pair in rows if pair[1] <= last][:limit]
    return [_coming(*pair) for pair in (*shown, *(pair for pair in rows if pair[1] > last))]


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
    return Page([_coming(*pair) for pair in page.rows], page.next_place)


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
) -> list[tuple[KeyDateRow, date]]:
    """Return the rows of stretches with their occurrences; `after` is the day and id where the first one goes on."""
    if not parts:
        return []
    statement = coming_statement(len(parts), has_kind=bool(kind), is_later=after is not None, has_noticed=noticed > 0)
    values = {"kind": kind, "limit": limit, "noticed": noticed, "last": last, "after": after or (0, 0)}
    rows = read(statement, stretch_values(parts) | _within(start) | _named(values))
    found = {row.id: (row, _falls_on(row, start, rule)) for row in rows}
    return sorted(found.values(), key=lambda pair: (pair[1], pair[0].month, pair[0].day, pair[0].id))


def _within(start: date) -> dict[str, date]:
    return {"today": start, "until": start + timedelta(days=A_YEAR)}


def _named(values: dict[str, Any]) -> dict[str, Any]:
    after_day, after_id = values.pop("after")
    return values | {"after_day": after_day, "after_id": after_id}


def key_dates_of(contact_id: int, today: date, rule: LeapDayRule) -> list[ContactDate]:
    """Return the key dates of a contact, the soonest first, those that will not come again last."""
    values = {"contact_id": contact_id, "today": today}
    rows = read(own_statement(), values).all()
    done = {(row.id, row.falls_on) for row in rows}
    found = {row.id: _contact_date(row, next_occurrence(row, today, rule), done) for row in rows}
    return sorted(found.values(), key=lambda each: (each.falls_on or date.max, each.id))


def key_date_of(contact_id: int, key_date_id: int) -> KeyDate | None:
    """Return one key date if it belongs to the contact."""
    return db.session.scalar(select(KeyDate).where(KeyDate.id == key_date_id, KeyDate.contact_id == contact_id))


def version_name(key_date: KeyDate) -> str:
    """Return the name under which the changes of a key date are counted."""
    return f"key_date:{key_date.id}"


def coming_date(key_date_id: int, day: date) -> ComingDate | None:
    """Return one occurrence of a key date, None where the contact is gone."""
    statement = visible(select(*COLUMNS, is_done_between(day, day))).where(KeyDate.id == key_date_id)
    row = db.session.execute(statement).one_or_none()
    return _coming(row, day) if row is not None else None


def coming_of_contacts(contact_ids: Sequence[int], today: date, days: int, rule: LeapDayRule) -> dict[int, ComingDate]:
    """Return for each contact its first key date of today and the next `days` days; for lists of results."""
    last = today + timedelta(days=days)
    values = {"contact_ids": contact_ids, "today": today, "until": last}
    found: dict[int, ComingDate] = {}
    for row in read(of_contacts_statement(), values).all():
        day = next_occurrence(row, today, rule)
        if day is not None and day <= last:
            earlier = found.get(row.contact_id)
            found[row.contact_id] = earlier if earlier and earlier.falls_on <= day else _coming(row, day)
    return found


def missing_notices(today: date, rule: LeapDayRule) -> list[tuple[int, date, int]]:
    """Return the notices due today that have no row yet, as key date, occurrence and days ahead."""
    on_the_day, ahead = stretches(today, 0, rule), stretches(today, LONGEST_NOTICE, rule)
    has_notice = [in_stretch(at).where(KeyDate.notice_days > 0) for at in range(len(ahead))]
    on_day = [in_stretch(at) for at in range(len(ahead), len(ahead) + len(on_the_day))]
    statement = together([*has_notice, *on_day])
    values = stretch_values([*ahead, *on_the_day]) | _within(today)
    rows = {row.id: row for row in db.session.execute(statement, values)}
    due = [(row.id, *notice) for row in rows.values() for notice in notices_due(row, today, rule)]
    known = select(KeyDateNotice.key_date_id, KeyDateNotice.falls_on, KeyDateNotice.notice_days)
    given = {tuple(row) for row in db.session.execute(known.where(KeyDateNotice.falls_on >= today))}
    return [each for each in due if each not in given]


def _falls_on(row: KeyDateRow, today: date, rule: LeapDayRule) -> date:
    day = next_occurrence(row, today, rule)
    assert day is not None  # the query found it by its occurrence
    return day


def _coming(row: KeyDateRow, day: date) -> ComingDate:
    return ComingDate(
        key_date_id=row.id,
        contact_id=row.contact_id,
        contact_name=row.name,
        given_name=row.given_name,
        kind=row.kind,
        label=row.label,
        falls_on=day,
        years=years_reached(row, day),
        is_done=bool(row.is_done),
    )


def _contact_date(each: KeyDateRow, day: date | None, done: set[tuple[int, date]]) -> ContactDate:
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
