"""Cards as programs really write them: folded, joined, cut off, labelled, in several encodings."""

from typing import Any

import pytest

from crm.contacts.import_errors import error_file
from crm.contacts.importing import ContactDraft, Kind, ParsedFile, parse_contacts


def vcard(*lines: str, version: str = "3.0", end: str = "END:VCARD") -> str:
    """Write a card."""
    return "\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", *lines, end, ""])


def read(content: str | bytes, region: str = "US") -> ParsedFile:
    """Read a file of cards."""
    return parse_contacts(content.encode() if isinstance(content, str) else content, filename="a.vcf", region=region)


def only(content: str | bytes, region: str = "US") -> ContactDraft:
    """Read the one card of a file."""
    parsed = read(content, region)
    assert (len(parsed.contacts), parsed.errors) == (1, ())
    return parsed.contacts[0]


def names(content: str | bytes, region: str = "US") -> list[str]:
    """Return the names in the order of the contacts."""
    return [contact.name for contact in read(content, region).contacts]


def typed(contact: ContactDraft) -> list[tuple[str, str]]:
    """Return the phones with their types."""
    return [(phone.raw, phone.type) for phone in contact.phones]


# ── Folded lines ──


@pytest.mark.parametrize("version", ["2.1", "3.0", "4.0"])
@pytest.mark.parametrize(
    "lines",
    [
        ["TEL;TYPE=CELL,V", " OICE:044 123"],
        ['TEL;TYPE=CELL;X-SLOT=1;X-UUID="one-two-thr', '\tee":044 123'],
        ["TEL;TYPE=CELL;X-A=" + "b" * 60, " " + "c" * 60, " :044 123"],
        ["TEL;TYPE=CELL", " ;PREF=1:044 123"],
        ["TEL", " ;TYPE=CELL:044 123"],
        ["TEL;TYPE=CELL;X-A=one", " two", " three:044 123"],
    ],
)
def test_a_property_folded_before_its_colon_is_read(lines: list[str], version: str) -> None:
    contact = only(vcard("FN:Asha Rao", *lines, "EMAIL:asha@example.com", version=version))
    assert (contact.name, contact.emails, contact.extra) == ("Asha Rao", ("asha@example.com",), {})
    assert typed(contact) == [("044 123", "cell")]


def test_a_telephone_link_may_begin_on_the_next_line() -> None:
    contact = only(vcard("FN:Asha", "TEL;VALUE=uri;TYPE=cell", " :tel:+1-212-555-0100", version="4.0"))
    assert typed(contact) == [("+1-212-555-0100", "cell")]


def test_a_head_that_never_ends_costs_only_itself() -> None:
    contact = only(vcard("FN:Asha", "X-A;B=c", *[" d"] * 60, "TEL:044 123"))
    assert (contact.name, typed(contact)) == ("Asha", [("044 123", "")])


@pytest.mark.parametrize(
    ("lines", "note"),
    [
        (["NOTE;ENCODING=QUOTED-PRINTABLE:J=C3=BCr=", " gen=", " =20M"], "Jürgen M"),
        (["NOTE;ENCODING=QUOTED-PRINTABLE:one=", " two=", "three"], "one twothree"),
        (["NOTE;ENCODING=QUOTED-PRINTABLE:one= ", "two"], "onetwo"),
        (["NOTE:one", "  two"], "one two"),
        (["NOTE;ENCODING=BASE64:SsO8", "  cmdl", "bg=="], "Jürgen"),
    ],
)
def test_lines_of_version_2_that_go_on(lines: list[str], note: str) -> None:
    assert only(vcard("FN:A", *lines, "", version="2.1")).notes == note


# ── Lines that belong nowhere ──


def test_a_line_without_a_colon_is_kept_apart_from_what_holds_one_line() -> None:
    contact = only(vcard("N:Rao;Asha", "by mistake", "TEL:044 123", "ring twice", " after six", "ORG:Acme", "of Kochi"))
    assert (contact.family, contact.suffix, contact.organisation) == ("Rao", "", "Acme")
    assert typed(contact) == [("044 123", "")]
    assert list(contact.extra.values()) == ["by mistake", "ring twiceafter six", "of Kochi"]


