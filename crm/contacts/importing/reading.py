"""The way in: any file of contacts to drafts, row errors and what was assumed.

A file that is no list of contacts raises UnreadableFile with a sentence for the user; nothing else
is raised, however damaged or hostile the file is.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crm.contacts.importing.builder import RowError
from crm.contacts.importing.dates import Calendar, shown_calendar, shown_date_order, stated_date_order, usual_date_order
from crm.contacts.importing.decoding import decode, known_codec, usual_encoding
from crm.contacts.importing.drafts import ContactDraft, ImportError_, ParsedFile, UnreadableFile
from crm.contacts.importing.header_rows import Known
from crm.contacts.importing.mapping import field_of, suggest_mapping, unique_columns
from crm.contacts.importing.programs import OWN, program_of, refused_by_name
from crm.contacts.importing.repeats import merge_repeats
from crm.contacts.importing.rows import RowReader
from crm.contacts.importing.tables import Row, Split, Table, read_table
from crm.contacts.importing.targets import Target, targets_of
from crm.contacts.importing.text import clean_line
from crm.contacts.importing.vcards import parse_vcards
from crm.contacts.importing.workbooks import read_workbook

SAMPLE_ROWS = 50
DATE_FIELDS = ("birthday", "anniversary")
NO_ROWS = "The file has a header, but no contact below it."
DATE_ORDERS = {"MDY": "month first", "DMY": "day first", "YMD": "year first"}

_VCARD = re.compile(r"^\s*(?:BEGIN|END)\s*:\s*VCARD\s*$", re.IGNORECASE | re.MULTILINE)
_HTML = re.compile(r"^\s*<(?:!doctype|html|head|body|table|\?xml|meta|script|div|!--)", re.IGNORECASE)
_LDIF = re.compile(r"^\s*(?:version: ?\d+\s+)?(?:#[^\n]*\n\s*)*dn::? ?\S[^\n]*\n[\w;-]+::? ?\S", re.IGNORECASE)
_MAGIC = {
    b"\xd0\xcf\x11\xe0": "This is an old Excel file (.xls). Save it as .xlsx or CSV and try again.",
    b"%PDF": "This is a PDF. Export the contacts as CSV, XLSX or vCard and try again.",
    b"\x1f\x8b": "This is a compressed file. Unpack it and try again.",
    b"\x89PNG": "This is a picture, not a list of contacts.",
    b"\xff\xd8\xff": "This is a picture, not a list of contacts.",
    b"GIF8": "This is a picture, not a list of contacts.",
    b"SQLite format": "This is a database file, not a list of contacts.",
}


def parse_contacts(
    content: bytes,
    *,
    filename: str,
    region: str = "US",
    code_page: str | None = None,
    mapping: Mapping[str, str] | None = None,
    date_order: str | None = None,
) -> ParsedFile:
    """Read a vCard, CSV or XLSX file; raise UnreadableFile with a sentence for the user.

    `region` is the business's country, `code_page` its usual encoding, `mapping` {column: field},
    `date_order` "DMY", "MDY" or "YMD"; what is None is worked out from the file and the region.
    """
    opened = open_table(content, filename=filename, region=region, code_page=code_page)
    if opened is None:
        page = known_codec(code_page) if code_page else None
        return parse_vcards(content, region, page, date_order or usual_date_order(region))
    reading = _TableReading(filename, region, mapping, date_order)
    return reading.parsed(opened.table, opened.encoding, opened.kind, opened.notices)


@dataclass(frozen=True, slots=True)
class OpenTable:
    """A table before its rows are read: its kind ("CSV", "XLSX"), encoding, and what was assumed."""

    table: Table
    kind: str
    encoding: str
    notices: tuple[str, ...] = ()

    @property
    def columns(self) -> list[str]:
        """Return the columns, each named once."""
        return unique_columns(_widened(self.table))


def open_table(
    content: bytes,
    *,
    filename: str,
    region: str = "US",
    code_page: str | None = None,
    split: Split | None = None,
    known: Known = field_of,
) -> OpenTable | None:
    """Open a CSV or XLSX file; None for vCards. Raise UnreadableFile for anything else.

    `split` finds the header of other tables than contacts, `known` says what their columns may be called.
    """
    _refuse_other_files(content, filename)
    if content.startswith(b"PK"):
        table, sheet, others = read_workbook(content, split, known)
        left = (f"Not read: the sheets “{', '.join(others)}”.",) if others else ()
        return OpenTable(table, "XLSX", "utf-8", (f"The sheet “{sheet}” was read.", *left))
    if filename.lower().endswith((".vcf", ".vcard")) or _is_vcard(content, filename):
        return None
    decoded = decode(content, usual_encoding(region, code_page))
    _refuse_markup(decoded.text)
    _refuse_directory(decoded.text)
    guess = (f"The encoding {decoded.encoding} is a guess.",) if decoded.is_guess else ()
    return OpenTable(read_table(decoded.text, split), "CSV", decoded.encoding, guess)


class _TableReading:
    """One table being read with the settings of one import."""

    def __init__(
        self,
        filename: str,
        region: str,
        mapping: Mapping[str, str] | None,
        date_order: str | None,
    ) -> None:
        self.filename = filename
        self.region = region
        self.mapping = mapping
        self.date_order = date_order

    def parsed(self, table: Table, encoding: str, kind: str, notices: tuple[str, ...]) -> ParsedFile:
        """Read all rows; a table in which no column is understood has no contacts."""
        columns = unique_columns(_widened(table))
        sample = [row.cells for row in table.rows[:SAMPLE_ROWS]]
        chosen = dict(suggest_mapping(columns, sample) if self.mapping is None else self.mapping)
        program = program_of(columns)
        targets = targets_of(columns, chosen)
        order, calendar, stated = self._order(table.rows, targets, program)
        reader = RowReader(
            targets,
            self.region,
            order,
            source=program or clean_line(self.filename),
            opted_out=refused_by_name(self.filename),
            is_own=program == OWN,
            calendar_of_short=calendar,
        )
        contacts, errors = _read_rows(reader, table.rows)
        kept = contacts if program == OWN else merge_repeats(contacts)
        return ParsedFile(
            contacts=tuple(kept),
            errors=tuple(errors),
            encoding=encoding,
            format=f"{program} {kind}".strip(),
            columns=tuple(columns),
            mapping=chosen,
            notices=notices + stated + _mute(chosen) + (() if table.rows else (NO_ROWS,)),
        )

    def _order(
        self, rows: Sequence[Row], targets: Sequence[Target], program: str
    ) -> tuple[str, Calendar, tuple[str, ...]]:
        """Decide how dates are read, and say so where the file has any."""
        dated = [target for target in targets if target.field in DATE_FIELDS]
        places = [target.position for target in dated]
        values = [row.cells[p] for row in rows for p in places if p < len(row.cells)]
        filled = [value for value in values if re.search(r"[1-9]", value)]
        follows_system = program == "Outlook"
        region = "US" if program == "Mailchimp" else self.region  # it writes days as MM/DD everywhere
        shown = shown_date_order(filled, region, unpadded_is_us=follows_system)
        said = next((order for target in dated if (order := stated_date_order(target.column))), None)
        order = self.date_order or said or shown
        ambiguous = any(re.match(r"^\s*\d{1,2}\D\d{1,2}\D", value) for value in filled)
        stated = f"Dates were read {DATE_ORDERS.get(order, order)}."
        return order, shown_calendar(filled, region), (stated,) if ambiguous else ()


def _read_rows(reader: RowReader, rows: Sequence[Row]) -> tuple[list[ContactDraft], list[ImportError_]]:
    contacts: list[ContactDraft] = []
    errors: list[ImportError_] = []
    for row in rows:
        try:
            contacts.append(reader.read(row))
        except RowError as problem:
            errors.append(ImportError_(row.number, str(problem)))
    return contacts, errors


def _widened(table: Table) -> Sequence[str]:
    """Return the header without empty cells at its end that no row fills."""
    header = list(table.header)
    while header and not header[-1].strip():
        position = len(header) - 1
        if any(len(row.cells) > position and row.cells[position].strip() for row in table.rows):
            break
        header.pop()
    return header


def _mute(mapping: Mapping[str, str]) -> tuple[str, ...]:
    identifying = ("name", "given", "family", "phone", "email", "organisation", "nickname")
    if any(field.startswith(identifying) for field in mapping.values()):
        return ()
    return ("No column could be recognised as a name, phone, email or organisation.",)


def _refuse_other_files(content: bytes, filename: str) -> None:
    if not content.strip(b"\x00\r\n\t \xef\xbb\xbf\xff\xfe"):
        raise UnreadableFile("The file is empty.")
    for magic, sentence in _MAGIC.items():
        if content.startswith(magic):
            raise UnreadableFile(sentence)
    if filename.lower().endswith((".xlsx", ".xlsm")) and not content.startswith(b"PK"):
        raise UnreadableFile("The file is named as an Excel workbook but is not one.")


def _refuse_markup(text: str) -> None:
    if _HTML.match(text):
        raise UnreadableFile("This is a web page (HTML), not a list of contacts.")
    if re.match(r"^\s*(?:\{\s*\"|\[\s*[\[{\"])", text):
        raise UnreadableFile("This is a JSON file. Export the contacts as CSV, XLSX or vCard.")


def _refuse_directory(text: str) -> None:
    if _LDIF.match(text):
        raise UnreadableFile("This is an LDIF file. Export the contacts as CSV, XLSX or vCard.")


def _is_vcard(content: bytes, filename: str) -> bool:
    """Tell whether a file of any name holds cards; a note in a table may quote one, so there a card must come first."""
    head = content[:20_000].replace(b"\0", b"").replace(b"\r", b"\n")
    text = head.decode("latin-1").removeprefix("ï»¿").removeprefix("ÿþ").lstrip()
    found = _VCARD.match(text) if filename.lower().endswith(".csv") else _VCARD.search(text)
    return bool(found)
