"""The one place that writes a complaint's events, its derived fields, and the rows of its clocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select, update

from crm.accounts.queries import the_business
from crm.complaints import rules
from crm.complaints.models import Complaint, ComplaintClock, ComplaintEvent
from crm.complaints.queries.cases import Case, case_of
from crm.complaints.rules import EventKind
from crm.contacts.followers import tell_changed
from crm.extensions import db
from crm.shared.events import record
from crm.shared.zones import zone_named
from crm.sla.rules import Clock, ClockMoments, alerts_at, clock_moments, clock_result, clock_times

_OWN_STATEMENT: dict[str, Any] = {"synchronize_session": False}


@dataclass(frozen=True, kw_only=True)
class Writing:
    """Who writes, when, and which version of the complaint they saw (None: the present one)."""

    by_id: int | None
    role: str
    now: datetime
    version: int | None = None


@dataclass(frozen=True, kw_only=True)
class EventDraft:
    """What an event says besides its kind; `occurred_at` None means now."""

    occurred_at: datetime | None = None
    channel: str = ""
    direction: str = ""
    outcome: str = ""
    text: str = ""
    reason: str = ""
    is_seen_by_customer: bool = False
    is_late: bool = False
    details: Mapping[str, Any] | None = None


def write(case: Case, kind: EventKind, draft: EventDraft, writing: Writing) -> ComplaintEvent:
    """Add one event to a complaint, work everything out again, and record it; raise ComplaintChanged.

    Details of the audit trail are those of the event, which hold no free text.
    """
    _take_version(case.complaint, writing.version)
    event = add_event(case, kind, draft, by_id=writing.by_id, now=writing.now)
    details = dict(event.details)
    record(f"complaint.{kind.value}", at=writing.now, subject=case.complaint, actor_id=writing.by_id, **details)
    return event


def add_event(case: Case, kind: EventKind, draft: EventDraft, *, by_id: int | None, now: datetime) -> ComplaintEvent:
    """Add an event and refresh what is derived, without version or audit trail."""
    was_open = kind is not EventKind.OPENED and case.complaint.closed_at is None
    event = ComplaintEvent(
        complaint_id=case.complaint.id,
        kind=kind,
        occurred_at=draft.occurred_at or now,
        logged_at=now,
        actor_id=by_id,
        is_seen_by_customer=draft.is_seen_by_customer,
        channel=draft.channel,
        direction=draft.direction,
        outcome=draft.outcome,
        text=draft.text,
        reason=draft.reason,
        is_late=draft.is_late,
        details=dict(draft.details or {}),
    )
    db.session.add(event)
    db.session.flush()
    case.add(event)
    case.complaint.version = len(case.events)  # so a tab that knows a version knows what it has not seen
    refresh_clocks(case, now)
    if was_open is not (case.complaint.closed_at is None):
        tell_changed([case.complaint.contact_id], now=now)
    return event


def _take_version(complaint: Complaint, version: int | None) -> None:
    """Move a complaint to its next version in one statement; raise ComplaintChanged when another was faster."""
    seen = complaint.version if version is None else version
    statement = update(Complaint).where(Complaint.id == complaint.id, Complaint.version == seen)
    changed = db.session.execute(statement.values(version=seen + 1), execution_options=_OWN_STATEMENT)
    if not changed.rowcount:  # type: ignore[attr-defined]
        raise rules.ComplaintChanged
    db.session.refresh(complaint, ["version"])


# ── What is derived ──


def refresh_clocks(case: Case, now: datetime) -> None:
    """Write the clocks of a complaint, where it stands and what is due next, as they follow from its events."""
    _write_standing(case, now)
    _write_clocks(case, now)
    db.session.flush()


def refresh(complaint_id: int, now: datetime) -> None:
    """Work out a stored complaint again from its events."""
    case = case_of(complaint_id)
    if case is not None:
        refresh_clocks(case, now)


def _write_standing(case: Case, now: datetime) -> None:
    for name, value in standing_values(case.standing, case.derivation.clocks, now).items():
        setattr(case.complaint, name, value)


def standing_values(standing: rules.Standing, clocks: Sequence[Clock], now: datetime) -> dict[str, Any]:
    """Return where a complaint stands at an instant and what is due next as the values of its row."""
    is_running = any(clock.is_running for clock in clocks)
    due = rules.next_due(clocks, standing, _end_of(standing.follow_up_on), now)
    closed_at = rules.closed_at(standing, has_running_clocks=is_running)
    is_closed = closed_at is not None and standing.status is rules.Status.FOLLOWED_UP
    return {
        "status": rules.Status.CLOSED if is_closed else standing.status,
        "cycle": standing.cycle,
        "next_due_at": due.at,
        "due_kind": due.kind,
        "due_soon_at": due.soon_at,
        "message_waiting_at": min(standing.messages.values(), default=None),
        "waiting_until": standing.waiting_until,
        "acknowledged_at": standing.acknowledged_at,
        "resolved_at": standing.resolved_at,
        "follow_up_on": standing.follow_up_on,
        "follow_up_tries": standing.follow_up_tries,
        "followed_up_at": standing.followed_up_at,
        "is_satisfied": standing.is_satisfied,
        "closed_at": closed_at,
    }


def _end_of(day: date | None) -> datetime | None:
    """Return the instant at which a day of the business ends."""
    if day is None:
        return None
    zone = zone_named(the_business().time_zone)
    return datetime.combine(day + timedelta(days=1), time(0), zone).astimezone(UTC)


def _write_clocks(case: Case, now: datetime) -> None:
    """Match stored clocks by their kind and the event that started them, so that each keeps its number.

    The one that an earlier message took the place of leaves its number, and what a review said of it, to that.
    """
    where = ComplaintClock.complaint_id == case.complaint.id
    stored = {(row.kind, row.event_id): row for row in db.session.scalars(select(ComplaintClock).where(where))}
    position = max((row.position for row in stored.values()), default=0)
    found = [(clock, stored.pop((clock.kind, int(clock.ref)), None)) for clock in case.derivation.clocks]
    for clock, known in found:
        row = known or _replaced(stored, clock)
        if row is None:
            position += 1
            row = ComplaintClock(complaint_id=case.complaint.id, position=position)
            db.session.add(row)
        row.event_id = int(clock.ref)
        for name, value in clock_values(clock, now).items():
            setattr(row, name, value)
    for gone in stored.values():
        db.session.delete(gone)


def _replaced(stored: dict[tuple[str, int], ComplaintClock], clock: Clock) -> ComplaintClock | None:
    """Take out the stored clock that a new one of its kind, cycle and channel replaces."""
    same = (clock.kind, clock.cycle, clock.channel)
    key = next((key for key, row in stored.items() if (row.kind, row.cycle, row.channel) == same), None)
    return None if key is None else stored.pop(key)


def clock_values(clock: Clock, now: datetime) -> dict[str, Any]:
    """Return a derived clock as the values of its row at an instant."""
    moments, times, result = clock_moments(clock), clock_times(clock), clock_result(clock)
    is_excused = clock.is_running and clock.is_excused(now)
    return {
        "kind": clock.kind.value,
        "cycle": clock.cycle,
        "channel": clock.channel,
        "started_at": clock.started_at,
        "due_at": moments.due_at,
        "warning_at": moments.warning_at,
        "safe_at": moments.safe_at,
        "alert_at": _alert_at(clock, moments, is_excused=is_excused),
        "paused_until": clock.pauses[-1].ends_at if clock.pauses else None,
        "stopped_at": clock.stopped_at,
        "result": "excused" if is_excused else result.value if result else "",
        "counted_seconds": int(times[0].total_seconds()) if times else None,
        "real_seconds": int(times[1].total_seconds()) if times else None,
        "is_imported": clock.imported,
    }


def _alert_at(clock: Clock, moments: ClockMoments, *, is_excused: bool) -> datetime | None:
    """Return when the sweeper looks at a clock next: at its first alert, or when an excuse has run out."""
    if clock.imported or not clock.is_running:
        return None
    if is_excused:
        return clock.excused_until
    return next((alert.send_at for alert in alerts_at(moments, clock.calendar)), None)
