"""Tables whose cells stand in single quotes: 'Asha','+91…'. An apostrophe that is part of a name stays one."""

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence

from crm.contacts.importing.mapping import OWN_SIGN
from crm.contacts.importing.text import plain_key

SAMPLE = 40


def is_in_single_quotes(lines: Sequence[str], delimiter: str) -> bool:
    """Tell text each of whose lines begins and ends with a single quote, empty cells aside."""
    filled = [line for line in lines[:SAMPLE] if line.strip()]
    return len(filled) > 1 and all(_is_wrapped(line.strip(f"{delimiter} \r\n")) for line in filled)


def with_double_quotes(lines: Sequence[str], delimiter: str) -> list[str]:
    """Write such text as every program reads it; an apostrophe ends no cell unless a delimiter follows it."""
    end = rf"\s*(?:{re.escape(delimiter)}|$)"
    cell = re.compile(rf"\s*(?:'((?:[^'\\]|\\.|'(?!{end}))*)'|([^{re.escape(delimiter)}]*)){end}")
    return [_rewritten(line.strip("\r\n"), cell, delimiter) for line in lines]


def _rewritten(line: str, cell: re.Pattern[str], delimiter: str) -> str:
    if not _is_wrapped(line.strip(f"{delimiter} ")):
        return f"{line}\n"
    found, place = [], 0
    while place < len(line) and (part := cell.match(line, place)):
        found.append(part[2] if part[1] is None else re.sub(r"''|\\'", "'", part[1]))
        place = part.end()
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerow(found)
    return out.getvalue()


def wrapped_places(rows: Sequence[Sequence[str]]) -> list[tuple[int, int]]:
    """Return row and column of the cells to unwrap: of rows and of columns that hold no other cells, two at the least.

    A column may have its header without the quotes.
    """
    wrapped: dict[int, list[int]] = {}
    bare: Counter[int] = Counter()
    whole: list[tuple[int, int]] = []
    for number, cells in enumerate(rows):
        filled = [column for column, cell in enumerate(cells) if cell.strip()]
        inside = [column for column in filled if _is_wrapped(cells[column])]
        for column in inside:
            wrapped.setdefault(column, []).append(number)
        bare.update({column: 2 if column in wrapped else 1 for column in filled if column not in inside})
        if len(inside) == len(filled) > 1:
            whole += [(number, column) for column in inside]
    if not wrapped or any(OWN_SIGN in map(plain_key, cells) for cells in rows[:1]):
        return []
    of_columns = {
        (number, column)
        for column, numbers in wrapped.items()
        if bare[column] < 2 <= len(numbers)  # one before them is the header
        for number in numbers
    }
    return sorted(of_columns.union(whole))


def _is_wrapped(cell: str) -> bool:
    cell = cell.strip()
    return len(cell) > 1 and cell[0] == cell[-1] == "'"
