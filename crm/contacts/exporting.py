"""Contacts as CSV, XLSX and vCard 3.0, which every phone reads; what is written can be read back.

One layout for tables: a fixed number of columns, so that rows can be written as they come. Further
values share the last column of their kind, separated by " ::: " as Google does. Cells that a
spreadsheet would run as a formula get an apostrophe, which our importer takes off once.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence

from crm.contacts.importing.consents import written_consents
from crm.contacts.importing.drafts import AddressDraft, ContactDraft, Kind, PhoneDraft
from crm.contacts.importing.text import joined_list
from crm.shared.text import plain_text

PHONES = 4
EMAILS = 3
ADDRESSES = 2
LINKS = 2
MULTIPLE = " ::: "
LONGEST_XLSX_CELL = 32_767
CHUNK_ROWS = 500
FOLD_AT = 75

_FORMULA = re.compile(r"^'*\s*[=+\-@\t\n＝＋－＠]")
# Signs that show nothing; a spreadsheet may pass them over and find a formula behind.
_UNSEEN = re.compile(r"^[\xad\u200b-\u200f\u202a-\u202e\u2060-\u2069]+(?='*\s*[=+\-@＝＋－＠])")
_PLAIN_WORD = re.compile(r"[A-Za-z0-9-]+")
_ADDRESS_PARTS = (
    ("Type", "type"),
    ("Street", "street"),
    ("City", "locality"),
    ("Region", "region"),
    ("Postal Code", "postcode"),
    ("Country", "country"),
)
_START = (
    ("Name", "name"),
    ("Kind", "kind"),
    ("Name Prefix", "prefix"),
    ("Given Name", "given"),
    ("Middle Name", "additional"),
    ("Family Name", "family"),
    ("Name Suffix", "suffix"),
    ("Nickname", "nickname"),
    ("Organisation", "organisation"),
    ("Job Title", "title"),
)
_END = (
    ("Birthday", "birthday"),
    ("Anniversary", "anniversary"),
    ("Notes", "notes"),
    ("Language", "language"),
    ("Source", "source"),
    ("Regulars ID", "external_id"),
)


class TooLongForExcel(ValueError):
    """A note is longer than an Excel cell can be; export as CSV or vCard instead."""


def _columns() -> tuple[str, ...]:
    phones = [f"Phone {n} - {part}" for n in range(1, PHONES + 1) for part in ("Type", "Value")]
    emails = [f"E-mail {n} - Value" for n in range(1, EMAILS + 1)]
    places = [f"Address {n} - {p}" for n in range(1, ADDRESSES + 1) for p, _ in _ADDRESS_PARTS]
    links = [f"Website {n} - Value" for n in range(1, LINKS + 1)]
    ends = [column for column, _ in _END]
    starts = [column for column, _ in _START]
    return (*starts, *phones, *emails, *places, *links, "Tags", *ends, "Consent", "Extra")


COLUMNS = _columns()


def csv_chunks(drafts: Iterable[ContactDraft]) -> Iterator[bytes]:
    """Yield a CSV file piece by piece, for downloads of any length; its byte order mark is what Excel needs."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    buffer.write("\ufeff")
    writer.writerow(COLUMNS)
    for count, draft in enumerate(drafts, 1):
        writer.writerow([guarded(cell) for cell in row_of(draft)])
        if count % CHUNK_ROWS == 0:
            yield buffer.getvalue().encode("utf-8")
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode("utf-8")


def contacts_as_xlsx(drafts: Iterable[ContactDraft]) -> bytes:
    """Write contacts as a workbook in which every cell is text; raise TooLongForExcel."""
    from openpyxl import Workbook  # large, and seldom needed
    from openpyxl.cell import Cell, WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Contacts")

    def text_cell(text: str) -> Cell:
        """Return a cell that is text, whatever it looks like."""
        cell = WriteOnlyCell(sheet)
        cell.value, cell.data_type = text, "s"
        return cell

    sheet.append(COLUMNS)
    for draft in drafts:
        cells = [guarded(text) for text in row_of(draft)]
        if max(map(len, cells)) > LONGEST_XLSX_CELL:
            sheet.close()
            raise TooLongForExcel
        sheet.append([text_cell(text) if text else None for text in cells])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def vcard_chunks(drafts: Iterable[ContactDraft]) -> Iterator[bytes]:
    """Yield one card of vCard 3.0 after the other."""
    for draft in drafts:
        yield b"".join(folded(line) for line in _card_lines(draft))