@pytest.mark.parametrize(
    ("lines", "field", "expected"),
    [
        (["NOTE:one", "two", "", "three"], "notes", "one\ntwo\nthree"),
        (["NOTE:one\\", "two"], "notes", "one\ntwo"),
        (["NOTE;ENCODING=QUOTED-PRINTABLE:one", "two=3D"], "notes", "one\ntwo="),
        (["NOTE;ENCODING=b:A"], "notes", "A"),
        (["LABEL:1 A St", "York"], "extra", {"LABEL": "1 A St\nYork"}),
        (["PHOTO;VALUE=uri:data:image/png;base64,AAAA", "BBBB"], "extra", {}),
        (["PHOTO;VALUE=uri:http://a.example/a.png", "a stray line"], "extra", {"Other": "a stray line"}),
        (["X-My Size:XL"], "extra", {"X-MY SIZE": "XL"}),
        (["item1.X-Größe:XL"], "extra", {"X-GRÖSSE": "XL"}),
        ([" X-FIRST:1"], "extra", {"X-FIRST": "1"}),
    ],
)
def test_lines_that_go_on_without_a_fold(lines: list[str], field: str, expected: Any) -> None:
    content = "\r\n".join(["BEGIN:VCARD", *lines, "FN:A", "END:VCARD", ""])
    assert getattr(only(content), field) == expected


# ── Where cards begin and end ──


@pytest.mark.parametrize(
    "between",
    ["END:VCARDBEGIN:VCARD", "END:VCARD\ufeffBEGIN:VCARD", "END:VCARD;\nBEGIN:VCARD;", "END:VCARD -- end\nBEGIN:VCARD"],
)
def test_an_end_with_more_behind_it_ends_the_card(between: str) -> None:
    content = f"BEGIN:VCARD\nFN:One\nTEL:044 1\n{between}\nFN:Two\nTEL:044 2\nEND:VCARD\n"
    assert [(each.name, typed(each)) for each in read(content).contacts] == [
        ("One", [("044 1", "")]),
        ("Two", [("044 2", "")]),
    ]


@pytest.mark.parametrize("before", ["\ufeff", "\ufeff\ufeff", "\u200b", "\u00a0", "  ", " \ufeff", "\n\n\t"])
def test_what_cannot_be_seen_before_a_card_does_not_lose_it(before: str) -> None:
    assert names(before + vcard("FN:One") + before + vcard("FN:Two")) == ["One", "Two"]


def test_a_file_that_is_indented_throughout_is_read_as_if_it_were_not() -> None:
    card = vcard("FN:One", "NOTE:a", "  b", "TEL:044 1")
    contact = only("".join(f"    {line}\r\n" for line in card.splitlines()))
    assert (contact.name, contact.notes, typed(contact)) == ("One", "a b", [("044 1", "")])


def test_cards_without_an_end_keep_their_place_and_take_no_lines_of_others() -> None:
    content = "BEGIN:VCARD\nFN:One\n" + vcard("FN:Two") + "X-JUNK:1\nTEL:044 99\n" + vcard("FN:Three")
    parsed = read(content)
    assert [(each.name, each.row, each.phones) for each in parsed.contacts] == [
        ("One", 1, ()),
        ("Two", 2, ()),
        ("Three", 3, ()),
    ]
    assert names("BEGIN:VCARD\nFN:One\nBEGIN:VCARD\nFN:Two\nBEGIN:VCARD\nFN:Three\n") == ["One", "Two", "Three"]


@pytest.mark.parametrize("end", ["END:VCARD", "END:VCAR", "END:", "E"])
def test_a_cut_end_of_the_file_is_an_end(end: str) -> None:
    contact = only("BEGIN:VCARD\nFN:One\nTEL:044 1\n" + end)
    assert (typed(contact), contact.extra) == ([("044 1", "")], {})


@pytest.mark.parametrize("begin", ["AGENT:BEGIN:VCARD", "AGENT:\r\nBEGIN:VCARD", "AGENT;X=1:\r\n\r\nBEGIN:VCARD"])
@pytest.mark.parametrize("end", ["END:VCARD", ""])
def test_an_agent_is_a_card_of_its_own(begin: str, end: str) -> None:
    content = vcard("FN:Boss", begin, "FN:Help", "TEL:044 2", "END:VCARD", "NOTE:hers", version="2.1", end=end)
    parsed = read(content)
    assert [(each.name, typed(each), each.notes) for each in parsed.contacts] == [
        ("Help", [("044 2", "")], ""),
        ("Boss", [], "hers"),
    ]


def test_a_stray_end_and_the_card_after_it_have_numbers_of_their_own() -> None:
    parsed = read("END:VCARDBEGIN:VCARD\nFN:One\nEND:VCARD\n")
    assert ([error.row for error in parsed.errors], [each.row for each in parsed.contacts]) == ([1], [2])


