"""Text tables to rows: delimiter, header and row numbers as a spreadsheet shows them.

Quoted cells may hold line breaks. A quotation mark that is never closed costs its own row only: the
rest of the file is read again from the next line.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from crm.contacts.importing.drafts import UnreadableFile
from crm.contacts.importing.header_rows import (
    HEADER_SEARCH,
    MOST_COLUMNS,
    header_cells,
    header_position,
    header_score,
    is_second_header,
    side_by_side,
)
from crm.contacts.importing.mapping import OWN_SIGN, field_of
from crm.contacts.importing.mapping_values import is_list_of_names, is_phone, looks_like_data, mostly
from crm.contacts.importing.single_quotes import is_in_single_quotes, with_double_quotes, wrapped_places
from crm.contacts.importing.text import plain_key

DELIMITERS = (",", ";", "\t", "|")
MOST_ROWS = 250_000
LONGEST_CELL = 100_000
LONGEST_VALUE = 20_000  # of a cell that is no text of its own: a name, phones, addresses, tags
MOST_LINES_IN_ROW = 200
MOST_REPAIRS = 50
SAMPLE_ROWS = 50
NO_CONTACT = "This row is a total or a remark, not a contact."
ABOVE_HEADER = "This row stands above the header."
_RULE = re.compile(r"^[-=_*.:|+\s]{2,}$")
_NAME_AND_PHONE = re.compile(r"^\s*([^\W\d_][^\d\n\"]{1,60}?)\s*(?:[-–—:=]\s*|\s)(\+?\d[\d ().\-]{7,20})\s*$")
_AMOUNT = re.compile(r"^\s*(?:[₹$€£]|rs\.?|inr)?\s*-?[\d,]+(?:\.\d+)?\s*(?:dr|cr)?\.?\s*$", re.IGNORECASE)
_HINT = re.compile(r"^[(\[][^()\[\]]*[)\]]$")  # below a header: "(required)", "(dd/mm/yyyy)"
_FOOTER = re.compile(
    r"^(?:(?:(?:grand |sub ?)?totals?|sum|count|records?|rows?|summe|gesamt|gesamtsumme|suma|somme|totale|"
    r"total general|மொத்தம்|మొత్తం|एकूण|कुल|جمع|جمع کل)\s*[:#=-]?\s*[\d.,]*|page \d+.*|"
    r"(?:exported|generated|printed|created) (?:on|by|from) .*|end of (?:report|list|file).*|"
    r"(?:notes?|remarks?|legend|n\.?b\.?)\s*:.*|\*+\s*=.*|"
    r"confidential information.*|copyright (?:\(c\)|©|\d{4}).*)$",
    re.IGNORECASE,
)

csv.field_size_limit(2**31 - 1)


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one row, its number in the file, and what is wrong with the row as a whole."""

    number: int
    cells: Sequence[str]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A header and the rows below it."""

    header: Sequence[str]
    rows: Sequence[Row]


Split = Callable[[list[Row]], Table]


def read_table(text: str, split: Split | None = None) -> Table:
    """Read delimited text, its header found by `split`; raise UnreadableFile where it is no table."""
    lines = _lines(text)
    first = lines[0].lower() if lines else ""
    delimiter = first.strip()[4:5] if re.match(r"^sep=.\s*$", first) else ""
    if delimiter:
        lines[0] = "\n"
    if _is_quoted_twice(lines):
        lines = [f"{row[0]}\n" for row in csv.reader(lines) if row]
    chosen = delimiter or guess_delimiter(lines)
    lines = _with_phones_apart(lines, chosen)
    if is_in_single_quotes(lines, chosen):
        lines = with_double_quotes(lines, chosen)
    escape = "\\" if _has_escapes(lines, chosen) else None
    rows = [_parted_at_tabs(row) for row in _checked(_records(lines, chosen, escape))]
    return (split or split_header)(without_single_quotes(rows))


def _parted_at_tabs(row: Row) -> Row:
    """Take apart a row that is one cell with tabs in it: pasted from a spreadsheet below rows of another delimiter."""
    is_pasted = len(row.cells) == 1 and "\t" in row.cells[0] and "\n" not in row.cells[0]
    return replace(row, cells=row.cells[0].split("\t")) if is_pasted else row


def _with_phones_apart(lines: list[str], delimiter: str) -> list[str]:
    """Take apart the lines of a list such as "Asha Rao - 98400 12345", where most of it below a title is written so."""
    filled = [line for line in lines[:200] if line.strip()]
    if len(filled) < 2 or any(delimiter in line for line in filled):
        return lines
    parts = [_NAME_AND_PHONE.match(line) for line in filled]
    if not mostly(bool(part and is_phone(part[2])) for part in (parts if parts[0] else parts[1:])):
        return lines
    apart = [_NAME_AND_PHONE.sub(rf"\1{delimiter}\2\n", line) for line in lines]
    if field_of(filled[0]):
        apart[lines.index(filled[0])] = f"{filled[0].strip()}{delimiter}Phone\n"
    return apart


def _is_quoted_twice(lines: Sequence[str]) -> bool:
    """Tell a table each of whose rows stands in one pair of quotation marks: a CSV saved into a CSV."""
    filled = [line.strip() for line in lines[:40] if line.strip()]
    rows = list(csv.reader(filled)) if filled and all(line[0] == line[-1] == '"' for line in filled) else []
    return (
        bool(rows)
        and all(len(row) == 1 for row in rows)
        and header_score(rows[0])
        < header_score(next(csv.reader([rows[0][0]], delimiter=guess_delimiter([rows[0][0]]))))
    )


def _has_escapes(lines: Sequence[str], delimiter: str) -> bool:
    """Tell whether quotation marks within cells are written \\", as databases do: more rows then agree in width."""
    sample = [line for line in lines[:2_000] if '\\"' in line][:40]
    width = len(next(csv.reader(lines[:1], delimiter=delimiter), ()))

    def agreeing(escape: str | None) -> int:
        return sum(len(row) == width for row in csv.reader(sample, delimiter=delimiter, escapechar=escape))

    return bool(sample) and agreeing("\\") > agreeing(None)


