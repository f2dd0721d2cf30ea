"""Which contact a row is, what it adds, and how it becomes the details of a contact."""

from __future__ import annotations

from typing import Any

import pytest

from crm.contacts.import_details import OwnField, details_of_row, row_texts
from crm.contacts.import_names import is_compatible, is_placeholder
from crm.contacts.import_rules import (
    OWN_ID,
    Candidate,
    Outcome,
    RowTexts,
    StoredContact,
    Verdict,
    additions,
    allowed_channels,
    are_one,
    external_key,
    judge,
    origin_of,
    refused_channels,
    settled,
    year_day,
)
from crm.contacts.importing import AddressDraft, ConsentDraft, ContactDraft, Kind, PhoneDraft

PHONE = PhoneDraft("98765 43210", "+919876543210", "cell")


def _candidate(contact_id: int, name: str, *evidence: str, **given: object) -> Candidate:
    return Candidate(contact_id, (name,), "person", frozenset(evidence or ("phone",)), **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("Anna Smith", "A. Smith", True),
        ("Anna Smith", "Smith, Anna", True),
        ("Murugan K", "முருகன்", True),
        ("José Pérez", "Jose Perez", True),
        ("Dr. Anna Smith", "Anna Smith", True),
        ("anna@example.com", "Bob", True),
        ("+91 98765 43210", "Bob", True),
        ("Anna Smith", "Bob Smith", False),
        ("Ravi", "Raju", False),
        ("A S", "Anna Smith", False),
        ("முருகேசன் பழனிவேல்", "Murugesan Palanivel", True),
        ("Mohd Kareemi", "محمد کریمی", True),
        ("王小明", "Wang Xiaoming", True),
        ("Jörg Müller", "Joerg Mueller", True),
        ("Laxmi Devi", "లక్ష్మి దేవి", True),
        ("Dela Cruz, Juan", "Juan Delacruz", True),
        ("Ma. Ana Dela Peña", "Maria Ana de la Peña", True),
        ("Ewan McDonald", "Mac Donald, Ewan", True),
        ("الحسن", "Hassan", True),
        ("Maria Santos", "Mario Santos", False),
        ("Amit Shah", "Amita Shah", False),
        ("علیرضا کریمی", "محمد کریمی", False),
    ],
)
def test_names_that_can_be_one_persons(first: str, second: str, expected: bool) -> None:
    assert is_compatible(first, second) is expected
    assert is_compatible(second, first) is expected


def test_what_stands_for_a_name_is_none() -> None:
    assert is_placeholder("a@example.com") and is_placeholder("044-123") and not is_placeholder("Ann")


@pytest.mark.parametrize(
    ("draft", "candidates", "outcome"),
    [
        (ContactDraft(name="Anna"), [], Outcome.NEW),
        (ContactDraft(name="Anna"), [_candidate(1, "Anna B")], Outcome.MATCHED),
        (ContactDraft(name="Anna"), [_candidate(1, "Bob")], Outcome.NEW),
        (ContactDraft(name="Anna"), [_candidate(1, "Bob", "number")], Outcome.MATCHED),
        (ContactDraft(name="Smith"), [_candidate(1, "Anna Smith"), _candidate(2, "Bob Smith")], Outcome.AMBIGUOUS),
        (ContactDraft(name="Anna"), [_candidate(1, "Anna"), _candidate(2, "Anna", "phone", "email")], Outcome.MATCHED),
        (ContactDraft(name="Anna"), [_candidate(1, "Anna", is_blocked=True)], Outcome.BLOCKED),
        (ContactDraft(name="Anna", kind=Kind.ORGANISATION), [_candidate(1, "Anna")], Outcome.NEW),
        (ContactDraft(name="Anna", birthday="1980-01-02"), [_candidate(1, "Anna", birthday="2010-01-02")], Outcome.NEW),
        (
            ContactDraft(name="Anna", birthday="--01-02"),
            [_candidate(1, "Anna", birthday="2010-01-02")],
            Outcome.MATCHED,
        ),
    ],
)
def test_which_contact_a_row_is(draft: ContactDraft, candidates: list[Candidate], outcome: Outcome) -> None:
    assert judge(draft, candidates).outcome is outcome


def test_numbers_are_those_of_their_program() -> None:
    draft = ContactDraft(external_id="4711")
    assert external_key(draft, origin_of("HubSpot CSV", "a.csv")) == external_key(
        draft, origin_of("HubSpot XLSX", "b.xlsx")
    )
    assert external_key(draft, origin_of("CSV", "a.csv")) != external_key(draft, origin_of("CSV", "b.csv"))
    assert external_key(ContactDraft(external_id="regulars-x-1"), "anything") == "regulars-x-1"
    assert external_key(ContactDraft(), "hubspot") == ""


