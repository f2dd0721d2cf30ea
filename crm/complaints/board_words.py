"""How the rows of the board read: what is due next, when, and how that stands."""

from __future__ import annotations

from datetime import date, datetime

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from crm.complaints.clock_words import Pill, due_text, running_pill
from crm.complaints.models import Complaint
from crm.complaints.queries.board import Shelf
from crm.complaints.rules import DueKind, due_state
from crm.complaints.words import DUE_NAMES, STATUS_NAMES
from crm.shared.formatting import format_day

SHELF_NAMES = {
    Shelf.OPEN: _("All open"),
    Shelf.MINE: _("Mine"),
    Shelf.UNASSIGNED: _("Nobody's"),
    Shelf.DUE_SOON: _("Due soon"),
    Shelf.BREACHED: _("Late"),
    Shelf.WAITING: _("Waiting"),
    Shelf.TO_APPROVE: _("To approve"),
    Shelf.TO_FOLLOW_UP: _("To follow up"),
    Shelf.CLOSED: _("Closed"),
}
EMPTY_TEXTS = {
    Shelf.OPEN: _("No open complaints. The next one is opened from the customer's page."),
    Shelf.MINE: _("You are in charge of none just now."),
    Shelf.UNASSIGNED: _("Every open complaint has somebody in charge."),
    Shelf.DUE_SOON: _("Nothing is due soon."),
    Shelf.BREACHED: _("No promise is broken just now."),
    Shelf.WAITING: _("Nothing waits for a customer or a supplier."),
    Shelf.TO_APPROVE: _("No remedy waits for a yes."),
    Shelf.TO_FOLLOW_UP: _("Nobody is to be asked today whether it is fixed."),
    Shelf.CLOSED: _("No complaint is closed yet."),
}


def row_when(complaint: Complaint, now: datetime, today: date) -> str:
    """Return when something is due on a complaint, or when it was closed."""
    if complaint.closed_at is not None:
        return due_text(complaint.closed_at, now)
    if complaint.due_kind == DueKind.FOLLOW_UP and complaint.follow_up_on is not None:
        return format_day(complaint.follow_up_on, today=today)
    return due_text(complaint.next_due_at, now) if complaint.next_due_at else ""


def row_task(complaint: Complaint) -> str:
    """Return what is to be done next, or how it ended."""
    task = DUE_NAMES.get(complaint.due_kind) if complaint.closed_at is None else None  # type: ignore[call-overload]
    return str(task or STATUS_NAMES[complaint.status])  # type: ignore[index]


def row_pill(complaint: Complaint, now: datetime, today: date) -> Pill:
    """Return how the next due of a complaint stands; the browser keeps running clocks going."""
    if complaint.closed_at is not None:
        return Pill("", "clock--met", "check", str(STATUS_NAMES[complaint.status]))  # type: ignore[index]
    if complaint.waiting_until is not None and complaint.waiting_until > today and _is_in_time(complaint, now):
        until = format_day(complaint.waiting_until, today=today)
        return Pill("paused", "", "clock", gettext("waits until %(day)s", day=until))
    due, soon = complaint.next_due_at, complaint.due_soon_at
    if due is not None and due_state(due, soon, complaint.due_kind, now) is not None:
        return running_pill(due, soon, now)
    is_late = complaint.follow_up_on is not None and complaint.follow_up_on < today
    return Pill("", "clock--soon" if is_late else "", "clock", str(DUE_NAMES.get(complaint.due_kind, "")).lower())  # type: ignore[call-overload]


def _is_in_time(complaint: Complaint, now: datetime) -> bool:
    return complaint.due_kind == DueKind.RESOLUTION and (complaint.next_due_at or now) >= now