def without_single_quotes(rows: list[Row]) -> list[Row]:
    """Take off the single quotes of rows and columns all of whose cells stand in them, as some programs write them."""
    places = wrapped_places([row.cells for row in rows])
    for row, column in places:
        cells = list(rows[row].cells)
        cells[column] = cells[column].strip()[1:-1]
        rows[row] = replace(rows[row], cells=cells)
    return rows


def split_header(rows: list[Row]) -> Table:
    """Find the header among the first rows; a table that begins with a contact has none."""
    rows = without_titles(without_blank_lines(rows))
    if not rows:
        raise UnreadableFile("The file holds no rows.")
    first = [row.cells for row in rows[: HEADER_SEARCH + 1]]
    position = header_position(first)
    head, below = Row(rows[position].number, header_cells(first, position)), rows[position + 1 :]
    is_data = looks_like_data(head.cells) and _words_of_a_header(head.cells, below) < 2
    if is_data or _is_list_of_names(rows[position : position + SAMPLE_ROWS]):
        names = [f"Column {number}" for number in range(1, len(head.cells) + 1)]
        return Table(names, rows)
    above = [
        row if row.problem else replace(row, problem=ABOVE_HEADER) for row in rows[:position] if _is_worth_a_word(row)
    ]
    if OWN_SIGN not in map(plain_key, head.cells):
        repeats = [is_second_header(row.cells, head.cells) for row in below[:2]]
        below = [_told_apart(row, head, is_header=n < 2 and repeats[n]) for n, row in enumerate(below)]
    return _stacked(Table(head.cells, [*above, *below]))


def _is_list_of_names(rows: list[Row]) -> bool:
    cells = [row.cells for row in rows]
    return header_score(cells[0]) == 0 and is_list_of_names(cells)


def _stacked(table: Table) -> Table:
    """Put lists that stand side by side one under the other; each row keeps its number."""
    places = side_by_side(table.header)
    if not places or any(_is_filled(Row(0, row.cells[: places[0].start])) for row in table.rows):
        return table
    rows: list[Row] = []
    for row in table.rows:
        parts = [replace(row, cells=row.cells[place]) for place in places]
        rows += [row] if row.problem else ([part for part in parts if _is_filled(part)] or parts[:1])
    return Table(table.header[places[0]], rows)


def without_titles(rows: list[Row]) -> list[Row]:
    """Drop the rows at the top that are known to be titles, such as cells merged over the whole table."""
    place = 0
    while place < len(rows) and (
        rows[place].problem == NO_CONTACT or not (rows[place].problem or _is_filled(rows[place]))
    ):
        place += 1
    return rows[place:] or rows


def _is_worth_a_word(row: Row) -> bool:
    """Tell a row above the header that may be a contact from titles and letterheads."""
    return bool(row.problem) or looks_like_data(row.cells)


def _words_of_a_header(cells: Sequence[str], below: Sequence[Row]) -> int:
    """Count the cells that name a field; a word that comes again below, such as "Mobile", is a value."""
    later = [row.cells for row in below[:HEADER_SEARCH]]
    return sum(
        bool(cell.strip() and field_of(cell))
        and not any(position < len(row) and row[position] == cell for row in later)
        for position, cell in enumerate(cells)
    )