def test_a_row_adds_and_fills_and_never_overwrites() -> None:
    stored = StoredContact(
        texts={"name": "Asha", "job_title": "Singer", "organisation": ""},
        phones=(PhoneDraft("+91 98765 43210", "+919876543210"),),
        emails=("ASHA@example.com",),
        tags=("VIP",),
        dates=frozenset({"birthday"}),
        refused=frozenset({"email"}),
        decided=frozenset({"email"}),
        fields={1: "42"},
    )
    draft = ContactDraft(
        name="Asha J",
        phones=(PHONE, PhoneDraft("044 1", None)),
        emails=("asha@example.com", "new@example.com"),
        tags=("vip", "new"),
        birthday="1980-01-02",
        anniversary="--06-01",
        consents=(ConsentDraft("email", True), ConsentDraft("sms", False)),
    )
    added = additions(stored, draft, RowTexts({"job_title": "Dancer", "organisation": "Raga"}, {1: "43", 2: "blue"}))
    assert added.texts == {"organisation": "Raga"}
    assert [phone.raw for phone in added.phones] == ["044 1"]
    assert (added.emails, added.tags) == (("new@example.com",), ("new",))
    assert added.dates == {"anniversary": "--06-01"}
    assert (added.refused, added.allowed) == (("text",), ())
    assert added.fields == {2: "blue"}
    assert added.kept == {"name": ("Asha", "Asha J"), "job_title": ("Singer", "Dancer")}
    assert not added.is_empty


def test_a_real_name_replaces_an_address_that_stood_for_one() -> None:
    stored = StoredContact(texts={"name": "a@example.com"})
    assert additions(stored, ContactDraft(name="Anna"), RowTexts({})).texts == {"name": "Anna"}


def test_all_means_every_channel_and_a_refusal_wins() -> None:
    draft = ContactDraft(consents=(ConsentDraft("all", False), ConsentDraft("email", True)))
    assert len(refused_channels(draft)) == 6 and allowed_channels(draft) == ()


def test_rows_of_one_contact_become_one() -> None:
    match = Verdict(Outcome.MATCHED, (1,))
    first, second = ContactDraft(name="A", phones=(PHONE,)), ContactDraft(name="A", emails=("a@example.com",), row=2)
    [(draft, _verdict)] = settled([(first, match), (second, match)])
    assert draft.emails == ("a@example.com",) and draft.phones == (PHONE,)


def test_a_household_stays_two_and_a_double_becomes_one() -> None:
    new = Verdict(Outcome.NEW)
    names = ["Anna", "Bob", "anna"]
    rows = [(ContactDraft(name=name, phones=(PHONE,), row=row), new) for row, name in enumerate(names)]
    assert [draft.name for draft, _verdict in settled(rows)] == ["Anna", "Bob"]
    nameless = [(ContactDraft(name="Anna"), new), (ContactDraft(name="Anna"), new)]
    assert len(settled(nameless)) == 2


def test_who_comes_back_without_end_is_listed() -> None:
    rows = [(ContactDraft(name="Anna", emails=("a@example.com",), row=row), Verdict(Outcome.NEW)) for row in range(300)]
    outcomes = [verdict.outcome for _draft, verdict in settled(rows)]
    assert outcomes == [Outcome.NEW] + [Outcome.REPEATED] * 199


def test_dates_with_and_without_a_year() -> None:
    assert year_day("2000-02-29") == (29, 2, 2000)
    assert year_day("--02-29") == (29, 2, None)


def test_what_has_no_field_is_kept_in_own_fields_and_notes() -> None:
    draft = ContactDraft(
        name="Anna",
        phones=(PHONE,),
        addresses=(AddressDraft(street="1 A St"),),
        language="Tamil",
        notes="Hello",
        prefix="Dr",
        extra={"Shoe Size": "42", "Weight": "heavy", "Hobby": "chess"},
    )
    own = {"shoe size": OwnField(7, "number"), "weight": OwnField(8, "number")}
    details = details_of_row(draft, row_texts(draft, own, "people.csv"))
    assert details.field_values == {7: "42"}
    assert details.notes == "Hello\nWeight: heavy\nHobby: chess"
    assert (details.language, details.source, details.other_names) == ("ta", "people.csv", "Dr")
    assert details.phones[0].kind == "mobile"
    strange = ContactDraft(name="B", language="English (United States) of a kind")
    assert row_texts(strange, {}, "").texts["language"] == "en"
    assert "Language: Klingon" in row_texts(ContactDraft(name="B", language="Klingon"), {}, "").texts["notes"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, True),
        ({"name": "ANNA  smith"}, True),
        ({"name": "Anna"}, False),
        ({"kind": Kind.ORGANISATION}, False),
        ({"birthday": "1980-01-03"}, False),
        ({"birthday": None}, True),
        ({"external_id": f"{OWN_ID}2"}, False),
        ({"external_id": "google 2"}, True),
    ],
)
def test_two_rows_of_one_file_are_one_person_only_where_it_is_plain(change: dict[str, Any], expected: bool) -> None:
    given: dict[str, Any] = {"name": "Anna Smith", "birthday": "1980-01-02", "external_id": f"{OWN_ID}1"}
    assert are_one(ContactDraft(**given), ContactDraft(**(given | change))) is expected
