"""How the rows of the board read: what is due next, when, and how that stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from crm.complaints.clock_words import Pill, due_text, running_pill
from crm.complaints.queries.board import ListedComplaint, Shelf
from crm.complaints.rules import DueKind, due_state
from crm.complaints.words import DUE_NAMES, SEVERITY_NAMES, STATUS_NAMES, channel_name
from crm.shared.formatting import format_day
from crm.shared.translating import gettext
from crm.shared.translating import lazy_gettext as _
from crm.sla.rules import UNREACHABLE_AT, Severity

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


@dataclass(frozen=True)
class Row:
    """A complaint as its row on the board reads."""

    id: int
    reference: str
    title: str
    severity: str
    severity_text: str
    task: str
    about: str
    contact: str
    in_charge: str
    when: str
    due_at: datetime | None
    pill: Pill


class RowWords:
    """Writes the rows of one page."""

    def __init__(self, now: datetime, today: date) -> None:
        """Take the instant and the business's date."""
        self.now, self.today = now, today

    def row(self, complaint: ListedComplaint) -> Row:
        """Return a complaint as its row reads."""
        task = complaint_task(complaint)
        return Row(
            id=complaint.id,
            reference=complaint.reference,
            title=complaint.title or complaint.reference,
            severity=complaint.severity,
            severity_text=str(SEVERITY_NAMES[Severity(complaint.severity)]),
            task=task,
            about=f"{channel_name(complaint.channel)} · {task}",
            contact=complaint.contact_name or "",
            in_charge=complaint.in_charge_name or gettext("nobody in charge"),
            when=row_when(complaint, self.now, self.today),
            due_at=complaint.closed_at or (complaint.next_due_at if complaint.next_due_at != UNREACHABLE_AT else None),
            pill=self.pill(complaint, task),
        )

    def pill(self, complaint: ListedComplaint, task: str) -> Pill:
        """Return how the next due of a complaint stands; the browser keeps running clocks going."""
        if complaint.closed_at is not None:
            return Pill("", "clock--met", "check", task)
        if complaint.waiting_until is not None and complaint.waiting_until > self.today and self._is_in_time(complaint):
            until = format_day(complaint.waiting_until, today=self.today)
            return Pill("paused", "", "clock", gettext("waits until %(day)s", day=until))
        due, soon = complaint.next_due_at, complaint.due_soon_at
        if due is not None and due_state(due, soon, complaint.due_kind, self.now) is not None:
            return running_pill(due, soon, self.now)
        is_late = complaint.follow_up_on is not None and complaint.follow_up_on < self.today
        return Pill("", "clock--soon" if is_late else "", "clock", task.lower())

    def _is_in_time(self, complaint: ListedComplaint) -> bool:
        return complaint.due_kind == DueKind.RESOLUTION and (complaint.next_due_at or self.now) >= self.now


def row_when(complaint: ListedComplaint, now: datetime, today: date) -> str:
    """Return when something is due on a complaint, or when it was closed."""
    if complaint.closed_at is not None:
        return due_text(complaint.closed_at, now)
    if complaint.due_kind == DueKind.FOLLOW_UP and complaint.follow_up_on is not None:
        return format_day(complaint.follow_up_on, today=today)
    return due_text(complaint.next_due_at, now) if complaint.next_due_at else ""


def complaint_row(complaint: ListedComplaint, now: datetime, today: date) -> Row:
    """Return one complaint as its row reads, for pages with few of them."""
    return RowWords(now, today).row(complaint)


def complaint_pill(complaint: ListedComplaint, now: datetime, today: date) -> Pill:
    """Return how what is due next on one complaint stands."""
    return RowWords(now, today).pill(complaint, complaint_task(complaint))


def complaint_task(complaint: ListedComplaint) -> str:
    """Return what is to be done next on one complaint, or how it ended."""
    task = DUE_NAMES.get(complaint.due_kind) if complaint.closed_at is None else None  # type: ignore[call-overload]
    return str(task or STATUS_NAMES[complaint.status])  # type: ignore[index]
