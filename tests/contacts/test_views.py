"""The list, the form, duplicates while typing, ties, own fields: as a browser sees them."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import func, select

from crm.accounts.models import Business
from crm.contacts.actions.indexing import reindex
from crm.contacts.forms import labels
from crm.contacts.models import Contact, ContactField, ContactFieldValue, Tie
from crm.contacts.rules import ContactKind, TieKind
from crm.extensions import db
from crm.shared.models import AuditEvent
from tests.client import PageClient
from tests.counting import counted_queries
from tests.factories.contacts import make_contact


def _count() -> int:
    return db.session.scalar(select(func.count()).select_from(Contact)) or 0


def _form(**given: str) -> dict[str, str]:
    return {"name": "Anita Desai", "phones-0-raw": "98400 12345", "form_key": "key-1", "kind": "person", **given}


def test_the_empty_list_says_what_to_do(as_kavitha: PageClient) -> None:
    assert "Add the first one" in as_kavitha.get("/contacts").text


def test_the_list_is_in_one_alphabet_over_all_scripts(as_kavitha: PageClient) -> None:
    for name in ("Zoe", "முருகன்", "Adam", "محمد"):
        make_contact(name)
    html = as_kavitha.get("/contacts").text
    places = [html.index(name) for name in ("Adam", "محمد", "முருகன்", "Zoe")]
    assert places == sorted(places)
    assert "Murugan" in html


def test_the_list_pages_by_key_and_with_a_fixed_number_of_queries(as_kavitha: PageClient) -> None:
    for number in range(120):
        make_contact(f"Guest {number:03}", phone=f"98400 1{number:04}", tags=("vip",))
    shown: list[str] = []
    address = "/contacts?tag=" + str(db.session.scalars(select(Contact)).first().tags[0].id)  # type: ignore[union-attr]
    while address:
        with counted_queries() as statements:
            html = as_kavitha.get(address).text
        assert len(statements) <= 12
        shown += [part[:9] for part in html.split("<strong><bdi>")[1:]]
        address = html.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&") if 'rel="next"' in html else ""
    assert shown == [f"Guest {number:03}" for number in range(120)]


def test_the_list_is_filtered(as_kavitha: PageClient, now: datetime) -> None:
    make_contact("Anita", tags=("Gold",))
    make_contact("Balu Textiles", kind=ContactKind.ORGANISATION)
    gone = make_contact("Chitra")
    gone.archived_at = now
    tag_id = db.session.scalars(select(Contact).where(Contact.name == "Anita")).one().tags[0].id
    cases = {
        "kind=organisation": ["Balu"],
        f"tag={tag_id}": ["Anita"],
        "archived=yes": ["Chitra"],
        "letter=b": ["Balu"],
        "letter=%23": [],
        "kind=nonsense&tag=x": ["Anita", "Balu"],
    }
    for query, names in cases.items():
        html = as_kavitha.get(f"/contacts?{query}").text
        assert [name for name in ("Anita", "Balu", "Chitra") if f"<bdi>{name}" in html] == names, query
    as_kavitha.get("/contacts?from=broken", status=404)


def test_a_contact_is_added_once_however_often_it_is_sent(as_kavitha: PageClient, business: Business) -> None:
    first = as_kavitha.post("/contacts", _form(tags="Gold, VIP", **{"emails-0-address": "a@b.example"}))
    again = as_kavitha.post("/contacts", _form())
    assert (first.location, _count()) == (again.location, 1)
    contact = db.session.scalars(select(Contact)).one()
    assert first.location == f"/contacts/{contact.id}"
    assert [tag.name for tag in contact.tags] == ["Gold", "VIP"]
    assert (contact.phones[0].e164, contact.emails[0].address) == ("+919840012345", "a@b.example")


def test_under_htmx_the_browser_is_sent_to_the_contact(as_kavitha: PageClient) -> None:
    response = as_kavitha.post("/contacts", _form(), htmx=True, status=204)
    assert response.headers["HX-Redirect"].startswith("/contacts/")


@pytest.mark.parametrize("htmx", [True, False])
def test_a_wrong_form_comes_back_with_everything_typed(as_kavitha: PageClient, htmx: bool) -> None:
    wrong = _form(notes="long talk", **{"links-0": "javascript:alert(1)"})
    html = as_kavitha.post("/contacts", wrong, status=422, htmx=htmx).text
    assert "Write a web address" in html and "long talk" in html and "98400 12345" in html
    nameless = {"form_key": "k", "kind": "person", "notes": "who?"}
    assert "Write a name, a number" in as_kavitha.post("/contacts", nameless, status=422, htmx=htmx).text
    assert _count() == 0


def test_one_more_row_works_without_javascript(as_kavitha: PageClient) -> None:
    html = as_kavitha.post("/contacts", _form(more="phones"), status=200).text
    assert 'name="phones-1-raw"' in html and 'value="98400 12345"' in html
    part = as_kavitha.post("/contacts", _form(more="emails"), status=200, htmx=True).text
    assert "<html" not in part and 'name="emails-0-address"' in part
    assert _count() == 0


def test_extra_fields_of_a_form_are_ignored(as_kavitha: PageClient) -> None:
    as_kavitha.post("/contacts", _form(version="7", archived_at="2026-01-01", created_by_id="9", merged_into_id="1"))
    contact = db.session.scalars(select(Contact)).one()
    assert (contact.version, contact.archived_at, contact.merged_into_id) == (1, None, None)


def test_a_referral_is_picked_from_a_search(as_kavitha: PageClient) -> None:
    giver = make_contact("Bhavani Rao")
    html = as_kavitha.post("/contacts", _form(referred_query="bhavani", more="referred"), status=200).text
    assert f'name="referred_by_id" value="{giver.id}"' in html
    part = as_kavitha.post("/contacts/picks", {"field": "referred_by_id", "referred_query": "bavani"}, status=200)
    assert "Bhavani Rao" in part.text
    as_kavitha.post("/contacts", _form(referred_by_id=str(giver.id)))
    added = db.session.scalars(select(Contact).where(Contact.name == "Anita Desai")).one()
    assert added.referred_by_id == giver.id
    as_kavitha.post("/contacts", _form(form_key="k2", seen=str(added.id), referred_by_id="99999"), status=422)
    as_kavitha.post("/contacts/picks", {"field": "password"}, status=400)


def test_a_contact_is_changed(as_kavitha: PageClient) -> None:
    contact = make_contact("Anita", phone="98400 12345", email="a@b.example")
    html = as_kavitha.get(f"/contacts/{contact.id}/details").text
    assert 'value="98400 12345"' in html and 'name="version"' in html
    response = as_kavitha.post(f"/contacts/{contact.id}/details", _form(name="Anita D", version="1"))
    assert response.location == f"/contacts/{contact.id}"
    db.session.refresh(contact)
    assert (contact.name, contact.version, contact.emails) == ("Anita D", 2, [])


@pytest.mark.parametrize("htmx", [True, False])
def test_two_people_who_change_one_contact_see_both_texts(as_kavitha: PageClient, htmx: bool) -> None:
    contact = make_contact("Anita", preferences="window seat")
    path = f"/contacts/{contact.id}/details"
    as_kavitha.post(path, _form(name="Anita", preferences="corner table", version="1"))
    html = as_kavitha.post(path, _form(name="Anita", preferences="no peanuts", version="1"), status=409, htmx=htmx).text
    assert "corner table" in html and "no peanuts" in html and 'value="2"' in html
    db.session.refresh(contact)
    assert contact.preferences == "corner table"
    as_kavitha.post(path, _form(name="Anita", preferences="no peanuts", version="2"))
    as_kavitha.post(path, _form(name="Anita"), status=409)


def test_contacts_that_are_gone_are_not_found(as_kavitha: PageClient, now: datetime) -> None:
    blocked = make_contact("Anita")
    blocked.blocked_at = now
    kept = make_contact("Balu")
    merged = make_contact("Balu K")
    merged.merged_into_id = kept.id
    for contact_id in (blocked.id, merged.id, 99999):
        as_kavitha.get(f"/contacts/{contact_id}/details", status=404)
        as_kavitha.post(f"/contacts/{contact_id}/details", _form(version="1"), status=404)
        as_kavitha.get(f"/contacts/{contact_id}/ties", status=404)


def test_likely_duplicates_are_shown_while_typing(as_kavitha: PageClient, now: datetime) -> None:
    known = make_contact("Anita Desai", phone="098400-12345", email="A@B.example")

    def hints(**typed: str) -> str:
        data = {"kind": "person", **typed}
        return as_kavitha.post("/contacts/duplicate-hints", data, status=200, htmx=True).text

    assert "same number" in hints(**{"phones-0-raw": "+91 98400 12345"})
    assert "same email address" in hints(**{"emails-0-address": "a@b.EXAMPLE"})
    assert "similar name" in hints(name="Anita Desai") and f"/contacts/{known.id}" in hints(name="Anita Desai")
    assert "Anita" not in hints(name="Zoe", **{"phones-0-raw": "98400 99999"})
    assert "Anita" not in hints(name="Anita Desai", contact_id=str(known.id))
    known.blocked_at = now
    reindex(known)
    assert "Anita" not in hints(name="Anita Desai", **{"phones-0-raw": "98400 12345"})


def test_a_number_that_is_here_already_is_asked_about_once(as_kavitha: PageClient) -> None:
    known = make_contact("Bhavani Rao", phone="+91 98400 12345")
    again = as_kavitha.post("/contacts", _form(), status=409).text
    assert "is here already" in again and f'href="/contacts/{known.id}"' in again
    assert f'name="seen" value="{known.id}"' in again and 'value="Anita Desai"' in again
    added = as_kavitha.post("/contacts", _form(seen=str(known.id)))
    assert as_kavitha.post("/contacts", _form()).location == added.location
    assert db.session.scalars(select(Contact.name).order_by(Contact.id)).all() == ["Bhavani Rao", "Anita Desai"]


def test_the_same_name_alone_is_not_asked_about(as_kavitha: PageClient) -> None:
    make_contact("Anita Desai", phone="98400 99999")
    as_kavitha.post("/contacts", _form(), status=303)


def test_ties_are_shown_both_ways_and_taken_away(as_kavitha: PageClient) -> None:
    person, shop = make_contact("Anita"), make_contact("Balu Textiles", kind=ContactKind.ORGANISATION)
    looked_up = as_kavitha.post(f"/contacts/{person.id}/ties", {"kind": "company", "other_query": "balu"}, status=200)
    assert f'value="{shop.id}"' in looked_up.text
    tied = {"kind": "company", "other_id": str(shop.id)}
    as_kavitha.post(f"/contacts/{person.id}/ties", tied)
    part = as_kavitha.post(
        f"/contacts/{shop.id}/ties", {"kind": "company-of", "other_id": str(person.id)}, htmx=True, status=200
    )
    assert "has on its staff" in part.text and "<html" not in part.text
    found = db.session.scalars(select(Tie)).one()
    assert (found.contact_id, found.other_id, found.kind) == (person.id, shop.id, TieKind.COMPANY)
    assert "works at" in as_kavitha.get(f"/contacts/{person.id}/details").text
    other = make_contact("Chitra")
    as_kavitha.post(f"/contacts/{other.id}/ties/{found.id}/removal", status=404)
    as_kavitha.post(f"/contacts/{shop.id}/ties/{found.id}/removal")
    assert db.session.scalars(select(Tie)).all() == []
    actions = db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all()
    assert [each for each in actions if "tied" in each] == ["contact.tied", "contact.untied"]


def test_nobody_is_tied_to_themselves_or_to_nobody(as_kavitha: PageClient) -> None:
    person = make_contact("Anita")
    for other_id in (person.id, 99999):
        as_kavitha.post(f"/contacts/{person.id}/ties", {"kind": "household", "other_id": str(other_id)}, status=422)
    as_kavitha.post(f"/contacts/{person.id}/ties", {"kind": "nonsense"}, status=422)
    assert db.session.scalars(select(Tie)).all() == []


def test_own_fields_are_the_owners_to_define(as_owner: PageClient, as_kavitha: PageClient) -> None:
    as_kavitha.get("/settings/contact-fields", status=403)
    as_kavitha.post("/settings/contact-fields", {"name": "Skin", "kind": "text"}, status=403)
    path = "/settings/contact-fields"
    as_owner.post(path, {"name": "Level", "kind": "choice", "choice_lines": "Gold"}, status=422)
    as_owner.post(path, {"name": "Level", "kind": "choice", "choice_lines": "Gold\nSilver", "form_key": "a"})
    as_owner.post(path, {"name": "Level", "kind": "choice", "choice_lines": "Gold\nSilver", "form_key": "a"})
    as_owner.post(path, {"name": "Level", "kind": "text", "form_key": "b"}, status=409)
    field = db.session.scalars(select(ContactField)).one()
    as_owner.get(f"{path}/{field.id}")
    as_owner.get(f"{path}/99999", status=404)
    as_owner.post(f"{path}/{field.id}", {"name": "Tier", "choice_lines": "Gold", "position": "1"}, status=422)
    as_owner.post(f"{path}/{field.id}", {"name": "Tier", "choice_lines": "Gold\nTin", "position": "1"})
    db.session.refresh(field)
    assert (field.name, field.choices) == ("Tier", ["Gold", "Tin"])


def test_own_fields_are_filled_in_and_survive_retirement(as_owner: PageClient, as_kavitha: PageClient) -> None:
    as_owner.post("/settings/contact-fields", {"name": "Visits", "kind": "number", "form_key": "a"})
    field = db.session.scalars(select(ContactField)).one()
    own = {"own-0-field_id": str(field.id), "own-0-value": "many"}
    assert "Write a number" in as_kavitha.post("/contacts", _form(**own), status=422).text
    as_kavitha.post("/contacts", _form(**{**own, "own-0-value": "12,5"}))
    contact = db.session.scalars(select(Contact)).one()
    assert 'value="12.5"' in as_kavitha.get(f"/contacts/{contact.id}/details").text
    as_owner.post(f"/settings/contact-fields/{field.id}/retirement")
    as_kavitha.post(f"/contacts/{contact.id}/details", _form(name="Anita D", version="1"))
    assert db.session.scalars(select(ContactFieldValue.value)).all() == ["12.5"]
    as_owner.post(f"/settings/contact-fields/{field.id}/return")
    stranger = {"own-0-field_id": "99999", "own-0-value": "x"}
    as_kavitha.post("/contacts", _form(form_key="k3", seen=str(contact.id), **stranger))


def test_strangers_see_and_change_nothing(anonymous: PageClient, business: Business) -> None:
    contact = make_contact("Anita")
    for path in ("/contacts", "/contacts/new", f"/contacts/{contact.id}/details", "/search", "/screen-pop?number=1"):
        anonymous.get(path, status=302)
        anonymous.get(path, htmx=True, status=401)
    for path in ("/contacts", "/contacts/new", "/search", "/search/suggestions", "/contacts/duplicate-hints"):
        assert "Anita" not in anonymous.post(path, {"query": "anita"}, status=401).text
    assert _count() == 1


@pytest.mark.parametrize(("code", "name"), [("ta", "தமிழ்"), ("ceb", "Cebuano"), ("ilo", "Ilokano"), ("qq", "qq")])
def test_a_language_is_offered_by_its_own_name(app: Flask, code: str, name: str) -> None:
    with app.test_request_context():
        assert labels.language_name(code) == name


def test_what_a_number_is_stands_in_the_readers_language(app: Flask) -> None:
    with app.test_request_context(), force_locale("fa"):
        assert [labels.place_name(place) for place in ("Mobile", "", "Attic")] == ["همراه", "", "Attic"]


@pytest.mark.parametrize(
    ("raw", "shown", "link"),
    [
        ("+49 (0) 30 1234-567 ext. 89", "+49 30 1234567 ext. 89", "tel:+49301234567;ext=89"),
        ("+49 30 1234567 Durchwahl 12", "+49 30 1234567 ext. 12", "tel:+49301234567;ext=12"),
        ("+91 98400 12345", "098400 12345", "tel:+919840012345"),
        ("mobile 98400 12345", "098400 12345", "tel:+919840012345"),
    ],
)
def test_an_extension_is_shown_and_dialled(as_kavitha: PageClient, raw: str, shown: str, link: str) -> None:
    contact = make_contact("Anita Desai", phone=raw)
    page = as_kavitha.get(f"/contacts/{contact.id}").text
    assert f'<a href="{link}"><bdi dir="ltr">{shown}</bdi></a>' in page
    assert shown in as_kavitha.get("/contacts").text


@pytest.mark.parametrize("typed", ["nonsense", "anita@", "anita at example.com"])
def test_what_is_no_email_address_is_asked_for_again_with_everything_typed(as_kavitha: PageClient, typed: str) -> None:
    sent = _form(**{"emails-0-address": typed, "emails-1-address": "anita@example.com", "notes": "Window seat"})
    page = as_kavitha.post("/contacts", sent, status=422).text
    assert page.count("Write the address as name@example.com.") == 1
    assert typed in page and "anita@example.com" in page and "Window seat" in page and _count() == 0


@pytest.mark.parametrize(
    ("more", "field"),
    [("phones", "phones-1-raw"), ("emails", "emails-0-address"), ("addresses", "addresses-0-street"), ("all", "name")],
)
def test_a_row_that_was_added_takes_the_keyboard(as_kavitha: PageClient, more: str, field: str) -> None:
    page = as_kavitha.post("/contacts", _form(more=more), status=200).text
    focused = re.findall(r"<(?:input|textarea)[^>]*autofocus[^>]*>", page.split('id="contact-form"')[1])
    assert len(focused) == 1 and f'name="{field}"' in focused[0]
