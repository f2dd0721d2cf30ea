"""How the record of a contact reads on a page: titles, the columns worth reading, values in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from crm.contacts.forms.labels import DETAIL_NAMES
from crm.contacts.forms.record_words import COLUMN_NAMES, HIDDEN, TABLE_NAMES, told_value
from crm.contacts.queries.record import ContactRecord, Rows, name_columns
from crm.shared.formatting import comma, format_day, format_instant, format_money, format_number, format_year_day
from crm.shared.translating import gettext

MOST_LISTED = 2


@dataclass(frozen=True)
class Section:
    """One table of the record: one or two rows are lists of facts, more are a line each."""

    title: str
    columns: list[str]
    rows: list[list[str]]

    @property
    def is_wide(self) -> bool:
        """Tell whether each row takes one line."""
        return len(self.rows) > MOST_LISTED

    @property
    def facts(self) -> list[list[tuple[str, str]]]:
        """Return each row as names and values."""
        return [list(zip(self.columns, row, strict=True)) for row in self.rows]


def sections_of(record: ContactRecord) -> list[Section]:
    """Return the tables of a record in the order in which a person reads them."""
    order = {name: position for position, name in enumerate(TABLE_NAMES)}
    known = sorted(record.tables, key=lambda name: (order.get(name, len(order) - 2), name))
    return [_section(name, record.tables[name], record) for name in known]


def _section(name: str, rows: Rows, record: ContactRecord) -> Section:
    names = {column: record.names.get(target, {}) for column, target in name_columns(name)}
    shown = [column for column in rows[0] if _is_worth_reading(column, (row[column] for row in rows), names)]
    title = str(TABLE_NAMES.get(name, name.replace("_", " ").capitalize()))
    cells = [[_cell(name, row, column, names) for column in shown] for row in rows]
    return Section(title, [_title(column) for column in shown], cells)


def _is_worth_reading(column: str, values: Iterable[Any], names: dict[str, Any]) -> bool:
    is_technical = column in HIDDEN or (column.endswith("_id") and column not in names)
    return not is_technical and any(value not in (None, "", [], {}) for value in values)


def _title(column: str) -> str:
    named = COLUMN_NAMES.get(column) or DETAIL_NAMES.get(column)
    title = str(named or column.removesuffix("_id").removesuffix("_at").replace("_", " "))
    return title[:1].upper() + title[1:]


def _cell(table: str, row: dict[str, Any], column: str, names: dict[str, dict[int, str]]) -> str:
    """Return a value in words: the day of a key date whole, fixed words in the reader's language."""
    value = row[column]
    if column == "day" and value is not None and "month" in row:
        return format_year_day(row["month"], value, row["year"])
    if isinstance(value, str) and (told := told_value(table, column, value)) is not None:
        return told
    if isinstance(value, Decimal) and row.get("currency"):
        return format_money(value, row["currency"])
    return _text(value, names.get(column))


def _text(value: Any, names: dict[int, str] | None) -> str:
    if value is None:
        return ""
    if names is not None:
        return names.get(value, str(value))
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, (int, Decimal)):
        return format_number(value)
    if isinstance(value, datetime):
        return format_instant(value)
    if isinstance(value, date):
        return format_day(value)
    if isinstance(value, dict):
        return comma().join(f"{key}: {_text(each, None)}" for key, each in value.items())
    return comma().join(_text(each, None) for each in value) if isinstance(value, list) else str(value)
