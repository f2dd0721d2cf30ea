"""From a row of a complaint log to the events of that complaint, at the times that the file gives."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from crm.complaints.importing import ComplaintRow, Moment, Settings
from crm.complaints.rules import EventKind
from crm.interactions.rules import Direction

Row = dict[str, Any]


def started_at(row: ComplaintRow, settings: Settings) -> datetime:
    """Return when a complaint began; a date alone is that date where the business is."""
    return row.created.starts(_zone_of_days(row, settings))


def events_of_row(row: ComplaintRow, settings: Settings, by_id: int | None) -> list[Row]:
    """Return the events of a complaint in their order; nothing happens before it was created."""
    zone, start = _zone_of_days(row, settings), started_at(row, settings)
    common: Row = {"actor_id": by_id, "reason": "", "outcome": "", "is_late": False, "direction": "", "channel": ""}
    common |= {"text": "", "is_seen_by_customer": False}
    return [
        {**common, "kind": kind.value, "occurred_at": max(at, start), "logged_at": max(at, start), **values}
        for kind, at, values in _events(row, start, zone)
    ]


def _zone_of_days(row: ComplaintRow, settings: Settings) -> ZoneInfo:
    """Return where the days of a row begin: beside times in the zone of the file, alone where the business is."""
    has_times = any(moment is not None and moment.at is not None for moment in (row.created, row.due, row.closed))
    return settings.zone if has_times else settings.home


def _events(row: ComplaintRow, start: datetime, zone: ZoneInfo) -> Iterator[tuple[EventKind, datetime, Row]]:
    yield EventKind.OPENED, start, _opened(row)
    last = start
    if row.due is not None:
        due_at = max(_due_at(row.due, zone), start)
        yield EventKind.PROMISED, start, {"details": {"from_file": True, "due_at": due_at.isoformat()}}
    if row.first_response is not None:
        last = max(start, row.first_response.starts(zone))
        yield EventKind.SAID, last, {**_answer(row), "details": {"from_file": True}}
    if row.closed is not None:
        last = max(start, row.closed.starts(zone))
        yield EventKind.RESOLVED, last, {"text": row.status, "details": {"from_file": True}}
    elif row.is_closed:
        yield EventKind.RESOLVED, last, {"text": row.status, "details": {"from_file": True, "undated": True}}
    if given := _given(row):
        yield EventKind.NOTED, last, {"text": given, "details": {"from_file": True, **_answers(row)}}


def _due_at(due: Moment, zone: ZoneInfo) -> datetime:
    """Return when it was due; a date alone includes its last second."""
    return due.at or due.ends(zone) - timedelta(seconds=1)


def _opened(row: ComplaintRow) -> Row:
    details = {"severity": row.severity, "category_id": None, "in_charge_id": None, "imported": True, "from_file": True}
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
        *([f"Closed: {row.closed.day.isoformat()}"] if row.closed and row.closed.is_before(row.created) else []),
    ]
    return "\n".join(lines)
