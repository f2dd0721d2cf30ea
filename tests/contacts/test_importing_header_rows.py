"""Which row is the header, what stands above it, merged cells, and tables in single quotes."""

from __future__ import annotations

import io
from typing import Any

import pytest
from openpyxl import Workbook

from crm.contacts.importing import ParsedFile, parse_contacts
from tests.contacts.test_importing_cells import sheets
from tests.contacts.test_importing_values import only, read

PHONE = "9840012345"


def merged(rows: list[list[Any]], *ranges: str) -> ParsedFile:
    """Read a workbook with merged cells."""
    book, out = Workbook(), io.BytesIO()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    for each in ranges:
        book.active.merge_cells(each)
    book.save(out)
    return parse_contacts(out.getvalue(), filename="a.xlsx", region="IN")


def rows_of(text: str) -> list[list[str]]:
    """Split the small tables of this file, which have no quotes."""
    return [line.split(",") for line in text.splitlines()]


# ── Two rows of header ──

TWO_ROWS = [
    (
        "Contact,,Address,,\nName,Phone,Street,City,Zip\nAsha,9840012345,1 A St,Chennai,600001\n",
        "Name Phone Street City Zip",
    ),
    (
        "Name,,Phone,,Email\nFirst,Last,Mobile,Office,\nAsha,Rao,9840012345,04424567890,a@example.com\n",
        "First Last Mobile Phone_Office Email",
    ),
    (
        "Customer,Phone,,Address,\n,Mobile,Home,Street,City\nAsha,9840012345,04424567890,1 A St,Chennai\n",
        "Customer Mobile Phone_Home Street City",
    ),
    (
        "Our regulars,,\nPerson,,Home address,\nName,Mobile,Street,City\nAsha,9840012345,1 A St,Chennai\n",
        "Name Mobile Home_address_Street Home_address_City",
    ),
    ("Our regular customers\nName,Likes\nAsha,tea\n", "Name Likes"),
    ("Glow Salon\nPrinted on 12 May 2026\n,,\nClient,Ph,DOB\nAsha,9840012345,12/05/1990\n", "Client Ph DOB"),
]


@pytest.mark.parametrize(("text", "columns"), TWO_ROWS, ids=range(len(TWO_ROWS)))
@pytest.mark.parametrize("kind", ["CSV", "XLSX"])
def test_the_header_below_titles_and_groups_is_found(text: str, columns: str, kind: str) -> None:
    content = text.encode() if kind == "CSV" else sheets(rows_of(text))
    parsed = parse_contacts(content, filename="a", region="IN")
    assert [column.replace(" ", "_") for column in parsed.columns] == columns.split()
    assert [contact.given or contact.name for contact in parsed.contacts] == ["Asha"] and not parsed.errors


def test_kinds_of_phones_below_a_group_are_known() -> None:
    found = only(TWO_ROWS[2][0], region="IN")
    assert [(phone.raw, phone.type) for phone in found.phones] == [(PHONE, "cell"), ("04424567890", "home")]


@pytest.mark.parametrize(
    "text",
    [
        f"Name,Group,,\nAsha,Customer,Home,{PHONE}\n",
        f"Name,Phone,\nAsha,Mobile,{PHONE}\n",
        "Name,Kind,,\nAsha,Customer,Home,Chennai\n",
        "Name,Likes\nAsha,tea\n",
        f"Asha,{PHONE}\nBala,Customer\n",
    ],
)
def test_a_contact_is_no_second_header(text: str) -> None:
    assert "Asha" in [contact.name for contact in read(text, region="IN").contacts]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("பெயர்,தொலைபேசி,ஊர்", "This row repeats the header."),
        ("(required),(10 digits),(optional)", "This row is a total or a remark, not a contact."),
    ],
)
def test_a_header_in_a_second_language_and_hints_are_no_contact(row: str, reason: str) -> None:
    parsed = read(f"Name,Phone,City\n{row}\nAsha,{PHONE},Chennai\n", region="IN")
    assert [contact.name for contact in parsed.contacts] == ["Asha"]
    assert [(error.row, error.reason) for error in parsed.errors] == [(2, reason)]


def test_what_may_be_a_contact_above_the_header_is_said() -> None:
    parsed = read(f"Asha,{PHONE}\nName,Phone\nBala,9840012346\n", region="IN")
    assert [contact.name for contact in parsed.contacts] == ["Bala"]
    assert [(error.row, error.reason) for error in parsed.errors] == [(1, "This row stands above the header.")]


# ── Merged cells ──


def test_a_company_merged_down_is_that_of_each_person() -> None:
    parsed = merged(
        [
            ["Company", "Name", "Phone"],
            ["Raga Traders", "Asha", PHONE],
            [None, "Bala", "9840012346"],
            [None, None, None],
            [None, "Chitra", "9840012347"],
            [None, "Devi", "9840012348"],
        ],
        "A2:A5",
    )
    assert [(each.name, each.organisation) for each in parsed.contacts] == [
        ("Asha", "Raga Traders"),
        ("Bala", "Raga Traders"),
        ("Chitra", "Raga Traders"),
        ("Devi", ""),
    ]
    assert [error.reason for error in parsed.errors] == ["The row is empty."]


