"""What a log says in figures, and what is odd about it; every count can be followed to its rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from .log import ParsedLog
from .rows import ComplaintRow
from .settings import Settings
from .words import means_closed


class Finding(StrEnum):
    """What is odd about a row that is imported all the same; nothing is dropped in silence."""

    EXACT_DUPLICATE = "exact_duplicate"
    SAME_REFERENCE = "same_reference"
    CLOSED_BEFORE_CREATED = "closed_before_created"
    RESPONSE_BEFORE_CREATED = "response_before_created"
    PASSED_ON_BEFORE_CREATED = "passed_on_before_created"
    DUE_BEFORE_CREATED = "due_before_created"
    DUE_TOO_FAR = "due_too_far"
    NO_DATE = "no_date"
    MISSING_CHANNEL = "missing_channel"
    UNKNOWN_CHANNEL = "unknown_channel"
    UNKNOWN_CATEGORY = "unknown_category"
    MISSING_DUE_DATE = "missing_due_date"
    CLOSED_THOUGH_OPEN = "closed_though_open"
    CLOSED_WITHOUT_DATE = "closed_without_date"
    MIDNIGHT_CLOSE = "midnight_close"
    DATE_ORDER_GUESSED = "date_order_guessed"
    MORE_CELLS = "more_cells"
    ALREADY_HERE = "already_here"
    CLOSED_SINCE = "closed_since"
    DIFFERENT_HERE = "different_here"
    OTHER_DUE_DATE = "other_due_date"


class Attained(StrEnum):
    """What became of a due date that the file gives; `UNDATED`: it was closed, nobody knows when."""

    MET = "met"
    LATE = "late"
    NOT_CLOSED = "not_closed"
    UNDATED = "undated"


def attained(row: ComplaintRow) -> Attained | None:
    """Return what became of a row's due date; None without one: it was not met, it was not promised."""
    if row.measures.due is None:
        return None
    if row.measures.done is None:
        return Attained.UNDATED if row.is_closed else Attained.NOT_CLOSED
    return Attained.LATE if row.measures.is_late else Attained.MET


def findings(log: ParsedLog) -> dict[str, list[int]]:
    """Return the row numbers by finding, those without rows left out."""
    found: dict[str, list[int]] = {}
    seen: set[str] = set()
    for row in log.rows:
        for finding in (*_findings(row, log.settings), *_repeats(row, log, seen)):
            found.setdefault(finding.value, []).append(row.number)
        seen.add(row.reference)
    return {each.value: found[each.value] for each in Finding if each.value in found}


def _repeats(row: ComplaintRow, log: ParsedLog, seen: set[str]) -> Iterator[Finding]:
    if row.number in log.duplicates:
        yield Finding.EXACT_DUPLICATE
    elif row.reference and row.reference in seen:
        yield Finding.SAME_REFERENCE


def _findings(row: ComplaintRow, settings: Settings) -> Iterator[Finding]:
    yield from _time_findings(row)
    yield from _word_findings(row, settings)
    is_midnight = row.closed is not None and row.closed.is_midnight
    facts = {
        Finding.MISSING_DUE_DATE: row.due is None,
        Finding.DUE_TOO_FAR: row.due is not None and row.measures.due is None,
        Finding.NO_DATE: bool(row.unread),
        Finding.CLOSED_THOUGH_OPEN: bool(row.closed and row.status and not means_closed(row.status)),
        Finding.CLOSED_WITHOUT_DATE: row.closed is None and row.is_closed,
        Finding.MIDNIGHT_CLOSE: is_midnight,
        Finding.DATE_ORDER_GUESSED: row.is_order_open,
        Finding.MORE_CELLS: row.has_more_cells,
    }
    yield from (finding for finding, holds in facts.items() if holds)


def _word_findings(row: ComplaintRow, settings: Settings) -> Iterator[Finding]:
    if not row.channel:
        yield Finding.UNKNOWN_CHANNEL if row.has_channel else Finding.MISSING_CHANNEL
    if row.category and settings.knows_categories and not settings.categories.get(row.category):
        yield Finding.UNKNOWN_CATEGORY


def _time_findings(row: ComplaintRow) -> Iterator[Finding]:
    for moment, finding in (
        (row.closed, Finding.CLOSED_BEFORE_CREATED),
        (row.first_response, Finding.RESPONSE_BEFORE_CREATED),
        (row.passed_on, Finding.PASSED_ON_BEFORE_CREATED),
        (row.due, Finding.DUE_BEFORE_CREATED),
    ):
        if moment is not None and row.comes_before(moment):
            yield finding


def as_json(log: ParsedLog) -> dict[str, Any]:
    """Return a log as figures; blank answers are unknown, and rows without a due date are not met.

    Due dates are those of the complaints that are imported, as the review will count them; answers, which cannot
    be worked out again, are those of all rows of the file.
    """
    dues = Counter(attained(row) for row in log.kept)
    return {
        "rows": len(log.rows) + len(log.errors),
        "imported": len(log.kept),
        "errors": [{"row": error.row, "reason": error.reason} for error in log.errors],
        "findings": findings(log),
        "due": {
            "given": dues.total() - dues[None],
            "met": dues[Attained.MET],
            "late": dues[Attained.LATE],
            "not_closed": dues[Attained.NOT_CLOSED],
        },
        "disputed": _answers(row.disputed for row in log.rows),
        "timely": _answers(row.timely for row in log.rows),
        "read_as": _read_as(log),
    }


def _read_as(log: ParsedLog) -> dict[str, Any]:
    """Return how the file was understood, so that a wrong reading is seen."""
    settings = log.settings
    return {
        "columns": dict(settings.columns),
        "left_out": [column for column in log.columns if column not in settings.columns],
        "channels": dict(settings.channels),
        "categories": dict(settings.categories) if settings.knows_categories else {},
        "time_zone": settings.zone.key,
        "date_orders": dict(log.orders),
    }


def _answers(given: Iterator[bool | None]) -> dict[str, int]:
    counts = Counter(given)
    return {"yes": counts[True], "no": counts[False], "unknown": counts[None]}
