"""Files that are damaged, huge or no contacts at all: a sentence or row errors, never a crash."""

import io
import time
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from crm.contacts.importing import UnreadableFile, parse_contacts
from tests.fuzzing import many


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def workbook() -> bytes:
    out = io.BytesIO()
    book = Workbook()
    assert book.active is not None
    book.active["A1"] = "Name"
    book.save(out)
    return out.getvalue()


HEADER = b"Name,Email\r\n"
REFUSED = {
    "empty.csv": b"",
    "commas.csv": b",,\n,,\n",
    "blank.csv": b"\xef\xbb\xbf \r\n\r\n",
    "binary.csv": bytes(range(256)) * 40,
    "zeros.csv": b"\0" * 5000,
    "wide.csv": ",".join(f"c{n}" for n in range(20_000)).encode() + b"\n1,2,3\n",
    "page.csv": b"<!DOCTYPE html><html><body>Sign in</body></html>",
    "data.json": b'{"name": "Ada"}',
    "old.xls": b"\xd0\xcf\x11\xe0" + b"\0" * 600,
    "paper.pdf": b"%PDF-1.7 ...",
    "not-a-zip.xlsx": b"Name,Email\nAda,ada@example.com\n",
    "cut.xlsx": workbook()[:400],
    "other.xlsx": zipped({"readme.txt": b"hello"}),
    "bomb.xlsx": zipped({"xl/workbook.xml": b"<x/>", "xl/a.xml": b"0" * 220_000_000}),
    "members.xlsx": zipped({f"xl/{n}.xml": b"" for n in range(6000)}),
    "entities.xlsx": zipped(
        {
            "[Content_Types].xml": b"<!DOCTYPE x [<!ENTITY a 'aaaa'>]><x>&a;</x>",
            "xl/workbook.xml": b"<workbook/>",
        }
    ),
    "quotes.csv": HEADER + (b'"a,b\n' + b"x,y\n" * 300) * 60,
}


@pytest.mark.parametrize("filename", REFUSED)
def test_refused_with_a_sentence(filename: str) -> None:
    start = time.perf_counter()
    with pytest.raises(UnreadableFile) as refused:
        parse_contacts(REFUSED[filename], filename=filename)
    assert str(refused.value).endswith((".", "again."))
    assert time.perf_counter() - start < 30


@pytest.mark.parametrize(
    ("content", "names"),
    [
        (HEADER + b"A\0da,ada@example.com\r\n", ["Ada"]),
        (b"Name,Email\rAda,ada@example.com\rBob,\r", ["Ada", "Bob"]),
        (b"Name,Email\r\r\nAda,ada@example.com\r\r\n", ["Ada"]),
        ("Name,Email\nAda,ada@example.com\n".encode("utf-16"), ["Ada"]),
        ("Name,Email\nAda,ada@example.com\n".encode("utf-16-le"), ["Ada"]),
        ("Name,Email\nAda,ada@example.com\n".encode("utf-32"), ["Ada"]),
        ("Name,Email\nZoë,zoe@example.com\n".encode("latin-1"), ["Zoë"]),
        (b"sep=;\nName;Email\nAda;ada@example.com\n", ["Ada"]),
        (b"\n\nName,Email\nAda,ada@example.com\n\n\n", ["Ada"]),
        (b"Our customers\n\nName,Email,Phone\nAda,ada@example.com,\n", ["Ada"]),
        (b"Ada,ada@example.com\nBob,bob@example.com\n", ["Ada", "Bob"]),
    ],
)
def test_odd_but_readable(content: bytes, names: list[str]) -> None:
    parsed = parse_contacts(content, filename="odd.csv")
    assert [contact.name for contact in parsed.contacts] == names
    assert not parsed.errors


def test_unclosed_quote_costs_its_own_row() -> None:
    rows = "".join(f"P{n},p{n}@example.com\n" for n in range(1000))
    content = HEADER + b'"Ada,ada@example.com\n' + rows.encode()
    parsed = parse_contacts(content, filename="quote.csv")
    assert len(parsed.contacts) == 1000
    assert [error.row for error in parsed.errors] == [2]
    assert "never closed" in parsed.errors[0].reason


def test_huge_cell_costs_its_own_row() -> None:
    content = HEADER + b"x" * 3_000_000 + b",a@example.com\nBob,bob@example.com\n"
    parsed = parse_contacts(content, filename="huge.csv")
    assert [contact.name for contact in parsed.contacts] == ["Bob"]
    assert parsed.errors[0].reason == "A cell of this row holds 3,000,000 characters."


SHAPES = ("a", "1", ",", ", ", "a ", "a, ", "a & ", "T ", "1 ", "a@", "a@b.co,", "<a@", "(1", ":::", "-", ".", "९")
COLUMNS = ("Name", "Phone", "Email", "Birthday", "Anniversary", "Tags", "Website", "Address", "Company", "Consent")


