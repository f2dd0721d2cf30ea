"""Encodings, dates, columns, permissions and repeated people, each on a small sample of its own."""

import io
from datetime import date
from typing import Any

import pytest
from openpyxl import Workbook

from crm.contacts.importing import (
    TARGET_FIELDS,
    AddressDraft,
    ContactDraft,
    Kind,
    ParsedFile,
    parse_contacts,
    suggest_mapping,
)
from crm.contacts.importing.dates import UnreadableDateError, read_date, shown_date_order


def read(text: str, filename: str = "own.csv", **options: Any) -> ParsedFile:
    return parse_contacts(text.encode(), filename=filename, **options)


def only(text: str, filename: str = "own.csv", **options: Any) -> ContactDraft:
    parsed = read(text, filename, **options)
    assert not parsed.errors
    assert len(parsed.contacts) == 1
    return parsed.contacts[0]


@pytest.mark.parametrize(
    ("name", "codec", "region", "shown"),
    [
        ("Jürgen Müller", "cp1252", "DE", "cp1252"),
        ("محمد رضا", "cp1256", "IR", "cp1256"),
        ("Иван Петров", "cp1251", "RU", "cp1251"),
        ("Γιώργος", "cp1253", "GR", "cp1253"),
        ("安藤 ロイド", "cp932", "JP", "cp932"),
        ("Łukasz Żak", "cp1250", "PL", "cp1250"),
        ("முருகன்", "utf-8", "IN", "utf-8"),
        ("முருகன்", "utf-8-sig", "IN", "utf-8-sig"),
        ("முருகன்", "utf-16", "IN", "utf-16-le"),
        ("محمد", "utf-16-be", "IR", "utf-16-be"),
    ],
)
@pytest.mark.parametrize("form", ["Name,Email\r\n{},a@example.com\r\n", "BEGIN:VCARD\nFN:{}\nEND:VCARD\n"])
def test_encoding(name: str, codec: str, region: str, shown: str, form: str) -> None:
    parsed = parse_contacts(form.format(name).encode(codec), filename="a", region=region)
    assert [contact.name for contact in parsed.contacts] == [name]
    assert parsed.encoding == shown
    assert not parsed.notices


def test_another_alphabet_is_a_named_guess() -> None:
    names = "\n".join(["Иван Петров", "Мария Иванова", "Сергей Кузнецов", "Ольга Смирнова"] * 5)
    content = f"Name\n{names}\n".encode("cp1251")
    parsed = parse_contacts(content, filename="a.csv", region="US")
    assert parsed.contacts[0].name == "Иван Петров"
    assert parsed.notices == (f"The encoding {parsed.encoding} is a guess.",)


def test_code_page_of_the_business_goes_first() -> None:
    content = "Name\nعلي\n".encode("cp1256")
    parsed = parse_contacts(content, filename="a.csv", region="US", code_page="windows-1256")
    assert parsed.contacts[0].name == "علي"


def test_damaged_utf8_stays_utf8() -> None:
    content = b"Name\n" + "முருகன்\n".encode() * 20 + b"Zo\xeb\n"
    parsed = parse_contacts(content, filename="a.csv", region="US")
    assert parsed.contacts[-1].name == "Zoë"
    assert parsed.encoding == "utf-8"


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("1984-03-07", "DMY", "1984-03-07"),
        ("19840307", "DMY", "1984-03-07"),
        ("1984-03-07T00:00:00Z", "DMY", "1984-03-07"),
        ("3/7/1984", "MDY", "1984-03-07"),
        ("3/7/1984", "DMY", "1984-07-03"),
        ("20/1/1991", "MDY", "1991-01-20"),
        ("7.3.84", "DMY", "1984-03-07"),
        ("7. März 1984", "DMY", "1984-03-07"),
        ("March 7, 1984", "DMY", "1984-03-07"),
        ("7 de marzo de 1984", "DMY", "1984-03-07"),
        ("7 மார்ச் 1984", "DMY", "1984-03-07"),
        ("۱۳۶۲/۱۲/۱۷", "YMD", "1984-03-07"),
        ("--0307", "DMY", "--03-07"),
        ("--02-29", "DMY", "--02-29"),
        ("1604-03-07", "DMY", "--03-07"),
        ("7 March", "DMY", "--03-07"),
        ("7/3", "DMY", "--03-07"),
        ("12/25", "DMY", "--12-25"),
        ("65/04/12", "YMD", "1965-04-12"),
        ("not known", "DMY", None),
        ("0/0/00", "MDY", None),
        ("", "MDY", None),
    ],
)
def test_date(text: str, order: str, expected: str | None) -> None:
    assert read_date(text, order) == expected


