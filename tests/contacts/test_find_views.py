"""Finding: suggestions, the page without JavaScript, adding what was typed, the screen pop, the command."""

from __future__ import annotations

import json
import re
from datetime import datetime

import pytest
from flask import Flask

from crm.accounts.models import Business
from crm.cli.search import search
from crm.contacts.models import Contact
from crm.contacts.queries import facts
from crm.contacts.queries.find import likely_duplicates
from crm.contacts.queries.page import contact_card
from crm.contacts.rules import ContactDetails, EmailDetails, PhoneDetails
from crm.contacts.rules.finding import Likeness, details_from_query, likenesses
from crm.extensions import db
from tests.client import PageClient
from tests.counting import counted_queries
from tests.factories.contacts import make_contact


@pytest.fixture
def murugan(business: Business) -> Contact:
    """Somebody with a name in Tamil."""
    return make_contact(
        phone="98400 12345", email="murugan@selvam.example", organisation="Selvam & Sons", tags=("Gold",)
    )


@pytest.mark.parametrize("query", ["murugan", "முருகன்", "40012", "௪௦௦௧௨", "selvam.example", "Sons", "#gold", "ms"])
def test_suggestions_are_only_the_list_best_first(as_kavitha: PageClient, murugan: Contact, query: str) -> None:
    html = as_kavitha.post("/search/suggestions", {"query": query}, htmx=True, status=200).text
    assert html.lstrip().startswith('<div id="found"') and 'role="listbox"' in html
    assert f'href="/contacts/{murugan.id}"' in html and 'role="option"' in html
    assert "Murugan Selvam" in html


def test_each_suggestion_says_why_and_what_the_counter_needs(as_kavitha: PageClient, murugan: Contact) -> None:
    murugan_id = murugan.id

    def source(ids: object, now: datetime) -> dict[int, list[facts.Fact]]:
        return {murugan_id: [facts.Fact("open complaint", "breach", "flag")]}

    facts.fact_source(source)
    try:
        html = as_kavitha.post("/search/suggestions", {"query": "98400"}, htmx=True, status=200).text
    finally:
        facts._sources.remove(source)
    assert "open complaint" in html and "number" in html and "098400 12345" in html


def test_what_sounds_like_the_query_says_so_apart_from_the_number(as_kavitha: PageClient, business: Business) -> None:
    make_contact("Lakshmi Raman", phone="98400 12345")
    html = as_kavitha.post("/search/suggestions", {"query": "laksmi ramen"}, htmx=True, status=200).text
    assert re.search(r"</bdi> ·\s+sounds like it\s*</small>", html)


def test_what_was_not_found_can_be_added(as_kavitha: PageClient, owner: object) -> None:
    html = as_kavitha.post("/search/suggestions", {"query": 'Zoë "<b>'}, htmx=True, status=200).text
    assert 'action="/contacts/new"' in html and "&lt;b&gt;" in html and "<b>" not in html
    assert 'id="found-new"' in html
    assert 'role="option"' not in as_kavitha.post("/search/suggestions", {"query": " "}, htmx=True, status=200).text


@pytest.mark.parametrize(
    ("query", "details"),
    [
        ("98400 12345", ContactDetails(phones=(PhoneDetails(raw="98400 12345"),))),
        ("۰۹۱۲ ۳۴۵ ۶۷۸۹", ContactDetails(phones=(PhoneDetails(raw="۰۹۱۲ ۳۴۵ ۶۷۸۹"),))),
        (" zoe@b.example", ContactDetails(emails=(EmailDetails(address="zoe@b.example"),))),
        ("Zoe  Adams", ContactDetails(name="Zoe Adams")),
        ("Route 66", ContactDetails(name="Route 66")),
    ],
)
def test_what_was_typed_goes_into_the_right_field(query: str, details: ContactDetails) -> None:
    assert details_from_query(query) == details


def test_the_form_is_prefilled_with_what_was_typed(as_kavitha: PageClient) -> None:
    fields = {"98400 12345": "phones-0-raw", "zoe@b.example": "emails-0-address", "Zoe": "name"}
    for query, name in fields.items():
        html = as_kavitha.post("/contacts/new", {"query": query}, status=200).text
        [tag] = [part for part in html.split("<input") if f'name="{name}"' in part]
        assert f'value="{query}"' in tag.split(">")[0]


