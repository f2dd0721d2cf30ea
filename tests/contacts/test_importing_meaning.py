"""What a table means beyond its headers: values that speak against them, and nothing invented or lost."""

from __future__ import annotations

import pytest

from crm.contacts.importing import parse_contacts, suggest_mapping
from crm.contacts.importing.consents import consent_in, opt_out_in
from crm.contacts.importing.decoding import decode
from crm.contacts.importing.text import split_emails
from tests.contacts.test_importing_cells import sheets
from tests.contacts.test_importing_values import only, read

PHONE = "9840012345"


@pytest.mark.parametrize(
    ("header", "fields"),
    [
        ("Your Name|Enter your phone number|D.O.B.|Memo", "name|phone|birthday|notes"),
        ("பெயர் / Name|கைபேசி / Mobile|பிறந்த நாள் / DOB", "name|phone:cell|birthday"),
        ("Full Name (पूर्ण नाव)|Phone (India)|WhatsApp Phone Number", "name|phone|phone:cell"),
        ("F Name|L Name|Tel (M)|Tel (O)|Ph. (R)", "given|family|phone:cell|phone:work|phone:home"),
        ("Contact No 1|Contact Number 2|Customer", "phone|phone|name"),
        ("Client No.|Client Name|Shop Name|Job Position", "external_id|name|organisation|title"),
        ("Vorname Nachname|Festnetz|Hausnummer|Geb.", "name|phone:home|street|birthday"),
        ("Nombre y apellido|Fijo|Fecha Nac.|Razón social", "name|phone:home|birthday|organisation"),
        ("First Name|Last Name|File As", "given|family"),
        ("Name|Organisation Number|Group No", "name"),
    ],
    ids=lambda value: value.partition("|")[0],
)
def test_columns_as_shops_call_them(header: str, fields: str) -> None:
    columns = header.split("|")
    assert suggest_mapping(columns, []) == dict(zip(columns, fields.split("|"), strict=False))


@pytest.mark.parametrize(
    ("header", "cells", "phones"),
    [
        ("Name,Contact", f"Asha,{PHONE}", [PHONE]),
        ("Name,Contact", "Asha,asha@example.com", []),
        ("Number,Name,Email", "7,Asha,a@example.com", []),
        ("Name,Email,Opt-in IP,Latitude", "Asha,a@example.com,203.0.113.195,-122.2930000", []),
        ("Name,Email,Aadhaar No,Account Number", "Asha,a@example.com,234567890123,50100012345678", []),
        ("Name,Email,Invoice,Created", "Asha,a@example.com,2024010100012,1700000000", []),
        ("Company Name,Company No,Contact Name", "Raga Ltd,01234567,Asha", []),
        ("Name,Line", f"Asha,{PHONE}", [PHONE]),
        ("Name,Whatever", "Asha,+91 98400 12345", ["+91 98400 12345"]),
        ("Name,Country Code,Phone", f"Asha,91,{PHONE}", [PHONE]),
    ],
)
def test_a_number_is_a_phone_only_where_the_table_says_so(header: str, cells: str, phones: list[str]) -> None:
    found = only(f"{header}\n{cells}\n", region="IN")
    assert (found.name, [phone.raw for phone in found.phones]) == ("Asha", phones)
    kept = {found.external_id, *found.extra.values(), *found.emails, *phones, found.name, found.organisation}
    assert set(cells.split(",")) <= kept


@pytest.mark.parametrize(
    ("cell", "given"),
    [
        ("SUBSCRIBED", True), ("Opted in", True), ("accepted", True), ("2024-05-06 10:00", True), ("yes", True),
        ("NEVER_SUBSCRIBED", False), ("not_opted_in", False), ("Opted-in: no", False), ("disagree", False),
        ("not accepted", False), ("no consent given", False), ("not granted", False), ("Withdrawn", False),
        ("Soft opt-out", False), ("inactive", False), ("Never", False),
        ("pending confirmation", None), ("unconfirmed", None), ("Not yet confirmed", None), ("Transactional", None),
        ("Not set", None), ("noted", None),
    ],
)  # fmt: skip
def test_consent_is_never_invented(cell: str, given: bool | None) -> None:
    found = consent_in(cell, "sms", "a file")
    assert (found.given if found else None) is given


