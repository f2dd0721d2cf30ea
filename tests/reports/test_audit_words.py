"""Every action that the program records has words for the owner's page."""

from __future__ import annotations

import ast
import re

import pytest
from flask import Flask
from flask_babel import force_locale

from crm.complaints.words import Names
from crm.contacts.models import Contact
from crm.extensions import db
from crm.reports import audit_words
from crm.reports.audit_details import DETAILS, SILENT, Known, detail_texts
from crm.shared import events
from crm.shared.models import AuditEvent
from tests.client import PageClient
from tests.conftest import NOW
from tests.factories.contacts import make_contact
from tests.guards.test_house import PYTHON

# What imports count; these keys stand nowhere as keywords.
COUNTED = ("new", "matched", "wrong", "removed", "archived", "restored", "imported", "already_here", "closed_since")
# Arguments that are no details, and other mappings of the files of steps.
NO_DETAILS = {"at", "subject", "actor_id", "decided_at", "decided_by_id", "is_approved", "synchronize_session"}
STEPS = {("complaints", "actions", f"{name}.py") for name in ("conversation", "ending", "opening", "remedies", "steps")}
RECORDED = sorted(
    {
        action
        for path in PYTHON
        for action in re.findall(r'\brecord\(\s*"([a-z_]+\.[a-z_]+)"', path.read_text(encoding="utf-8"))
    }
)


@pytest.mark.parametrize("action", RECORDED)
def test_an_action_has_words(action: str) -> None:
    area, deed = action.split(".")
    assert area in audit_words.AREAS
    assert deed in audit_words.DEEDS or action in {f"complaint.{known}" for known in audit_words._EVENTS}


def _keys_recorded() -> set[str]:
    """Keywords of `record`, and what the events of complaints say, whose details go into the trail as they are."""
    keys = set(COUNTED)
    for path in PYTHON:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "record":
                keys |= {each.arg for each in node.keywords if each.arg}
            elif isinstance(node, ast.Dict) and path.parts[-3:] in STEPS:
                keys |= {key.value for key in node.keys if isinstance(key, ast.Constant) and isinstance(key.value, str)}
    return keys - NO_DETAILS


@pytest.mark.parametrize("key", sorted(_keys_recorded()))
def test_a_key_has_words(key: str) -> None:
    assert (key in DETAILS) != (key in SILENT)


def test_what_is_recorded_by_counts_is_listed_above() -> None:
    calls = "".join(path.read_text(encoding="utf-8") for path in PYTHON if path.name != "events.py")
    assert sorted(re.findall(r"\brecord\([^()]*\*\*(\w+)", calls)) == ["counts", "counts", "details", "plan"]


KNOWN = Known(Names({4: "Asha Joshi"}, {3: "delay or late delivery"}), {2: "Regular"}, "INR")


@pytest.mark.parametrize(
    ("action", "details", "said"),
    [
        (
            "complaint.remedy-offered",
            {"remedy_id": 59, "remedy": "refund", "cost": "700.000", "currency": "INR", "needs_approval": True},
            "Remedy: Refund · Cost: ₹700 · waits for a yes: yes",
        ),
        ("complaint.promised", {"due_at": "2026-11-28T00:00:00+00:00"}, "Due: 27 Nov 2026, 24:00"),
        ("complaint.excused", {"clock": "first_response", "event_id": 446}, "Promise: First response"),
        (
            "complaint.paused",
            {"reason": "customer", "resume_on": "2026-12-01", "resume_at": "2026-12-01T03:30:00+00:00"},
            "Reason: the customer · Waits until: 1 Dec 2026, 03:30",
        ),
        (
            "complaint.resolved",
            {"follow_up_on": "2026-11-30", "root_cause_id": 3, "preventive_action_id": 5},
            "Follow-up: 30 November 2026 · Root cause: delay or late delivery",
        ),
        ("complaint.assigned", {"before": None, "after": 4}, "Now: Asha Joshi"),
        ("complaint.severity-changed", {"before": "normal", "after": "low"}, "Before: normal · Now: low"),
        ("complaint.duplicate", {"complaint_id": 69}, "Complaint: C-1069"),
        ("complaint.heard", {"removed": ["first_response"]}, "removed: first response"),
        ("import.undone", {"removed": 1200}, "removed: 1,200"),
        ("targets.changed", {"names": ["response:phone", "resolution:high"], "moved": 2},
         "Which: Phone, High · Promises moved: 2"),
        ("contact.changed", {"names": ["phones", "notes"]}, "Which: Phones, Notes"),
        ("settings.changed", {"names": ["time_zone"]}, "Which: Time zone"),
        ("week.closed", {"monday": "2026-11-16"}, "Week: 16–22 Nov 2026"),
        ("surprises.suggested", {"week": "2026-W48", "count": 3}, "Week: 23–29 Nov 2026 · Number: 3"),
        ("breach.cause_named", {"cause": "handover"}, "Cause: handover"),
        ("staff.role_changed", {"before": "front-desk", "after": "manager"}, "Before: front desk · Now: manager"),
        ("authority_limits.changed", {"limits": {"front-desk refund": "500.00"}}, "up to: front desk · Refund ₹500"),
        ("level.given", {"level": 2, "until": "2027-01-01"}, "Level: Regular · until: 1 January 2027"),
        ("reward_budget.changed", {"month": "2026-11-01", "amount": None}, "from: 1 November 2026"),
        ("moment.dismissed", {"kind": "birthday"}, "Kind: Birthday"),
        ("recognition.letter_printed", {"form": "pdf", "in_spite_of": []}, "Form: PDF"),
        ("staff.added", {"role": "a role of long ago"}, "Role: a role of long ago"),
        ("complaint.promised", {"due_at": "soon"}, "Due: soon"),
    ],
)  # fmt: skip
def test_details_read_as_people_say_them(app: Flask, action: str, details: dict[str, object], said: str) -> None:
    with app.app_context(), force_locale("en_IN"):
        read = " · ".join(f"{name}: {value}" for name, value in detail_texts(action, details, KNOWN))
    assert read == said


def test_they_are_found() -> None:
    assert len(RECORDED) > 80


def test_the_page_reads_in_words_and_leads_to_the_record(as_owner: PageClient) -> None:
    contact: Contact = make_contact("Anita Desai")
    db.session.flush()
    events.record("contact.archived", at=NOW, subject=contact, is_late=True, odd_word=3, reason=None)
    db.session.commit()
    page = as_owner.get("/audit").text
    assert "Contact: archived" in page and f'href="/contacts/{contact.id}"><bdi>Contact {contact.id}</bdi></a>' in page
    assert "logged later: <bdi>yes</bdi> · odd word: <bdi>3</bdi>" in page
    assert "Reason" not in page
    assert '<option value="contact.archived" >Contact: archived</option>' in page


def test_what_has_no_words_is_shown_as_it_is() -> None:
    event = AuditEvent(action="new_thing.was_done", subject_type="new_thing", subject_id=3, details={})
    assert audit_words.action_text(event.action) == "new thing: was done"
    assert (audit_words.record_text(event, {}), audit_words.record_address(event)) == ("", None)
