"""Exports: read back they give the same contacts, and no spreadsheet runs anything in them."""

import csv
import io
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from crm.contacts.exporting import (
    COLUMNS,
    TooLongForExcel,
    contacts_as_xlsx,
    csv_chunks,
    folded,
    vcard_chunks,
)
from crm.contacts.importing import (
    AddressDraft,
    ConsentDraft,
    ContactDraft,
    Kind,
    PhoneDraft,
    parse_contacts,
)
from crm.contacts.importing.builder import SYSTEM_GROUPS
from crm.contacts.importing.consents import consent_in_tags
from crm.contacts.importing.text import clean_line, clean_text, is_nothing, split_list
from crm.shared.phones import normalise_phone
from tests.fuzzing import EXAMPLES


def contacts_as_csv(contacts: list[ContactDraft]) -> bytes:
    return b"".join(csv_chunks(contacts))


def contacts_as_vcard(contacts: list[ContactDraft]) -> bytes:
    return b"".join(vcard_chunks(contacts))


WRITERS = {
    "contacts.csv": contacts_as_csv,
    "contacts.xlsx": contacts_as_xlsx,
    "contacts.vcf": contacts_as_vcard,
}
TRICKY = ["=1+1", "+x", "-x", "@SUM(A1)", "'=x", "''+", "＝1", "a;b,c\\d", '"q"', "A  B", "முருகன்"]
# Signs that show nothing, before a formula; the export drops them, so these do not read back as they were.
UNSEEN = ["\u200b=1+1", "\u2060@SUM(A1)", "\u200e\xad-1", "'\u200b=1"]


def is_kept(text: str) -> bool:
    """Tell a text that reads back as it was: it parts no values and begins with a sign that shows."""
    return ":::" not in text and unicodedata.category(clean_text(text)[:1] or "a") != "Cf"


any_text = st.one_of(st.text(max_size=20), st.sampled_from(TRICKY)).filter(is_kept)
lines = any_text.map(clean_line)
names = lines.filter(bool)
paragraphs = any_text.map(clean_text)
tags = lines.map(lambda text: next(iter(split_list(text)), ""))
kept_tags = tags.filter(lambda t: t and t not in SYSTEM_GROUPS and not consent_in_tags([t]))
dates = st.none() | st.sampled_from(["1984-03-07", "--02-29", "2000-02-29", "1931-12-31"])
kinds = st.sampled_from(["", "cell", "fax work", "home", "x-own"])
raws = (
    st.sampled_from(["+91 98765 43210", "020 7946 0958", "§", "p1234w9", "+1 212 555 0100 x4"])
    | st.integers(100, 10**12).map(str)
    | lines
).filter(lambda t: t and not is_nothing(t) and not t.startswith("'"))


def phone(raw: str, kind: str) -> PhoneDraft:
    return PhoneDraft(raw, normalise_phone(raw, "IN").e164, kind)


phones = st.lists(st.builds(phone, raws, kinds), max_size=6, unique_by=lambda p: p.raw)
addresses = st.lists(
    st.builds(
        AddressDraft,
        street=names,
        locality=lines,
        region=lines,
        postcode=lines,
        country=lines,
        type=st.sampled_from(["", "home", "work", "other"]),
    ),
    max_size=4,
    unique=True,
)
consents = st.lists(
    st.builds(
        ConsentDraft,
        st.sampled_from(["email", "sms", "all"]),
        st.booleans(),
        st.none() | st.just("2024-03-14T09:14:00Z"),
        lines,
    ),
    max_size=2,
    unique_by=lambda consent: consent.channel,
)
drafts = st.builds(
    ContactDraft,
    name=names,
    kind=st.sampled_from(Kind),
    given=lines,
    family=lines,
    additional=lines,
    prefix=lines,
    suffix=lines,
    nickname=lines,
    organisation=lines,
    title=lines,
    phones=phones.map(tuple),
    emails=st.lists(st.integers(0, 99).map("a{}@example.com".format), max_size=5, unique=True).map(tuple),
    addresses=addresses.map(tuple),
    links=st.lists(st.integers(0, 99).map("https://example.com/{}".format), max_size=4, unique=True).map(tuple),
    birthday=dates,
    anniversary=dates,
    tags=st.lists(kept_tags, max_size=3, unique=True).map(tuple),
    notes=paragraphs,
    language=lines,
    source=lines,
    external_id=lines,
    consents=consents.map(tuple),
    extra=st.dictionaries(names, paragraphs.filter(bool), max_size=3),
)
PLAIN = ContactDraft(name="Ada", phones=(phone("+91 98765 43210", "cell"),))


