"""Entries in a contact's story, follow-ups and canned notes."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from crm.accounts.models import Staff
from crm.contacts.models import Contact
from crm.extensions import db
from crm.interactions.models import CannedNote, FollowUp, Interaction
from crm.shared import clock


def make_interaction(contact: Contact, staff: Staff | None = None, **given: Any) -> Interaction:
    """Make an entry: a phone enquiry, just now, unless given otherwise."""
    at: datetime = given.pop("occurred_at", clock.now())
    values: dict[str, Any] = {
        "contact_id": contact.id,
        "staff_id": staff.id if staff else None,
        "occurred_at": at,
        "logged_at": at,
        "channel": "phone",
        "direction": "in",
        "kind": "enquiry",
        "note": "asks for Saturday morning",
    }
    entry = Interaction(**(values | given))
    db.session.add(entry)
    db.session.flush()
    return entry


def make_follow_up(contact: Contact, assignee: Staff | None = None, **given: Any) -> FollowUp:
    """Make a follow-up, due today without an hour unless given otherwise."""
    values: dict[str, Any] = {
        "contact_id": contact.id,
        "task": "Call back",
        "due_on": date(2026, 6, 12),
        "assignee_id": assignee.id if assignee else None,
        "created_at": clock.now() - timedelta(days=3),
    }
    follow_up = FollowUp(**(values | given))
    db.session.add(follow_up)
    db.session.flush()
    return follow_up


def make_canned_notes(*texts: str) -> None:
    """Make canned notes in this order."""
    db.session.add_all(CannedNote(text=text, position=position) for position, text in enumerate(texts))
    db.session.flush()
