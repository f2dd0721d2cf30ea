"""What a table means beyond its headers: values that speak against them, and nothing invented or lost."""

from __future__ import annotations

import pytest

from crm.contacts.importing import suggest_mapping
from crm.contacts.importing.consents import consent_in, opt_out_in
from crm.contacts.importing.text import split_emails
from tests.contacts.test_importing_values import only

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
