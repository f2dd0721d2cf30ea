"""What a person's own calendar program is told: key dates and their follow-ups, with first names only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from crm.accounts.models import Business, Staff
from crm.contacts.key_date_rules import KeyDateKind, LeapDayRule
from crm.contacts.key_date_words import KIND_NAMES
from crm.contacts.models import Contact
from crm.contacts.queries.key_dates import ComingDate, coming_key_dates
from crm.contacts.rules import first_name
from crm.extensions import db
from crm.interactions.models import FollowUp
from crm.shared.translating import gettext

if TYPE_CHECKING:
    from icalendar import Event

DAYS_AHEAD = 399
MOST_DATES = 2_000
MOST_FOLLOW_UPS = 500


def calendar_of(staff: Staff, business: Business, *, today: date, now: datetime, public_url: str) -> bytes:
    """Return the iCalendar file of a person: all-day events of the next 400 days, none of them repeating."""
    from icalendar import Calendar  # large, and needed nowhere else

    calendar = Calendar()
    calendar.add("prodid", "-//Regulars//Key dates//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"{business.name}: {gettext('key dates')}")
    calendar.add("x-published-ttl", "PT6H")
    rule = LeapDayRule(business.leap_day_rule)
    for each in _events(staff, today, rule, public_url):
        each.add("dtstamp", now)
        each.add("transp", "TRANSPARENT")
        each.add("class", "PRIVATE")
        calendar.add_component(each)
    return bytes(calendar.to_ical())


def _events(staff: Staff, today: date, rule: LeapDayRule, public_url: str) -> Iterable[Event]:
    for each in _key_dates(today, rule):
        title = str(KIND_NAMES[KeyDateKind(each.kind)])
        summary = f"{title} · {first_name(each.given_name, each.contact_name)}"
        uid = f"key-date-{each.key_date_id}-{each.falls_on:%Y%m%d}"
        yield _event(uid, summary, each.falls_on, f"{public_url}/contacts/{each.contact_id}", public_url)
    for follow_up in open_follow_ups(staff, today):
        contact = follow_up.contact
        hour = f"{follow_up.due_time:%H:%M} " if follow_up.due_time else ""
        summary = f"{hour}{gettext('Follow-up')} · {first_name(contact.given_name, contact.name)}"
        address = f"{public_url}/contacts/{follow_up.contact_id}"
        yield _event(f"follow-up-{follow_up.id}", summary, follow_up.due_on, address, public_url)


def _key_dates(today: date, rule: LeapDayRule) -> Sequence[ComingDate]:
    """Return every occurrence of the next 400 days: those of a year, and again those of its first weeks."""
    after_a_year = today + timedelta(days=365)
    first = coming_key_dates(today, 364, rule, limit=MOST_DATES)
    again = coming_key_dates(after_a_year, DAYS_AHEAD - 365, rule, limit=MOST_DATES)
    return [*first, *again][:MOST_DATES]


def open_follow_ups(staff: Staff, today: date) -> Sequence[FollowUp]:
    """Return what a person has still to do, the soonest first."""
    last = today + timedelta(days=DAYS_AHEAD)
    statement = (
        select(FollowUp)
        .join(FollowUp.contact)
        .where(FollowUp.assignee_id == staff.id, FollowUp.done_at.is_(None), FollowUp.due_on <= last)
        .where(Contact.blocked_at.is_(None))
        .order_by(FollowUp.due_on, FollowUp.id)
        .limit(MOST_FOLLOW_UPS)
        .options(joinedload(FollowUp.contact).load_only(Contact.id, Contact.given_name, Contact.name))
    )
    return db.session.scalars(statement).all()


def _event(uid: str, summary: str, day: date, url: str, public_url: str) -> Event:
    from icalendar import Event

    event = Event()
    event.add("uid", f"{uid}@{public_url.split('//')[-1]}")
    event.add("summary", summary)
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("url", url)
    return event