@pytest.mark.parametrize(
    ("cell", "is_out"),
    [("No", False), ("not unsubscribed", False), ("yes", True), ("Unsubscribed", True), ("0", False)],
)
def test_an_opt_out_column(cell: str, is_out: bool) -> None:
    assert bool(opt_out_in(cell, "email", "a file")) is is_out


@pytest.mark.parametrize(
    ("cell", "addresses"),
    [
        ("Ben <ben@example.com>;cara@example.com", "ben@example.com cara@example.com"),
        ('"Rao, Asha" <asha@example.com>', "asha@example.com"),
        ("Asha Rao (asha@example.com)", "asha@example.com"),
        ("asha@example.com (work)", "asha@example.com"),
        ("asha＠example.com\u200b", "asha@example.com"),
        ("a@example.com / b@example.com", "a@example.com b@example.com"),
        ("a@example.com/b@example.com", "a@example.com b@example.com"),
        ("a@example.com or b@example.com", "a@example.com b@example.com"),
        ("room/7@example.com", "room/7@example.com"),
        ("none yet", "none yet"),
    ],
)
def test_addresses_in_one_cell(cell: str, addresses: str) -> None:
    assert " ".join(split_emails(cell)) == addresses


@pytest.mark.parametrize(
    ("header", "cells", "street"),
    [
        ("Address,Address 2,City", "1 Main St,Flat 2,Pune", "1 Main St, Flat 2"),
        ("Full Address,Street", "Shop 4 Market,Elm St", "Shop 4 Market, Elm St"),
        ("Address,Street,City", '"Elm St, Pune",Elm St,Pune', "Elm St"),
        ("House No,Street", "12/3,Anna Salai", "12/3, Anna Salai"),
    ],
)
def test_no_part_of_an_address_is_lost(header: str, cells: str, street: str) -> None:
    assert only(f"Name,{header}\nAsha,{cells}\n").addresses[0].street == street


@pytest.mark.parametrize(
    ("header", "cells", "kind"),
    [
        ("Name,Company", "Raga Traders,Raga Traders", "organisation"),
        ("Name,Company", "Asha,Raga Traders", "person"),
        ("Type,Name", "Company,Raga", "organisation"),
        ("Type,Name", "Person,Raga", "person"),
        ("Is a Company,Name", "TRUE,Raga", "organisation"),
        ("Is a Company,Name", "FALSE,Raga", "person"),
    ],
)
def test_people_and_organisations(header: str, cells: str, kind: str) -> None:
    found = only(f"{header},Phone\n{cells},{PHONE}\n", region="IN")
    assert found.kind == kind and not found.extra


