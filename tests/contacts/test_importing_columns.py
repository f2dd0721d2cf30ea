"""Columns as the programs of many countries name them, and what their cells hold."""

from __future__ import annotations

import io
from datetime import date

import pytest
from openpyxl import load_workbook

from crm.contacts.importing import parse_contacts, suggest_mapping
from crm.contacts.importing.dates import read_date, stated_date_order
from crm.shared.phones import split_phones
from tests.contacts.test_importing_cells import card, sheets
from tests.contacts.test_importing_values import only


@pytest.mark.parametrize(
    ("header", "fields"),
    [
        (
            "Titre|Prénom|Nom|Titre (2)|Rue (bureau)|Ville (bureau)|Pays/Région (bureau)|Autre rue|Tél. mobile|"
            "Télécopie (domicile)|Adresse de messagerie 2|Anniversaire|Anniversaire de mariage ou fête",
            "prefix|given|family|title|street:work|locality:work|country:work|street:other|phone:cell|"
            "phone:fax home|email|birthday|anniversary",
        ),
        (
            "Nombre|Apellidos|Calle del trabajo 2|Código postal de trabajo|Ciudad de residencia|Otro teléfono|"
            "Fax del trabajo|Dirección del correo electrónico 2|Aniversario|Cumpleaños",
            "given|family|street2:work|postcode:work|locality:home|phone:other|phone:fax work|email|anniversary|"
            "birthday",
        ),
        (
            "Titolo|Nome|Cognome|Posizione|Via (uff.)|CAP (ab.)|Altro telefono|Compleanno|Anniversario",
            "prefix|given|family|title|street:work|postcode:home|phone:other|birthday|anniversary",
        ),
        (
            "Nome|Sobrenome|Rua do endereço comercial 2|CEP do endereço residencial|Telefone celular|Aniversário|Bodas",
            "given|family|street2:work|postcode:home|phone:cell|birthday|anniversary",
        ),
        (
            "Voornaam|Achternaam|Werkadres 2, straat|Huisadres, plaats|Telefoon op werk 2|Fax thuis|Verjaardag",
            "given|family|street2:work|locality:home|phone:work|phone:fax home|birthday",
        ),
        (
            "Vorname|Nachname|Telefon (privat 2)|Weiterer Ort|Haupttelefon|Telefon Firma|Jahrestag",
            "given|family|phone:home|locality:other|phone:main|phone:work|anniversary",
        ),
        ("Имя|Фамилия|Отчество|Мобильный телефон|Рабочий телефон", "given|family|additional|phone:cell|phone:work"),
        ("Imię|Nazwisko|Telefon komórkowy|Adres e-mail|Data urodzenia", "given|family|phone:cell|email|birthday"),
        ("Adı Soyadı|Cep Telefonu|E-posta|Doğum Tarihi|Notlar", "name|phone:cell|email|birthday|notes"),
        ("姓名|手机号码|邮箱|公司|备注", "name|phone:cell|email|organisation|notes"),
        ("氏名|携帯電話|メールアドレス|郵便番号|生年月日", "name|phone:cell|email|postcode|birthday"),
        ("이름|휴대폰|이메일|회사명|생년월일", "name|phone:cell|email|organisation|birthday"),
        ("Ονοματεπώνυμο|Κινητό|Διεύθυνση|Ημερομηνία γέννησης", "name|phone:cell|address|birthday"),
        ('שם פרטי|שם משפחה|טלפון נייד|דוא"ל|תאריך לידה', "given|family|phone:cell|email|birthday"),
        ("Họ và tên|Số điện thoại|Ngày sinh|Ghi chú", "name|phone|birthday|notes"),
        ("Förnamn|Efternamn|Mobilnummer|E-post|Födelsedatum", "given|family|phone:cell|email|birthday"),
        ("Jméno|Příjmení|PSČ|Datum narození", "given|family|postcode|birthday"),
        ("نام|نام خانوادگی|شماره همراه|شماره تماس ۲", "given|family|phone:cell|phone"),
        (
            "Person - Name|Person - Phone - Work|Person - Email - Home|Organization - Address",
            "name|phone:work|email|street:work",
        ),
        (
            "First Name|Default Address Company|Default Address Address1|Default Address Zip|Default Address Phone",
            "given|organisation|street|postcode|phone",
        ),
        ("Last Name|Mailing Street|Mailing State/Province|Mailing Zip/Postal Code", "family|street|region|postcode"),
        ("Last Name|Address 1 - State/Region|Address 1 - Zip|Phone2", "family|region#1|postcode#1|phone"),
        ("Name of Ledger|Contact Person|Mobile No.", "organisation|name|phone:cell"),
        ("Customer Name*|Permanent Address|Correspondence Address", "name|street:home|street:other"),
        ("Email|Birthday month|Birthday day", "email|birthday_month|birthday_day"),
    ],
    ids=lambda value: value.partition("|")[0],
)
def test_columns_of_programs(header: str, fields: str) -> None:
    columns = header.split("|")
    assert suggest_mapping(columns, []) == dict(zip(columns, fields.split("|"), strict=True))