def test_an_indented_card_that_is_wrong_comes_back_to_be_repaired() -> None:
    content = b"  BEGIN:VCARD\n  VERSION:3.0\n  NOTE:a\n   b\n  END:VCARD\n"
    repaired = error_file(content, "a.vcf", "US", "", {1: "No name."}).replace(b"NOTE", b"FN:A\r\nNOTE")
    assert (only(repaired).name, only(repaired).notes) == ("A", "ab")


# ── Encodings ──


def test_a_damaged_place_in_utf8_spoils_nothing_around_it() -> None:
    tamil = "முருகன்"
    damaged = vcard("FN:A", f"NOTE:{tamil}?{tamil}").encode().replace(b"?", b"\xff")
    assert only(vcard("FN:" + tamil).encode().replace(b"END:VCARD", b"NOTE:x\xff\r\nEND:VCARD")).notes == "xÿ"
    assert only(damaged).notes == f"{tamil}\ufffd{tamil}"
    declared = vcard("FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E0=AE=AE=E0=AF=81=E0=AE", version="2.1")
    assert only(declared, "IN").name == "மு\ufffd"


def test_files_put_together_from_several_encodings_are_each_read_right() -> None:
    jose, jurgen = vcard("FN:José Gómez"), vcard("FN:Jürgen Müller")
    for content in (jose.encode() + jurgen.encode("cp1252"), b"\xef\xbb\xbf" + jose.encode() + jurgen.encode("cp1252")):
        assert names(content) == ["José Gómez", "Jürgen Müller"]
    mixed = vcard("FN:安藤 ロイド", "NOTE:毎週").encode() + vcard("FN:田中さくら").encode("cp932")
    assert names(mixed, "JP") == ["安藤 ロイド", "田中さくら"]


@pytest.mark.parametrize(
    ("charset", "codec", "region"),
    [
        ("ISO-8859-1", "utf-8", "US"),
        ("ISO-8859-1", "latin-1", "IN"),
        ("US-ASCII", "utf-8", "US"),
        ("x-sjis", "cp932", "US"),
        ("cp-1251", "cp1251", "US"),
        ("win-1251", "cp1251", "US"),
        ("windows-1251", "cp1251", "US"),
        ("ISO-2022-JP", "iso2022_jp", "US"),
    ],
)
def test_a_declared_charset_is_believed_as_far_as_it_fits(charset: str, codec: str, region: str) -> None:
    names_by_codec = {"cp932": "安藤", "iso2022_jp": "安藤", "cp1251": "Иван Петров"}
    name = names_by_codec.get(codec, "Jürgen Müller")
    assert only(vcard(f"FN;CHARSET={charset}:{name}", version="2.1").encode(codec), region).name == name


@pytest.mark.parametrize(
    ("name", "codec", "region", "shown"),
    [
        ("安藤 ロイド", "iso2022_jp", "JP", "iso-2022-jp"),
        ("安藤 ロイド", "euc_jp", "JP", "euc_jp"),
        ("安藤 ロイド", "cp932", "JP", "cp932"),
        ("ﾃﾞｨｽｸ･ﾊﾟｰｸ", "cp932", "JP", "cp932"),
        ("王小明", "gb18030", "CN", "gb18030"),
        ("Иван Петров", "koi8-r", "RU", "koi8-u"),
        ("Леся Українка", "koi8-u", "UA", "koi8-u"),
        ("Иван ПЕТРОВ", "cp1251", "RU", "cp1251"),
        ("Иван Петров", "utf-8", "RU", "utf-8"),
    ],
)
def test_an_encoding_that_no_line_names_is_told_by_what_it_says(name: str, codec: str, region: str, shown: str) -> None:
    parsed = read(vcard(f"FN:{name}").encode(codec), region)
    assert ([each.name for each in parsed.contacts], parsed.encoding) == ([name], shown)


def test_cards_with_the_line_ends_of_an_old_mac_are_in_its_code_page() -> None:
    parsed = read(vcard("FN:José Gómez").replace("\r\n", "\r").encode("mac_roman"))
    assert (parsed.contacts[0].name, parsed.encoding) == ("José Gómez", "mac-roman")
    assert parsed.notices == ("The encoding mac-roman is a guess.",)
    assert names(vcard("FN:José Gómez").replace("\r\n", "\r").encode("cp1252")) == ["José Gómez"]


# ── What a property says ──


@pytest.mark.parametrize(("line", "kind"), [("ORG:Foo Ltd", Kind.ORGANISATION), ("NICKNAME:Foo Ltd", Kind.PERSON)])
def test_an_email_that_is_none_does_not_refuse_a_card_that_is_called_something(line: str, kind: Kind) -> None:
    contact = only(vcard(line, "EMAIL:foo(at)bar.example"))
    assert (contact.name, contact.kind, contact.emails) == ("Foo Ltd", kind, ())
    assert contact.extra == {"Unreadable email": "foo(at)bar.example"}
    assert contact.warnings == ("The email “foo(at)bar.example” is not an address that mail can reach.",)


