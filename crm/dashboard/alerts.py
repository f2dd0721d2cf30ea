"""Telling people what they should know of complaints: pulled by the worker, each thing once.

The clocks and events of complaints are the facts; a notice has a key of what it is about, so a second
worker, or a second round, gives nothing twice. Imported history alerts nobody.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from flask import current_app

from crm.accounts.models import Business
from crm.complaints.actions.recording import refresh
from crm.complaints.rules import EventKind, reference_of
from crm.dashboard import alert_queries as found
from crm.dashboard.alert_mail import send_notices
from crm.dashboard.alert_rules import DueAlerts, Team, due_alerts, notice_kind, told
from crm.extensions import db
from crm.messages.actions import NoticeDraft, advance_mark, notify_all
from crm.messages.queries import mark
from crm.shared import jobs
from crm.shared.clock import local_date
from crm.sla.queries import calendar_at
from crm.sla.rules import BusinessCalendar, is_open

logger = logging.getLogger("crm.alerts")
EVENTS, DAYS = "complaint-events", "complaint-days"
OLDEST_EVENT = timedelta(days=3)
FAULTY_LATER = timedelta(hours=1)


@jobs.sweep
def tell_of_clocks(now: datetime) -> None:
    """Give the alerts of running clocks that are due: at 75 %, at the last safe moment, at the breach.

    One whose excuse has run out is worked out again: it is broken from now on.
    """
    clocks = found.clocks_to_look_at(now)
    calendar = calendar_at(now) if clocks else None
    if calendar is None:
        return
    team, next_times = found.team(), []
    notices: list[NoticeDraft] = []
    for clock in [each for each in clocks if not each.is_excused]:
        due = _alerts_of(clock, calendar, now)
        next_times.append((clock.id, due.next_at))
        for alert in due.now:
            key = f"{alert.level}:{clock.complaint_id}:{clock.kind}:{clock.event_id}"
            people = told(alert, clock.in_charge_id, team)
            notices += _drafts(notice_kind(alert), key, clock.complaint_id, people, what=clock.kind)
    _tell(notices, now)
    found.look_next(next_times)
    for complaint_id in {each.complaint_id for each in clocks if each.is_excused}:
        refresh(complaint_id, now)


def _alerts_of(clock: found.RunningClock, calendar: BusinessCalendar, now: datetime) -> DueAlerts:
    """Return what is to be told of one clock; a faulty one is looked at later and stops no other."""
    try:
        return due_alerts(clock.moments, calendar, now)
    except (ArithmeticError, ValueError) as error:
        logger.error("alerts of clock %s failed", clock.id, exc_info=error)
        return DueAlerts((), now + FAULTY_LATER)


@jobs.sweep
def tell_of_events(now: datetime) -> None:
    """Tell who was put in charge, whom the customer wrote to, and that a remedy waits for a yes."""
    seen = mark(EVENTS)
    newest = found.newest_event_id()
    if seen is None or newest == 0:
        advance_mark(EVENTS, newest)
    since = now - OLDEST_EVENT
    events = found.events_to_tell(newest if seen is None else seen, since)
    team = found.team() if events else Team()
    _tell([draft for event in events for draft in _of_event(event, team)], now)
    reached = events[-1].id if len(events) == found.EVENTS_AT_ONCE else newest
    if seen is not None and reached > seen:
        advance_mark(EVENTS, reached)


def _of_event(event: Any, team: Team) -> Iterator[NoticeDraft]:
    key, complaint_id = f"event:{event.id}", event.complaint_id
    if event.kind == EventKind.REMEDY_OFFERED:
        if event.details.get("needs_approval"):
            yield from _drafts("approval", key, complaint_id, _others(team.owners, event.actor_id))
    elif event.kind == EventKind.HEARD:
        yield from _drafts("wrote", key, complaint_id, _others(team.in_charge(event.in_charge_id), event.actor_id))
    else:
        staff_id = event.details.get("after") or event.details.get("in_charge_id")
        people = [staff_id] if staff_id in team.active else []
        yield from _drafts("assigned", key, complaint_id, _others(people, event.actor_id))


def _others(people: Sequence[int], actor_id: int | None) -> list[int]:
    """Leave out who did it: they know."""
    return [each for each in people if each != actor_id]


@jobs.sweep
def tell_of_days(now: datetime) -> None:
    """Tell once a day, when the business opens, which pauses are over and whom to ask if it is fixed."""
    business, calendar = db.session.get(Business, 1), calendar_at(now)
    if business is None or calendar is None:
        return
    today = local_date(now, business.time_zone)
    seen = mark(DAYS)
    if (seen is not None and seen >= today.toordinal()) or not is_open(now, calendar):
        return
    after = today - timedelta(days=1) if seen is None else date.fromordinal(seen)
    team = found.team()
    rows = found.complaints_of_days(after, today)
    _tell([draft for row in rows for draft in _of_days(row, after, today, team)], now)
    advance_mark(DAYS, today.toordinal())


def _of_days(row: Any, after: date, today: date, team: Team) -> Iterator[NoticeDraft]:
    people = team.in_charge(row.in_charge_id)
    for kind, on in (("resumed", row.waiting_until), ("follow-up", row.follow_up_on)):
        if on is not None and after < on <= today:
            yield from _drafts(kind, f"{kind}:{row.id}:{on.isoformat()}", row.id, people)


def _drafts(kind: str, key: str, complaint_id: int, people: Iterable[int], **facts: str) -> Iterator[NoticeDraft]:
    details = {"reference": reference_of(complaint_id), **facts}
    path = f"/complaints/{complaint_id}"
    for staff_id in people:
        yield NoticeDraft(staff_id=staff_id, kind=kind, unique_key=f"{key}:{staff_id}", path=path, details=details)


def _tell(drafts: Sequence[NoticeDraft], now: datetime) -> None:
    """Ring the bell, and send what is new to where people want it."""
    if drafts:
        business = db.session.get_one(Business, 1)
        send_notices(notify_all(drafts, now=now), business, current_app.config["SETTINGS"], now=now)