def test_the_surest_likeness_comes_first_and_a_name_last() -> None:
    found = likenesses([3], [2, 3], [1, 2])
    assert list(found) == [3, 2, 1]
    assert found[3] == [Likeness.PHONE, Likeness.EMAIL] and found[1] == [Likeness.NAME]


def test_search_works_without_javascript(as_kavitha: PageClient, murugan: Contact, now: datetime) -> None:
    as_kavitha.get("/search")
    assert f'href="/contacts/{murugan.id}"' in as_kavitha.post("/search", {"query": "selvam"}, status=200).text
    murugan.archived_at = now
    assert "archived" in as_kavitha.post("/search", {"query": "selvam"}, status=200).text
    nobody = as_kavitha.post("/search", {"query": "qqqqqq"}, status=200).text
    assert "Nobody was found" in nobody and 'action="/contacts/new"' in nobody
    as_kavitha.post("/search", {"query": "x\x00" * 5000}, status=200)


def test_a_call_opens_the_contact_or_a_new_one(as_kavitha: PageClient, murugan: Contact) -> None:
    for number in ("%2B919840012345", "09840012345", "98400%2012345"):
        response = as_kavitha.get(f"/screen-pop?number={number}", status=303)
        assert response.location == f"/contacts/{murugan.id}"
    assert 'value="044 2434 9999"' in as_kavitha.get("/screen-pop?number=044%202434%209999").text
    as_kavitha.get("/screen-pop")
    wife = make_contact("Valli", phone="98400 12345")
    both = as_kavitha.get("/screen-pop?number=9840012345").text
    assert f"/contacts/{murugan.id}" in both and f"/contacts/{wife.id}" in both


def test_the_page_of_a_contact_takes_two_queries(murugan: Contact, now: datetime) -> None:
    make_contact("Valli", referred_by_id=murugan.id)
    db.session.commit()
    murugan_id = murugan.id
    db.session.expunge_all()
    with counted_queries() as statements:
        card = contact_card(murugan_id)
    assert card is not None and len(statements) == 2
    assert [phone.e164 for phone in card.phones] == ["+919840012345"]
    assert (card.latin, [tag.name for tag in card.tags]) == ("Murugan Selvam", ["Gold"])
    assert card.details.emails == (EmailDetails(address="murugan@selvam.example"),)
    assert contact_card(99999) is None


def test_the_command_prints_what_it_found(app: Flask, murugan: Contact) -> None:
    db.session.commit()
    runner = app.test_cli_runner()
    one = runner.invoke(search, ["murugan", "--json"])
    [item] = json.loads(one.output)
    assert (item["id"], item["name"], item["why"]) == (murugan.id, murugan.name, "name")
    assert murugan.name in runner.invoke(search, ["murugan"]).output
    many = runner.invoke(search, ["-", "--limit", "3"], input="murugan\n\n98400\nqqqqqq\n")
    lines = [json.loads(line) for line in many.output.splitlines()]
    assert [[each["id"] for each in line] for line in lines] == [[murugan.id], [], [murugan.id], []]


@pytest.mark.parametrize(
    ("stored", "typed", "is_hinted"),
    [
        ("முருகேசன் பழனிவேல்", "Murugesan Palanivel", True),
        ("Mohd Kareemi", "محمد کریمی", True),
        ("Laxmi Devi", "Lakshmi Devi", True),
        ("Krishnamoorthy Iyer", "Krishnamurthy Iyer", True),
        ("Krishnan Iyer", "Krishna", False),
        ("Maria Santos", "Mario Santos", False),
    ],
)
def test_a_name_written_otherwise_is_similar_while_it_is_typed(
    business: Business, now: datetime, stored: str, typed: str, is_hinted: bool
) -> None:
    make_contact(stored)
    hints = likely_duplicates(ContactDetails(name=typed), "IN", now=now)
    assert [hint.likenesses for hint in hints] == ([[Likeness.NAME]] if is_hinted else [])
