"""Short files in a code page that is not the usual one of the business, where a guesser has little to go by."""

import pytest

from crm.contacts.importing import parse_contacts
from crm.contacts.importing.code_pages import page_of_other_writing


@pytest.mark.parametrize(
    ("page", "name", "town"),
    [
        ("cp932", "鈴木 花子", "なごや"),
        ("cp949", "박지훈", "부산"),
        ("gb18030", "李小红", "南京"),
        ("cp950", "林美玲", "高雄"),
        ("euc_jp", "鈴木 はなこ", "なごや"),
        ("cp1251", "Ольга Ким", "Тула"),
        ("koi8-u", "Ольга Ким", "Тула"),
        ("cp1253", "Νίκος Παππάς", "Πάτρα"),
        ("cp1255", "נועה לוי", "חיפה"),
        ("cp1256", "زهرا کریمی".replace("ی", "ي"), "شیراز".replace("ی", "ي")),
        ("cp874", "มานี มีนา", "พัทยา"),
        ("cp1250", "Żaneta Wójcik", "Łódź"),
        ("cp1252", "Jörg Müßig", "Köln"),
    ],
)
def test_a_few_names_tell_their_code_page(page: str, name: str, town: str) -> None:
    content = f"Name,City\n{name},{town}\n".encode(page)
    parsed = parse_contacts(content, filename="list.csv", region="US")
    contact = parsed.contacts[0]
    assert (contact.name, [address.locality for address in contact.addresses]) == (name, [town])
    assert (parsed.encoding, bool(parsed.notices)) == (page, page != "cp1252")


def test_an_n_with_a_tilde_before_a_consonant_is_polish() -> None:
    content = b"Name\nPiotr Kwieci\xf1ski\n"
    assert parse_contacts(content, filename="list.csv", region="US").contacts[0].name == "Piotr Kwieciński"
    content = "Name\nIñaki Núñez\n".encode("cp1252")
    assert parse_contacts(content, filename="list.csv", region="US").contacts[0].name == "Iñaki Núñez"


@pytest.mark.parametrize("text", ["Jörg Müller", "Renée", "Åsa Öberg", "Ñandú"])
def test_western_words_are_of_no_other_writing(text: str) -> None:
    for page in ("cp1252", "mac-roman", "cp850"):
        assert page_of_other_writing(text.encode(page)) == ""


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_quoted_printable_in_utf_16_without_a_mark_is_text(codec: str) -> None:
    name = "=C3=84=C3=96=C3=9C" * 20
    card = f"BEGIN:VCARD\r\nVERSION:2.1\r\nFN;CHARSET=utf-8;ENCODING=QUOTED-PRINTABLE:{name}\r\nEND:VCARD\r\n"
    parsed = parse_contacts(card.encode(codec), filename="a.vcf", region="US")
    assert ([contact.name for contact in parsed.contacts], parsed.encoding) == (["ÄÖÜ" * 20], codec)