@pytest.mark.parametrize("column", COLUMNS)
def test_a_long_cell_of_any_shape_is_read_or_refused_at_once(column: str) -> None:
    header = "Name,Email" if column == "Name" else f"{column},Name"
    for shape in SHAPES:
        for length in (19_000, 90_000):
            content = f'{header}\n"{shape * (length // len(shape))}",Ada\nBob,bob@example.com\n'
            start = time.perf_counter()
            read_or_refuse(content.encode(), "long.csv")
            assert time.perf_counter() - start < 2, (shape, length)


@pytest.mark.parametrize(
    "line", ["EMAIL:a{0}@b.co", "TEL:+91{0}", "ADR:;;{0};x", "X-A:{0}", "CATEGORIES:{0}", "junk{0}"]
)
def test_a_card_of_endless_lines_costs_itself_alone(line: str) -> None:
    lines = "\n".join(line.format(number) for number in range(20_000))
    bob = "BEGIN:VCARD\nVERSION:3.0\nFN:Bob\nEND:VCARD\n"
    start = time.perf_counter()
    parsed = parse_contacts(f"BEGIN:VCARD\nFN:Ada\n{lines}\nEND:VCARD\n{bob}".encode(), filename="endless.vcf")
    assert time.perf_counter() - start < 3
    assert [contact.name for contact in parsed.contacts] == ["Bob"]
    assert [error.reason for error in parsed.errors] == ["This card holds 20,001 lines."]


def test_a_long_line_of_a_card_costs_itself_alone() -> None:
    emails = ",".join(f"a{number}@b.co" for number in range(20_000))
    content = f"BEGIN:VCARD\nFN:Ada\nEMAIL:{emails}\nEND:VCARD\nBEGIN:VCARD\nFN:Bob\nNOTE:{'x ' * 40_000}\nEND:VCARD\n"
    parsed = parse_contacts(content.encode(), filename="long.vcf")
    assert [contact.name for contact in parsed.contacts] == ["Bob"]
    assert [error.reason for error in parsed.errors] == [f"A line of this card holds {len(emails):,} characters."]


def test_a_cell_at_the_very_bottom_of_a_sheet() -> None:
    book = Workbook()
    assert book.active is not None
    book.active.append(["Name"])
    book.active.append(["Ada"])
    book.active["A1048576"] = "Bob"
    out = io.BytesIO()
    book.save(out)
    parsed = parse_contacts(out.getvalue(), filename="tall.xlsx")
    assert [(c.name, c.row) for c in parsed.contacts] == [("Ada", 2), ("Bob", 1_048_576)]
    assert not parsed.errors


def test_nested_and_unclosed_cards_do_not_hang() -> None:
    parsed = parse_contacts(b"BEGIN:VCARD\n" * 50_000, filename="deep.vcf")
    assert len(parsed.errors) == 50_000


def test_many_quotes_in_a_property_do_not_hang() -> None:
    content = b'BEGIN:VCARD\nFN;X="' + b'a:";' * 200_000 + b"\nTEL:1\nEND:VCARD\n"
    assert parse_contacts(content, filename="quotes.vcf")


SEEDS = [
    b"Name,Email,Birthday,Phone\nAda,ada@example.com,1984-03-07,+1 212 555 0100\n",
    b"BEGIN:VCARD\nVERSION:3.0\nFN:Ada\nBDAY:--0307\nADR:;;a;b\nEND:VCARD\n",
    b"BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=SHIFT_JIS;ENCODING=QUOTED-PRINTABLE:=93=8C=\n=8B\n",
    workbook(),
]
FILENAMES = st.sampled_from(["a.csv", "a.vcf", "a.xlsx", "unsubscribed.csv", "", "a"])


def read_or_refuse(content: bytes, filename: str) -> None:
    try:
        parsed = parse_contacts(content, filename=filename, region="IN")
    except UnreadableFile as refused:
        assert str(refused)
    else:
        assert parsed.contacts or parsed.errors or parsed.columns


@many
@given(st.binary(max_size=400), FILENAMES)
def test_any_bytes(content: bytes, filename: str) -> None:
    read_or_refuse(content, filename)


@many
@given(st.sampled_from(SEEDS), st.integers(0, 6000), st.binary(max_size=12), FILENAMES)
def test_damaged_files(seed: bytes, place: int, damage: bytes, filename: str) -> None:
    place %= len(seed)
    read_or_refuse(seed[:place] + damage + seed[place + len(damage) :], filename)


@many
@given(
    st.lists(st.lists(st.text(max_size=15), min_size=1, max_size=5), min_size=1, max_size=5),
    st.sampled_from(["Name,Email,Birthday,Phone,Unsubscribed", "Birth Day,Birth Month,Consent,Tags"]),
)
def test_any_cells(rows: list[list[str]], header: str) -> None:
    text = header + "\n" + "\n".join(",".join(row) for row in rows)
    read_or_refuse(text.encode("utf-8", "surrogatepass"), "a.csv")
