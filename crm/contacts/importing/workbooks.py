"""Excel workbooks to rows. Sizes are checked before unpacking; formulas give their values."""

import io
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from itertools import islice
from xml.etree.ElementTree import ParseError

from crm.contacts.importing.drafts import UnreadableFile
from crm.contacts.importing.header_rows import HEADER_SEARCH, Known, header_score
from crm.contacts.importing.mapping import field_of
from crm.contacts.importing.merged_cells import merged_ranges, with_merged
from crm.contacts.importing.tables import (
    LONGEST_CELL,
    Row,
    Split,
    Table,
    check_size,
    split_header,
    without_single_quotes,
)

MOST_UNPACKED = 200_000_000
MOST_MEMBERS = 5_000
HIGHEST_RATIO = 400
LONGEST_GAP = 100
ROWS_LOOKED_AT = 200

_DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, struct.error, ParseError, KeyError),
    *(ValueError, TypeError, AttributeError, IndexError, EOFError, OSError, NotImplementedError),
    *(RuntimeError, AssertionError, ArithmeticError, SyntaxError),
)


def read_workbook(content: bytes, split: Split | None = None, known: Known = field_of) -> tuple[Table, str, list[str]]:
    """Read the sheet that reads most like a table with `known` columns; raise UnreadableFile.

    Return it with its name, and the names of the other sheets that hold tables.
    """
    from openpyxl.utils.exceptions import InvalidFileException  # large, and seldom needed

    try:
        _check_archive(content)
        found = _best_sheet(content, known)
    except UnreadableFile:
        raise
    except (InvalidFileException, *_DAMAGE):
        raise UnreadableFile("The file is not a whole Excel workbook.") from None
    if found is None:
        raise UnreadableFile("The workbook holds no rows.")
    rows, title, others = found
    return (split or split_header)(without_single_quotes(rows)), title, others


def _check_archive(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = archive.infolist()
    unpacked = sum(member.file_size for member in members)
    if len(members) > MOST_MEMBERS or unpacked > MOST_UNPACKED:
        raise UnreadableFile("The workbook unpacks to more than a list of contacts can be.")
    for member in members:
        large = member.file_size > 20_000_000
        if large and member.file_size > HIGHEST_RATIO * max(member.compress_size, 1):
            raise UnreadableFile("The workbook unpacks to more than a list of contacts can be.")
    names = {member.filename.lower() for member in members}
    if "xl/workbook.xml" not in names and not any("workbook" in name for name in names):
        raise UnreadableFile("The file is a zip archive, not an Excel workbook.")


def _best_sheet(content: bytes, known: Known) -> tuple[list[Row], str, list[str]] | None:
    """Return the rows and title of the best sheet and the titles of other tables; those in sight come first."""
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of styles and rules it does not know
        workbook = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    try:
        heads = {}
        for sheet in sorted(workbook.worksheets, key=lambda sheet: sheet.sheet_state != "visible"):
            sheet.reset_dimensions()
            head = list(islice(_rows(sheet.iter_rows(values_only=True)), ROWS_LOOKED_AT))
            if any(row.cells or row.problem for row in head):
                heads[sheet] = head
        if not heads:
            return None
        tables = [sheet for sheet, head in heads.items() if _is_table(head)] or [next(iter(heads))]
        scores = [max(header_score(row.cells, known) for row in heads[sheet][:HEADER_SEARCH]) for sheet in tables]
        chosen = tables[scores.index(max(scores)) if max(scores) > 1 else 0]
        rows = list(_rows(chosen.iter_rows(values_only=True)))
        return (
            with_merged(rows, merged_ranges(workbook, chosen)),
            chosen.title,
            [sheet.title for sheet in tables if sheet is not chosen],
        )
    finally:
        workbook.close()


def _is_table(rows: list[Row]) -> bool:
    """Tell two rows of two cells from a cover."""
    return sum(len(row.cells) - row.cells.count("") > 1 or bool(row.problem) for row in rows) > 1


def _rows(found: Iterator[Sequence[object]]) -> Iterator[Row]:
    """Yield rows with the empty cells at their end cut off; a long gap between rows is no rows."""
    filled = last = 0
    for number, values in enumerate(found, 1):
        cells = [_text(value) for value in values]
        while cells and not cells[-1].strip():
            cells.pop()
        if not cells:
            continue
        filled += 1
        check_size(filled, len(cells))
        if number - last <= LONGEST_GAP:
            yield from (Row(empty, ()) for empty in range(last + 1, number))
        last = number
        longest = max(map(len, cells))
        if longest > LONGEST_CELL:
            yield Row(number, (), f"A cell of this row holds {longest:,} characters.")
        else:
            yield Row(number, cells)


def _text(value: object) -> str:
    """Write a cell the way it is meant as text: whole numbers without .0, dates as ISO."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e16:
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    text = str(value)
    return "" if text.startswith("#") and text in {"#N/A", "#REF!", "#VALUE!", "#NAME?"} else text