def comparable(contact: ContactDraft) -> ContactDraft:
    return replace(contact, row=0, warnings=())


@pytest.mark.parametrize("filename", WRITERS)
@settings(
    max_examples=EXAMPLES // 4,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=set(Phase) - {Phase.explain},
)
@given(st.lists(drafts, min_size=1, max_size=2))
@example([PLAIN, PLAIN])
@example([replace(PLAIN, name="", phones=(), emails=("a@example.com",))])
@example([replace(PLAIN, notes="a_x000D_b", organisation="=cmd|' /C calc'!A0")])
def test_export_reads_back(filename: str, contacts: list[ContactDraft]) -> None:
    content = WRITERS[filename](contacts)
    parsed = parse_contacts(content, filename=filename, region="IN")
    assert not parsed.errors
    assert [comparable(contact) for contact in parsed.contacts] == contacts


def test_no_cell_is_a_formula() -> None:
    contacts = [replace(PLAIN, name=text, notes=text, organisation=text) for text in TRICKY + UNSEEN]
    rows = list(csv.reader(io.StringIO(contacts_as_csv(contacts).decode("utf-8-sig"))))
    book = load_workbook(io.BytesIO(contacts_as_xlsx(contacts)))
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row if cell.value]
    texts = [cell for row in rows for cell in row] + [str(cell.value) for cell in cells]
    seen = ["".join(sign for sign in text if unicodedata.category(sign) != "Cf") for text in texts]
    assert not [text for text in seen if text[:1] in "=+-@\t\r＝＋－＠" and text]
    assert {cell.data_type for cell in cells} == {"s"}


@pytest.mark.parametrize("filename", WRITERS)
def test_a_control_character_breaks_no_export(filename: str) -> None:
    """Contacts stored before such signs were dropped on their way in may still hold them."""
    contact = replace(PLAIN, organisation="a\u2028b\x85c\x0bd\x07\ufffee", notes="one\rtwo\x00\x1f")
    (read,) = parse_contacts(WRITERS[filename]([contact]), filename=filename, region="IN").contacts
    assert (read.organisation, read.notes) == ("a b c de", "one\ntwo")


def test_a_line_end_in_a_value_begins_no_line_of_a_card() -> None:
    injected = "Eve\rX-EVIL:1\r\nTEL:+15551234\x85EMAIL:evil@x.example\u2028END:VCARD"
    card = contacts_as_vcard([replace(PLAIN, given=injected, notes=injected, organisation=injected)])
    starts = [line.partition(":")[0].partition(";")[0] for line in card.decode().splitlines()]
    assert starts == ["BEGIN", "VERSION", "N", "FN", "ORG", "NOTE", "TEL", "END"]
    (read,) = parse_contacts(card, filename="contacts.vcf", region="IN").contacts
    assert read.notes == "Eve\nX-EVIL:1\nTEL:+15551234\nEMAIL:evil@x.example\nEND:VCARD"


