"""From a row of a complaint log to the events of that complaint, at the times that the file gives.

Nobody here did what a log tells: its events have no author.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from crm.complaints.importing import FIELDS, ComplaintRow, Moment
from crm.complaints.rules import EventKind
from crm.interactions.rules import Direction

Row = dict[str, Any]


def events_of_row(row: ComplaintRow) -> list[Row]:
    """Return the events of a complaint in their order; nothing happens before it was created."""
    common: Row = {"actor_id": None, "reason": "", "outcome": "", "is_late": False, "direction": "", "channel": ""}
    common |= {"text": "", "is_seen_by_customer": False}
    return [
        {**common, "kind": kind.value, "occurred_at": at, "logged_at": at, **values}
        for kind, at, values in _events(row)
    ]


def written_at(row: ComplaintRow) -> str:
    """Return when a complaint began as it is written in its file, whatever time zone it is read in."""
    return row.measures.start.astimezone(row.measures.zone).replace(tzinfo=None).isoformat()


def due_written(due: Moment, zone: ZoneInfo) -> str:
    """Return when a complaint is due as it is written in its file, which is read in this time zone."""
    return due.ends(zone).astimezone(zone).replace(tzinfo=None).isoformat()


def closing_of(row: ComplaintRow) -> Row:
    """Return the event that closed a complaint which its file calls closed; else StopIteration."""
    return next(event for event in events_of_row(row) if event["kind"] == EventKind.RESOLVED)


def _events(row: ComplaintRow) -> Iterator[tuple[EventKind, datetime, Row]]:
    start, measures = row.measures.start, row.measures
    yield EventKind.OPENED, start, _opened(row)
    last = start
    if row.due is not None and measures.due is not None:
        written = due_written(row.due, measures.zone)
        promised = {"from_file": True, "due_at": measures.due.isoformat(), "written_at": written}
        yield EventKind.PROMISED, start, {"details": promised}
    if measures.answered is not None:
        last = measures.answered
        yield EventKind.SAID, last, {**_answer(row), "details": {"from_file": True}}
    if measures.done is not None:
        last = measures.done
        yield EventKind.RESOLVED, last, {"text": row.status, "details": {"from_file": True}}
    elif row.is_closed:
        yield EventKind.RESOLVED, last, {"text": row.status, "details": {"from_file": True, "undated": True}}
    if given := _given(row):
        yield EventKind.NOTED, last, {"text": given, "details": {"from_file": True, **_answers(row)}}


def _opened(row: ComplaintRow) -> Row:
    details = {"severity": row.severity, "category_id": None, "in_charge_id": None, "imported": True, "from_file": True}
    details["written_at"] = written_at(row)
    return {
        "channel": row.channel,
        "direction": Direction.IN.value,
        "text": row.description,
        "is_seen_by_customer": True,
        "details": details,
    }


def _answer(row: ComplaintRow) -> Row:
    return {"channel": row.channel, "direction": Direction.OUT.value, "is_seen_by_customer": True}


def _answers(row: ComplaintRow) -> Row:
    """Return what was answered; a blank is unknown and stays away."""
    given = {"disputed": row.disputed, "timely": row.timely}
    return {name: answer for name, answer in given.items() if answer is not None}


def _given(row: ComplaintRow) -> str:
    """Return what the file says besides, as lines of the story; it cannot be worked out again."""
    words = {True: "yes", False: "no"}
    lines = [
        *([f"Status: {row.status}"] if row.status and not row.is_closed else []),
        *([f"Disputed by the customer: {words[row.disputed]}"] if row.disputed is not None else []),
        *([f"Answered in time: {words[row.timely]}"] if row.timely is not None else []),
        *([f"Passed on: {row.passed_on.day.isoformat()}"] if row.passed_on else []),
        *([f"Closed: {row.closed.day.isoformat()}"] if row.closed and row.is_closed_before else []),
        *([f"Due: {row.due.day.isoformat()}"] if row.due and row.measures.due is None else []),
        *(f"{FIELDS[known]}: {text}" for known, text in row.unread.items()),
    ]
    return "\n".join(lines)
