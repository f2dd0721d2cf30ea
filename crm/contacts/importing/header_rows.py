"""Which of the first rows of a table is its header: below titles and letterheads, and below a row that groups columns.

A group row has gaps that the row below it fills: "Phone | | Address |" over "Mobile | Home | Street | City".
"""

import re
from collections.abc import Callable, Iterator, Sequence

from crm.contacts.importing.mapping import field_of, phone_kind_alone
from crm.contacts.importing.mapping_values import looks_like_data
from crm.contacts.importing.text import plain_key

Known = Callable[[str], str | None]
Cells = Sequence[str]
HEADER_SEARCH = 10
MOST_COLUMNS = 2_000
_NAMES_A_CONTACT = re.compile(r"(?:name|given|family|phone|email|organisation)\b")


def header_score(cells: Cells, known: Known = field_of) -> int:
    """Return how many cells name a field, of a contact or as `known` says."""
    if len(cells) > MOST_COLUMNS:
        return 0
    return sum(1 for cell in cells if cell.strip() and known(cell))


def header_position(rows: Sequence[Cells]) -> int:
    """Return which row reads most like a header; the first one where none does."""
    scores = [header_score(cells) for cells in rows[:HEADER_SEARCH]]
    best = max(scores)
    position = 0 if scores[0] == best else scores.index(best)
    if best < 2 and position and not _stands_under_titles(rows[: position + 1]):
        position = 0
    return position + 1 if _is_grouped(rows[position], rows[position + 1 : position + 2]) else position


def header_cells(rows: Sequence[Cells], position: int) -> list[str]:
    """Return the header, with what the group row above it says: "Phone" over "Home", "Name" over nothing."""
    below = list(rows[position])
    if position == 0 or not _is_grouped(rows[position - 1], [below]):
        return below
    above = rows[position - 1]
    groups = list(_carried_on(above, max(len(above), len(below))))
    below += [""] * (len(groups) - len(below))
    return [
        _told(group, cell) if cell.strip() else (above[place] if place < len(above) else "")
        for place, (group, cell) in enumerate(zip(groups, below, strict=True))
    ]


def side_by_side(header: Cells) -> list[slice]:
    """Return the columns of each list where several stand side by side: "Name, Phone, , Name, Phone"; else none."""
    cells = [cell.strip() for cell in header]
    first = next((place for place, cell in enumerate(cells) if cell), len(cells))
    starts = [place for place in range(first, len(cells)) if cells[place] == cells[first]]
    if len(starts) < 2:
        return []
    width = starts[1] - starts[0]
    places = [slice(start, start + width) for start in starts]
    tables = {tuple(filter(None, cells[place])) for place in places}
    is_whole = starts == list(range(first, len(cells), width)) and len(tables) == 1
    return [*places[:-1], slice(starts[-1], None)] if is_whole and header_score(cells[places[0]]) > 1 else []


def is_second_header(cells: Cells, header: Cells) -> bool:
    """Tell a header that comes again in another language: each of its words names the same field."""
    pairs = [(field_of(cell), field_of(name)) for cell, name in zip(cells, header, strict=False) if _is_filled(cell)]
    whole = sum(map(_is_filled, cells)) == len(pairs) > 1
    return whole and all(field and field == known for field, known in pairs)


def _stands_under_titles(rows: Sequence[Cells]) -> bool:
    """Tell a header of one known word from a contact: it is wider than the lines above it, and begins with a name."""
    *titles, head = rows
    first = field_of(head[0]) if head else None
    return bool(
        first
        and _NAMES_A_CONTACT.match(first)
        and not looks_like_data(head)
        and sum(map(_is_filled, head)) > 1
        and all(sum(map(_is_filled, cells)) < 2 for cells in titles)
    )


def _is_grouped(above: Cells, below: Sequence[Cells]) -> bool:
    """Tell a group row: the row below it fills its gaps, and holds nothing but names of columns."""
    if not below or not any(map(_is_filled, above)) or looks_like_data(above):
        return False
    fills = any(_is_filled(cell) and not _is_filled(_at(above, place)) for place, cell in enumerate(below[0]))
    named = [bool(field_of(cell) or phone_kind_alone(plain_key(cell))) for cell in below[0] if _is_filled(cell)]
    is_header = len(named) > 1 and named[0] and sum(named) * 2 > len(named)
    return fills and is_header and not looks_like_data(below[0])


def _told(group: str, cell: str) -> str:
    """Name a column with its group where that says more: "Phone Home", "Billing address Street"."""
    alone, together = field_of(cell), field_of(f"{group} {cell}")
    return f"{group} {cell}" if together and (not alone or together.startswith(f"{alone}:")) else cell


def _carried_on(cells: Cells, width: int) -> Iterator[str]:
    """Yield what stands over each column: a group goes on until the next one."""
    group = ""
    for place in range(width):
        group = _at(cells, place).strip() or group
        yield group


def _at(cells: Cells, place: int) -> str:
    return cells[place] if place < len(cells) else ""


def _is_filled(cell: str) -> bool:
    return bool(cell.strip())
