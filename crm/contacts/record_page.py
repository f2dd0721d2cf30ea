"""How the record of a contact reads on a page: titles, the columns worth reading, values in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from crm.accounts.queries import the_business
from crm.contacts.forms.consent import PURPOSE_NAMES, SOURCE_NAMES
from crm.contacts.forms.labels import CHANNEL_NAMES, DETAIL_NAMES, KIND_NAMES, PLACE_NAMES, TIE_NAMES
from crm.contacts.forms.privacy import COLUMN_NAMES, HIDDEN, TABLE_NAMES
from crm.contacts.key_date_words import KIND_NAMES as DATE_NAMES
from crm.contacts.queries.record import ContactRecord, Rows, name_columns
from crm.shared.formatting import (
    LANGUAGE_NAMES,
    comma,
    format_day,
    format_instant,
    format_money,
    format_number,
    format_year_day,
)
from crm.shared.translating import gettext
from crm.shared.translating import lazy_gettext as _

MOST_LISTED = 2
Words = Mapping[Any, Any]
# How the fixed words of a column read; upper domains add theirs with `name_values` and `name_rows`.
_words: dict[tuple[str, str], Words] = {
    ("contact", "kind"): KIND_NAMES,
    ("contact", "preferred_channel"): CHANNEL_NAMES,
    ("contact", "language"): LANGUAGE_NAMES,
    ("contact_phone", "kind"): PLACE_NAMES,
    ("contact_email", "kind"): PLACE_NAMES,
    ("contact_address", "kind"): PLACE_NAMES,
    ("contact_tie", "kind"): {kind: name for (kind, is_first), name in TIE_NAMES.items() if is_first},
    ("key_date", "kind"): DATE_NAMES,
    ("consent", "channel"): CHANNEL_NAMES,
    ("consent", "purpose"): PURPOSE_NAMES,
    ("consent", "source"): SOURCE_NAMES,
}
_COLUMN_OF_TABLE = {("consent", "source"): _("How it was given")}
# By which of its moments a table is in order; rows of one moment stay as they were written.
_MOMENTS = ("occurred_at", "handed_over_at", "asked_at", "answered_at", "at", "created_at")
_row_names: dict[str, Callable[[], dict[int, str]]] = {}


def name_values(words: Mapping[tuple[str, str], Words]) -> None:
    """Say how the fixed words of columns read, by table and column."""
    _words.update(words)


def name_rows(table: str, names: Callable[[], dict[int, str]]) -> None:
    """Say how the rows of a table are called that have translated names."""
    _row_names[table] = names


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
    names = {**record.names, **{table: rows() for table, rows in _row_names.items() if table in record.names}}
    return [section for section in (_section(name, record.tables[name], names) for name in known) if section.columns]


def _section(table: str, rows: Rows, names: Mapping[str, dict[int, str]]) -> Section:
    rows = _in_order(rows)
    leads_to = {column: names.get(target, {}) for column, target in name_columns(table)}
    columns = [column for column in rows[0] if _is_worth_reading(column, [row[column] for row in rows], leads_to)]
    shown = [column for column in columns if not _is_beside(column, columns)]
    cells = [[_cell(table, column, row, leads_to) for column in shown] for row in rows]
    title = str(TABLE_NAMES.get(table, table.replace("_", " ").capitalize()))
    return Section(title, [_title(table, column) for column in shown], cells)


def _in_order(rows: Rows) -> Rows:
    """Return rows by when they happened: what was logged late or imported stands where it belongs."""
    moment = next((each for each in _MOMENTS if all(row.get(each) for row in rows)), None)
    return sorted(rows, key=lambda row: row[moment]) if moment else rows


def _is_worth_reading(column: str, values: Iterable[Any], names: dict[str, Any]) -> bool:
    is_technical = column in HIDDEN or (column.endswith("_id") and column not in names)
    return not is_technical and any(value or value is False for value in values)


def _is_beside(column: str, columns: Iterable[str]) -> bool:
    """Tell whether a person is named beside the moment when they did it."""
    return column.endswith("_by_id") and f"{column.removesuffix('_by_id')}_at" in columns


def _title(table: str, column: str) -> str:
    named = str(
        _COLUMN_OF_TABLE.get((table, column))
        or COLUMN_NAMES.get(column)
        or DETAIL_NAMES.get(column)
        or column.replace("_", " ")
    )
    return named[:1].upper() + named[1:]


def _cell(table: str, column: str, row: Mapping[str, Any], leads_to: Mapping[str, dict[int, str]]) -> str:
    """Return a value in words, with what belongs to it: the currency, the year, the person."""
    value, words = row[column], _words.get((table, column), {})
    if value in words:
        return str(words[value])
    if column == "day" and "month" in row:
        return format_year_day(row["month"], value, row["year"])
    if isinstance(value, Decimal):
        return format_money(value, row.get("currency") or the_business().currency)
    by = f"{column.removesuffix('_at')}_by_id"
    person = _text(row[by], leads_to[by]) if value is not None and by in leads_to else ""
    text = _text(value, leads_to.get(column))
    return f"{text} · {person}" if person else text


def _text(value: Any, names: dict[int, str] | None) -> str:
    if value is None:
        return ""
    if names is not None:
        return names.get(value, str(value))
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, (datetime, date, time, int)):
        return _figure(value)
    if isinstance(value, dict):
        return comma().join(f"{key}: {_text(each, None)}" for key, each in value.items())
    return comma().join(_text(each, None) for each in value) if isinstance(value, list) else str(value)


def _figure(value: datetime | date | time | int) -> str:
    if isinstance(value, datetime):
        return format_instant(value)
    if isinstance(value, date):
        return format_day(value)
    return f"{value:%H:%M}" if isinstance(value, time) else format_number(value)