@pytest.mark.parametrize(
    "text", ["soon", "31/02/1990", "31/13", "1362/13/01", "1362/12/40", "1990-13-01", "12/1990", "99999999", "1/1/1/1"]
)
def test_unreadable_date(text: str) -> None:
    with pytest.raises(UnreadableDateError):
        read_date(text, "DMY")


def test_date_order_by_a_date_that_reads_one_way_only() -> None:
    assert shown_date_order(["3/7/1984", "20/1/1991"], "US") == "DMY"
    assert shown_date_order(["3/7/1984", "1/20/1991"], "IN") == "MDY"
    assert shown_date_order(["3/7/1984"], "IN") == "DMY"
    assert shown_date_order(["3/7", "12/25"], "IN") == "MDY"
    assert shown_date_order(["65/04/12"], "CN") == "YMD"
    assert shown_date_order(["3/7/1984"], "DE", unpadded_is_us=True) == "MDY"
    assert shown_date_order(["03/07/1984"], "GB", unpadded_is_us=True) == "DMY"


@pytest.mark.parametrize(
    "header",
    [
        ["First Name", "Last Name", "Mobile", "Email", "Date of Birth"],
        ["முதல் பெயர்", "குடும்பப் பெயர்", "கைபேசி எண்", "மின்னஞ்சல்", "பிறந்த தேதி"],
        ["మొదటి పేరు", "ఇంటి పేరు", "మొబైల్ నంబర్", "ఈమెయిల్", "పుట్టిన తేదీ"],
        ["पहिले नाव", "आडनाव", "मोबाईल नंबर", "ईमेल", "जन्मतारीख"],
        ["نام", "نام خانوادگی", "شماره موبایل", "ایمیل", "تاریخ تولد"],
        ["Pangalan", "Apelyido", "CP Number", "Email", "Kaarawan"],
        ["Nombre", "Apellidos", "Móvil", "Correo electrónico", "Fecha de nacimiento"],
        ["Vorname", "Nachname", "Handy", "E-Mail-Adresse", "Geburtstag"],
        ["Prénom", "Nom", "Portable", "Courriel", "Date de naissance"],
        ["Nome", "Sobrenome", "Celular", "E-mail", "Data de nascimento"],
    ],
    ids=["en", "ta", "te", "mr", "fa", "fil", "es", "de", "fr", "pt"],
)
def test_headers_in_our_users_languages(header: list[str]) -> None:
    fields = list(suggest_mapping(header, []).values())
    assert fields == ["given", "family", "phone:cell", "email", "birthday"]


@pytest.mark.parametrize(
    ("column", "field"),
    [
        ("Phone 1 - Value", "phone#1"),
        ("Phone 1 - Label", "phone_type#1"),
        ("Business Phone 2", "phone:work"),
        ("Home Fax", "phone:fax home"),
        ("E-mail 2 Address", "email"),
        ("Home Postal Code", "postcode:home"),
        ("Other Address 2", "street2:other"),
        ("FNAME", "given"),
        ("Unsubscribed from all email", "opt_out:email"),
        ("Opted out of email: Marketing Information", "opt_out:email"),
        ("Do Not Call", "opt_out:phone"),
        ("Accepts SMS Marketing", "consent:sms"),
        ("dateofbirth", "birthday"),
        ("Alt. Phone", "phone:other"),
        ("Lifecycle Stage", None),
        ("Create Date", None),
    ],
)
def test_column(column: str, field: str | None) -> None:
    assert suggest_mapping([column], []).get(column) == field


def test_target_fields_are_listed_once() -> None:
    keys = [field.key for field in TARGET_FIELDS]
    assert len(set(keys)) == len(keys)


def test_columns_found_by_their_values() -> None:
    contact = only("Who,Reach,Ring\nAda,ada@example.com,+1 212 555 0100\n", mapping=None)
    assert contact.emails == ("ada@example.com",)
    assert contact.phones[0].e164 == "+12125550100"
    assert contact.extra == {"Who": "Ada"}


