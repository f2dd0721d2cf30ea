"""What the business decides about contacts, without a database."""

from __future__ import annotations

import pytest

from crm.contacts.rules import (
    AddressDetails,
    BadFieldValue,
    ContactDetails,
    ContactKind,
    EmailDetails,
    NamelessContact,
    PhoneDetails,
    changed_names,
    details_from_json,
    details_to_json,
    display_name,
    initial_letter,
    latin_reading,
    safe_link,
    sort_name,
    tidied,
)
from crm.contacts.rules.details import differences
from crm.contacts.rules.finding import Likeness, likenesses
from crm.contacts.rules.own_fields import parsed_choices, stored_value


@pytest.mark.parametrize(
    ("details", "name"),
    [
        (ContactDetails(name="  Meena   Raman "), "Meena Raman"),
        (ContactDetails(given_name="Meena", family_name="Raman"), "Meena Raman"),
        (ContactDetails(other_names="Minnie"), "Minnie"),
        (ContactDetails(organisation="Jasmine"), "Jasmine"),
        (ContactDetails(kind=ContactKind.ORGANISATION, given_name="Meena", organisation="Jasmine"), "Jasmine"),
        (ContactDetails(emails=(EmailDetails(address="a@b.example"),)), "a@b.example"),
        (ContactDetails(phones=(PhoneDetails(raw="98400 12345"),)), "98400 12345"),
    ],
)
def test_something_always_names_a_contact(details: ContactDetails, name: str) -> None:
    assert display_name(details) == name


def test_nothing_names_nobody() -> None:
    with pytest.raises(NamelessContact):
        display_name(ContactDetails(notes="no name"))


def test_all_scripts_stand_in_one_alphabet() -> None:
    names = ["Zoe", "முருகன்", "José", "محمد", "Adam", "42nd Street", "!!!"]
    assert [sort_name(name) != "" for name in names] == [True] * len(names)
    letters = [initial_letter(sort_name(name)) for name in names]
    assert letters == ["z", "m", "j", "m", "a", "#", "#"]


@pytest.mark.parametrize(
    ("name", "others", "reading"),
    [
        ("Meena Raman", "", ""),
        ("José", "", ""),
        ("முருகன்", "", "Murugan"),
        ("முருகன்", "Murugun", "Murugun"),
        ("98400 12345", "", "98400 12345"),
        ("", "", ""),
    ],
)
def test_latin_reading_is_given_where_the_script_differs(name: str, others: str, reading: str) -> None:
    assert latin_reading(name, others) == reading


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("https://a.example/x?y=1", "https://a.example/x?y=1"),
        ("  HTTP://a.example ", "HTTP://a.example"),
        ("www.a.example/x", "https://www.a.example/x"),
        ("javascript:alert(1)", None),
        ("java\nscript:alert(1)", None),
        ("data:text/html,x", None),
        ("ftp://a.example", None),
        ("https://", None),
        ("//a.example", None),
        ("http://[", None),
        ("just words", None),
    ],
)
def test_only_web_addresses_are_links(text: str, link: str | None) -> None:
    assert safe_link(text) == link


def test_tidying_drops_repeats_and_loses_nothing() -> None:
    tidy = tidied(
        ContactDetails(
            name=" Meena\x00 ",
            phones=(PhoneDetails(raw=" 1 "), PhoneDetails(raw="1"), PhoneDetails(raw=" ")),
            emails=(EmailDetails(address="A@b.example"), EmailDetails(address="a@B.example")),
            addresses=(AddressDetails(kind="home"),),
            links=("javascript:alert(1)", "a.example"),
            tags=("VIP", "vip", "  "),
            job_title="x" * 130,
            notes="first",
            field_values={1: " ", 2: " a "},
        )
    )
    assert tidy.name == "Meena"
    assert [phone.raw for phone in tidy.phones] == ["1"]
    assert [email.address for email in tidy.emails] == ["A@b.example"]
    assert (tidy.addresses, tidy.links, tidy.tags) == ((), ("https://a.example",), ("VIP",))
    assert tidy.job_title == "x" * 120
    assert tidy.notes.splitlines() == ["first", "x" * 130, "javascript:alert(1)"]
    assert tidy.field_values == {2: "a"}
    assert tidied(tidy) == tidy


def test_details_survive_as_plain_values() -> None:
    details = ContactDetails(
        name="A",
        phones=(PhoneDetails(raw="1", kind="home"),),
        addresses=(AddressDetails(locality="Chennai"),),
        tags=("x",),
        field_values={3: "yes"},
    )
    assert details_from_json(details_to_json(details) | {"unknown": 1}) == details


def test_changed_names_hold_no_values() -> None:
    assert changed_names(ContactDetails(name="A"), ContactDetails(name="B", notes="n")) == ["name", "notes"]


@pytest.mark.parametrize(
    ("kind", "raw", "stored"),
    [
        ("text", " a ", "a"),
        ("number", "1,250.50", "1250.50"),
        ("number", "1,00,000", "100000"),
        ("number", "12,5", "12.5"),
        ("number", "௧௨", "12"),
        ("date", "2026-02-28", "2026-02-28"),
        ("yes-no", "Yes", "yes"),
        ("yes-no", "0", "no"),
        ("choice", "gold", "Gold"),
        ("number", "  ", ""),
    ],
)
def test_field_values_have_one_form(kind: str, raw: str, stored: str) -> None:
    assert stored_value(kind, raw, choices=["Gold", "Silver"]) == stored


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        *[("number", "many"), ("number", "NaN"), ("number", "9" * 400), ("date", "2026-02-29"), ("date", "soon")],
        *[("yes-no", "maybe"), ("choice", "Bronze"), ("text", "x" * 2001)],
    ],
)
def test_field_values_that_do_not_fit_are_refused(kind: str, raw: str) -> None:
    with pytest.raises(BadFieldValue):
        stored_value(kind, raw, choices=["Gold", "Silver"])


def test_choices_are_read_one_a_line() -> None:
    assert parsed_choices("Gold\n\n silver \ngold\n") == ["Gold", "silver"]


def test_what_is_stored_is_read_beside_what_was_typed() -> None:
    mine = ContactDetails(name="Anita")
    stored = ContactDetails(
        name="Anita Rao",
        phones=(PhoneDetails(raw="98400 12345", kind="mobile"), PhoneDetails(raw="044 1234")),
        addresses=(AddressDetails(street="1 Mount Road", locality="Chennai"),),
        tags=("vip", "early"),
        field_values={1: "oily"},
    )
    texts = dict(differences(mine, stored))
    assert texts["name"] == "Anita Rao"
    assert texts["phones"] == "98400 12345; 044 1234"
    assert texts["addresses"] == "1 Mount Road, Chennai"
    assert texts["field_values"] == "oily" and "early" in texts["tags"]
    assert dict(differences(stored, mine))["phones"] == ""


def test_a_reason_is_given_once_for_a_contact() -> None:
    assert likenesses([4, 4], [], [4]) == {4: [Likeness.PHONE, Likeness.NAME]}


def test_a_kind_that_is_cut_ends_in_no_blank() -> None:
    phone = PhoneDetails(raw="044 123", kind="inline modem pager video cell work")
    tidy = tidied(ContactDetails(name="Asha", phones=(phone,)))
    assert tidy.phones[0].kind == "inline modem pager video cell"
    assert tidied(tidy) == tidy
