"""A form counts once: its key belongs to its address, and there is no way around it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from crm.accounts.models import Staff
from crm.contacts.models import Contact
from crm.extensions import db
from crm.interactions.models import Interaction
from crm.shared.forms import strip
from tests.client import PageClient
from tests.factories.contacts import make_contact


def _entry(note: str, key: str | None) -> dict[str, Any]:
    form = {"channel": "phone", "direction": "in", "kind": "enquiry", "note": note}
    return form if key is None else form | {"form_key": key}


def _notes() -> list[str]:
    return list(db.session.scalars(select(Interaction.note).order_by(Interaction.id)))


@pytest.mark.parametrize("key", ["k", "k" * 64, "k" * 65, "k" * 5000, "ключ\u200d"])
def test_a_form_counts_once_whatever_its_key_is(as_kavitha: PageClient, key: str) -> None:
    contact = make_contact("Meena")
    answers = [as_kavitha.post(f"/contacts/{contact.id}/interactions", _entry("once", key)) for _time in range(3)]
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert _notes() == ["once"]


def test_a_key_that_another_form_used_drops_no_text(as_kavitha: PageClient) -> None:
    meena, murugan = make_contact("Meena"), make_contact("Murugan")
    as_kavitha.post(f"/contacts/{meena.id}/interactions", _entry("of Meena", "same"))
    answer = as_kavitha.post(f"/contacts/{murugan.id}/interactions", _entry("of Murugan", "same"))
    assert str(murugan.id) in answer.headers["Location"]
    as_kavitha.post("/contacts", {"name": "Selvi", "kind": "person", "form_key": "same"})
    assert _notes() == ["of Meena", "of Murugan"]
    assert db.session.scalars(select(Contact).where(Contact.name == "Selvi")).one()


@pytest.mark.parametrize("key", ["", " ", "\x00"])
def test_a_form_without_a_key_is_refused(as_kavitha: PageClient, key: str) -> None:
    contact = make_contact("Meena")
    page = as_kavitha.post(f"/contacts/{contact.id}/interactions", _entry("twice", key), status=400).text
    assert "The browser sent something that this page cannot read." in page
    assert _notes() == []


def test_the_form_of_a_contact_says_who_added_it(as_kavitha: PageClient, kavitha: Staff, now: datetime) -> None:
    as_kavitha.post("/contacts", {"name": "Selvi", "kind": "person"})
    added = db.session.scalars(select(Contact).where(Contact.name == "Selvi")).one()
    assert added.created_by_id == kavitha.id


@pytest.mark.parametrize("is_secure", [True, False])
def test_the_name_of_a_sent_form_is_as_secure_as_the_session(
    app: Flask, as_kavitha: PageClient, monkeypatch: pytest.MonkeyPatch, is_secure: bool
) -> None:
    contact = make_contact("Meena")
    as_kavitha.get("/")
    monkeypatch.setitem(app.config, "SESSION_COOKIE_SECURE", is_secure)
    answer = as_kavitha.post(f"/contacts/{contact.id}/interactions", _entry("once", "k"))
    (cookie,) = (each for each in answer.headers.getlist("Set-Cookie") if each.startswith("sent_form="))
    assert ("; Secure" in cookie) is is_secure


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (" Meena \r\nRaman\r", "Meena \nRaman"),
        ("a\u2028b\x85c\x0bd", "a\nb\nc\nd"),
        ("a\tb\x00\x07\x1b\x9f\ufeff\ufffe", "a\tb"),
        ("நான்\u200d ‌می‌", "நான்\u200d ‌می‌"),
        (None, None),
    ],
)
def test_what_is_typed_is_text(typed: str | None, stored: str | None) -> None:
    assert strip(typed) == stored
