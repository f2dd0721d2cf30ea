"""What the sweeps of the worker look for; each is one read by an index where nothing is due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Table, and_, bindparam, func, or_, select, update

from crm.accounts.models import Staff
from crm.complaints.models import Complaint, ComplaintClock, ComplaintEvent
from crm.complaints.rules import EventKind
from crm.dashboard.alert_rules import Team, team_of
from crm.extensions import db
from crm.sla.rules import ClockMoments

CLOCKS_AT_ONCE = 1_000
EVENTS_AT_ONCE = 500
LOOKED_BACK = 50  # numbers that a slower transaction may still fill
_CLOCKS = cast(Table, ComplaintClock.__table__)
TOLD_OF = (EventKind.OPENED, EventKind.ASSIGNED, EventKind.HEARD, EventKind.REMEDY_OFFERED)


@dataclass(frozen=True)
class RunningClock:
    """A stored clock that may have something to tell."""

    id: int
    complaint_id: int
    kind: str
    event_id: int
    moments: ClockMoments
    in_charge_id: int | None
    is_excused: bool


def clocks_to_look_at(now: datetime) -> list[RunningClock]:
    """Return clocks with an alert to send by now, locked where the database can, the most overdue first."""
    clock = ComplaintClock
    columns = (clock.id, clock.complaint_id, clock.kind, clock.event_id, clock.due_at, clock.warning_at, clock.safe_at)
    due = select(*columns, Complaint.in_charge_id, clock.result != "").join(
        Complaint, Complaint.id == clock.complaint_id
    )
    due = due.where(clock.alert_at <= now).order_by(clock.alert_at).limit(CLOCKS_AT_ONCE)
    rows = db.session.execute(due.with_for_update(of=clock, skip_locked=True)).all()
    return [RunningClock(*row[:4], ClockMoments(row[4], row[5], row[6]), row[7], row[8]) for row in rows]


def look_next(times: Sequence[tuple[int, datetime | None]]) -> None:
    """Note when each clock is looked at next."""
    if times:
        change = update(_CLOCKS).where(_CLOCKS.c.id == bindparam("clock_id")).values(alert_at=bindparam("at"))
        db.session.connection().execute(change, [{"clock_id": clock_id, "at": at} for clock_id, at in times])


def events_to_tell(seen: int, since: datetime) -> Sequence[Any]:
    """Return new events that somebody should hear of: id, kind, details, actor, complaint, who is in charge."""
    event = ComplaintEvent
    columns = (event.id, event.kind, event.details, event.actor_id, event.complaint_id, Complaint.in_charge_id)
    fresh = select(*columns).join(Complaint, Complaint.id == event.complaint_id)
    fresh = fresh.where(event.id > seen - LOOKED_BACK, event.kind.in_(TOLD_OF), event.logged_at >= since)
    return db.session.execute(fresh.where(~_imported()).order_by(event.id).limit(EVENTS_AT_ONCE)).all()


def _imported() -> Any:
    is_theirs = ComplaintClock.complaint_id == Complaint.id
    return select(ComplaintClock.id).where(is_theirs, ComplaintClock.is_imported).exists()


def newest_event_id() -> int:
    """Return the number of the event written last; 0 without any."""
    return db.session.scalar(select(func.max(ComplaintEvent.id))) or 0


def complaints_of_days(after: date, until: date) -> Sequence[Any]:
    """Return open complaints whose pause ended or whose follow-up fell due: id, in charge, and both days."""
    complaint = Complaint
    columns = (complaint.id, complaint.in_charge_id, complaint.waiting_until, complaint.follow_up_on)
    is_over = and_(complaint.waiting_until > after, complaint.waiting_until <= until)
    is_to_ask = and_(complaint.follow_up_on > after, complaint.follow_up_on <= until)
    found = select(*columns).where(complaint.closed_at.is_(None), or_(is_over, is_to_ask), ~_imported())
    return db.session.execute(found.order_by(complaint.id)).all()


def team() -> Team:
    """Return who may be told."""
    people = db.session.execute(select(Staff.id, Staff.role).where(Staff.disabled_at.is_(None)).order_by(Staff.id))
    return team_of([(row[0], row[1]) for row in people])