def test_mapping_chosen_on_the_page() -> None:
    mapping = {"Who": "name_family_first", "Cell": "phone:cell", "Junk": "skip"}
    contact = only('Who,Cell,Junk,Size\n"Doe, John",98765 43210,x,L\n', region="IN", mapping=mapping)
    assert (contact.name, contact.family, contact.given) == ("John Doe", "Doe", "John")
    assert contact.phones[0].e164 == "+919876543210"
    assert contact.extra == {"Size": "L"}


def test_organisation_without_a_person() -> None:
    contact = only("Company,Phone\nAcme,+12125550100\n")
    assert (contact.kind, contact.name) == (Kind.ORGANISATION, "Acme")


def test_google_puts_several_values_in_a_cell() -> None:
    contact = only(
        "Name,Phone 1 - Label,Phone 1 - Value,Address 1 - Label,Address 1 - City\n"
        "Ada,Work Fax ::: Mobile,+1 212 555 0100 ::: +1 212 555 0101,Home ::: Work,York ::: Bath\n"
    )
    assert [phone.type for phone in contact.phones] == ["fax work", "cell"]
    assert contact.addresses == (
        AddressDraft(locality="York", type="home"),
        AddressDraft(locality="Bath", type="work"),
    )


def test_nothing_of_a_longer_row_is_lost() -> None:
    contact = only("Name,Email\nAda,ada@example.com,left,over\n")
    assert contact.extra == {"Column 3": "left", "Column 4": "over"}


def test_apostrophe_of_an_export_is_taken_off_once() -> None:
    contact = only("Name,Phone\n''=x,'+91 98765 43210\n", region="IN")
    assert (contact.name, contact.phones[0].raw) == ("'=x", "+91 98765 43210")


@pytest.mark.parametrize(
    ("text", "filename", "channels"),
    [
        ("Email,Unsubscribed from all email\na@example.com,true\n", "hubspot.csv", {"email"}),
        ("Email,Unsubscribed from all email\na@example.com,false\n", "hubspot.csv", set()),
        ("Email Address,UNSUB_TIME\na@example.com,2024-01-02 03:04:05\n", "m.csv", {"email"}),
        ("Email Address\na@example.com\n", "unsubscribed_segment.csv", {"email"}),
        ("Email Address\na@example.com\n", "cleaned_export.csv", {"email"}),
        ("Email,Email Marketing Status\na@example.com,Unsubscribed\n", "s.csv", {"email"}),
        ("Email,Do not call\na@example.com,x\n", "o.csv", {"phone"}),
        ("Email,Accepts SMS Marketing\na@example.com,no\n", "o.csv", {"sms"}),
        ('Email,Tags\na@example.com,"vip, Do not contact"\n', "o.csv", {"all"}),
        ("Email,Newsletter\na@example.com,yes\n", "o.csv", set()),
        ("Email,Status\na@example.com,Unsubscribed\n", "o.csv", {"email"}),
        ("Email,Status\na@example.com,bounced\n", "o.csv", {"email"}),
        ("Email,State of list\na@example.com,Spam complaint\n", "o.csv", {"email"}),
        ("email,email_disabled\na@example.com,true\n", "s.csv", {"email"}),
        ("email,email_disabled\na@example.com,false\n", "s.csv", set()),
        ("Email,Ne pas contacter\na@example.com,oui\n", "o.csv", {"all"}),
        ("Email,Consent\na@example.com,no\n", "o.csv", {"all"}),
        ("Email,Unsubscribed on\na@example.com,n/a\n", "o.csv", set()),
    ],
)
def test_opt_outs_survive(text: str, filename: str, channels: set[str]) -> None:
    assert only(text, filename).opted_out == channels


def test_a_yes_to_nothing_in_particular_is_no_consent() -> None:
    contact = only("Email,Consent form signed\na@example.com,yes\n")
    assert contact.consents == ()
    assert contact.extra == {"Consent form signed": "yes"}


def test_an_opt_out_is_stronger_than_an_opt_in() -> None:
    contact = only("Email,OPTIN_TIME,UNSUB_TIME\na@example.com,2024-01-01 10:00:00,2024-02-01 10:00:00\n")
    assert [(c.given, c.at) for c in contact.consents] == [(False, "2024-02-01T10:00:00Z")]


