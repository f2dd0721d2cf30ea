"""Reads of what a change would do to the clocks, before anybody decides it."""

from __future__ import annotations

from datetime import date, datetime

from crm.sla import queries
from crm.sla.decisions import DayDecision, DayOverlaps, NoOpeningAhead
from crm.sla.effects import (
    REHEARSED_TIME,
    MovedClock,
    TargetChange,
    moved_by_new_terms,
    rehearsal_of,
    target_changes,
    touched_by_day,
)
from crm.sla.history import clock_book
from crm.sla.rules import BadCalendarError, OverlappingPeriodsError, Policy, Rehearsal, Version


def touched_by_past_day(on: date, decision: DayDecision, *, now: datetime) -> list[MovedClock]:
    """Return the clocks that correcting a past date touches; raises DayOverlaps and NoOpeningAhead."""
    clocks = clock_book().clocks_since(queries.start_of_day(on))
    try:
        return touched_by_day(clocks, on, decision.times, now, queries.corrected_days())
    except OverlappingPeriodsError as error:
        raise DayOverlaps(on) from error
    except BadCalendarError as error:
        raise NoOpeningAhead from error


def moved_by_present_terms(now: datetime, policy: Policy | None = None) -> list[MovedClock]:
    """Return the running clocks that the terms of now, or targets not saved yet, would move."""
    terms = queries.terms_at(now)
    if terms is None:
        return []
    held, calendar = terms
    wanted = held if policy is None else Version(policy, now)
    return moved_by_new_terms(clock_book().clocks_since(now), wanted, calendar, now)


def rehearsals(policy: Policy, valid_from: datetime, now: datetime) -> list[tuple[TargetChange, Rehearsal]]:
    """Return each target that would change, with the last 90 days replayed against it (rule 22)."""
    changes = target_changes(queries.policy_at(valid_from), policy)
    since = now - REHEARSED_TIME
    past = clock_book().clocks_since(since) if changes else ()
    return [(change, rehearsal_of(change, past, since)) for change in changes]
