"""The rows that were not imported as a file to repair and import again: as they were, with the reason beside. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from crm.contacts.exporting import guarded
from crm.contacts.importing import open_table
from crm.contacts.importing.text import without_guard
from crm.contacts.importing.vcard_lines import as_utf8, cut_cards

REASON = "Not imported because"
CARD_REASON = b"X-REGULARS-REASON:"


def error_file(content: bytes, filename: str, region: str, code_page: str, reasons: Mapping[int, str]) -> bytes:
    """Return the rows with these numbers: of a table as CSV with the reason last, of vCards as vCards."""
    opened = open_table(content, filename=filename, region=region, code_page=code_page)
    if opened is None:
        return _cards(content, reasons)
    columns = [column for column in opened.columns if column != REASON]
    kept = [position for position, column in enumerate(opened.columns) if column != REASON]
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([*map(_safe, columns), REASON])
    for row in opened.table.rows:
        if row.number in reasons:
            cells = [row.cells[position] if position < len(row.cells) else "" for position in kept]
            writer.writerow([*map(_safe, cells), reasons[row.number]])
    return ("\ufeff" + out.getvalue()).encode("utf-8", "replace")


def _safe(cell: str) -> str:
    return guarded(without_guard(cell))


def _cards(content: bytes, reasons: Mapping[int, str]) -> bytes:
    lines: list[bytes] = []
    for card in cut_cards(as_utf8(content)[0]):
        if card.number in reasons:
            reason = CARD_REASON + reasons[card.number].encode("utf-8", "replace").replace(b"\n", b" ")
            lines += [b"BEGIN:VCARD", *card.lines, reason, b"END:VCARD"]
    return b"\r\n".join([*lines, b""])
