"""Complaints as a browser sees them, with and without htmx."""

from __future__ import annotations

from datetime import timedelta

import time_machine
from sqlalchemy import func, select

from crm.accounts.models import Staff
from crm.complaints.models import Complaint, ComplaintClock, ComplaintEvent
from crm.extensions import db
from tests.client import PageClient
from tests.conftest import NOW
from tests.factories.complaints import WORDS, make_complaint
from tests.factories.contacts import make_contact


def _count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def _open(client: PageClient, contact_id: int, **given: object):
    data = {"channel": "text", "words": WORDS, "severity": "normal", "category_id": "", "in_charge_id": "", **given}
    return client.post(f"/contacts/{contact_id}/complaints", data)


def test_the_promise_is_told_before_saving_and_after(as_kavitha: PageClient, kavitha: Staff) -> None:
    contact = make_contact()
    page = as_kavitha.get(f"/contacts/{contact.id}/complaints/new")
    assert "First response by 20:00 today" in page.text  # by phone: until closing time
    preview = as_kavitha.post("/complaints/promise-preview", {"channel": "text", "severity": "high"}, status=200)
    assert "First response by 18:30 today" in preview.text
    answer = _open(as_kavitha, contact.id)
    shown = as_kavitha.get(answer.location)
    assert "We will write to you by 18:30 today. Your reference: C-" in shown.text
    assert "in 2 h" in shown.text and "Explain this deadline" in shown.text


def test_opening_twice_makes_one(as_kavitha: PageClient, kavitha: Staff) -> None:
    contact = make_contact()
    first = _open(as_kavitha, contact.id, form_key="k" * 24)
    second = _open(as_kavitha, contact.id, form_key="k" * 24)
    assert first.location == second.location
    assert _count(Complaint) == 1 and _count(ComplaintEvent) == 1 and _count(ComplaintClock) == 2


def test_from_opening_to_closed(as_kavitha: PageClient, kavitha: Staff) -> None:
    complaint = make_complaint(kavitha)
    path = f"/complaints/{complaint.id}"
    assert "Answer the customer" in as_kavitha.get(path).text
    as_kavitha.post(f"{path}/conversation", {"direction": "out", "channel": "text", "text": "We are on it."})
    assert "Look into it" in as_kavitha.get(path).text
    as_kavitha.post(f"{path}/investigation", {"text": ""})
    assert "Offer a remedy" in as_kavitha.get(path).text
    as_kavitha.post(f"{path}/remedies", {"kind": "apology", "description": "", "cost": ""})
    as_kavitha.post(f"{path}/resolution", {"text": "Recoloured", "root_cause_id": "", "prevention_owner_id": ""})
    page = as_kavitha.get(path).text
    assert "Ask if it is fixed" in page and "kept" in page
    with time_machine.travel(NOW + timedelta(days=3), tick=False):
        as_kavitha = PageClient(as_kavitha.app).signed_in(kavitha)
        as_kavitha.post(f"{path}/follow-up", {"answer": "satisfied", "channel": "phone", "text": ""})
        as_kavitha.get(path)
    stored = db.session.get_one(Complaint, complaint.id)
    assert stored.status == "closed" and stored.is_satisfied and stored.closed_at is not None
