"""Excel workbooks to rows. Sizes are checked before unpacking; formulas give their values."""

import io
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from xml.etree.ElementTree import ParseError

from crm.contacts.importing.drafts import UnreadableFile
from crm.contacts.importing.tables import LONGEST_CELL, Row, Split, Table, check_size, split_header

MOST_UNPACKED = 200_000_000
MOST_MEMBERS = 5_000
HIGHEST_RATIO = 400
LONGEST_GAP = 100

_DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, struct.error, ParseError, KeyError),
    *(ValueError, TypeError, AttributeError, IndexError, EOFError, OSError, NotImplementedError),
    *(RuntimeError, AssertionError, ArithmeticError, SyntaxError),
)


def read_workbook(content: bytes, split: Split | None = None) -> tuple[Table, str]:
    """Read the first sheet that has a table; return it with its name. Raise UnreadableFile."""
    from openpyxl.utils.exceptions import InvalidFileException  # large, and seldom needed

    try:
        _check_archive(content)
        found = _sheet_with_a_table(content)
    except UnreadableFile:
        raise
    except (InvalidFileException, *_DAMAGE):
        raise UnreadableFile("The file is not a whole Excel workbook.") from None
    if found is None:
        raise UnreadableFile("The workbook holds no rows.")
    return (split or split_header)(found[0]), found[1]


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


def _sheet_with_a_table(content: bytes) -> tuple[list[Row], str] | None:
    """Return the first sheet in sight with two rows of two cells, else the first with any row."""
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of styles and rules it does not know
        workbook = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    spare = None
    try:
        for sheet in sorted(workbook.worksheets, key=lambda sheet: sheet.sheet_state != "visible"):
            sheet.reset_dimensions()
            rows = list(_rows(sheet.iter_rows(values_only=True)))
            if sum(len(row.cells) - row.cells.count("") > 1 or bool(row.problem) for row in rows) > 1:
                return rows, sheet.title
            if spare is None and any(row.cells for row in rows):
                spare = rows, sheet.title
    finally:
        workbook.close()
    return spare


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