@pytest.mark.parametrize(
    ("lines", "kind", "extra"),
    [
        (["TEL;TYPE=CELL:044 1", "TEL;TYPE=HOME:044 1"], "cell home", {}),
        (["TEL;TYPE=WORK,FAX:044 1", "TEL;TYPE=FAX:044 1"], "fax work", {}),
        (["TEL;TYPE=FAX:044 1", "TEL;TYPE=WORK,VOICE:044 1"], "work", {"Fax": "044 1"}),
        (["TEL;TYPE=HOME:044 1", "TEL;TYPE=FAX:044 1"], "home", {"Fax": "044 1"}),
    ],
)
def test_a_number_given_twice_has_both_types(lines: list[str], kind: str, extra: dict[str, str]) -> None:
    contact = only(vcard("FN:A", *lines))
    assert (typed(contact), contact.extra) == ([("044 1", kind)], extra)


@pytest.mark.parametrize(
    ("line", "label", "kind", "extra"),
    [
        ("TEL:044 1", "_$!<AssistantPhone>!$_", "assistant", {}),
        ("TEL:044 1", "_$!<CompanyMainPhone>!$_", "company main", {}),
        ("TEL;TYPE=pref:044 1", "_$!<OtherFAX>!$_", "fax other", {}),
        ("TEL;TYPE=CELL:044 1", "_$!<Work>!$_", "cell work", {}),
        ("TEL:044 1", "iPhone", "cell", {"Label of 044 1": "iPhone"}),
        ("TEL:tel:044 1", "Till", "", {"Label of 044 1": "Till"}),
        ("X-MS-TEL;VOICE;COMPANY:044 1", "", "company", {}),
    ],
)
def test_labels_of_phones(line: str, label: str, kind: str, extra: dict[str, str]) -> None:
    contact = only(vcard("FN:A", f"item1.{line}", f"item1.X-ABLabel:{label}"))
    assert (typed(contact), contact.extra) == ([("044 1", kind)], extra)


@pytest.mark.parametrize(
    ("line", "label", "extra"),
    [
        ("EMAIL:a@example.com", "Accounts", {"Label of a@example.com": "Accounts"}),
        ("EMAIL:a@example.com", "_$!<School>!$_", {"Label of a@example.com": "School"}),
        ("EMAIL:a@example.com", "_$!<Work>!$_", {}),
        ("URL:http://a.example", "_$!<HomePage>!$_", {}),
        ("URL:http://a.example", "Blog", {"Label of http://a.example": "Blog"}),
        ("ORG:Acme;Sales", "Old job", {"Department": "Sales", "Label of Acme": "Old job"}),
        ("ADR:;;1 A St;York;;;", "Cottage", {"Label of 1 A St": "Cottage"}),
    ],
)
def test_labels_of_other_properties(line: str, label: str, extra: dict[str, str]) -> None:
    assert only(vcard("FN:A", f"item1.{line}", f"item1.X-ABLabel:{label}")).extra == extra


def test_a_label_of_an_address_says_what_place_it_is() -> None:
    contact = only(vcard("FN:A", "item1.ADR:;;1 A St;York;;;", "item1.X-ABLabel:_$!<Home>!$_"))
    assert ([each.type for each in contact.addresses], contact.extra) == (["home"], {})


@pytest.mark.parametrize(
    ("lines", "given", "extra"),
    [
        (["N;PHONETIC=IPA:smiθ;dʒɑn", "N:Smith;John"], "John", {"N": "dʒɑn smiθ"}),
        (["FN;LANGUAGE=en:Taro", "N;LANGUAGE=ja:山田;太郎", "N;LANGUAGE=en:Yamada;Taro"], "Taro", {"N": "太郎 山田"}),
        (["N:;;;;", "N:Smith;John"], "John", {}),
        (["N:Smith;John;;Dr.;", "N:Smith;John;;Dr.;"], "John", {"N": "Dr. John Smith"}),
        (["N:Smith;John", "N:Doe;;Q;;"], "John", {"N": "Q Doe"}),
    ],
)
def test_of_several_names_one_is_taken_whole(lines: list[str], given: str, extra: dict[str, str]) -> None:
    contact = only(vcard(*lines))
    assert (contact.given, contact.additional, contact.extra) == (given, "", extra)


def test_a_department_without_a_company_is_no_company() -> None:
    contact = only(vcard("FN:A", "ORG:;Marketing"))
    assert (contact.organisation, contact.extra) == ("", {"Department": "Marketing"})