@pytest.mark.parametrize(
    ("kind", "written", "read_again"),
    [
        ("home", b";TYPE=HOME:", "home"),
        ("x-own cell", b";TYPE=X-OWN;TYPE=CELL:", "cell x-own"),
        ("home:911;X", b';TYPE="home:911;X":', "home x"),
        ("shop\r,desk", b";TYPE=SHOP;TYPE=DESK:", "desk shop"),
        ('say"so', b";TYPE=SAY;TYPE=SO:", "say so"),
        ("été", ';TYPE="été":'.encode(), "été"),
    ],
)
def test_the_kind_of_a_number_stays_a_kind(kind: str, written: bytes, read_again: str) -> None:
    contact = replace(PLAIN, phones=(phone("+91 98765 43210", kind),))
    card = contacts_as_vcard([contact])
    assert b"\r\nTEL" + written + b"+91 98765 43210\r\n" in card
    (read,) = parse_contacts(card, filename="contacts.vcf", region="IN").contacts
    assert [(each.raw, each.type) for each in read.phones] == [("+91 98765 43210", read_again)]
    assert contacts_as_vcard([replace(read, row=0)]).count(b"TEL") == 1


def test_csv_begins_with_a_mark_and_the_columns() -> None:
    content = contacts_as_csv([])
    assert content.startswith(b"\xef\xbb\xbfName,Kind,")
    assert len(set(COLUMNS)) == len(COLUMNS)


def test_csv_is_written_as_contacts_come() -> None:
    pieces = csv_chunks(PLAIN for _ in range(1200))
    first = next(pieces)
    assert first.count(b"\r\n") == 501
    assert sum(piece.count(b"\r\n") for piece in pieces) == 700


def test_text_too_long_for_excel_is_refused() -> None:
    with pytest.raises(TooLongForExcel):
        contacts_as_xlsx([replace(PLAIN, notes="x" * 40_000)])


def test_lines_fold_between_characters() -> None:
    line = folded("NOTE:" + "முருகன்" * 30)
    assert all(len(piece) <= 75 for piece in line.split(b"\r\n"))
    assert line.replace(b"\r\n ", b"").decode("utf-8").strip() == "NOTE:" + "முருகன்" * 30


def test_a_note_that_quotes_a_card_stays_a_note_in_a_table() -> None:
    note = "She sent\nBEGIN:VCARD\nFN:Jane\nEND:VCARD"
    table = contacts_as_csv([ContactDraft(name="Murugan Selvam", notes=note)])
    parsed = parse_contacts(table, filename="contacts.csv", region="IN")
    assert [(contact.name, contact.notes) for contact in parsed.contacts] == [("Murugan Selvam", note)]


@pytest.mark.parametrize("name", WRITERS)
def test_a_pager_with_an_address_stays_a_phone(name: str) -> None:
    contact = ContactDraft(name="Asha", phones=(PhoneDraft("5550100@pager.example", None, "pager"),))
    read = parse_contacts(WRITERS[name]([contact]), filename=name, region="IN").contacts[0]
    assert (read.phones, read.emails) == (contact.phones, ())


@pytest.mark.parametrize("name", WRITERS)
def test_tags_with_separators_and_quotes_in_them_read_back(name: str) -> None:
    tags = ("VIP", "Tea; coffee", "Travel, agents", 'the "regulars"', '12" screen')
    contact = ContactDraft(name="Asha", tags=tags)
    assert parse_contacts(WRITERS[name]([contact]), filename=name, region="IN").contacts[0].tags == tags


@pytest.mark.parametrize(
    ("cell", "tags"),
    [
        ('"VIP","Blog"', ["VIP", "Blog"]),
        ('VIP; "a, b" ;c', ["VIP", "a, b", "c"]),
        ('"VIP, Blog', ["VIP", "Blog"]),
        ('size 12", blue', ["size 12", "blue"]),
        ('the "regulars", b', ['the "regulars"', "b"]),
        ("a ::: b:::c", ["a", "b", "c"]),
        (",,a,, ", ["a"]),
        ('"a" b, c', ['"a" b', "c"]),
    ],
)
def test_lists_in_a_cell(cell: str, tags: list[str]) -> None:
    assert split_list(cell) == tags
