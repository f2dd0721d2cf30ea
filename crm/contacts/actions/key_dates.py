"""What changes key dates, and what is noted of their occurrences; the caller commits."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import delete, select

from crm.contacts.followers import tell_changed
from crm.contacts.key_date_rules import (
    KeyDateChanged,
    KeyDateFacts,
    KeyDateKind,
    LeapDayRule,
    NotThatDay,
    falls_on,
)
from crm.contacts.models import Contact, KeyDate, KeyDateNotice
from crm.contacts.queries import key_dates as queries
from crm.extensions import db
from crm.shared.events import record
from crm.shared.settings_versions import SettingsMovedOn, take_settings


def add_key_date(contact: Contact, facts: KeyDateFacts, *, now: datetime) -> KeyDate:
    """Add a key date to a contact."""
    added = KeyDate(contact_id=contact.id, created_at=now, **_columns(facts))
    db.session.add(added)
    db.session.flush()
    record("key_date.added", at=now, subject=added, contact=contact.id, kind=str(facts.kind))
    _tell(contact.id, now, added.kind)
    return added


def change_key_date(key_date: KeyDate, facts: KeyDateFacts, *, seen: int | None, today: date, now: datetime) -> None:
    """Change a key date; its reminders move with it. Raise KeyDateChanged if it is not of the version seen."""
    _take_version(key_date, seen)
    kind_before = key_date.kind
    for name, value in _columns(facts).items():
        setattr(key_date, name, value)
    _drop_pending_notices(key_date, today)
    record("key_date.changed", at=now, subject=key_date, contact=key_date.contact_id, kind=str(facts.kind))
    _tell(key_date.contact_id, now, kind_before, key_date.kind)


def remove_key_date(key_date: KeyDate, *, seen: int | None, now: datetime) -> None:
    """Remove a key date and what was noted of it. Raise KeyDateChanged if it is not of the version seen."""
    _take_version(key_date, seen)
    record("key_date.removed", at=now, subject=key_date, contact=key_date.contact_id, kind=key_date.kind)
    db.session.execute(delete(KeyDateNotice).where(KeyDateNotice.key_date_id == key_date.id))
    db.session.delete(key_date)
    _tell(key_date.contact_id, now, key_date.kind)


def _take_version(key_date: KeyDate, seen: int | None) -> None:
    try:
        take_settings(queries.version_name(key_date), seen)
    except SettingsMovedOn:
        raise KeyDateChanged from None


def mark_occurrence(
    key_date: KeyDate, day: date, *, is_done: bool, rule: LeapDayRule, by_id: int | None, now: datetime
) -> None:
    """Note that somebody saw to one occurrence, or take that back; twice is once.

    Raise NotThatDay when the date does not fall on that day.
    """
    if not falls_on(key_date, day, rule):
        raise NotThatDay
    of_day = (KeyDateNotice.key_date_id == key_date.id, KeyDateNotice.falls_on == day)
    notices = db.session.scalars(select(KeyDateNotice).where(*of_day)).all()
    if is_done and all(each.notice_days for each in notices):
        notices = [*notices, KeyDateNotice(key_date_id=key_date.id, falls_on=day, notice_days=0)]
        db.session.add(notices[-1])
    changed = [each for each in notices if (each.done_at is not None) is not is_done]
    for each in changed:
        each.done_at, each.done_by_id = (now, by_id) if is_done else (None, None)
    if changed:
        name = "key_date.greeted" if is_done else "key_date.greeting_taken_back"
        record(name, at=now, subject=key_date, contact=key_date.contact_id, kind=key_date.kind)


def _tell(contact_id: int, now: datetime, *kinds: str) -> None:
    """Tell that the day since when somebody is a customer may be another."""
    if KeyDateKind.FIRST_VISIT in kinds:
        tell_changed([contact_id], now=now)


def _columns(facts: KeyDateFacts) -> dict[str, object]:
    return {
        "kind": str(facts.kind),
        "label": facts.label,
        "day": facts.day,
        "month": facts.month,
        "year": facts.year,
        "repeats": facts.repeats,
        "notice_days": facts.notice_days,
    }


def _drop_pending_notices(key_date: KeyDate, today: date) -> None:
    db.session.execute(
        delete(KeyDateNotice).where(
            KeyDateNotice.key_date_id == key_date.id,
            KeyDateNotice.falls_on >= today,
            KeyDateNotice.done_at.is_(None),
        )
    )