def guarded(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would take for a formula."""
    text = _UNSEEN.sub("", text)
    return f"'{text}" if _FORMULA.match(text) else text


def row_of(draft: ContactDraft) -> list[str]:
    """Return the cells of a contact as plain text, in the order of COLUMNS, not yet guarded."""
    starts = [str(getattr(draft, field)) for _, field in _START]
    ends = [str(getattr(draft, field) or "") for _, field in _END]
    extra = json.dumps(dict(draft.extra), ensure_ascii=False) if draft.extra else ""
    cells = [
        *starts,
        *_phone_cells(draft.phones),
        *_cells(draft.emails, EMAILS),
        *_address_cells(draft.addresses),
        *_cells(draft.links, LINKS),
        joined_list(draft.tags),
        *ends,
        written_consents(draft.consents),
        extra,
    ]
    return [plain_text(cell) for cell in cells]


def _cells(values: Sequence[str], count: int) -> list[str]:
    """Spread values over columns; what is left over shares the last one."""
    first, rest = list(values[: count - 1]), values[count - 1 :]
    return [*first, *[""] * (count - 1 - len(first)), MULTIPLE.join(rest)]


def _phone_cells(phones: Sequence[PhoneDraft]) -> list[str]:
    kinds = _cells([phone.type for phone in phones], PHONES)
    numbers = _cells([phone.raw for phone in phones], PHONES)
    return [cell for pair in zip(kinds, numbers, strict=True) for cell in pair]


def _address_cells(addresses: Sequence[AddressDraft]) -> list[str]:
    parts = [_cells([getattr(address, field) for address in addresses], ADDRESSES) for _, field in _ADDRESS_PARTS]
    return [part[number] for number in range(ADDRESSES) for part in parts]


def _card_lines(draft: ContactDraft) -> Iterator[str]:
    yield "BEGIN:VCARD"
    yield "VERSION:3.0"
    name = (draft.family, draft.given, draft.additional, draft.prefix, draft.suffix)
    yield f"N:{_joined(name)}"
    yield f"FN:{escaped(draft.shown_name)}"
    if not draft.name:
        yield "X-REGULARS-NAME:none"
    if draft.kind is Kind.ORGANISATION:
        yield "X-ABShowAs:COMPANY"
    yield from _single_lines(draft)
    yield from (f"TEL{_types(phone.type)}:{escaped(phone.raw)}" for phone in draft.phones)
    yield from (f"EMAIL;TYPE=INTERNET:{escaped(email)}" for email in draft.emails)
    yield from map(_address_line, draft.addresses)
    yield from (f"URL:{escaped(link)}" for link in draft.links)
    if draft.tags:
        yield f"CATEGORIES:{','.join(map(escaped, draft.tags))}"
    if draft.consents:
        yield f"X-REGULARS-CONSENT:{escaped(written_consents(draft.consents))}"
    if draft.extra:
        extra = json.dumps(dict(draft.extra), ensure_ascii=False)
        yield f"X-REGULARS-EXTRA:{escaped(extra)}"
    yield "END:VCARD"


def _single_lines(draft: ContactDraft) -> Iterator[str]:
    for name, value in (
        ("ORG", draft.organisation),
        ("TITLE", draft.title),
        ("NICKNAME", draft.nickname),
        ("BDAY", draft.birthday),
        ("X-ANNIVERSARY", draft.anniversary),
        ("NOTE", draft.notes),
        ("LANG", draft.language),
        ("X-REGULARS-SOURCE", draft.source),
        ("UID", draft.external_id),
    ):
        if value:
            yield f"{name}:{escaped(value)}"


def _address_line(address: AddressDraft) -> str:
    places = (address.locality, address.region, address.postcode, address.country)
    return f"ADR{_types(address.type)}:{_joined(('', '', address.street, *places))}"


def _types(words: str) -> str:
    """Return words as TYPE parameters; a comma or a quotation mark, which no parameter can hold, ends a word."""
    split = re.split(r'[\s,"]+', plain_text(words))
    known = [word.upper() if _PLAIN_WORD.fullmatch(word) else f'"{word}"' for word in split if word]
    return "".join(f";TYPE={word}" for word in known)


def _joined(parts: Iterable[str]) -> str:
    return ";".join(map(escaped, parts))


def escaped(text: str) -> str:
    """Write text as a vCard value, on one line."""
    text = plain_text(text)
    for sign, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(sign, written)
    return text


def folded(line: str) -> bytes:
    """Fold a line at 75 bytes without cutting a character in two."""
    pieces, size = [], 0
    for character in line:
        width = len(character.encode("utf-8"))
        if size + width > FOLD_AT:
            pieces.append("\r\n ")
            size = 1
        pieces.append(character)
        size += width
    return "".join([*pieces, "\r\n"]).encode("utf-8")