def _told_apart(row: Row, head: Row, *, is_header: bool) -> Row:
    """Return the row, with its problem where it is no contact but a part of the table itself."""
    filled = [cell.strip() for cell in row.cells if cell.strip()]
    if not filled:
        return row
    if is_header or list(row.cells) == list(head.cells):
        return Row(row.number, (), "This row repeats the header.")
    if all(_RULE.match(cell) for cell in filled):
        return Row(row.number, (), "The row is empty.")
    if len(filled) > 1 and all(_HINT.match(cell) for cell in filled):
        return Row(row.number, (), NO_CONTACT)
    if _FOOTER.match(filled[0]) and not any(_is_said(cell) for cell in filled[1:]):
        return Row(row.number, (), NO_CONTACT)
    return row


def _is_said(cell: str) -> bool:
    return (not _AMOUNT.match(cell) and bool(re.search(r"[^\W\d_]", cell))) or looks_like_data([cell])


def guess_delimiter(lines: Sequence[str]) -> str:
    """Choose the delimiter whose first row reads as a header, else whose rows agree in width."""
    sample = [line for line in lines[:40] if line.strip()][:20]
    return max(DELIMITERS, key=lambda delimiter: _delimiter_score(sample, delimiter))


def _lines(text: str) -> list[str]:
    text = text.replace("\r\r\n", "\n").replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return list(io.StringIO(text, newline="\n"))


def _delimiter_score(sample: Sequence[str], delimiter: str) -> tuple[int, int, int]:
    rows = [row for row in csv.reader(sample, delimiter=delimiter, skipinitialspace=True) if row]
    if not rows or len(rows[0]) > MOST_COLUMNS:
        return (0, 0, len(rows[0]) if rows else 0)
    width = len(rows[0])
    agreeing = sum(1 for row in rows if len(row) == width) if width > 1 else 0
    return (max(header_score(row) for row in rows[:3]), agreeing, width)


def _records(lines: list[str], delimiter: str, escape: str | None) -> Iterator[Row]:
    """Yield rows; after a quotation mark that swallows the file, start again one line below it."""
    start = number = repairs = 0
    while True:
        rest = lines[start:] if start else lines
        reader = csv.reader(rest, delimiter=delimiter, skipinitialspace=True, escapechar=escape)
        before = 0
        for cells in reader:
            number += 1
            if _swallows(lines, start + before, start + reader.line_num):
                break
            yield Row(number, cells)
            before = reader.line_num
        else:
            return
        repairs += 1
        if repairs > MOST_REPAIRS:
            raise UnreadableFile("Too many quotation marks in this file are never closed.")
        yield Row(number, (), "A quotation mark in this row is never closed.")
        start += before + 1


def _swallows(lines: Sequence[str], first: int, end: int) -> bool:
    if end - first > MOST_LINES_IN_ROW:
        return True
    if end < len(lines) or end - first <= 1:
        return False
    return sum(line.count('"') for line in lines[first:end]) % 2 == 1


def _checked(rows: Iterator[Row]) -> Iterator[Row]:
    for count, row in enumerate(rows):
        check_size(count, len(row.cells))
        longest = max(map(len, row.cells), default=0)
        if longest > LONGEST_CELL:
            yield Row(row.number, (), f"A cell of this row holds {longest:,} characters.")
        else:
            yield row


def check_size(rows: int, columns: int) -> None:
    """Raise UnreadableFile where a table is larger than any list of contacts."""
    if columns > MOST_COLUMNS:
        raise UnreadableFile(f"The file has {columns:,} columns; at most {MOST_COLUMNS:,} are read.")
    if rows > MOST_ROWS:
        raise UnreadableFile(f"The file has more than {MOST_ROWS:,} rows; split it and try again.")


def without_blank_lines(rows: list[Row]) -> list[Row]:
    """Drop blank lines at both ends, and all of them where every second line is blank."""
    while rows and not rows[-1].problem and not _is_filled(rows[-1], blank_line_only=True):
        rows.pop()
    first = next((i for i, row in enumerate(rows) if row.problem or _is_filled(row)), len(rows))
    rows = rows[first:]
    blank = sum(1 for row in rows if not row.cells and not row.problem)
    if blank * 5 >= len(rows) * 2:
        return [row for row in rows if row.cells or row.problem]
    return rows


def _is_filled(row: Row, *, blank_line_only: bool = False) -> bool:
    if blank_line_only and len(row.cells) > 1:
        return True
    return any(cell.strip() for cell in row.cells)
