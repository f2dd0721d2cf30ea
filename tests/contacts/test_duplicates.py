"""Suspected duplicates: why, how sure, and the page on which they are settled."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from crm.contacts.actions.distinct import mark_distinct
from crm.contacts.models import Contact, DistinctPair, KeyDate
from crm.contacts.queries.duplicates import suspected_pairs
from crm.contacts.rules import AddressDetails
from crm.contacts.rules.duplicates import Person, Sign, Strength, suspicion
from crm.extensions import db
from crm.shared.models import AuditEvent
from tests.client import PageClient
from tests.factories.contacts import make_contact

ONE = Person(id=1, name="Priya Raman", sort_name="priya raman")
TWO = Person(id=2, name="Priya Raman", sort_name="priya raman")
STRANGER = Person(id=3, name="Farid Karimi", sort_name="farid karimi")
PHONE: dict[str, Any] = {"phones": frozenset({"+919841011111"})}
EMAIL: dict[str, Any] = {"emails": frozenset({"p@x.example"})}


@pytest.mark.parametrize(
    ("first", "second", "strength"),
    [
        (ONE, TWO, None),
        (replace(ONE, **PHONE), replace(TWO, **PHONE), Strength.STRONG),
        (replace(ONE, **EMAIL), replace(TWO, **EMAIL), Strength.STRONG),
        (replace(ONE, **PHONE), replace(STRANGER, **PHONE), Strength.POSSIBLE),
        (replace(ONE, **PHONE, **EMAIL), replace(STRANGER, **PHONE, **EMAIL), Strength.LIKELY),
        (replace(ONE, birthday=(1, 2, 1990)), replace(TWO, birthday=(1, 2, None)), Strength.POSSIBLE),
        (replace(ONE, birthday=(1, 2, 1990)), replace(TWO, birthday=(1, 2, 1991)), None),
        (replace(ONE, organisation="ACME"), replace(TWO, organisation="acme"), Strength.POSSIBLE),
        (replace(ONE, birthday=(1, 2, 1990)), replace(STRANGER, birthday=(1, 2, 1990)), None),
        (replace(ONE, **PHONE, birthday=(1, 2, 1990)), replace(TWO, **PHONE, birthday=(3, 2, 1990)), Strength.LIKELY),
        (replace(ONE, **PHONE), replace(STRANGER, **PHONE, kind="organisation"), Strength.WEAK),
        (replace(ONE, name="பிரியா", **PHONE), replace(TWO, name="Priya", **PHONE), Strength.STRONG),
    ],
)
def test_how_sure(first: Person, second: Person, strength: Strength | None) -> None:
    found = suspicion(first, second)
    assert (found.strength if found else None) == strength


def test_the_signs_are_named() -> None:
    found = suspicion(replace(ONE, **PHONE, birthday=(1, 2, 1990)), replace(TWO, **PHONE, birthday=(3, 2, 1990)))
    assert found is not None and found.signs == (Sign.PHONE, Sign.NAME, Sign.OTHER_BIRTHDAY)


def _ids() -> list[tuple[int, int]]:
    return [(pair.first.id, pair.second.id) for pair in suspected_pairs(None).rows]


def test_pairs_are_found_by_each_sign_and_listed_once(business: object, now: datetime) -> None:
    a = make_contact("Asha Joshi", phone=["98410 11111", "98410 22222"], email="Asha@X.example")
    b = make_contact("Asha J", phone=["+91 9841011111", "9841022222"], email="asha@x.example ")
    c = make_contact("Mina Rao", email="m@x.example")
    d = make_contact("Minal Rao", email="M@X.example")
    e, f = make_contact("Ravi Kumar"), make_contact("ரவி குமார்")
    for each in (e, f):
        db.session.add(KeyDate(contact_id=each.id, kind="birthday", day=4, month=5, created_at=now))
    place = AddressDetails(street="1 Mint Street", postcode="600001")
    g, h = make_contact("Lee", addresses=(place,)), make_contact("Lee", addresses=(place,))
    i, j = make_contact("Om", organisation="Blue Bakery"), make_contact("Om", organisation="Blue Bakery")
    make_contact("Om"), make_contact("Lee"), make_contact("Ravi Kumar")
    db.session.flush()
    assert _ids() == [(x.id, y.id) for x, y in ((a, b), (c, d), (e, f), (g, h), (i, j))]


def test_archived_merged_blocked_and_distinct_pairs_are_left_out(business: object, now: datetime) -> None:
    people = [make_contact(f"P{number}", phone="98410 11111") for number in range(5)]
    people[0].archived_at = people[1].blocked_at = now
    mark_distinct(people[4], people[2], now=now)
    mark_distinct(people[2], people[4], now=now)
    db.session.flush()
    assert _ids() == [(people[2].id, people[3].id), (people[3].id, people[4].id)]
    assert db.session.scalar(select(func.count()).select_from(DistinctPair)) == 1
    events = db.session.scalars(select(AuditEvent.action).where(AuditEvent.action == "contact.found_distinct")).all()
    assert len(events) == 1


def test_a_crowd_on_one_number_says_nothing(business: object) -> None:
    for number in range(31):
        make_contact(f"Clerk {number}", phone="044 2811 0000", email="desk@x.example" if number < 2 else ())
    assert len(_ids()) == 1


def test_pages_follow_each_other_without_gap_or_repeat(business: object) -> None:
    for number in range(7):
        make_contact(f"A{number}", phone=f"98410 0000{number}")
        make_contact(f"B{number}", phone=f"98410 0000{number}")
    seen, place = [], None
    while True:
        page = suspected_pairs(place, size=3)
        seen += [pair.first.name for pair in page.rows]
        place = page.next_place
        if place is None:
            break
    assert seen == [f"A{number}" for number in range(7)]


def test_page_shows_why_and_settles_with_and_without_htmx(as_manager: PageClient) -> None:
    first, second = make_contact("Priya Raman", phone="98410 11111"), make_contact("P Raman", phone="9841011111")
    third = make_contact("Priya", phone="9841011111")
    page = as_manager.get("/contacts/duplicates").text
    assert "same number" in page and "very likely the same" in page and "098410 11111" in page
    answer = as_manager.post(f"/contacts/{first.id}/distinction/{second.id}", htmx=True, status=200)
    assert "noted as different people" in answer.text
    as_manager.post(f"/contacts/{first.id}/distinction/{third.id}", {"next": "/contacts/duplicates"})
    assert _ids() == [(second.id, third.id)]
    as_manager.post(f"/contacts/{second.id}/distinction/{third.id}")
    assert "No suspicion just now" in as_manager.get("/contacts/duplicates").text


def test_front_desk_and_unknown_contacts(as_kavitha: PageClient, as_manager: PageClient) -> None:
    one = make_contact("Priya")
    as_kavitha.get("/contacts/duplicates", status=403)
    as_kavitha.post(f"/contacts/{one.id}/distinction/{one.id}", status=403)
    as_manager.post(f"/contacts/{one.id}/distinction/999999", status=404)
    as_manager.post(f"/contacts/{one.id}/distinction/{one.id}", status=422)
    as_manager.get("/contacts/duplicates?from=abc", status=404)
    assert db.session.scalar(select(func.count()).select_from(DistinctPair)) == 0
    assert db.session.get_one(Contact, one.id).version == 1
