"""Merged cells of a sheet: a value merged down holds for each of its rows, a row merged across is a title.

Excel keeps the value in the first cell of the range alone; the other cells are written empty.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from crm.contacts.importing.tables import NO_CONTACT, Row

MOST_FILLED = 1_000_000
_CHUNK = 1 << 20
_OVERLAP = 200
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s+ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')

Range = tuple[int, int, int, int]  # first row, first column, last row, last column; from 1


def merged_ranges(workbook: Any, sheet: Any) -> list[Range]:
    """Return the merged ranges of a sheet from its XML: openpyxl does not tell them of a workbook it only reads."""
    found: set[Range] = set()
    kept = b""
    with workbook._archive.open(sheet._worksheet_path) as written:
        while chunk := written.read(_CHUNK):
            text = kept + chunk
            for first, top, last, bottom in _MERGED.findall(text):
                found.add((int(top), _column(first), int(bottom), _column(last)))
            kept = text[-_OVERLAP:]
    return sorted(found)


def with_merged(rows: list[Row], ranges: Iterable[Range]) -> list[Row]:
    """Return the rows with values carried down, and rows that are one cell merged across marked as titles."""
    numbers = [row.number for row in rows]
    ranges = list(ranges)
    for top, left, _bottom, right in ranges:
        place = bisect_left(numbers, top)
        if right > left and _at(numbers, place) == top and _is_alone(rows[place], left):
            rows[place] = replace(rows[place], problem=NO_CONTACT)
    for place, column, value in islice(_carried_down(rows, numbers, ranges), MOST_FILLED):
        cells = [*rows[place].cells, *[""] * (column - len(rows[place].cells))]
        if any(map(str.strip, cells)) and not cells[column - 1].strip():
            cells[column - 1] = value
            rows[place] = replace(rows[place], cells=cells)
    return rows


def _carried_down(rows: list[Row], numbers: list[int], ranges: Iterable[Range]) -> Iterator[tuple[int, int, str]]:
    """Yield place, column and value for each further row of a range."""
    for top, left, bottom, _right in ranges:
        place = bisect_left(numbers, top)
        cells = rows[place].cells if _at(numbers, place) == top else ()
        value = cells[left - 1] if len(cells) >= left else ""
        for below in range(place + 1, bisect_left(numbers, bottom + 1)) if value.strip() else ():
            yield below, left, value


def _is_alone(row: Row, column: int) -> bool:
    return [place for place, cell in enumerate(row.cells, 1) if cell.strip()] == [column]


def _at(numbers: list[int], place: int) -> int:
    return numbers[place] if place < len(numbers) else 0


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
