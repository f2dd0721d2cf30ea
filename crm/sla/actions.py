"""What changes the calendar and the targets; each change is a version that holds from an instant on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from crm.extensions import db
from crm.shared.events import record
from crm.sla import queries
from crm.sla.decisions import DayDecision, DayOverlaps, DayStillAhead, NoOpeningAhead, PastDay, SettingsChanged
from crm.sla.effects import MovedClock, target_changes
from crm.sla.history import clock_book
from crm.sla.models import CalendarVersion, PolicyVersion
from crm.sla.previews import moved_by_present_terms, touched_by_past_day
from crm.sla.rules import (
    ClosedCalendarError,
    OverlappingPeriodsError,
    Policy,
    SlaTarget,
    refuse_closed,
)


def change_opening_hours(
    time_zone: str,
    weekly: Mapping[str, list[list[str]]],
    *,
    valid_from: datetime,
    by_id: int | None,
    now: datetime,
    seen: int | None = None,
) -> CalendarVersion:
    """Add a version of the opening hours that holds from an instant on; dated exceptions stay.

    `seen` is the newest version that the person saw: SettingsChanged if there is another by now.
    """
    _refuse_changed(CalendarVersion, seen)
    before = queries.calendar_version_at(valid_from)
    exceptions = {} if before is None else before.exceptions
    version = _add_calendar(time_zone, weekly, exceptions, valid_from=valid_from, by_id=by_id, now=now)
    record("calendar.changed", at=now, subject=version, actor_id=by_id)
    return version


def decide_days(
    days: Mapping[date, DayDecision], *, today: date, by_id: int | None, now: datetime
) -> list[CalendarVersion]:
    """Decide how dates from today on are open, in the present version and all later ones.

    Raises PastDay, DayOverlaps and NoOpeningAhead.
    """
    if any(on < today for on in days):
        raise PastDay
    added = _with_exceptions(
        _versions_from(now), {on.isoformat(): _stored(each) for on, each in days.items()}, by_id, now
    )
    record("calendar.days_decided", at=now, subject=added[0], actor_id=by_id, days=[on.isoformat() for on in days])
    return added


def withdraw_day(on: date, *, today: date, by_id: int | None, now: datetime) -> None:
    """Take the decision about a date from today on back: the usual hours of its weekday hold."""
    if on < today:
        raise PastDay
    added = _with_exceptions(_versions_from(now), {on.isoformat(): None}, by_id, now)
    record("calendar.day_withdrawn", at=now, subject=added[0], actor_id=by_id, day=on.isoformat())


def correct_past_day(
    on: date, decision: DayDecision, *, today: date, by_id: int | None, now: datetime
) -> list[MovedClock]:
    """Say how a past date truly was open; breaches that this removes become excused (rule 21).

    The versions that held on that date or later get a corrected copy from the same instant on.
    Stopped clocks keep their times, running ones their terms. Returns the clocks it touches.
    """
    if on >= today:
        raise DayStillAhead
    touched = touched_by_past_day(on, decision, now=now)
    entry = _stored(decision) | {"reason": decision.reason, "by_id": by_id, "at": now.isoformat()}
    added = _with_exceptions(_versions_since(on), {on.isoformat(): entry}, by_id, now)
    broken = [replace(each.case, excused_until=each.new_due_at) for each in touched if each.removes_breach]
    if broken:
        clock_book().excuse(broken, reason=decision.reason, by_id=by_id, now=now)
    record("calendar.past_corrected", at=now, subject=added[0], actor_id=by_id, day=on.isoformat(), excused=len(broken))
    return touched


def change_targets(
    policy: Policy,
    *,
    valid_from: datetime,
    by_id: int | None,
    now: datetime,
    seen: int | None = None,
    applies_to_running: bool = False,
) -> PolicyVersion:
    """Add a version of the targets that holds from an instant on; running clocks move only if asked (rule 20)."""
    _refuse_changed(PolicyVersion, seen)
    names = [f"{each.kind}:{each.name}" for each in target_changes(queries.policy_at(valid_from), policy)]
    version = PolicyVersion(
        valid_from=valid_from,
        responses={name: _stored_target(target) for name, target in policy.response.items()},
        resolutions={name: _stored_target(target) for name, target in policy.resolution.items()},
        created_at=now,
        created_by_id=by_id,
    )
    db.session.add(version)
    db.session.flush()
    queries.forget_versions()
    moved = _move_running(reason="", by_id=by_id, now=now) if applies_to_running else []
    record("targets.changed", at=now, subject=version, actor_id=by_id, names=names, moved=len(moved))
    return version


def apply_terms_to_running(*, reason: str, by_id: int | None, now: datetime) -> list[MovedClock]:
    """Give the running clocks the targets and opening hours that hold now; returns those that moved."""
    moved = _move_running(reason=reason, by_id=by_id, now=now)
    record("clocks.terms_applied", at=now, actor_id=by_id, moved=len(moved))
    return moved


def _move_running(*, reason: str, by_id: int | None, now: datetime) -> list[MovedClock]:
    moved = moved_by_present_terms(now)
    cases = sorted({each.case.case_id for each in moved})
    if cases:
        clock_book().apply_new_terms(cases, reason=reason, by_id=by_id, now=now)
    return moved


def _refuse_changed(model: type[CalendarVersion | PolicyVersion], seen: int | None) -> None:
    if seen is not None and seen != queries.newest_id(model):
        raise SettingsChanged


def _versions_from(now: datetime) -> list[tuple[CalendarVersion, datetime]]:
    """Return the version that holds now, from now on, and the later ones, each from its own start."""
    present = queries.calendar_version_at(now)
    later = [(each, each.valid_from) for each in queries.effective_calendars() if each.valid_from > now]
    return [(present, now), *later] if present is not None and present.valid_from <= now else later


def _versions_since(on: date) -> list[tuple[CalendarVersion, datetime]]:
    """Return the version that held on a date and all later ones, each from its own start."""
    held = queries.calendar_version_at(queries.start_of_day(on))
    first = on if held is None else held.valid_from
    return [
        (each, each.valid_from) for each in queries.effective_calendars() if held is None or each.valid_from >= first
    ]


def _with_exceptions(
    versions: Sequence[tuple[CalendarVersion, datetime]],
    days: Mapping[str, dict[str, Any] | None],
    by_id: int | None,
    now: datetime,
) -> list[CalendarVersion]:
    """Add a copy of each version with other exceptions; None takes one away."""
    added = []
    for version, valid_from in versions:
        wanted = {on: entry for on, entry in {**version.exceptions, **days}.items() if entry is not None}
        copy = _add_calendar(version.time_zone, version.weekly, wanted, valid_from=valid_from, by_id=by_id, now=now)
        added.append(copy)
    return added


def _add_calendar(
    time_zone: str,
    weekly: Mapping[str, list[list[str]]],
    exceptions: Mapping[str, dict[str, Any]],
    *,
    valid_from: datetime,
    by_id: int | None,
    now: datetime,
) -> CalendarVersion:
    version = CalendarVersion(
        valid_from=valid_from,
        time_zone=time_zone,
        weekly=dict(weekly),
        exceptions=dict(exceptions),
        created_at=now,
        created_by_id=by_id,
    )
    _refuse_unusable(version, max(valid_from, now))
    db.session.add(version)
    db.session.flush()
    queries.forget_versions()
    return version


def _refuse_unusable(version: CalendarVersion, start: datetime) -> None:
    try:
        refuse_closed(queries.calendar_of(version), start)
    except OverlappingPeriodsError as error:
        on = date.fromisoformat(error.detail) if error.detail else start.date()
        raise DayOverlaps(on) from error
    except ClosedCalendarError as error:
        raise NoOpeningAhead from error


def _stored(decision: DayDecision) -> dict[str, Any]:
    return {"periods": decision.periods, "name": decision.name}


def _stored_target(target: SlaTarget) -> dict[str, Any]:
    length, minimum = int(target.length.total_seconds()), int(target.min_open_time.total_seconds())
    return {"mode": target.mode.value, "length": length, "min_open_time": minimum}
