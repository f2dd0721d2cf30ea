"""The rows of a complaint log, each read with what was chosen for the whole log."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from crm.contacts.importing.dates import UnreadableDateError
from crm.contacts.importing.tables import Row
from crm.contacts.importing.text import clean_line, clean_text, undressed, without_guard

from . import words
from .day_times import read_time
from .fields import DATE_FIELDS, FIELDS, TIME_FIELDS
from .headers import zone_of
from .measures import Measures, measured
from .moments import Moment, is_counted, is_nothing, is_open_order, read_moment, shown_order
from .settings import Settings

LONGEST_REFERENCE = 80


class BadRow(ValueError):
    """This row cannot be imported."""


@dataclass(frozen=True, kw_only=True)
class ComplaintRow:
    """One complaint of a log. `channel` "" is unknown; `has_channel` tells whether the cell said anything.

    `unread` has by their fields the words that stand where a date belongs; `measures` what its dates mean.
    """

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
    measures: Measures
    status: str
    disputed: bool | None
    timely: bool | None
    unread: Mapping[str, str]
    is_order_open: bool = False
    has_more_cells: bool = False

    @property
    def is_closed(self) -> bool:
        """Tell whether it is over, by its date or else by its status."""
        return self.closed is not None or any(map(words.means_closed, (self.status, self.unread.get("closed_at", ""))))

    @property
    def is_closed_before(self) -> bool:
        """Tell whether it was closed before it was created, as the file says."""
        return self.closed is not None and self.comes_before(self.closed)

    def comes_before(self, moment: Moment) -> bool:
        """Tell whether something came before the complaint was created; a date written as a time did not."""
        is_a_date = moment.is_midnight and moment.day == self.created.day
        return not is_a_date and moment.is_before(self.created, self.measures.zone)


def content_of(row: Row) -> tuple[str, ...]:
    """Return what a row says, for comparison with others."""
    cells = [cell.strip() for cell in row.cells]
    while cells and not cells[-1]:
        cells.pop()
    return tuple(cells)


def order_of(values: Sequence[str]) -> str | None:
    """Return the order that the readable dates of a column show; None where they show none."""
    readable = []
    for value in values:
        with suppress(UnreadableDateError):
            is_open_order(value)
            readable.append(value)
    return shown_order(readable)


def cell_text(cell: str) -> str:
    """Return what is written in a cell, without what keeps spreadsheets from changing it."""
    return clean_line(undressed(cell) if cell.startswith("=") else without_guard(cell))


class RowReader:
    """Reads the rows of one log. `values` returns what is written in a column."""

    def __init__(
        self,
        columns: Sequence[str],
        values: Callable[[str], Sequence[str]],
        settings: Settings,
        now: datetime,
        *,
        is_workbook: bool,
    ) -> None:
        self.width = len(columns)
        places = {name: place for place, name in enumerate(columns)}
        self.names = {known: name for name, known in settings.columns.items()}
        self.places = {known: places[name] for known, name in self.names.items()}
        self.settings, self.now, self.is_workbook = settings, now, is_workbook
        self.zones = {known: zone_of(name) or settings.zone for known, name in self.names.items()}
        dates = {known: values(self.names[known]) for known in DATE_FIELDS if known in self.names}
        shown = {known: settings.date_order or order_of(written) for known, written in dates.items()}
        self.orders = {known: order or settings.usual_order for known, order in shown.items()}
        self.guessed = [known for known, order in shown.items() if order is None]
        self.with_times = {known for known, written in dates.items() if self._has_times(known, written)}

    def _has_times(self, known: str, values: Sequence[str]) -> bool:
        """Tell whether most cells of a spreadsheet's column have a time: the others are midnight, shown as a day."""
        if TIME_FIELDS.get(known) in self.names or not (self.is_workbook or any(map(is_counted, values))):
            return False
        found = []
        for value in values:
            with suppress(UnreadableDateError):
                found.append(read_moment(value, self.orders[known], self.zones[known]))
        times = [moment for moment in found if moment is not None and moment.at is not None]
        return len(times) * 2 > len([moment for moment in found if moment is not None])

    def row(self, row: Row) -> ComplaintRow:
        """Read one row; raise BadRow."""
        if row.problem:
            raise BadRow(row.problem)
        texts = {known: _cell(row, place, known) for known, place in self.places.items()}
        moments = {known: self._moment(texts, known) for known in DATE_FIELDS}
        created = moments.pop("created_at")
        if created is None:
            raise BadRow("It does not say when it was created.")
        first_response, due, closed = (moments[known] for known in ("first_response_at", "due_at", "closed_at"))
        measures = measured(self.settings, created, answered=first_response, due=due, closed=closed)
        self._refuse_future(measures)
        reference = texts.get("reference", "")
        return ComplaintRow(
            **self._words(texts),
            number=row.number,
            external_id=reference[:LONGEST_REFERENCE] or f"row:{_digest(row)}",
            created=created,
            passed_on=moments["passed_on_at"],
            first_response=first_response,
            due=due,
            closed=closed,
            measures=measures,
            unread=_unread(texts, moments),
            is_order_open=any(_is_open(texts[known]) for known in self.guessed),
            has_more_cells=any(cell.strip() for cell in row.cells[self.width :]),
        )

    def _refuse_future(self, measures: Measures) -> None:
        if measures.start > self.now:
            raise BadRow("It is created in the future.")
        for known, at in (("first_response_at", measures.answered), ("closed_at", measures.done)):
            if at is not None and at > self.now:
                raise BadRow(f"The date in “{self.names[known]}” lies in the future.")

    def _words(self, texts: Mapping[str, str]) -> dict[str, Any]:
        said = {known: texts.get(known, "") for known in FIELDS}
        return {
            "reference": said["reference"],
            "contact_name": said["contact_name"],
            "phone": said["contact_phone"],
            "email": said["contact_email"],
            "channel": self.settings.channels.get(said["channel"], ""),
            "has_channel": not is_nothing(said["channel"]),
            "severity": words.severity_of(said["severity"]),
            "category": said["category"],
            "description": said["description"],
            "status": said["status"],
            "disputed": words.is_disputed(said["disputed"]),
            "timely": words.in_time(said["timely"], said["late"]),
        }

    def _moment(self, texts: Mapping[str, str], known: str) -> Moment | None:
        text = texts.get(known, "")
        moment = self._day(text, known) if text else None
        if moment is None or (moment.at is not None and not moment.is_midnight):
            return moment
        time = self._time(texts, TIME_FIELDS.get(known, ""))
        is_midnight = moment.at is None and known in self.with_times and (self.is_workbook or is_counted(text))
        if time is None and is_midnight:
            time = timedelta(0)
        return moment if time is None else moment.at_time(time, self.zones[known])

    def _day(self, text: str, known: str) -> Moment | None:
        """Read a date; a word in its place is none, except for the one that everything is measured from."""
        try:
            return read_moment(text.lstrip("'"), self.orders[known], self.zones[known])
        except UnreadableDateError:
            if known != "created_at" and not _has_digits(text):
                return None
            raise self._unreadable(known, text) from None

    def _time(self, texts: Mapping[str, str], known: str) -> timedelta | None:
        text = texts.get(known, "")
        if not _has_digits(text):
            return None
        try:
            return read_time(text)
        except UnreadableDateError:
            raise self._unreadable(known, text) from None

    def _unreadable(self, known: str, text: str) -> BadRow:
        return BadRow(f"The date in “{self.names[known]}” cannot be read: {text[:60]}")


def _cell(row: Row, place: int, known: str) -> str:
    if place >= len(row.cells):
        return ""
    return clean_text(without_guard(row.cells[place])) if known == "description" else cell_text(row.cells[place])


def _unread(texts: Mapping[str, str], moments: Mapping[str, Moment | None]) -> dict[str, str]:
    """Return the words that stand where a date or a time belongs, by their fields."""
    dates = {known: texts.get(known, "") for known, moment in moments.items() if moment is None}
    times = {known: texts.get(known, "") for known in TIME_FIELDS.values()}
    found = dates | {known: text for known, text in times.items() if not _has_digits(text)}
    return {known: text for known, text in found.items() if text and not is_nothing(text)}


def _is_open(text: str) -> bool:
    with suppress(UnreadableDateError):
        return is_open_order(text)
    return False


def _has_digits(text: str) -> bool:
    return any(character.isdecimal() for character in text)


def _digest(row: Row) -> str:
    return hashlib.sha256("\x1f".join(content_of(row)).encode("utf-8", "replace")).hexdigest()[:32]
