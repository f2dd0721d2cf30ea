"""A complaint log: opened with proposals, then read row by row with what was chosen."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from crm.contacts.importing import OpenTable, UnreadableFile, open_table
from crm.contacts.importing.dates import UnreadableDateError, usual_date_order
from crm.contacts.importing.tables import Row
from crm.contacts.importing.text import clean_line, clean_text, without_guard

from . import words
from .fields import DATE_FIELDS, FIELDS, SKIP, field_of, split_header, suggest_columns
from .moments import Moment, is_open_order, read_moment, shown_order
from .settings import BadMapping, Choice, Settings, check_choice, zone_named

SAMPLE_ROWS = 300
MOST_WORDS = 40


@dataclass(frozen=True, kw_only=True)
class ComplaintRow:
    """One complaint of a log. `channel` "" is unknown; `has_channel` tells whether the cell said anything."""

    number: int
    external_id: str
    reference: str
    contact_name: str
    phone: str
    email: str
    channel: str
    has_channel: bool
    severity: str
    category: str
    description: str
    created: Moment
    passed_on: Moment | None
    first_response: Moment | None
    due: Moment | None
    closed: Moment | None
    status: str
    disputed: bool | None
    timely: bool | None
    is_order_open: bool = False

    @property
    def is_closed(self) -> bool:
        """Tell whether it is over, by its date or else by its status."""
        return self.closed is not None or words.means_closed(self.status)


@dataclass(frozen=True)
class RowError:
    """A row that cannot be imported, and why."""

    row: int
    reason: str


@dataclass(frozen=True)
class ParsedLog:
    """The rows of a log; `duplicates` are exact copies of an earlier row and left out of `kept`."""

    rows: tuple[ComplaintRow, ...]
    duplicates: frozenset[int]
    errors: tuple[RowError, ...]
    settings: Settings

    @property
    def kept(self) -> list[ComplaintRow]:
        """Return the rows to import: of exact copies one."""
        return [row for row in self.rows if row.number not in self.duplicates]


@dataclass(frozen=True)
class OpenLog:
    """A log before its rows are read: what its columns and words are proposed to mean."""

    table: OpenTable
    home: str = "UTC"
    region: str = "US"
    remembered: Mapping[str, str] = field(default_factory=dict)

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
        found = (clean_line(without_guard(row.cells[place])) for row in rows if place < len(row.cells))
        return [value for value in found if value]

    def settings(self, choice: Choice) -> Settings:
        """Return how the log is read: what was chosen, else what is proposed; raise BadMapping."""
        check_choice(choice, self.columns)
        taken = {chosen for chosen in choice.columns.values() if chosen in FIELDS}
        proposed = {column: known for column, known in self.proposed.items() if known not in taken}
        columns = {name: known for name, known in {**proposed, **choice.columns}.items() if known not in ("", SKIP)}
        if "created_at" not in columns.values():
            raise BadMapping("Which column says when a complaint was created? Without it nothing can be measured.")
        channels = {word: self._channel_of(word, choice) for word in self._channel_words(columns)}
        home = zone_named(self.home)
        zone = zone_named(choice.time_zone) if choice.time_zone else home
        order = choice.date_order or self._shown_order(columns)
        return Settings(columns, channels, zone, home, order, usual_date_order(self.region))

    def _channel_of(self, word: str, choice: Choice) -> str:
        given = {name.casefold(): channel for name, channel in {**self.remembered, **choice.channels}.items()}
        return given.get(word.casefold(), words.proposed_channel(word))

    def _channel_words(self, columns: Mapping[str, str]) -> list[str]:
        found = [value for name, known in columns.items() if known == "channel" for value in self.values(name)]
        return list(dict.fromkeys(found))

    def _shown_order(self, columns: Mapping[str, str]) -> str:
        """Return the order that all columns of dates show together, "" where each has its own or none shows one."""
        shown = {_order_of(self.values(name)) for name, known in columns.items() if known in DATE_FIELDS} - {None}
        return next(iter(shown)) or "" if len(shown) == 1 else ""


def open_log(
    content: bytes,
    *,
    filename: str,
    home: str = "UTC",
    region: str = "US",
    code_page: str | None = None,
    remembered: Mapping[str, str] | None = None,
) -> OpenLog:
    """Open a CSV or XLSX file; raise UnreadableFile. `remembered` has channels by their words, chosen earlier."""
    table = open_table(
        content, filename=filename, region=region, code_page=code_page, split=split_header, known=field_of
    )
    if table is None:
        raise UnreadableFile("This is a file of contacts, not a list of complaints.")
    if not table.table.rows:
        raise UnreadableFile("The file holds no rows.")
    return OpenLog(table, home, region, remembered or {})


def read_log(log: OpenLog, settings: Settings, *, now: datetime) -> ParsedLog:
    """Read every row; exact copies are marked, rows that cannot be imported are errors."""
    reader = _Reader(log, settings, now)
    rows: list[ComplaintRow] = []
    errors: list[RowError] = []
    seen: set[tuple[str, ...]] = set()
    duplicates: set[int] = set()
    for row in log.table.table.rows:
        if not row.problem and not any(cell.strip() for cell in row.cells):
            continue
        try:
            rows.append(reader.row(row))
        except _BadRow as problem:
            errors.append(RowError(row.number, str(problem)))
            continue
        content = _content(row)
        duplicates |= {row.number} if content in seen else set()
        seen.add(content)
    return ParsedLog(tuple(rows), frozenset(duplicates), tuple(errors), settings)


class _BadRow(ValueError):
    """This row cannot be imported."""


def _content(row: Row) -> tuple[str, ...]:
    cells = [cell.strip() for cell in row.cells]
    while cells and not cells[-1]:
        cells.pop()
    return tuple(cells)


def _order_of(values: Sequence[str]) -> str | None:
    readable = []
    for value in values:
        try:
            is_open_order(value)
        except UnreadableDateError:
            continue
        readable.append(value)
    return shown_order(readable)


class _Reader:
    """Reads the rows of one log."""

    def __init__(self, log: OpenLog, settings: Settings, now: datetime) -> None:
        places = {name: place for place, name in enumerate(log.columns)}
        self.places = {known: places[name] for name, known in settings.columns.items()}
        self.names = {known: name for name, known in settings.columns.items()}
        self.settings, self.now = settings, now
        shown = {known: self._shown(log, known) for known in DATE_FIELDS if known in self.places}
        self.orders = {known: order or settings.usual_order for known, order in shown.items()}
        self.guessed = [known for known, order in shown.items() if order is None]

    def _shown(self, log: OpenLog, known: str) -> str | None:
        return self.settings.date_order or _order_of(log.values(self.names[known]))

    def row(self, row: Row) -> ComplaintRow:
        """Read one row; raise _BadRow."""
        if row.problem:
            raise _BadRow(row.problem)
        created = self._moment(row, "created_at")
        if created is None:
            raise _BadRow("It does not say when it was created.")
        if created.starts(self._zone(created)) > self.now:
            raise _BadRow("It is created in the future.")
        done = {known: self._moment(row, known) for known in ("first_response_at", "closed_at")}
        for known, moment in done.items():
            if moment is not None and moment.starts(self._zone(moment)) > self.now:
                raise _BadRow(f"The date in “{self.names[known]}” lies in the future.")
        word, reference = self._text(row, "channel"), self._text(row, "reference")
        return ComplaintRow(
            number=row.number,
            external_id=reference[:80] or f"row:{_digest(row)}",
            reference=reference,
            contact_name=self._text(row, "contact_name"),
            phone=self._text(row, "contact_phone"),
            email=self._text(row, "contact_email"),
            channel=self.settings.channels.get(word, ""),
            has_channel=bool(word) and word.casefold() not in ("unknown", "n/a", "none", "-"),
            severity=words.severity_of(self._text(row, "severity")),
            category=self._text(row, "category"),
            description=self._text(row, "description"),
            created=created,
            passed_on=self._moment(row, "passed_on_at"),
            first_response=done["first_response_at"],
            due=self._moment(row, "due_at"),
            closed=done["closed_at"],
            status=self._text(row, "status"),
            disputed=words.yes_or_no(self._text(row, "disputed")),
            timely=words.yes_or_no(self._text(row, "timely")),
            is_order_open=any(is_open_order(self._text(row, known)) for known in self.guessed),
        )

    def _zone(self, moment: Moment) -> ZoneInfo:
        return self.settings.home if moment.at is None else self.settings.zone

    def _text(self, row: Row, known: str) -> str:
        place = self.places.get(known)
        if place is None or place >= len(row.cells):
            return ""
        text = without_guard(row.cells[place])
        return clean_text(text) if known == "description" else clean_line(text)

    def _moment(self, row: Row, known: str) -> Moment | None:
        text = self._text(row, known)
        try:
            return read_moment(text, self.orders[known], self.settings.zone) if text else None
        except UnreadableDateError:
            raise _BadRow(f"The date in “{self.names[known]}” cannot be read: {text[:60]}") from None


def _digest(row: Row) -> str:
    return hashlib.sha256("\x1f".join(_content(row)).encode("utf-8", "replace")).hexdigest()[:32]
