"""Lists as counters keep them and programs of the trade write them: each fault on the smallest sample that shows it."""

from __future__ import annotations

from typing import Any

import pytest

from crm.contacts.importing import suggest_mapping
from tests.contacts.test_importing_values import only, read

PHONE = "9840012345"


@pytest.mark.parametrize("cell", ["same", "Same as above", "-do-", "?", "not applicable"])
def test_a_word_for_the_other_number_is_no_phone(cell: str) -> None:
    found = only(f"Name,Mobile,WhatsApp No.,Birthday\nAsha,{PHONE},{cell},?\n", region="IN")
    assert ([phone.raw for phone in found.phones], found.birthday, found.warnings) == ([PHONE], None, ())


@pytest.mark.parametrize(
    "text",
    [
        f"Asha Rao - {PHONE}\nBala: +91 98400 12346\n",
        f"Contacts\nAsha Rao {PHONE}\nBala= 98400 12346\n",
    ],
)
def test_a_name_and_a_number_in_one_line_are_two_cells(text: str) -> None:
    found = read(text, region="IN").contacts
    assert [(each.name, each.phones[0].e164) for each in found] == [
        ("Asha Rao", "+919840012345"),
        ("Bala", "+919840012346"),
    ]


@pytest.mark.parametrize("text", ["Name\nRoom 101\nRoom 102\nRoom 103\n", "Name\nAsha 2\nBala 3\n", f"Asha {PHONE}\n"])
def test_other_numbers_in_a_line_are_not_taken_for_phones(text: str) -> None:
    assert not any(each.phones for each in read(text, region="IN").contacts)


@pytest.mark.parametrize(
    "row",
    [
        "Grand Total,,12500.00 Dr",
        "Total,,₹ 1,250.00".replace("1,250", "1250"),
        "Confidential Information - Do Not Distribute",
        '"Copyright (c) 2000-2024 salesforce.com, inc. All rights reserved."',
    ],
)
def test_the_end_of_a_report_is_no_contact(row: str) -> None:
    parsed = read(f"Name,Phone,Balance\nAsha,{PHONE},12 Dr\n{row}\n", region="IN")
    assert [contact.name for contact in parsed.contacts] == ["Asha"]
    assert [error.reason for error in parsed.errors] == ["This row is a total or a remark, not a contact."]


@pytest.mark.parametrize(
    ("column", "cell", "expected"),
    [
        ("Email Marketing", "No", [("email", False)]),
        ("Text Marketing", "No", [("sms", False)]),
        ("SMS marketing", "Yes", [("sms", True)]),
        ("Receive Marketing Email", "No", [("email", False)]),
        ("Marketing SMS", "No", [("sms", False)]),
        ("Receive Transactional SMS", "Yes", []),
        ("I agree to receive offers on WhatsApp", "No", [("whatsapp", False)]),
        ("Would you like to get text messages?", "Yes", [("sms", True)]),
        ("I agree to the terms", "Yes", []),
        ("Marketing email", "shop@example.com", []),
        ("Email marketing campaign", "Diwali", []),
    ],
)
def test_marketing_columns_of_salon_programs(column: str, cell: str, expected: list[Any]) -> None:
    found = only(f"Name,Email,{column}\nAsha,a@example.com,{cell}\n")
    assert [(each.channel, each.given) for each in found.consents] == expected


def test_the_number_of_somebody_else_is_kept_but_is_no_phone_of_this_person() -> None:
    found = only(
        f"Name,Mobile,Emergency Contact,Emergency Phone\nAsha,{PHONE},Bala,9840012346\n",
        region="IN",
    )
    assert [phone.raw for phone in found.phones] == [PHONE]
    assert found.extra == {"Emergency Contact": "Bala", "Emergency Phone": "9840012346"}


def test_lists_side_by_side_are_read_one_under_the_other() -> None:
    parsed = read(f"Name,Phone,,Name,Phone\nAsha,{PHONE},,Devi,9840012348,vip\nBala,9840012346,,,\n,,,,\n", region="IN")
    assert [(each.row, each.name, each.phones[0].raw, each.extra) for each in parsed.contacts] == [
        (2, "Asha", PHONE, {}),
        (2, "Devi", "9840012348", {"Column 3": "vip"}),
        (3, "Bala", "9840012346", {}),
    ]


@pytest.mark.parametrize(
    "header", ["Name,Phone,City,Name", "Name,Likes,Name,Likes", ",Name,Phone,Name,Phone", "Name,Phone,Phone,Phone"]
)
def test_columns_of_the_same_name_are_not_always_lists_side_by_side(header: str) -> None:
    cells = ",".join(f"a{place}" for place in range(header.count(",") + 1))
    assert len(read(f"{header}\n{cells}\n").contacts) == 1


@pytest.mark.parametrize("row", ["Note: call only after 5 pm", "* = VIP", "Remarks : none"])
def test_a_note_below_the_list_is_no_contact(row: str) -> None:
    parsed = read(f"Name,Phone\nAsha,{PHONE}\n{row}\n", region="IN")
    assert [contact.name for contact in parsed.contacts] == ["Asha"] and len(parsed.errors) == 1


def test_small_readings_of_cells() -> None:
    found = only('Name,First Name,Last Name,Tags,Marketing,Birthday\n"Rao, Asha",Asha,Rao,#vip #tea,No,March\n')
    assert (found.name, found.tags, found.extra) == ("Asha Rao", ("vip", "tea"), {"Birth month": "March"})
    assert found.opted_out == {"all"}
    assert only("Name,Email,Marketing\nAsha,a@example.com,Yes\n").consents == ()


def test_the_number_of_a_state_is_no_state() -> None:
    assert suggest_mapping(["name", "state_id", "country_id"], [["Asha", "597", "104"]]) == {"name": "name"}


@pytest.mark.parametrize(
    ("header", "fields"),
    [
        ("Country Code|Phone Number|Saved Name|Public Name|Group Name", "phone_code|phone|name|nickname|tags"),
        ("First Name|Cell Phone|Day Phone|Night Phone|Square Customer ID", "given|phone:cell|phone|phone|external_id"),
        ("Name|Billing Address|Shipping Address", "name|address|street:other"),
        ("name|billing_address_1|state_id|country_id", "name|street|region|country"),
        ("*ContactName|POAddressLine1|POCity|POPostalCode", "name|street|locality|postcode"),
        ("Date|Invoice|Party|Party Mobile|Amount", "name|phone:cell"),
        ("Particulars|Handphone|Address with Pincode", "name|phone:cell|address"),
        ("Full name|Address|Apartment suite|Post code", "name|address|street2|postcode"),
    ],
)
def test_columns_of_trade_programs(header: str, fields: str) -> None:
    columns = header.split("|")
    rows = [["91", PHONE]] if columns[0] == "Country Code" else []
    assert list(suggest_mapping(columns, rows).values()) == fields.split("|")