@pytest.mark.parametrize(
    ("lines", "tags"),
    [
        (["CATEGORIES:Travel\\, agents,VIP"], ("Travel, agents", "VIP")),
        (["CATEGORIES:VIP,Regular", "CATEGORIES:vip"], ("VIP", "Regular")),
        (["CATEGORIES:one\\, two\\, three"], ("one", "two", "three")),
        (["CATEGORIES:one;two", "CATEGORIES:myContacts"], ("one", "two")),
    ],
)
def test_tags(lines: list[str], tags: tuple[str, ...]) -> None:
    assert only(vcard("FN:A", *lines)).tags == tags


def test_an_escaped_apostrophe_is_an_apostrophe() -> None:
    assert only(vcard("FN:Siobhan O\\'Neil")).name == "Siobhan O'Neil"


@pytest.mark.parametrize(
    ("written", "birthday"),
    [
        ("0000-05-12", "--05-12"),
        ("00000512", "--05-12"),
        ("--0415T1022", "--04-15"),
        ("1996-04-15-05:00", "1996-04-15"),
        ("1996-04-15Z", "1996-04-15"),
        ("Mon Apr 15 00:00:00 GMT 1996", "1996-04-15"),
        ("Mon Apr 15 08:30:00 GMT+05:30 1996", "1996-04-15"),
        ("Mon Apr 15 08:30:00 1996", "1996-04-15"),
        ("0000-00-00", None),
    ],
)
def test_birthdays_with_no_year_or_a_time(written: str, birthday: str | None) -> None:
    contact = only(vcard("FN:A", f"BDAY:{written}"))
    assert (contact.birthday, contact.warnings) == (birthday, ())


def test_a_large_photo_takes_no_longer_than_its_size() -> None:
    photo = "PHOTO;ENCODING=b;TYPE=JPEG:" + "\r\n ".join(["A" * 74] * 50_000)
    contact = only(vcard("FN:A", photo, "TEL:044 1"))
    assert (contact.name, typed(contact)) == ("A", [("044 1", "")])
    assert contact.warnings == ("The photo of this card is not imported.",)


# ── Cards of further programs ──


def test_an_empty_line_after_a_soft_break_is_no_part_of_the_text() -> None:
    note = "NOTE;CHARSET=utf-8;ENCODING=QUOTED-PRINTABLE:Gr=C3=\r\n\r\n=BC=C3=9Fe aus M=C3=\r\n\r\n=BCnchen"
    assert only(vcard("FN:A", note, "TITLE:Chef", version="2.1")).notes == "Grüße aus München"


def test_a_type_may_say_its_own_name_again() -> None:
    assert typed(only(vcard("FN:A", "TEL;TYPE=HOME,TYPE=VOICE:044 123"))) == [("044 123", "home")]


def test_quoted_text_without_a_charset_is_read_in_the_code_page_that_gives_words() -> None:
    lines = ["FN:A", "NOTE;ENCODING=QUOTED-PRINTABLE:=A3=F3d=9F, ma=B3opolskie"]
    contact = only(vcard(*lines, version="2.1"))
    assert contact.notes == "Łódź, małopolskie"
    assert only(vcard("FN;ENCODING=QUOTED-PRINTABLE:J=F6rg", version="2.1")).name == "Jörg"


def test_lines_of_a_street_end_as_lines() -> None:
    contact = only(vcard("FN:A", "ADR;QUOTED-PRINTABLE:;;Hall 3=0D=0AGate 4=0D=0A;Porto;;;", version="2.1"))
    assert [(address.street, address.locality) for address in contact.addresses] == [("Hall 3\nGate 4", "Porto")]


@pytest.mark.parametrize(
    "lines",
    [
        ["X-WAB-WEDDING_ANNIVERSARY:20001224"],
        ["ANNIVERSARY:2000-12-24"],
        ["X-SOME-PROGRAM-X-ANNIVERSARY:2000-12-24"],
        ["item1.X-ABDATE:20001224", "item1.X-ABLABEL:Hochzeitstag"],
        ["item1.X-ABDATE:20001224", "item1.X-ABLABEL:_$!<Anniversary>!$_"],
    ],
)
def test_an_anniversary_by_any_name(lines: list[str]) -> None:
    assert only(vcard("FN:A", *lines)).anniversary == "2000-12-24"


def test_how_outlook_paints_a_card_says_nothing_of_the_person() -> None:
    assert only(vcard("FN:A", 'X-MS-OL-DESIGN;CHARSET=utf-8:<card xmlns="x:y" ver="1.0"/>', version="2.1")).extra == {}