def test_titles_merged_across_are_no_contacts_wherever_they_stand() -> None:
    parsed = merged(
        [
            ["Name Phone City", None],
            ["Name", "Likes"],
            ["Asha", "tea"],
            ["VIP customers", None],
            ["Bala", "coffee"],
        ],
        *("A1:B1", "A4:B4"),
    )
    assert [contact.name for contact in parsed.contacts] == ["Asha", "Bala"]
    assert [(error.row, error.reason) for error in parsed.errors] == [
        (4, "This row is a total or a remark, not a contact.")
    ]


def test_a_header_merged_over_two_rows_and_a_phone_merged_over_two_columns() -> None:
    parsed = merged(
        [["Name", "Phone", None, "City"], [None, "Mobile", "Home", None], ["Asha", PHONE, None, "Chennai"]],
        *("A1:A2", "B1:C1", "D1:D2", "B3:C3"),
    )
    (found,) = parsed.contacts
    assert (found.name, [phone.raw for phone in found.phones], parsed.errors) == ("Asha", [PHONE], ())


def test_a_range_that_is_far_taller_than_the_sheet_fills_what_is_there() -> None:
    rows: list[list[Any]] = [["Company", "Name"], ["Raga", "Asha"], [None, "Bala"]]
    assert [each.organisation for each in merged(rows, "A2:A1048576").contacts] == ["Raga", "Raga"]


def test_ranges_are_found_wherever_the_xml_of_a_sheet_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm.contacts.importing.merged_cells._CHUNK", 64)
    rows: list[list[Any]] = [["Company", "Name"], ["Raga", "Asha"], [None, "Bala"]]
    assert [each.organisation for each in merged(rows, "A2:A3").contacts] == ["Raga", "Raga"]


# ── Single quotes ──


def test_cells_in_single_quotes_are_read_as_their_content() -> None:
    parsed = read(
        "'Name','Phone','Notes'\n'Rao, Asha','+91 98400 12345','likes ''tea'''\n'O'Brien','9840012346',\n"
        "\n'D\\'Souza','9840012347',''\n",
        region="IN",
    )
    assert [(each.name, each.notes) for each in parsed.contacts] == [
        ("Rao, Asha", "likes 'tea'"),
        ("O'Brien", ""),
        ("D'Souza", ""),
    ]
    assert [each.phones[0].e164 for each in parsed.contacts] == ["+919840012345", "+919840012346", "+919840012347"]
    assert parsed.columns == ("Name", "Phone", "Notes")


def test_a_table_in_single_quotes_may_have_no_header() -> None:
    parsed = read(f"'Asha','{PHONE}'\n'Bala','9840012346'\n", region="IN")
    assert [(each.name, each.phones[0].raw) for each in parsed.contacts] == [("Asha", PHONE), ("Bala", "9840012346")]


@pytest.mark.parametrize("kind", ["CSV", "XLSX"])
def test_only_columns_whose_every_cell_is_in_quotes_lose_them(kind: str) -> None:
    text = f"Name,Phone,Notes\n'Asha','{PHONE}','90s music\n'Bala','9840012346',O'Brien\n'Cara',,rock 'n' roll\n"
    parsed = parse_contacts(text.encode() if kind == "CSV" else sheets(rows_of(text)), filename="a", region="IN")
    assert [(each.name, each.notes) for each in parsed.contacts] == [
        ("Asha", "'90s music"),
        ("Bala", "O'Brien"),
        ("Cara", "rock 'n' roll"),
    ]
    assert parsed.contacts[0].phones[0].raw == PHONE


def test_rows_whose_every_cell_is_in_quotes_lose_them() -> None:
    rows = rows_of("Name,Likes\n'Asha','tea'\nBala,coffee\nCara,cake\n")
    parsed = parse_contacts(sheets(rows), filename="a.xlsx", region="IN")
    assert [each.name for each in parsed.contacts] == ["Asha", "Bala", "Cara"]


def test_names_in_quotes_of_our_own_export_stay() -> None:
    parsed = read("Regulars ID,Name\n1,'Nick'\n2,'Tom'\n")
    assert [each.name for each in parsed.contacts] == ["'Nick'", "'Tom'"]


@pytest.mark.parametrize("names", ["'90s Salon|'Tis Pat'", "'Nick'|O'Brien", "O'Brien|Bob|'Nick'|'Tom'", "'Nick'"])
def test_other_apostrophes_stay(names: str) -> None:
    rows = "".join(f"{name},tea\n" for name in names.split("|"))
    assert [each.name for each in read(f"Name,Likes\n{rows}").contacts] == names.split("|")


def test_rows_pasted_with_tabs_below_rows_with_commas_are_taken_apart() -> None:
    text = "Name,Phone,Email\nAsha Rao,044 2456 7890,asha@example.com\nRavi Iyer\t044 2456 7891\travi@example.com\n"
    contacts = parse_contacts(text.encode(), filename="list.csv", region="IN").contacts
    assert [(c.name, c.phones[0].raw, c.emails) for c in contacts] == [
        ("Asha Rao", "044 2456 7890", ("asha@example.com",)),
        ("Ravi Iyer", "044 2456 7891", ("ravi@example.com",)),
    ]
