"""Every document that can be printed by a name; the pages, the commands and the worker find them here."""

from __future__ import annotations

from crm.reports import sla_report
from crm.reports.printing import case_file, daily_sheet, labels, loyalty, recognition, record, slip, vouchers
from crm.reports.printing.document import NothingToPrint, Printable

PRINTABLES: dict[str, Printable] = {
    each.name: each
    for each in (
        case_file.PRINTABLE,
        daily_sheet.PRINTABLE,
        record.PRINTABLE,
        labels.PRINTABLE,
        slip.PRINTABLE,
        sla_report.PRINTABLE,
        vouchers.PRINTABLE,
        loyalty.PRINTABLE,
        recognition.PRINTABLE,
    )
}


def printable(name: str) -> Printable:
    """Return a document by its name; raise NothingToPrint."""
    if name not in PRINTABLES:
        raise NothingToPrint
    return PRINTABLES[name]
