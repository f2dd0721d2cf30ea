"""Opening a complaint: the complaint, its first event and its clocks in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from crm.complaints import rules
from crm.complaints.actions.recording import EventDraft, Writing, add_event
from crm.complaints.models import Complaint
from crm.complaints.queries.cases import Case, complaint_of_entry
from crm.complaints.rules import EventKind
from crm.complaints.rules.references import reference_of
from crm.contacts.models import Contact
from crm.contacts.rules import ContactBlocked
from crm.extensions import db
from crm.interactions.models import Interaction
from crm.interactions.rules import Direction, occurred
from crm.shared.events import record
from crm.shared.translating import gettext
from crm.sla.queries import calendar_versions
from crm.sla.rules import Severity, late_entry_needs_reason


@dataclass(frozen=True, kw_only=True)
class NewComplaint:
    """What is asked when a customer complains; `occurred_at` None means now, `entry_id` where an entry tells of it."""

    channel: str
    words: str
    title: str = ""
    severity: str = Severity.NORMAL.value
    category_id: int | None = None
    in_charge_id: int | None = None
    occurred_at: datetime | None = None
    reason: str = ""
    entry_id: int | None = None


def open_complaint(contact: Contact, new: NewComplaint, writing: Writing) -> Complaint:
    """Open a complaint.

    Raise ContactBlocked, NotYetHappened, NothingSaid, ReasonNeeded, NoCalendar or OpenedAlready.
    """
    at, title = occurred(new.occurred_at, writing.now), rules.title_of(new.title, new.words)
    is_late = late_entry_needs_reason(at, writing.now)
    _check(contact, title, is_late=is_late, reason=new.reason)
    complaint = Complaint(
        contact_id=contact.id,
        interaction_id=_entry(contact, new.entry_id),
        title=title,
        words=new.words,
        channel=new.channel,
        severity=new.severity,
        category_id=new.category_id,
        occurred_at=at,
        logged_at=writing.now,
        opened_by_id=writing.by_id,
        in_charge_id=new.in_charge_id,
    )
    db.session.add(complaint)
    db.session.flush()
    draft = _first_event(new, at, is_late=is_late)
    add_event(Case(complaint, []), EventKind.OPENED, draft, by_id=writing.by_id, now=writing.now)
    record("complaint.opened", at=writing.now, subject=complaint, actor_id=writing.by_id, is_late=is_late)
    return complaint


def _check(contact: Contact, title: str, *, is_late: bool, reason: str) -> None:
    if contact.is_blocked:
        raise ContactBlocked
    if not title:
        raise rules.NothingSaid
    if is_late and not reason:
        raise rules.ReasonNeeded
    if not calendar_versions():
        raise rules.NoCalendar


def _entry(contact: Contact, entry_id: int | None) -> int | None:
    """Return the entry that tells of a complaint, locked so that it is taken once; None for one of somebody else."""
    own = (Interaction.id == entry_id, Interaction.contact_id == contact.id)
    if entry_id is None or db.session.scalar(select(Interaction.id).where(*own).with_for_update()) is None:
        return None
    opened = complaint_of_entry(entry_id)
    if opened is not None:
        raise rules.OpenedAlready(
            gettext("A complaint was opened from this entry already: %(reference)s.", reference=reference_of(opened))
        )
    return entry_id


def _first_event(new: NewComplaint, at: datetime, *, is_late: bool) -> EventDraft:
    return EventDraft(
        occurred_at=at,
        channel=new.channel,
        direction=Direction.IN,
        text=new.words,
        reason=new.reason if is_late else "",
        is_late=is_late,
        is_seen_by_customer=True,
        details={"severity": new.severity, "category_id": new.category_id, "in_charge_id": new.in_charge_id},
    )
