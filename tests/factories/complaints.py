"""Complaints and what happens to them, made as the pages make them."""

from __future__ import annotations

from typing import Any

from crm.accounts.models import Staff
from crm.complaints.actions.opening import NewComplaint, open_complaint
from crm.complaints.actions.recording import Writing
from crm.complaints.models import Complaint
from crm.complaints.queries.cases import Case, case_of
from crm.contacts.models import Contact
from crm.shared import clock
from tests.factories.contacts import make_contact

WORDS = "Two tones darker than we agreed, and I have a wedding on Sunday."


def by(staff: Staff, *, version: int | None = None) -> Writing:
    """Return that a person writes now."""
    return Writing(by_id=staff.id, role=staff.role, now=clock.now(), version=version)


def make_complaint(staff: Staff, contact: Contact | None = None, **given: Any) -> Complaint:
    """Open a complaint by text message as somebody at the counter would."""
    values: dict[str, Any] = {"channel": "text", "words": WORDS, "title": "Colour came out wrong", "severity": "high"}
    new = NewComplaint(**(values | {"in_charge_id": staff.id} | given))
    return open_complaint(contact or make_contact(), new, by(staff))


def make_case(staff: Staff, contact: Contact | None = None, **given: Any) -> Case:
    """Open a complaint and return it with its events."""
    case = case_of(make_complaint(staff, contact, **given).id)
    assert case is not None
    return case
