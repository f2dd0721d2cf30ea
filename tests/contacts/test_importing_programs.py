"""What exports of shops, salons and hotels taught: codes beside phones, dressed cells, consents, and what is none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine

from crm.contacts.importing import UnreadableFile, parse_contacts
from crm.contacts.importing.dates import read_date
from crm.contacts.importing.decoding import decode
from crm.contacts.importing.mapping import field_of
from crm.shared.phones import with_code
from tests.contacts.test_importing_cells import card
from tests.contacts.test_importing_values import only, read


@pytest.mark.parametrize(
    ("code", "typed", "region", "expected"),
    [
        ("44", "7911123456", "IN", "+44 7911123456"),
        ("+971", "50 123 4567", "IN", "+971 50 123 4567"),
        ("0044", "07911 123456", "IN", "+44 07911 123456"),
        ("91", "919840055001", "US", "+919840055001"),
        ("91", "9840055001", "IN", "9840055001"),
        ("91", "+44 7911 123456", "IN", "+44 7911 123456"),
        ("044", "24341234", "IN", "044 24341234"),
        ("044", "9840055001", "IN", "9840055001"),
        ("99", "12345", "IN", "12345"),
        ("", "24341234", "IN", "24341234"),
    ],
)
def test_a_code_goes_before_a_phone_that_is_a_number_only_with_it(
    code: str, typed: str, region: str, expected: str
) -> None:
    assert with_code(code, typed, region) == expected


@pytest.mark.parametrize(
    ("table", "phones"),
    [
        ("Name,Country Code,Phone\nAnna,44,7911123456", ["+447911123456"]),
        ("Name,Phone,ISD Code\nAnna,7911123456,+44", ["+447911123456"]),
        ("Name,STD Code,Landline,Mobile\nAnna,044,24341234,9840055001", ["+914424341234", "+919840055001"]),
        ("Name,Mobile,STD Code,Landline\nAnna,9840055001,044,24341234", ["+919840055001", "+914424341234"]),
        ("Name,Country Code,Phone\nAnna,IN,9840055001", ["+919840055001"]),
    ],
)
def test_a_code_in_a_column_of_its_own_is_of_the_phone_beside_it(table: str, phones: list[str]) -> None:
    found = only(table + "\n", "list.csv", region="IN")
    assert [phone.e164 for phone in found.phones] == phones


def test_a_code_that_a_phone_does_not_need_is_kept_as_a_detail() -> None:
    found = only("Name,Country Code,Phone\nAnna,91,9840055001\n", "list.csv", region="IN")
    assert ([phone.raw for phone in found.phones], found.extra) == (["9840055001"], {"Country Code": "91"})


@pytest.mark.parametrize(
    ("country", "typed", "e164"),
    [
        ("United Arab Emirates", "50 123 4567", "+971501234567"),
        ("UAE", "050 123 4567", "+971501234567"),
        ("AE", "0501234567", "+971501234567"),
        ("Vereinigte Arabische Emirate", "050 123 4567", "+971501234567"),
        ("امارات متحدهٔ عربی", "050 123 4567", "+971501234567"),
        ("Singapore", "9123 4567", "+6591234567"),
        ("Singapore", "9840055001", "+919840055001"),  # a number at home
        ("Singapore", "+91 98400 55001", "+919840055001"),
        ("Atlantis", "50 123 4567", None),
        ("", "50 123 4567", None),
    ],
)
def test_a_phone_that_is_no_number_here_is_of_the_country_of_its_row(
    country: str, typed: str, e164: str | None
) -> None:
    found = only(f"Name,Country,Phone\nAnna,{country},{typed}\n", "list.csv", region="IN")
    assert [(phone.raw, phone.e164) for phone in found.phones] == [(typed, e164)]


def test_two_countries_in_a_row_say_nothing_of_its_phones() -> None:
    header, row = "Name,Home Country,Business Country,Phone", "Anna,Singapore,UAE,50 123 4567"
    assert [phone.e164 for phone in only(f"{header}\n{row}\n", "list.csv", region="IN").phones] == [None]


@pytest.mark.parametrize(
    ("cell", "phones"),
    [
        ("Mob: 98400 55001", ["+919840055001"]),
        ("WhatsApp: +91 98400 55002", ["+919840055002"]),
        ("Ph: 044 2434 1234 ext. 12", ["+914424341234"]),
        ("M-9840055005", ["+919840055005"]),
        ("9840055006 (office)", ["+919840055006"]),
        ("98400 55001 / 044-24341234", ["+919840055001", "+914424341234"]),
    ],
)
def test_a_contact_column_of_phones_in_words_is_of_phones(cell: str, phones: list[str]) -> None:
    found = only(f"Name,Contact\nAnna,{cell}\n", "list.csv", region="IN")
    assert (found.name, [phone.e164 for phone in found.phones]) == ("Anna", phones)


@pytest.mark.parametrize("cell", ["Raman 9840055001", "Raman", "Branch 2"])
def test_a_contact_column_with_names_in_it_is_none_of_phones(cell: str) -> None:
    assert read(f"Company,Contact\nRose Cafe,{cell}\n", "list.csv", region="IN").contacts[0].phones == ()


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Text Promotions", "consent:sms"),
        ("Email promotions", "consent:email"),
        ("Receive SMS", "consent:sms"),
        ("WhatsApp allowed", "consent:whatsapp"),
        ("ارسال پیامک", "consent:sms"),
        ("मार्केटिंग सहमति", "consent:all"),
        ("குறுஞ்செய்தி ஒப்புதல்", "consent:sms"),
        ("DND", "opt_out:all"),
        ("No SMS", "opt_out:sms"),
        ("No calls", "opt_out:phone"),
        ("no_phone", "opt_out:phone"),
        ("Email bounced", "opt_out:email"),
        ("SMS No", "phone:cell"),
    ],
)
def test_columns_of_consent(header: str, field: str) -> None:
    assert field_of(header) == field


@pytest.mark.parametrize("kind", ["Client", "Lead"])
def test_a_column_of_the_words_of_its_own_header_is_no_name(kind: str) -> None:
    found = only(f"First Name,Last Name,Client/Lead\nAsha,Rao,{kind}\n", "list.csv")
    assert (found.name, found.extra) == ("Asha Rao", {"Client/Lead": kind})


def test_a_no_in_a_column_of_no_is_a_yes_to_nothing() -> None:
    parsed = read("Name,Phone,No SMS\nAnna,9840055001,Y\nBina,9840055002,N\n", "list.csv", region="IN")
    assert [[(c.channel, c.given) for c in contact.consents] for contact in parsed.contacts] == [[("sms", False)], []]


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Address Postal Code", "postcode"),
        ("PhysicalAddress1", "street"),
        ("physical_city", "locality"),
        ("Localidade", "locality"),
        ("Postal", "postcode"),
        ("Guest address", "address"),
        ("Customer Address", "address"),
        ("Member postal address", "address"),
        ("Morada", "address"),
        ("Additional Phones", "phone:other"),
        ("Additional Emails", "email"),
        ("Additional Name", "additional"),
        ("Preferred First Name", "nickname"),
        ("When is your birthday?", "birthday"),
        ("When were you born?", "birthday"),
    ],
)
def test_columns_of_programs(header: str, field: str) -> None:
    assert field_of(header) == field


@pytest.mark.parametrize(
    ("text", "name"),
    [("José", "José"), ("Zoë Müller – Œuvre", "Zoë Müller – Œuvre"), ("ராஜா", "ராஜா"), ("سارا", "سارا")],
)
def test_text_that_was_encoded_twice_is_read_as_it_was(text: str, name: str) -> None:
    once = "".join(bytes([b]).decode("latin-1" if b in b"\x81\x8d\x8f\x90\x9d" else "cp1252") for b in text.encode())
    assert decode(f"Name\n{once}\n".encode(), "cp1252").text == f"Name\n{name}\n"


@pytest.mark.parametrize("text", ["Ã alone", "José and JosÃ©", "£5 – naïve", "JosÃ© ராஜா"])
def test_text_that_only_partly_looks_encoded_twice_stays(text: str) -> None:
    assert decode(text.encode(), "cp1252").text == text


def test_what_a_program_puts_around_a_text_is_taken_off() -> None:
    found = only("Name,Company,Note\n\u200bSean O&#039;Dea\u202c,Rao &amp; Sons,a &copy b\n", "list.csv")
    assert (found.name, found.organisation, found.notes) == ("Sean O'Dea", "Rao & Sons", "a &copy b")


@pytest.mark.parametrize("cell", ["-", "N/A", "nil", "none", "--"])
def test_a_placeholder_is_no_note_no_position_and_no_tag(cell: str) -> None:
    found = only(f"Name,Phone,Notes,Title,Tags\nAnna,9840055001,{cell},{cell},{cell}\n", "list.csv")
    assert (found.notes, found.title, found.tags) == ("", "", ())


def test_a_placeholder_is_no_place_but_a_name_may_be_one() -> None:
    parsed = read("Name,Company,City\nNil,-,-\nNan,n/a,N/A\n-,Rose Cafe,NA\n", "list.csv")
    assert [(c.name, c.organisation, [a.locality for a in c.addresses]) for c in parsed.contacts] == [
        ("Nil", "", []),
        ("Nan", "", []),
        ("Rose Cafe", "Rose Cafe", ["NA"]),
    ]


@pytest.mark.parametrize(
    ("born", "reason"),
    [
        ("2026-03-01", ""),
        ("2026-03-02", ""),  # it is already tomorrow east of us
        ("2026-03-03", "The birthday “2026-03-03” lies in the future."),
        ("2090-04-25", "The birthday “2090-04-25” lies in the future."),
    ],
)
@time_machine.travel(datetime(2026, 3, 1, 12, tzinfo=UTC), tick=False)
def test_nobody_is_born_in_the_future(born: str, reason: str) -> None:
    parsed = read(f"Name,Birthday\nAnna,{born}\n", "list.csv")
    assert [error.reason for error in parsed.errors] == [reason][: bool(reason)]
    assert [contact.birthday for contact in parsed.contacts] == [born][: not reason]


@time_machine.travel(datetime(2026, 3, 1, 12, tzinfo=UTC), tick=False)
def test_a_card_is_kept_without_a_birthday_in_the_future() -> None:
    found = card("FN:Anna", "BDAY:2090-04-25")
    assert (found.birthday, found.extra) == (None, {"Birthday": "2090-04-25"})
    assert found.warnings == ("The birthday “2090-04-25” lies in the future.",)


@time_machine.travel(datetime(2026, 3, 1, 12, tzinfo=UTC), tick=False)
def test_a_wedding_may_lie_in_the_future() -> None:
    assert only("Name,Anniversary\nAnna,2026-09-01\n", "list.csv").anniversary == "2026-09-01"


@pytest.mark.parametrize(
    "text",
    [
        "dn: cn=Uma Devi,mail=uma@example.com\nobjectclass: person\ncn: Uma Devi\nmail: uma@example.com\n",
        "version: 1\n\ndn:: Y249VW1h\ncn: Uma\n",
        "# exported\ndn: cn=Uma\nchangetype: add\n",
    ],
)
def test_a_directory_file_is_refused_with_what_to_do(text: str) -> None:
    with pytest.raises(UnreadableFile, match="This is an LDIF file"):
        parse_contacts(text.encode(), filename="book.ldif")


@pytest.mark.parametrize(
    ("kind", "member"),
    [
        ("KIND:group", "MEMBER:urn:uuid:ABC-1"),
        ("KIND:Group", "MEMBER:uuid:abc-1"),
        ("X-ADDRESSBOOKSERVER-KIND:group", "X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:ABC-1"),
    ],
)
def test_the_members_of_a_list_get_its_name_as_a_tag(kind: str, member: str) -> None:
    anita = "BEGIN:VCARD\nVERSION:3.0\nFN:Anita\nUID:urn:uuid:ABC-1\nCATEGORIES:VIP\nEND:VCARD\n"
    babu = "BEGIN:VCARD\nVERSION:3.0\nFN:Babu\nUID:ABC-2\nEND:VCARD\n"
    club = f"BEGIN:VCARD\nVERSION:3.0\nFN:Tuesday club\n{kind}\n{member}\nMEMBER:mailto:x@example.com\nEND:VCARD\n"
    parsed = read(club + anita + babu, "cards.vcf")
    assert [(contact.name, contact.tags) for contact in parsed.contacts] == [
        ("Anita", ("VIP", "Tuesday club")),
        ("Babu", ()),
    ]
    assert [error.reason for error in parsed.errors] == ["This card is a list of members, not a contact."]


def test_a_member_of_a_list_of_refusals_has_refused() -> None:
    anita = "BEGIN:VCARD\nVERSION:4.0\nFN:Anita\nUID:1\nEND:VCARD\n"
    refused = "BEGIN:VCARD\nVERSION:4.0\nFN:Do not contact\nKIND:group\nMEMBER:1\nEND:VCARD\n"
    contact = read(anita + refused, "cards.vcf").contacts[0]
    assert [(consent.channel, consent.given) for consent in contact.consents] == [("all", False)]


def test_a_card_in_json_is_refused_as_json() -> None:
    with pytest.raises(UnreadableFile, match="This is a JSON file"):
        parse_contacts(b'["vcard",[["version",{},"text","4.0"],["fn",{},"text","Uma"]]]', filename="card.json")


@pytest.mark.parametrize("written", ["5 أبريل 1991", "5 اپریل 1991", "৫ এপ্রিল ১৯৯১", "5 ಏಪ್ರಿಲ್ 1991", "5 એપ્રિલ 1991"])
def test_months_in_the_words_of_the_neighbours(written: str) -> None:
    assert read_date(written, "DMY") == "1991-04-05"


def test_a_table_without_rows_says_so() -> None:
    assert "The file has a header, but no contact below it." in read("Name,Phone\n", "list.csv").notices
    assert read("Name,Phone\nAnna,9840055001\n", "list.csv").notices == ()
