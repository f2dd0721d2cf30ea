"""The daily sheet: call-backs and promises of a day by time, key dates, room to write, a code that opens each entry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial

from crm.accounts.queries import the_business
from crm.complaints.board_words import complaint_task, row_when
from crm.complaints.queries.board import ListedComplaint, due_by
from crm.contacts.key_date_rules import LeapDayRule
from crm.contacts.paths import phone_text
from crm.contacts.queries.key_dates import coming_key_dates
from crm.contacts.queries.shown import ShownContact, contacts_shown
from crm.interactions.listed import ListedFollowUp
from crm.interactions.queries import follow_ups_due
from crm.reports.printing.document import Document, Printable, Wish
from crm.shared.clock import local_date
from crm.shared.events import record
from crm.shared.formatting import comma, format_day, format_time, local
from crm.shared.permissions import Permission
from crm.shared.translating import gettext
from crm.shared.zones import zone_named

MOST_TASKS = 200
KEY_DATE_DAYS = 7
MOST_KEY_DATES = 40
BLANK_LINES = 6


@dataclass(frozen=True)
class Task:
    """One line of the sheet: when, for whom, what, and the page that its code opens."""

    at: datetime
    when: str
    is_late: bool
    who: str
    phones: list[str]
    what: str
    in_charge: str
    path: str


def gather(wish: Wish) -> Document:
    """Return the sheet of a day, by default today's; with `staff` that person's and nobody's."""
    business = the_business()
    today = local_date(wish.now, business.time_zone)
    on, staff_id = wish.day("on") or today, wish.optional_number("staff")
    tasks = _tasks(on, today, staff_id, wish.now)
    key_dates = coming_key_dates(on, KEY_DATE_DAYS, LeapDayRule(business.leap_day_rule), limit=MOST_KEY_DATES)
    context = {"on": on, "today": today, "tasks": tasks, "key_dates": key_dates, "blank_lines": BLANK_LINES}
    choices = partial(_choices, today, wish.by_id)
    return Document("daily_sheet", f"day-{on.isoformat()}", context, back="/", choices=choices)


def _choices(today: date, by_id: int | None) -> list[tuple[str, dict[str, str]]]:
    return [
        (gettext("Tomorrow"), {"on": (today + timedelta(days=1)).isoformat()}),
        (gettext("Only mine"), {"staff": str(by_id)}),
        (gettext("All"), {"staff": ""}),
    ]


def _tasks(on: date, today: date, staff_id: int | None, now: datetime) -> list[Task]:
    zone = zone_named(the_business().time_zone)
    until = datetime.combine(on + timedelta(days=1), time(0), zone)
    complaints = due_by(until, staff_id=staff_id, limit=MOST_TASKS)
    follow_ups = _follow_ups(on, staff_id)
    ids = {each.contact_id for each in follow_ups} | {each.contact_id for each in complaints if each.contact_id}
    contacts = contacts_shown(sorted(ids))
    tasks = [_complaint_task(each, contacts, now, today) for each in complaints]
    tasks += [_follow_up_task(each, contacts, on) for each in follow_ups]
    return sorted(tasks, key=lambda task: task.at)


def _follow_ups(on: date, staff_id: int | None) -> list[ListedFollowUp]:
    found: list[ListedFollowUp] = []
    place: str | None = None
    while len(found) < MOST_TASKS:
        page = follow_ups_due(on, staff_id=staff_id, place=place)
        found += page.rows
        place = page.next_place
        if place is None:
            break
    return found


def _complaint_task(each: ListedComplaint, contacts: dict[int, ShownContact], now: datetime, today: date) -> Task:
    due = each.next_due_at or each.logged_at
    return Task(
        at=local(due).replace(tzinfo=None),
        when=row_when(each, now, today),
        is_late=due < now,
        who=each.contact_name or "",
        phones=_phones(contacts.get(each.contact_id or 0)),
        what=f"{complaint_task(each)} · {each.reference} {each.title}".strip(),
        in_charge=each.in_charge_name or "",
        path=f"/complaints/{each.id}",
    )


def _follow_up_task(each: ListedFollowUp, contacts: dict[int, ShownContact], on: date) -> Task:
    is_late = each.due_on < on
    day = format_day(each.due_on, today=on) if is_late else ""
    hour = format_time(each.due_time) if each.due_time else ""
    return Task(
        at=datetime.combine(each.due_on, each.due_time or time.max),
        when=comma().join(filter(None, (day, hour))) or gettext("any time"),
        is_late=is_late,
        who=each.contact_name,
        phones=_phones(contacts.get(each.contact_id)),
        what=each.task,
        in_charge=each.assignee_name or "",
        path=f"/follow-ups/{each.id}",
    )


def _phones(contact: ShownContact | None) -> list[str]:
    return [phone_text(phone) for phone in contact.phones[:2]] if contact else []


def note(wish: Wish) -> None:
    """Leave a trace that names and numbers of a day were printed."""
    record("daily_sheet.printed", at=wish.now, actor_id=wish.by_id, form=wish.form)


PRINTABLE = Printable("daily-sheet", Permission.SERVE_CUSTOMERS, gather, note=note)
