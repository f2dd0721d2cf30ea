"""A complaint log: opened with proposals, then read row by row with what was chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from crm.contacts.importing import OpenTable, UnreadableFile, open_table
from crm.contacts.importing.dates import usual_date_order
from crm.contacts.importing.decoding import usual_encoding
from crm.shared.text import fold

from . import words
from .fields import DATE_FIELDS, FIELDS, SKIP, split_header, suggest_columns
from .headers import field_of
from .json_tables import is_json, open_json
from .rows import BadRow, ComplaintRow, RowReader, cell_text, content_of, order_of
from .settings import BadMapping, Choice, Settings, check_choice, zone_named

SAMPLE_ROWS = 300


@dataclass(frozen=True)
class RowError:
    """A row that cannot be imported, and why."""

    row: int
    reason: str


@dataclass(frozen=True)
class ParsedLog:
    """The rows of a log; `duplicates` are exact copies of an earlier row and left out of `kept`.

    `columns` are all columns of the file, `orders` in which order the dates of a field are written.
    """

    rows: tuple[ComplaintRow, ...]
    duplicates: frozenset[int]
    errors: tuple[RowError, ...]
    settings: Settings
    columns: tuple[str, ...]
    orders: Mapping[str, str]

    @property
    def kept(self) -> list[ComplaintRow]:
        """Return the rows to import: of exact copies one."""
        return [row for row in self.rows if row.number not in self.duplicates]


@dataclass(frozen=True)
class OpenLog:
    """A log before its rows are read: what its columns and words are proposed to mean.

    `remembered` and `category_words` have what words for channels and categories meant earlier; `categories` are
    the names of all categories: without any, nothing is said of the words for them.
    """

    table: OpenTable
    home: str = "UTC"
    region: str = "US"
    remembered: Mapping[str, str] = field(default_factory=dict)
    categories: Sequence[str] = ()
    category_words: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def columns(self) -> list[str]:
        """Return the columns, each named once."""
        return self.table.columns

    @cached_property
    def proposed(self) -> dict[str, str]:
        """Return the proposed field by column."""
        return suggest_columns(self.columns, [row.cells for row in self.table.table.rows[:SAMPLE_ROWS]])

    def values(self, column: str) -> list[str]:
        """Return what is written in a column."""
        place = self.columns.index(column)
        rows = self.table.table.rows
        found = (cell_text(row.cells[place]) for row in rows if place < len(row.cells))
        return [value for value in found if value]

    def settings(self, choice: Choice) -> Settings:
        """Return how the log is read: what was chosen, else what is proposed; raise BadMapping."""
        check_choice(choice, self.columns)
        taken = {chosen for chosen in choice.columns.values() if chosen in FIELDS}
        proposed = {column: known for column, known in self.proposed.items() if known not in taken}
        columns = {name: known for name, known in {**proposed, **choice.columns}.items() if known not in ("", SKIP)}
        if "created_at" not in columns.values():
            raise BadMapping("Which column says when a complaint was created? Without it nothing can be measured.")
        home = zone_named(self.home)
        return Settings(
            columns,
            self._channels(columns, choice),
            self._categories(columns, choice),
            zone_named(choice.time_zone) if choice.time_zone else home,
            home,
            choice.date_order or self._shown_order(columns),
            usual_date_order(self.region),
            bool(self.categories),
        )

    def _channels(self, columns: Mapping[str, str], choice: Choice) -> dict[str, str]:
        given = _by_word(self.remembered, choice.channels)
        found = self._words_of("channel", columns)
        return {word: given.get(word.casefold(), words.proposed_channel(word)) for word in found}

    def _categories(self, columns: Mapping[str, str], choice: Choice) -> dict[str, str]:
        """Return the name of the category that each word means, "" where it means none; raise BadMapping."""
        names = {fold(name): name for name in self.categories}
        for name in choice.categories.values():
            if name and names and fold(name) not in names:
                raise BadMapping(f"There is no category {name}; there are {', '.join(self.categories)}.")
        given = _by_word(self.category_words, choice.categories)
        found = self._words_of("category", columns)
        return {word: names.get(fold(given.get(word.casefold(), word)), "") for word in found}

    def _words_of(self, wanted: str, columns: Mapping[str, str]) -> list[str]:
        found = [value for name, known in columns.items() if known == wanted for value in self.values(name)]
        return list(dict.fromkeys(found))

    def _shown_order(self, columns: Mapping[str, str]) -> str:
        """Return the order that all columns of dates show together, "" where each has its own or none shows one."""
        dates = [self.values(name) for name, known in columns.items() if known in DATE_FIELDS]
        shown = {order_of(values) for values in dates} - {None}
        if shown == {"DMY", "YMD"}:  # years of two digits, which few dates alone do not show
            shown = {order_of([value for values in dates for value in values])}
        return next(iter(shown)) or "" if len(shown) == 1 else ""


def _by_word(earlier: Mapping[str, str], now: Mapping[str, str]) -> dict[str, str]:
    return {word.casefold(): meaning for word, meaning in {**earlier, **now}.items()}


def open_log(
    content: bytes,
    *,
    filename: str,
    home: str = "UTC",
    region: str = "US",
    code_page: str | None = None,
    remembered: Mapping[str, str] | None = None,
    categories: Sequence[str] = (),
    category_words: Mapping[str, str] | None = None,
) -> OpenLog:
    """Open a CSV, XLSX or JSON file with what is known beside it, as OpenLog has it; raise UnreadableFile."""
    table = _table(content, filename, region, code_page)
    if table is None:
        raise UnreadableFile("This is a file of contacts, not a list of complaints.")
    if not table.table.rows:
        raise UnreadableFile("The file holds no rows.")
    return OpenLog(table, home, region, remembered or {}, categories, category_words or {})


def _table(content: bytes, filename: str, region: str, code_page: str | None) -> OpenTable | None:
    """Open a table; where the readers of contacts say what they read, complaints are said."""
    try:
        if is_json(content, filename):
            return open_json(content, filename, usual_encoding(region, code_page))
        return open_table(
            content, filename=filename, region=region, code_page=code_page, split=split_header, known=field_of
        )
    except UnreadableFile as problem:
        wanted = str(problem).replace("contacts as CSV, XLSX or vCard", "complaints as CSV or XLSX")
        raise UnreadableFile(wanted) from None


def read_log(log: OpenLog, settings: Settings, *, now: datetime) -> ParsedLog:
    """Read every row; exact copies are marked, rows that cannot be imported are errors."""
    columns = log.columns
    reader = RowReader(columns, log.values, settings, now, is_workbook=log.table.kind == "XLSX")
    rows: list[ComplaintRow] = []
    errors: list[RowError] = []
    seen: set[tuple[str, ...]] = set()
    duplicates: set[int] = set()
    for row in log.table.table.rows:
        if not row.problem and not any(cell.strip() for cell in row.cells):
            continue
        try:
            rows.append(reader.row(row))
        except BadRow as problem:
            errors.append(RowError(row.number, str(problem)))
            continue
        content = content_of(row)
        duplicates |= {row.number} if content in seen else set()
        seen.add(content)
    return ParsedLog(tuple(rows), frozenset(duplicates), tuple(errors), settings, tuple(columns), reader.orders)