@pytest.mark.parametrize(
    ("text", "region", "name", "birthday"),
    [
        ("Name,Surname\nAsha,Rao\n", "IN", "Asha Rao", None),
        ("Name,Surname\nAsha Rao,Rao\n", "IN", "Asha Rao", None),
        ("ФИО,Телефон\nИванов Иван Петрович,+74951234567\n", "RU", "Иван Петрович Иванов", None),
        ("Name,Date of Birth (DD/MM/YYYY)\nAsha,03/04/1990\n", "US", "Asha", "1990-04-03"),
        ("Name,DOB [mm-dd-yyyy]\nAsha,03-04-1990\n", "IN", "Asha", "1990-03-04"),
        ("Name,Birthday\nAsha,32874\n", "IN", "Asha", "1990-01-01"),
        ("Name,تولد\nAsha,۱۵ مرداد ۱۳۶۵\n", "IR", "Asha", "1986-08-06"),
        ("Email Address,Birthday,MEMBER_RATING\nasha@example.com,03/04,2\n", "IN", "", "--03-04"),
    ],
)
def test_cells_under_them(text: str, region: str, name: str, birthday: str | None) -> None:
    found = only(text, region=region)
    assert (found.name, found.birthday) == (name, birthday)


def test_a_column_that_only_says_whose_number_it_is_holds_phones() -> None:
    found = only("Name,Mobile,Alternate No,Office,Alt\nAsha,9840012345,044-24567890,9840054321,red\n", region="IN")
    assert [(phone.raw, phone.type) for phone in found.phones] == [
        ("9840012345", "cell"),
        ("044-24567890", "other"),
        ("9840054321", "work"),
    ]
    assert found.extra == {"Alt": "red"}


def test_events_of_google_fill_the_day_that_their_label_names() -> None:
    head = "First Name,Event 1 - Label,Event 1 - Value,Event 2 - Label,Event 2 - Value,Labels"
    found = only(f"{head}\nAsha,Anniversary,2010-05-06,Moved in,2015-01-02,* myContacts ::: * starred ::: VIP\n")
    assert (found.anniversary, found.extra, found.tags) == ("2010-05-06", {"Moved in": "2015-01-02"}, ("VIP",))


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("Birthday", None), ("My dad", None), ("dd/mm/yyyy", "DMY"), ("born mm/dd", "MDY"),
        ("YYYY-MM-DD", "YMD"), ("D.M.Y", "DMY"), ("Mmm", None),
    ],
)  # fmt: skip
def test_a_header_may_state_the_order_of_its_dates(text: str, order: str | None) -> None:
    assert stated_date_order(text) == order


def test_persian_months_with_a_short_year() -> None:
    assert read_date("5 فروردین 62", "DMY") == "1983-03-25"


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [
        ("9840012345/9840054321", 2), ("9840012345 & 9840054321", 2), ("9840012345 9840054321", 2),
        ("044 2345678/2345679", 2), ("022-24567890/91", 1), ("0711/1234567", 1), ("0049711/1234567", 1),
        ("98400 12345", 1), ("+91 98400 12345", 1),
    ],
)  # fmt: skip
def test_numbers_that_share_a_cell_without_a_comma(cell: str, numbers: int) -> None:
    assert len(split_phones(cell)) == numbers


def test_a_cover_and_a_hidden_sheet_are_passed_over() -> None:
    content = sheets(
        [["Our customers"], ["as of"], [date(2026, 1, 2)]],
        [["Name", "Phone"], ["Old", "1"]],
        [["Name", "Phone"], ["Asha", "9840012345"]],
    )
    book, out = load_workbook(io.BytesIO(content)), io.BytesIO()
    book.worksheets[1].sheet_state = "hidden"
    book.save(out)
    parsed = parse_contacts(out.getvalue(), filename="a.xlsx")
    assert ([each.name for each in parsed.contacts], parsed.notices[0]) == (["Asha"], "The sheet “Sheet2” was read.")


def test_shifted_japanese_is_read() -> None:
    parsed = parse_contacts("氏名,メール\n安藤,a@example.com\n".encode("iso-2022-jp"), filename="a.csv")
    assert (parsed.encoding, parsed.contacts[0].name) == ("iso-2022-jp", "安藤")


def test_types_of_phones_written_as_one_word() -> None:
    found = card("FN:Asha", "TEL;TYPE=homefax:044 24567890", "TEL;TYPE=work2:044 24567891")
    assert [phone.type for phone in found.phones] == ["fax home", "work"]


@pytest.mark.parametrize("word", ["வீடு", "ఇల్లు", "मोबाइल", "خانه"])
def test_a_kind_of_phone_in_any_script_stays_whole(word: str) -> None:
    found = only(f"Name,Phone 1 - Label,Phone 1 - Value\nAsha,{word},044 24567890\n", region="IN")
    assert found.phones[0].type == word