def test_titles_labels_and_parts_of_a_birthday() -> None:
    found = only('Anrede,Titel,Vorname,Nachname,Tags\nFrau,Dr.,Erika,Muster,"[""vip"",""* friends""]"\n')
    assert (found.name, found.tags) == ("Frau Dr. Erika Muster", ("vip", "friends"))
    assert only("Name,Birth Month\nAsha,March\n").extra == {"Birth month": "March"}
    assert only("Name,Birthday\nAsha,1985\n").extra == {"Birth year": "1985"}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (f"Asha,{PHONE},Customer\nBala,9840012346,Customer\n", "Asha Bala"),
        (f"Asha,Mobile,{PHONE}\nBala,Mobile,9840012346\n", "Asha Bala"),
        ("asha@example.com,Asha,Company\nbala@example.com,Bala,Company\n", "Asha Bala"),
        (f"Name,Phone\nAsha,{PHONE}\n", "Asha"),
    ],
)
def test_the_first_row_of_a_table_without_a_header_is_kept(text: str, names: str) -> None:
    assert " ".join(contact.name for contact in read(text, region="IN").contacts) == names


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("Name,Phone", "This row repeats the header."),
        ("----,-----", "The row is empty."),
        ("Total: 2,", "This row is a total or a remark, not a contact."),
        ("Grand Total,17", "This row is a total or a remark, not a contact."),
        ("Exported on 1 May 2026 by Meena,", "This row is a total or a remark, not a contact."),
        ("மொத்தம்,2", "This row is a total or a remark, not a contact."),
    ],
)
def test_rows_that_are_no_contact(row: str, reason: str) -> None:
    parsed = read(f"Name,Phone\nAsha,{PHONE}\n{row}\n", region="IN")
    assert [contact.name for contact in parsed.contacts] == ["Asha"]
    assert [(error.row, error.reason) for error in parsed.errors] == [(3, reason)]


@pytest.mark.parametrize("name", ["Sum Chan", "Total Traders", "Paige 4 U"])
def test_names_that_only_sound_like_a_total(name: str) -> None:
    assert only(f"Name,Phone\n{name},{PHONE}\n", region="IN").name == name


@pytest.mark.parametrize(
    "text",
    [
        '"Name", "Phone", "Notes"\n"Rao, Asha", "9840012345", "likes ""tea"", milk"\n',
        '"Name,Phone,Notes"\n"""Rao, Asha"",9840012345,""likes """"tea"""", milk"""\n',
        'Name,Phone,Notes\n"Rao, Asha",9840012345,"likes \\"tea\\", milk"\n',
    ],
    ids=["space after the comma", "quoted twice", "backslashes"],
)
def test_quotation_marks_of_other_programs(text: str) -> None:
    found = only(text, region="IN")
    assert (found.name, found.phones[0].raw, found.notes) == ("Rao, Asha", PHONE, 'likes "tea", milk')


def test_the_sheet_of_contacts_is_found_and_the_others_named() -> None:
    summary: list[list[object]] = [["Month", "Sales"], ["May", 12], ["June", 14]]
    branches = [[["Name", "Phone"], [name, PHONE]] for name in ("Chennai", "Madurai")]
    parsed = parse_contacts(sheets(summary, *branches), filename="a.xlsx", region="IN")
    assert [contact.name for contact in parsed.contacts] == ["Chennai"]
    assert parsed.notices[:2] == ("The sheet “Sheet1” was read.", "Not read: the sheets “Sheet, Sheet2”.")


@pytest.mark.parametrize(
    ("text", "codec", "usual"),
    [
        ("Name,Town\nமுருகன்,மதுரை\n", "utf-16-le", "cp1252"),
        ("Name,Town\nИван,Москва\n", "utf-16-be", "cp1252"),
        ("Name,Town\nJürgen Müller,Köln\nRenée,Metz\n", "mac-roman", "cp1252"),
        ("Name,Town\nŁukasz Żółć,Łódź\nGrażyna,Kraków\n", "cp1250", "cp1252"),
        ("Name,Town\nJürgen Müller,Köln\nFrançois,Metz\n", "cp1252", "cp1251"),
        ("Name,Town\nMüller,Düsseldorf\nGroß,Köln\n", "cp850", "cp1252"),
        ("Name,Town\nИван Петров,Москва\nМария,Тверь\n", "cp1251", "cp1252"),
        ("Name,Town\nO’Brien,“Spa” – Cork\nZoë,Köln\n", "cp1252", "cp1252"),
    ],
)
def test_encodings_that_are_not_the_usual_one(text: str, codec: str, usual: str) -> None:
    found = decode(text.encode(codec), usual)
    assert (found.text, found.is_guess) == (text, codec != usual and not codec.startswith("utf"))
