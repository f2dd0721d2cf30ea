"""The case file of a complaint: what was said and promised, what was given, why it happened, how it ended."""

from __future__ import annotations

from crm.accounts.queries import the_business
from crm.complaints import words
from crm.complaints.clock_words import clock_view, due_text
from crm.complaints.models import Complaint
from crm.complaints.queries.cases import case_of
from crm.complaints.queries.pages import people_and_categories, preventive_actions_of, remedies_of
from crm.complaints.rules import EventKind
from crm.extensions import db
from crm.reports.printing.document import Document, NothingToPrint, Printable, Wish
from crm.shared.clock import local_date
from crm.shared.events import record
from crm.shared.permissions import Permission
from crm.shared.translating import gettext
from crm.sla.queries import named_holidays
from crm.sla.rules import clock_due_at

INTERNAL = "internal"


def gather(wish: Wish) -> Document:
    """Return the case file of a complaint; without internal notes where they are not asked for."""
    complaint_id, now = wish.number("complaint"), wish.now
    case = case_of(complaint_id)
    if case is None:
        raise NothingToPrint
    complaint, names = case.complaint, people_and_categories().names
    is_whole = wish.one_of(INTERNAL, ("yes", "no")) == "yes"
    events, holidays = {event.id: event for event in case.events}, named_holidays()
    clocks = sorted(case.derivation.clocks, key=clock_due_at)
    context = {
        "complaint": complaint,
        "standing": case.standing,
        "words": words,
        "due_text": due_text,
        "is_whole": is_whole,
        "EventKind": EventKind,
        "today": local_date(now, the_business().time_zone),
        "clocks": [
            clock_view(each, events, complaint.severity, holidays.get(each.calendar_version, {}), now)
            for each in clocks
        ],
        "story": [
            (event, words.event_line(event, names))
            for event in case.events
            if is_whole or event.kind != EventKind.NOTED
        ],
        "remedies": remedies_of(complaint_id),
        "actions": preventive_actions_of(complaint_id),
    }
    return Document(
        "case_file",
        f"{complaint.reference}-case-file",
        context,
        back=f"/complaints/{complaint_id}",
        choices=lambda: _choices(is_whole=is_whole),
    )


def _choices(*, is_whole: bool) -> list[tuple[str, dict[str, str]]]:
    if is_whole:
        return [(gettext("Without internal notes"), {INTERNAL: "no"})]
    return [(gettext("With internal notes"), {INTERNAL: "yes"})]


def note(wish: Wish) -> None:
    """Leave a trace that the file of a complaint was opened to be printed."""
    complaint = db.session.get(Complaint, wish.number("complaint"))
    if complaint is None:
        raise NothingToPrint
    record("complaint.disclosed", at=wish.now, subject=complaint, actor_id=wish.by_id, form=wish.form)


PRINTABLE = Printable("case-file", Permission.DISCLOSE, gather, note=note)
