"""Consent per channel and purpose: what holds, how it is recorded, and opting out of everything."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from crm.contacts.actions.consent import record_consent
from crm.contacts.models import Consent, Contact
from crm.contacts.queries.consent import consent_states
from crm.contacts.rules import ContactBlocked
from crm.contacts.rules.consent import ConsentLine, latest_lines, may_contact
from crm.extensions import db
from crm.shared.models import AuditEvent
from tests.client import PageClient
from tests.conftest import NOW
from tests.factories.contacts import make_contact

KEY = ("email", "marketing")


def _line(number: int, is_given: bool, *, of: int = 1, merged: bool = False, minutes: int = 0) -> ConsentLine:
    return ConsentLine(
        id=number,
        contact_id=of,
        channel="email",
        purpose="marketing",
        is_given=is_given,
        at=NOW + timedelta(minutes=minutes),
        merged_at=NOW + timedelta(hours=1) if merged else None,
    )


@pytest.mark.parametrize(
    ("lines", "may"),
    [
        ([], False),
        ([_line(1, True)], True),
        ([_line(1, True), _line(2, False)], False),
        ([_line(2, True), _line(1, False)], True),
        ([_line(1, True), _line(2, False, of=2, merged=True)], False),
        ([_line(1, False, of=2, merged=True), _line(2, True)], False),
        ([_line(1, False, of=2, merged=True), _line(2, False), _line(3, True)], False),
        ([_line(1, False, of=2, merged=True), _line(2, True, minutes=61)], True),
        ([_line(1, False, of=2, merged=True), _line(2, True, of=2, merged=True)], True),
        ([_line(1, False), _line(2, True, of=2, merged=True)], False),
        ([_line(1, True, of=2, merged=True), _line(2, False, of=3, merged=True)], False),
    ],
)
def test_which_line_holds(lines: list[ConsentLine], may: bool) -> None:
    assert may_contact(latest_lines(lines), *KEY) is may


def test_service_is_allowed_until_refused_and_everything_else_needs_a_yes() -> None:
    assert may_contact({}, "phone", "service")
    assert not may_contact({}, "phone", "feedback")
    assert not may_contact(latest_lines([_line(1, True)]), "phone", "marketing")


def _page_data(**given: object) -> dict[str, object]:
    return {"channel": "email", "purpose": "marketing", "answer": "given", "source": "paper"} | given


def test_recording_with_and_without_htmx(as_kavitha: PageClient) -> None:
    contact = make_contact("Priya Raman")
    path = f"/contacts/{contact.id}/consents"
    assert "Nothing recorded" in as_kavitha.get(path).text
    as_kavitha.post(path, _page_data(text_version="leaflet 2026-01", form_key="k1"))
    as_kavitha.post(path, _page_data(form_key="k1"))
    answer = as_kavitha.post(path, _page_data(answer="refused", channel="phone"), htmx=True, status=200)
    assert "refused" in answer.text and "<html" not in answer.text
    lines = db.session.scalars(select(Consent).order_by(Consent.id)).all()
    assert [(line.channel, line.is_given, line.source, line.text_version) for line in lines] == [
        ("email", True, "paper", "leaflet 2026-01"),
        ("phone", False, "paper", ""),
    ]
    assert all(line.by_id for line in lines)
    actions = db.session.scalars(select(AuditEvent.action).where(AuditEvent.action.like("consent.%"))).all()
    assert actions == ["consent.given", "consent.refused"]
    assert "leaflet 2026-01" in as_kavitha.get(path).text and "Kavitha S" in as_kavitha.get(path).text


@pytest.mark.parametrize("wrong", [{"answer": ""}, {"answer": "maybe"}, {"channel": "pigeon"}, {"source": "x" * 300}])
def test_bad_input_changes_nothing(as_kavitha: PageClient, wrong: dict[str, str]) -> None:
    contact = make_contact("Priya Raman")
    page = as_kavitha.post(f"/contacts/{contact.id}/consents", _page_data(text_version="v7", **wrong), status=422).text
    assert 'value="v7"' in page
    assert db.session.scalar(select(func.count()).select_from(Consent)) == 0


def test_opting_out_of_everything(as_kavitha: PageClient) -> None:
    contact = make_contact("Priya Raman")
    record_consent(contact, channel="email", purpose="marketing", is_given=True, now=NOW)
    as_kavitha.post(f"/contacts/{contact.id}/opt-out")
    states = consent_states([contact.id])[contact.id]
    assert len(states) == 18 and not any(line.is_given for line in states.values())
    assert not may_contact(states, "phone", "service")
    as_kavitha.post(f"/contacts/{contact.id}/opt-out", status=422)
    assert "Opt out of everything" not in as_kavitha.get(f"/contacts/{contact.id}/consents").text


def test_blocked_and_unknown_contacts(as_kavitha: PageClient, now: datetime) -> None:
    contact = make_contact("Priya Raman")
    contact.blocked_at = now
    with pytest.raises(ContactBlocked):
        record_consent(contact, channel="email", purpose="marketing", is_given=True, now=now)
    as_kavitha.get(f"/contacts/{contact.id}/consents", status=404)
    as_kavitha.post(f"/contacts/{contact.id}/opt-out", status=404)
    as_kavitha.post("/contacts/999999/consents", _page_data(), status=404)
    assert db.session.get_one(Contact, contact.id).blocked_at is not None
