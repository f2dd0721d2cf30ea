"""Cells, columns, cards and sheets as programs write them: each on the smallest sample that shows it."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from typing import Any

import pytest
from charset_normalizer import CharsetMatches
from openpyxl import Workbook

from crm.contacts.importing import ContactDraft, Kind, UnreadableFile, parse_contacts, suggest_mapping
from crm.contacts.importing.dates import UnreadableDateError, read_date
from crm.contacts.importing.header_rows import MOST_COLUMNS
from crm.contacts.importing.tables import MOST_ROWS, check_size
from tests.contacts.test_importing_values import only, read


def card(*lines: str, version: str = "3.0", **given: Any) -> ContactDraft:
    """Read one vCard with these lines."""
    text = "\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""])
    return only(text, "a.vcf", **given)


def sheets(*rows_of_each: list[list[Any]], iso_dates: bool = False) -> bytes:
    """Write a workbook."""
    book, out = Workbook(iso_dates=iso_dates), io.BytesIO()
    book.remove(book.worksheets[0])
    for rows in rows_of_each:
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(row)
    book.save(out)
    return out.getvalue()


def test_a_dot_in_a_parameter_is_no_group() -> None:
    found = card(
        "FN:Asha", "item3.EMAIL;TYPE=INTERNET;X-SRC=foo.com:asha@example.com", "item2.TEL;X-NOTE=a.b:9840012345"
    )
    assert (found.emails, [phone.raw for phone in found.phones]) == (("asha@example.com",), ["9840012345"])


def test_text_in_base64_is_text() -> None:
    found = card("FN;ENCODING=b;CHARSET=UTF-8:4K6u4K+B4K6w4K+B4K6V4K6p4K+N", "NOTE;ENCODING=BASE64:%%%", version="2.1")
    assert (found.name, found.notes) == ("முருகன்", "")


def test_cards_put_together_from_files_with_marks_are_all_read() -> None:
    one = "\ufeffBEGIN:VCARD\r\nVERSION:3.0\r\nFN:{}\r\nEND:VCARD\r\n"
    for encoding in ("utf-8", "utf-16-le"):
        content = "".join(one.format(name) for name in ("Asha", "José", "முருகன்")).encode(encoding)
        parsed = parse_contacts(content, filename="a.vcf")
        assert ([each.name for each in parsed.contacts], parsed.errors) == (["Asha", "José", "முருகன்"], ())


def test_a_charset_means_what_programs_write_under_its_name() -> None:
    chinese = "BEGIN:VCARD\r\nVERSION:2.1\r\nFN;CHARSET=GB2312:朱镕基\r\nEND:VCARD\r\n".encode("gb18030")
    western = "BEGIN:VCARD\r\nVERSION:2.1\r\nFN;CHARSET=ISO-8859-1:O’Brien €\r\nEND:VCARD\r\n".encode("cp1252")
    assert parse_contacts(chinese, filename="a.vcf").contacts[0].name == "朱镕基"
    assert parse_contacts(western, filename="a.vcf").contacts[0].name == "O’Brien €"


def test_a_birthday_in_three_columns_of_german() -> None:
    text = "Vorname,Nachname,Geburtsjahr,Geburtsmonat,Geburtstag\nMax,Muster,1980,3,14\n"
    assert only(text, region="DE").birthday == "1980-03-14"


def test_days_are_no_phone_numbers() -> None:
    found = only("Name,Joined on\nAsha,03/04/2020\n", region="IN")
    assert (found.phones, found.extra) == ((), {"Joined on": "03/04/2020"})


# ── One cell ──


@pytest.mark.parametrize(
    ("text", "extra"),
    [
        ("Company,Organization,Phone\nAcme,Raga,1\n", {"Organization": "Raga"}),
        ("Company,Organization,Phone\nAcme,Acme,1\n", {}),
        ("Email,Kind,Colour\na@example.com,person,blue\n", {"Colour": "blue"}),
        ("Email,Kind\na@example.com,robot\n", {"Kind": "robot"}),
        ("Email\n/o=Acme/cn=Ada\n", None),
        ("Name,Email\nAda,/o=Acme/cn=Ada\n", {"Directory address": "/o=Acme/cn=Ada"}),
        ("Name,Website\nAda,javascript:alert(1)\n", {"Link": "javascript:alert(1)"}),
        ("Name,Anniversary\nAda,some day\n", {"Anniversary": "some day"}),
        ("Name,Birth Year\nAda,1984\n", {"Birth year": "1984"}),
    ],
)
def test_what_has_no_place_is_kept_beside(text: str, extra: dict[str, str] | None) -> None:
    if extra is None:
        assert read(text).errors[0].reason == "There is no name, phone, email or organisation."
        return
    assert only(text).extra == extra


def test_what_stands_twice_is_kept_once() -> None:
    contact = only(
        "Name,Phone,Mobile,Email,Other Email,Website,Home Page,Tags,Notes,Comments\n"
        'Ada,044 1234,044 1234,a@example.com,A@example.com,https://a.example,https://a.example,"vip, vip,* myContacts",'
        "Hello,Hello\n"
    )
    assert [phone.raw for phone in contact.phones] == ["044 1234"]
    assert contact.emails == ("a@example.com",) and contact.links == ("https://a.example",)
    assert contact.tags == ("vip",) and contact.notes == "Hello"


@pytest.mark.parametrize(
    ("phone", "warning"),
    [
        ("call the shop", "The phone “call the shop” has no digits."),
        ("9.19E+11", "The phone “9.19E+11” was shortened by a spreadsheet; its digits are lost."),
    ],
)
def test_a_phone_that_cannot_be_one_is_kept_and_said(phone: str, warning: str) -> None:
    contact = only(f"Name,Phone\nAda,{phone}\n")
    assert [each.raw for each in contact.phones] == [phone]
    assert contact.warnings == (warning,)


def test_a_cell_in_quotation_marks_may_hold_lines() -> None:
    parsed = read('Name,Notes\nAda,"one\ntwo"\nBob,three\n')
    assert [(each.row, each.notes) for each in parsed.contacts] == [(2, "one\ntwo"), (3, "three")]


def test_an_address_in_brackets_has_a_name_in_front() -> None:
    assert only('Name,Email\nAda,"Ada L <ada@example.com>; <a@example.com>"\n').emails == (
        "ada@example.com",
        "a@example.com",
    )


@pytest.mark.parametrize("word", ["Company", "organisation"])
def test_a_column_of_kinds_tells_a_company_from_a_person(word: str) -> None:
    kinds = [each.kind for each in read(f"Name,Kind\nAcme,{word}\nAda,person\n").contacts]
    assert kinds == [Kind.ORGANISATION, Kind.PERSON]


@pytest.mark.parametrize("nothing", ["-", "n/a"])
def test_a_sign_for_nothing_is_no_phone_and_no_email(nothing: str) -> None:
    contact = only(f"Name,Phone,Email\nAda,{nothing},{nothing}\n")
    assert (contact.phones, contact.emails, contact.extra) == ((), (), {})


@pytest.mark.parametrize(
    ("family", "given", "name"),
    [("安藤", "太郎", "安藤 太郎"), ("안", "철수", "안 철수"), ("Ando", "太郎", "太郎 Ando")],
)
def test_the_family_name_goes_first_where_it_does(family: str, given: str, name: str) -> None:
    assert only(f"First Name,Last Name\n{given},{family}\n").name == name


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [("1984/3/7", "DMY", "1984-03-07"), ("84/3/7", "YMD", "1984-03-07"), ("7/3/84", "MDY", "1984-07-03")],
)
def test_a_year_in_front(text: str, order: str, expected: str) -> None:
    assert read_date(text, order) == expected


def test_three_figures_are_no_day_and_no_year() -> None:
    with pytest.raises(UnreadableDateError):
        read_date("123/4/5", "DMY")


@pytest.mark.parametrize(
    ("header", "cells", "birthday"),
    [
        ("Birth Day,Birth Month,Birth Year", "7,3,1984", "1984-03-07"),
        ("Birth Day,Birth Month,Birth Year", "7,3,", "--03-07"),
        ("Birth Day,Birth Month,Birth Year", "7,March,1984", "1984-03-07"),
        ("Birthday,Other", "0/0/00,x", None),
    ],
)
def test_a_birthday_of_three_columns_and_one_of_zeros(header: str, cells: str, birthday: str | None) -> None:
    assert only(f"Name,{header}\nAda,{cells}\n").birthday == birthday


# ── Consent ──


@pytest.mark.parametrize(
    ("column", "cell", "expected"),
    [
        ("Accepts SMS Marketing", "yes", [("sms", True, None)]),
        ("Accepts SMS Marketing", "granted", [("sms", True, None)]),
        ("Accepts SMS Marketing", "2024-03-14 10:00", [("sms", True, "2024-03-14T10:00:00Z")]),
        ("Accepts SMS Marketing", "2024-13-45 10:00", []),
        ("Accepts SMS Marketing", "declined", [("sms", False, None)]),
        ("Accepts SMS Marketing", "-", []),
        ("Accepts SMS Marketing", "ask again", []),
        ("Consent", "yes", []),
        ("Newsletter opt-in date", "14/03/2024", [("email", True, "2024-03-14T00:00:00Z")]),
        ("Newsletter opt-in date", "last spring", []),
        ("Consent date", "14/03/2024", []),
    ],
)
def test_what_a_cell_of_consent_says(column: str, cell: str, expected: list[Any]) -> None:
    contact = only(f"Email,{column}\na@example.com,{cell}\n", region="IN")
    assert [(each.channel, each.given, each.at) for each in contact.consents] == expected
    assert contact.extra == ({} if expected or cell == "-" else {column: cell})


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        ("email: yes; 2024-01-01T00:00:00Z; a", "email: no; -; b", (False, None)),
        ("email: no; -; a", "email: yes; 2024-01-01T00:00:00Z; b", (False, None)),
        ("email: no; -; a", "email: no; 2024-01-01T00:00:00Z; b", (False, "2024-01-01T00:00:00Z")),
        ("email: yes; 2024-01-01T00:00:00Z; a", "email: yes; -; b", (True, "2024-01-01T00:00:00Z")),
    ],
)
def test_of_two_words_on_one_channel_the_stricter_counts(first: str, second: str, kept: Any) -> None:
    contact = card("FN:Ada", f"X-REGULARS-CONSENT:{first}\\n{second}")
    assert [(each.given, each.at) for each in contact.consents] == [kept]


def test_the_latest_of_opting_in_and_confirming_counts() -> None:
    text = "Email,OPTIN_TIME,CONFIRM_TIME\na@example.com,{},{}\n"
    late, early = "2024-02-01 10:00:00", "2024-01-01 10:00:00"
    for first, second in ((late, early), (early, late)):
        assert [each.at for each in only(text.format(first, second)).consents] == ["2024-02-01T10:00:00Z"]


# ── Columns ──


@pytest.mark.parametrize(
    ("header", "rows", "expected"),
    [
        (["First Name", "Name"], [], {"First Name": "given", "Name": "family"}),
        (["Nombre", "Teléfono"], [], {"Nombre": "name", "Teléfono": "phone"}),
        (["Name", "Title"], [["Ada", "Dr."], ["Bob", "Mr"]], {"Name": "name", "Title": "prefix"}),
        (["Name", "Title"], [["Ada", "Singer"], ["Bob", "Mr"]], {"Name": "name", "Title": "title"}),
        (["Title", "Job Title"], [], {"Title": "prefix", "Job Title": "title"}),
        (["Name", "Birthday", "Date of Birth"], [], {"Name": "name", "Birthday": "birthday"}),
        (["Email", "MEMBER_RATING", "REGION", "CC"], [], {"Email": "email"}),
        (["Name", "Home Address"], [], {"Name": "name", "Home Address": "street:home"}),
        (["Name", "Address Line 2"], [], {"Name": "name", "Address Line 2": "street2"}),
        (["Name", "Home Street 2"], [], {"Name": "name", "Home Street 2": "street2:home"}),
        (["Name", "Work Calle 3"], [], {"Name": "name", "Work Calle 3": "street3:work"}),
        (["Name", "Work Birthday"], [], {"Name": "name"}),
        (["Column 1", "Column 2"], [["7", "Ada"], ["8", "Bob"]], {"Column 2": "name"}),
        (["Column 1", "Column 2"], [["7", ""], ["8", "1/2"]], {}),
    ],
)
def test_columns_mean_what_their_neighbours_and_values_make_of_them(
    header: list[str], rows: list[list[str]], expected: dict[str, str]
) -> None:
    assert suggest_mapping(header, rows) == expected


def test_empty_columns_at_the_end_are_none_unless_a_row_fills_them() -> None:
    assert read("Name,Email,,\nAda,a@example.com,,\n").columns == ("Name", "Email")
    filled = read("Name,Email,,\nAda,a@example.com,,x\n")
    assert filled.columns == ("Name", "Email", "Column 3", "Column 4")
    assert filled.contacts[0].extra == {"Column 4": "x"}


def test_addresses_of_one_cell_are_taken_apart_and_joined_from_columns() -> None:
    contact = only(
        "Name,Address 1 - Label,Address 1 - Street,Address 1 - City\n"
        "Ada,Home ::: Work,1 A St ::: 2 B St,York ::: Bath\n"
    )
    assert [(each.street, each.locality, each.type) for each in contact.addresses] == [
        ("1 A St", "York", "home"),
        ("2 B St", "Bath", "work"),
    ]


def test_a_table_of_any_size_is_refused_beyond_the_limit() -> None:
    check_size(MOST_ROWS, MOST_COLUMNS)
    with pytest.raises(UnreadableFile, match="has more than"):
        check_size(MOST_ROWS + 1, 1)
    with pytest.raises(UnreadableFile, match="columns; at most"):
        check_size(1, MOST_COLUMNS + 1)


def test_a_row_that_is_far_too_wide_is_refused_below_a_narrow_header() -> None:
    with pytest.raises(UnreadableFile, match="columns; at most"):
        read("Name,Email\n" + "x," * (MOST_COLUMNS + 1) + "\n")


def test_a_cell_of_many_commas_does_not_make_them_the_delimiter() -> None:
    assert only("Name;Tags\nAda;" + ",".join(["vip"] * (MOST_COLUMNS + 1)) + "\n").tags == ("vip",)


def test_dates_in_words_and_blank_lines_between_rows() -> None:
    parsed = read("Name,Birthday\n\nAda,7 March 1984\n\nBob,8 March 1984\n\n")
    assert [each.birthday for each in parsed.contacts] == ["1984-03-07", "1984-03-08"]
    assert not parsed.errors


# ── Encodings ──


def test_signs_that_no_text_holds_make_a_code_page_doubtful() -> None:
    content = b"Name\nZo\xeb\nIt\x92s\n"
    parsed = parse_contacts(content, filename="a.csv", code_page="latin-1")
    assert not any("\x80" <= sign <= "\x9f" for contact in parsed.contacts for sign in contact.name)
    assert parsed.notices[0].startswith("The encoding")


def test_a_code_page_that_nobody_can_guess_is_read_as_far_as_it_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("charset_normalizer.from_bytes", lambda _content: CharsetMatches())
    parsed = parse_contacts(b"Name,Email\nZo\xeb\x81,a@example.com\n", filename="a.csv", region="US")
    assert parsed.contacts[0].name.startswith("Zoë")
    assert parsed.notices == ("The encoding cp1252 is a guess.",)


def test_cards_that_name_their_charset_in_every_foreign_line_are_of_that_charset() -> None:
    content = "BEGIN:VCARD\nVERSION:2.1\nFN;CHARSET=ISO-8859-1:Zoë\nEND:VCARD\n".encode("latin-1")
    parsed = parse_contacts(content, filename="a.vcf", region="IN")
    assert (parsed.contacts[0].name, parsed.encoding) == ("Zoë", "iso8859-1")


# ── Cards ──


@pytest.mark.parametrize(
    ("lines", "field", "expected"),
    [
        (["FN:Ada", "X-ANDROID-CUSTOM:vnd.android.cursor.item/nickname;Addy;1;;"], "nickname", "Addy"),
        (["FN:A", "X-ANDROID-CUSTOM:vnd.android.cursor.item/contact_event;1984-03-07;3;"], "birthday", "1984-03-07"),
        (["FN:A", "X-ANDROID-CUSTOM:vnd.android.cursor.item/contact_event;2010-06-01;1;"], "anniversary", "2010-06-01"),
        (
            ["FN:A", "X-ANDROID-CUSTOM:vnd.android.cursor.item/relation;Bob;9;"],
            "extra",
            {"relation": "Bob"},
        ),
        (["FN:A", "BDAY;X-APPLE-OMIT-YEAR=1900:1900-03-07"], "birthday", "--03-07"),
        (["FN:A", "BDAY;X-APPLE-OMIT-YEAR=1900:1984-03-07"], "birthday", "1984-03-07"),
        (["FN:A", "item1.X-ABDATE:2010-06-01", "item1.X-ABLABEL:_$!<Anniversary>!$_"], "anniversary", "2010-06-01"),
        (["FN:A", "item1.X-ABDATE:2010-06-01", "item1.X-ABLABEL:First visit"], "extra", {"First visit": "2010-06-01"}),
        (["FN:A", "TEL:sip:ada@example.com"], "extra", {"SIP": "sip:ada@example.com"}),
        (["FN:A", "item1.TEL:044 1", "item1.X-ABLABEL:Shop"], "extra", {"Label of 044 1": "Shop"}),
        (["FN:A", "BDAY:soon"], "extra", {"Birthday": "soon"}),
        (["FN:A", "X-REGULARS-EXTRA:not JSON"], "extra", {"Extra": "not JSON"}),
        (["FN:A", "X-REGULARS-EXTRA:[1]"], "extra", {"Extra": "[1]"}),
        (["FN:A", 'X-REGULARS-EXTRA:{"Size": "L"}'], "extra", {"Size": "L"}),
        (["FN:A", "X-SIZE:L", "X-SIZE:M", "X-SIZE:L"], "extra", {"X-SIZE": "L", "X-SIZE 2": "M"}),
        (["FN:a@example.com", "X-REGULARS-NAME:none", "EMAIL:a@example.com"], "name", ""),
        (["FN:A", "URL:data:text/html,x"], "extra", {"Link": "data:text/html,x"}),
        (["FN:Acme", "X-ABSHOWAS:COMPANY"], "kind", Kind.ORGANISATION),
        (["FN:Acme", "KIND:org"], "kind", Kind.ORGANISATION),
        (["FN:A", "X-WEDDING:2010-06-01"], "anniversary", "2010-06-01"),
        (["FN:A", "ROLE:Singer", "ROLE:Dancer"], "title", "Dancer"),
        (["FN:A", "ORG:Acme;Sales;North"], "extra", {"Department": "Sales, North"}),
        (["FN:A", "PHOTO;ENCODING=b:aGVsbG8="], "warnings", ("The photo of this card is not imported.",)),
        (["# made by hand", "FN:A", "NICKNAME:B"], "nickname", "B"),
        (['ADR;TYPE="home;work":;;1 A St;York;;;'], "name", None),
        (["FN:A", "NOTE:one", "two"], "notes", "one\ntwo"),
        (["FN:A", "TEL"], "phones", ()),
        (["FN:A", 'NOTE;X-A="a:b":c'], "notes", "c"),
        (["FN:A", 'NOTE;X-A="a:b'], "notes", "b"),
        (["FN:A", "TEL;TYPE=a.b;X-B=c.d:044 1"], "name", "A"),
    ],
)
def test_lines_of_cards(lines: list[str], field: str, expected: Any) -> None:
    if expected is None:
        parsed = read("\r\n".join(["BEGIN:VCARD", *lines, "END:VCARD", ""]), "a.vcf")
        assert [each.reason for each in parsed.errors] == ["There is no name, phone, email or organisation."]
        return
    assert getattr(card(*lines), field) == expected


def test_the_same_address_twice_on_a_card_is_one() -> None:
    assert len(card("FN:A", "ADR:;;1 A St;York;;;", "ADR:;;1 A St;York;;;", "ADR;TYPE=home:;;;;;;").addresses) == 1


@pytest.mark.parametrize(
    ("lines", "note"),
    [
        (["NOTE;ENCODING=QUOTED-PRINTABLE:one=", "two"], "onetwo"),
        (["NOTE:one", " two"], "one two"),
        (["NOTE;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:Zo=EB"], "Zoë"),
        (["NOTE;ENCODING=QUOTED-PRINTABLE:Zo=EB"], "Zoë"),
        (["NOTE;CHARSET=nonsense:Hello"], "Hello"),
    ],
)
def test_long_lines_and_charsets_of_old_phones(lines: list[str], note: str) -> None:
    assert card("FN:A", *lines, version="2.1").notes == note


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("BEGIN:VCARD\nFN:Team\nKIND:group\nEND:VCARD\n", "This card is a list of members, not a contact."),
        ("FN:Ada\nEND:VCARD\n", "This card has no BEGIN:VCARD line."),
        ("FN:Ada\n", "No vCard begins in this file."),
    ],
)
def test_cards_that_are_no_contacts_say_why(text: str, reason: str) -> None:
    parsed = read(text, "a.vcf")
    assert parsed.contacts == () and [error.reason for error in parsed.errors] == [reason]


# ── Workbooks ──


def test_the_first_sheet_that_holds_anything_is_read() -> None:
    parsed = parse_contacts(sheets([], [["Name", "Phone"], ["Ada", 9876543210.0]]), filename="a.xlsx", region="IN")
    assert [(each.name, each.phones[0].e164) for each in parsed.contacts] == [("Ada", "+919876543210")]
    with pytest.raises(UnreadableFile, match="holds no rows"):
        parse_contacts(sheets([], []), filename="a.xlsx")


@pytest.mark.parametrize("iso_dates", [False, True])
def test_cells_of_a_sheet_are_read_as_they_are_meant(iso_dates: bool) -> None:
    header = ["Name", "Birthday", "Joined", "Weight", "Loud", "Lost"]
    row = ["Ada", date(1984, 3, 7), datetime(2024, 1, 2, 10, 30), 61.5, True, "#N/A"]  # noqa: DTZ001 as sheets hold them
    (contact,) = parse_contacts(sheets([header, row], iso_dates=iso_dates), filename="a.xlsx").contacts
    assert contact.birthday == "1984-03-07"
    assert contact.extra == {"Joined": "2024-01-02 10:30:00", "Weight": "61.5", "Loud": "yes"}


def test_a_phone_that_a_sheet_keeps_as_a_power_of_ten_has_all_its_digits() -> None:
    plain, out = io.BytesIO(sheets([["Name", "Phone"], ["Ada", 9876543210]])), io.BytesIO()
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(b"<v>9876543210</v>", b"<v>9.87654321E9</v>"))
    (contact,) = parse_contacts(out.getvalue(), filename="a.xlsx", region="IN").contacts
    assert [(each.raw, each.e164) for each in contact.phones] == [("9876543210", "+919876543210")]


def test_a_huge_cell_of_a_sheet_costs_its_own_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm.contacts.importing.workbooks.LONGEST_CELL", 100)
    parsed = parse_contacts(sheets([["Name"], ["Ada"], ["x" * 101], ["y" * 100]]), filename="a.xlsx")
    assert [len(each.name) for each in parsed.contacts] == [3, 100]
    assert [(each.row, each.reason) for each in parsed.errors] == [(3, "A cell of this row holds 101 characters.")]


def test_a_member_that_unpacks_to_hundreds_of_times_its_size_is_refused_unread() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 21_000_000)
    with pytest.raises(UnreadableFile, match="unpacks to more"):
        parse_contacts(out.getvalue(), filename="a.xlsx")
