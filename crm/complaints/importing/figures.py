"""What a log says in figures, and what is odd about it; every count can be followed to its rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from .log import ComplaintRow, ParsedLog
from .words import means_closed


class Finding(StrEnum):
    """What is odd about a row that is imported all the same; nothing is dropped in silence."""

    EXACT_DUPLICATE = "exact_duplicate"
    SAME_REFERENCE = "same_reference"
    CLOSED_BEFORE_CREATED = "closed_before_created"
    RESPONSE_BEFORE_CREATED = "response_before_created"
    PASSED_ON_BEFORE_CREATED = "passed_on_before_created"
    DUE_BEFORE_CREATED = "due_before_created"
    MISSING_CHANNEL = "missing_channel"
    UNKNOWN_CHANNEL = "unknown_channel"
    MISSING_DUE_DATE = "missing_due_date"
    CLOSED_THOUGH_OPEN = "closed_though_open"
    CLOSED_WITHOUT_DATE = "closed_without_date"
    MIDNIGHT_CLOSE = "midnight_close"
    DATE_ORDER_GUESSED = "date_order_guessed"


class Attained(StrEnum):
    """What became of a due date that the file gives."""

    MET = "met"
    LATE = "late"
    NOT_CLOSED = "not_closed"


def attained(row: ComplaintRow) -> Attained | None:
    """Return what became of a row's due date; None without one: it was not met, it was not promised."""
    if row.due is None:
        return None
    if row.closed is None:
        return Attained.NOT_CLOSED
    return Attained.LATE if row.due.is_before(row.closed) else Attained.MET


def findings(log: ParsedLog) -> dict[str, list[int]]:
    """Return the row numbers by finding, those without rows left out."""
    found: dict[str, list[int]] = {}
    seen: set[str] = set()
    for row in log.rows:
        for finding in (*_findings(row), *_repeats(row, log, seen)):
            found.setdefault(finding.value, []).append(row.number)
        seen.add(row.reference)
    return {each.value: found[each.value] for each in Finding if each.value in found}


def _repeats(row: ComplaintRow, log: ParsedLog, seen: set[str]) -> Iterator[Finding]:
    if row.number in log.duplicates:
        yield Finding.EXACT_DUPLICATE
    elif row.reference and row.reference in seen:
        yield Finding.SAME_REFERENCE


def _findings(row: ComplaintRow) -> Iterator[Finding]:
    yield from _time_findings(row)
    if not row.channel:
        yield Finding.UNKNOWN_CHANNEL if row.has_channel else Finding.MISSING_CHANNEL
    if row.due is None:
        yield Finding.MISSING_DUE_DATE
    if row.closed is not None and row.status and not means_closed(row.status):
        yield Finding.CLOSED_THOUGH_OPEN
    if row.closed is None and row.is_closed:
        yield Finding.CLOSED_WITHOUT_DATE
    if row.closed is not None and row.closed.is_midnight:
        yield Finding.MIDNIGHT_CLOSE
    if row.is_order_open:
        yield Finding.DATE_ORDER_GUESSED


def _time_findings(row: ComplaintRow) -> Iterator[Finding]:
    for moment, finding in (
        (row.closed, Finding.CLOSED_BEFORE_CREATED),
        (row.first_response, Finding.RESPONSE_BEFORE_CREATED),
        (row.passed_on, Finding.PASSED_ON_BEFORE_CREATED),
        (row.due, Finding.DUE_BEFORE_CREATED),
    ):
        if moment is None:
            continue
        is_a_date = moment.is_midnight and moment.day == row.created.day  # a date written as a time
        if moment.is_before(row.created) and not is_a_date:
            yield finding


def as_json(log: ParsedLog) -> dict[str, Any]:
    """Return a log as figures; blank answers are unknown, and rows without a due date are not met."""
    dues = Counter(attained(row) for row in log.rows)
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
    }


def _answers(given: Iterator[bool | None]) -> dict[str, int]:
    counts = Counter(given)
    return {"yes": counts[True], "no": counts[False], "unknown": counts[None]}