def test_same_name_and_email_is_one_person() -> None:
    parsed = read(
        "Name,Email,Phone\nAda,ada@example.com,111\nAda,ADA@example.com,222\nBob,ada@example.com,\n"
        "Ada,other@example.com,\n"
    )
    assert [contact.name for contact in parsed.contacts] == ["Ada", "Bob", "Ada"]
    assert [phone.raw for phone in parsed.contacts[0].phones] == ["111", "222"]
    assert "Row 3 repeats" in parsed.contacts[0].warnings[0]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("Ada,foo@@,", "The email “foo@@” is not an address that mail can reach."),
        ("Ada,,someday", "The birthday “someday” is not a readable date."),
        (",,1984-03-07", "There is no name, phone, email or organisation."),
        (",,", "The row is empty."),
        ("", "The row is empty."),
    ],
)
def test_row_error(row: str, reason: str) -> None:
    parsed = read(f"Name,Email,Birthday\n{row}\nBob,bob@example.com,\n")
    assert [(error.row, error.reason) for error in parsed.errors] == [(2, reason)]
    assert [contact.row for contact in parsed.contacts] == [3]


def test_second_bad_email_is_kept_with_a_warning() -> None:
    contact = only("Name,Email,Email 2\nAda,ada@example.com,foo@@\n")
    assert contact.emails == ("ada@example.com",)
    assert contact.extra == {"Unreadable email": "foo@@"}
    assert contact.warnings


def test_script_links_do_not_become_links() -> None:
    contact = only("Name,Website\nAda,javascript:alert(1)\n")
    assert contact.links == ()
    assert contact.extra == {"Link": "javascript:alert(1)"}


def test_ten_thousand_rows_with_five_hundred_bad() -> None:
    bad = ["X{},not-an-email,,", "X{},a@example.com,99/99/1999,", ",,,", "X{},foo@@,,"]
    rows = [f"N{n},n{n}@example.com,{n % 28 + 1}/03/1984,98765 {n:05d}" for n in range(10_000)]
    wrong = list(range(7, 10_000, 20))
    for count, place in enumerate(wrong):
        rows[place] = bad[count % 4].format(place)
    parsed = read("Name,Email,Birthday,Phone\n" + "\n".join(rows) + "\n", region="IN")
    assert len(parsed.contacts) == 9_500
    assert [error.row for error in parsed.errors] == [place + 2 for place in wrong]
    assert all(error.reason for error in parsed.errors)


def test_workbook_cells_are_read_as_meant() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Name", "Mobile", "Birthday", "Unsubscribed", "Visits", "Note"])
    sheet.append(["Ada", 9876543210, date(1984, 3, 7), True, 3.5, "=1+1"])
    sheet.append([])
    sheet.append(["Bob", "bob", "soon"])
    out = io.BytesIO()
    book.save(out)
    parsed = parse_contacts(out.getvalue(), filename="shop.xlsx", region="IN")
    contact = parsed.contacts[0]
    assert contact.phones[0].e164 == "+919876543210"
    assert contact.birthday == "1984-03-07"
    assert contact.opted_out == {"email"}
    assert contact.extra == {"Visits": "3.5"}
    assert [error.row for error in parsed.errors] == [3, 4]
    assert parsed.format == "XLSX"


def test_own_card_in_parts() -> None:
    card = (
        "BEGIN:VCARD\nVERSION:4.0\nKIND:individual\nN:Doe;Jane;;;\nFN:Jane Doe\n"
        'TEL;VALUE=uri;TYPE="voice,cell":tel:+1-212-555-0100\nBDAY:--0307\n'
        "item1.TEL:+1 212 555 0101\nitem1.X-ABLabel:_$!<Mobile>!$_\nX-SKYPE:jane\n"
        "ADR;TYPE=home:;Flat 2;1 High St;York;;YO1;UK\nCATEGORIES:vip,regular\nEND:VCARD\n"
    )
    contact = only(card, "jane.vcf")
    assert [phone.type for phone in contact.phones] == ["cell", "cell"]
    assert contact.addresses[0].street == "1 High St, Flat 2"
    assert (contact.birthday, contact.tags) == ("--03-07", ("vip", "regular"))
    assert contact.extra == {"X-SKYPE": "jane"}


def test_broken_card_costs_only_itself() -> None:
    parsed = read(
        "BEGIN:VCARD\nFN:Ada\nEND:VCARD\nFN:Lost\nEND:VCARD\nBEGIN:VCARD\nNOTE:x\nEND:VCARD\nBEGIN:VCARD\nFN:Bob\n",
        "some.vcf",
    )
    assert [contact.name for contact in parsed.contacts] == ["Ada", "Bob"]
    assert [error.row for error in parsed.errors] == [2, 3]


def test_a_table_without_a_header_gives_its_names() -> None:
    parsed = read("Arun Kumar,98765 43210\nValli,98765 43211\n", region="IN")
    assert [contact.name for contact in parsed.contacts] == ["Arun Kumar", "Valli"]
    parsed = read("Jo Doe,Jo,Doe,jo@doe.example\nAn Roe,An,Roe,an@roe.example\n")
    assert [contact.name for contact in parsed.contacts] == ["Jo Doe", "An Roe"]


def test_a_header_typed_on_an_arabic_keyboard_is_known() -> None:
    one = only("نام;نام خانوادگي;تلفن همراه\nعلي;رضايي;09123456789\n", region="IR")
    assert (one.given, one.family) == ("علي", "رضايي")
    assert one.phones[0].e164 == "+989123456789"


def test_dutch_and_italian_headers_are_known() -> None:
    one = only("Voornaam;Achternaam;Mobiel;Geboortedatum\nJan;de Vries;06 12345678;31-12-1980\n", region="NL")
    assert (one.given, one.family, one.birthday) == ("Jan", "de Vries", "1980-12-31")
    one = only("Nome;Cognome;Cellulare;Data di nascita\nEva;Rossi;312 345 6789;31/12/1980\n", region="IT")
    assert (one.given, one.family, one.birthday) == ("Eva", "Rossi", "1980-12-31")


def test_numbers_that_a_spreadsheet_dressed_up_are_read() -> None:
    parsed = read('Name,Phone\nA,"=""9876543210"""\nB,9876543210.0\nC,9.87654E+09\n', region="IN")
    a, b, c = parsed.contacts
    assert [one.phones[0].e164 for one in (a, b)] == ["+919876543210"] * 2
    assert a.phones[0].raw == "9876543210" and b.phones[0].raw == "9876543210.0"
    assert c.phones[0].e164 is None and c.phones[0].raw == "9.87654E+09"
    assert c.warnings == ("The phone “9.87654E+09” was shortened by a spreadsheet; its digits are lost.",)


def test_a_file_with_the_line_ends_of_an_old_mac_is_in_its_code_page() -> None:
    parsed = parse_contacts("Name\rJosé Núñez\rÉlise\r".encode("mac_roman"), filename="a.csv", region="PH")
    assert [contact.name for contact in parsed.contacts] == ["José Núñez", "Élise"]
    assert parsed.encoding == "mac-roman" and parsed.notices


def test_comment_lines_and_properties_without_a_value_add_nothing() -> None:
    card = (
        "BEGIN:VCARD\nVERSION:2.1\nN:Roe;An\nFN:An Roe\n# a remark of the program\nTITLE\nNOTE:one\n# two\nEND:VCARD\n"
    )
    one = only(card, "a.vcf")
    assert (one.name, one.notes, one.title) == ("An Roe", "one", "")


def test_an_escaped_quotation_mark_is_a_quotation_mark() -> None:
    one = only('BEGIN:VCARD\nVERSION:3.0\nFN:Luis \\"Jon-Jon\\" Cua\nEND:VCARD\n', "a.vcf")
    assert one.name == 'Luis "Jon-Jon" Cua'


def test_short_headers_of_a_shop_ledger_are_known() -> None:
    one = only("Cust. Name,Mob.,Ph. No\nArun,98765 43210,044 2811 2345\n", region="IN")
    assert one.name == "Arun"
    assert [(phone.e164, phone.type) for phone in one.phones] == [("+919876543210", "cell"), ("+914428112345", "")]


def test_an_email_in_a_column_of_phones_is_an_email() -> None:
    parsed = read("Name,Phone\nAsha,asha@raga.example\nBala,98400 12345\nCara,98400 12346\n", region="IN")
    assert [(each.emails, len(each.phones)) for each in parsed.contacts] == [
        (("asha@raga.example",), 0),
        ((), 1),
        ((), 1),
    ]
