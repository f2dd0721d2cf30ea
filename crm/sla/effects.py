"""What a change of targets or opening hours would do to clocks, past and running (rules 20 to 22). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from crm.sla.history import CaseClock
from crm.sla.rules import (
    BusinessCalendar,
    Clock,
    ClockKind,
    DueChange,
    Periods,
    Policy,
    Rehearsal,
    SlaTarget,
    Version,
    clock_due_at,
    clock_with,
    due_changes,
    rehearse,
    with_new_terms,
)

Days = Mapping[date, Periods | None]
NO_DAYS: Days = {}
REHEARSED_TIME = timedelta(days=90)
_RESPONSES = (ClockKind.FIRST_RESPONSE, ClockKind.NEXT_RESPONSE)


class TargetKind(StrEnum):
    """What a target is set for: a channel's responses, or a severity's resolution."""

    RESPONSE = "response"
    RESOLUTION = "resolution"


@dataclass(frozen=True)
class TargetChange:
    """A target of a channel or severity before and after."""

    kind: TargetKind
    name: str
    before: SlaTarget
    after: SlaTarget

    def touches(self, each: CaseClock) -> bool:
        """Tell whether a clock runs on this target."""
        if self.kind is TargetKind.RESPONSE:
            return each.clock.kind in _RESPONSES and each.clock.channel == self.name
        return each.clock.kind is ClockKind.RESOLUTION and each.severity == self.name


@dataclass(frozen=True)
class MovedClock:
    """A clock whose deadline a change moves."""

    case: CaseClock
    due_at: datetime
    new_due_at: datetime
    removes_breach: bool = False


def target_changes(before: Policy, after: Policy) -> list[TargetChange]:
    """Return the targets that differ, responses first."""
    kinds = [
        (TargetKind.RESPONSE, before.response, after.response),
        (TargetKind.RESOLUTION, before.resolution, after.resolution),
    ]
    return [
        TargetChange(kind, name, old[name], new[name])
        for kind, old, new in kinds
        for name in old
        if old[name] != new[name]
    ]


def rehearsal_of(change: TargetChange, past: Iterable[CaseClock], since: datetime) -> Rehearsal:
    """Replay the clocks stopped since an instant against a new target (rule 22)."""
    clocks = [each.clock for each in past if change.touches(each) and _stopped_since(each.clock, since)]
    return rehearse(clocks, change.after)


def _stopped_since(clock: Clock, since: datetime) -> bool:
    return clock.stopped_at is not None and clock.stopped_at >= since


def moved_by_new_terms(
    clocks: Iterable[CaseClock], policy: Version[Policy], calendar: Version[BusinessCalendar], now: datetime
) -> list[MovedClock]:
    """Return the running clocks that would be due at another time on other terms, the earliest first."""
    moved = []
    for each in clocks:
        if each.clock.is_running:
            changed = with_new_terms(each.clock, each.severity, policy, calendar, now)
            moved.append(MovedClock(each, clock_due_at(each.clock), clock_due_at(changed)))
    return sorted((each for each in moved if each.due_at != each.new_due_at), key=lambda each: each.due_at)


def touched_by_day(
    clocks: Sequence[CaseClock], on: date, periods: Periods | None, now: datetime, corrected: Days = NO_DAYS
) -> list[MovedClock]:
    """Return the clocks that another opening of one past date moves, each on its own terms (rule 21).

    `corrected` are the past dates put right before: of two forgotten days the order does not matter. None as
    periods is a date open as usual.
    """
    touched = []
    for each in clocks:
        before = with_days(each.clock.calendar, corrected)
        after = with_days(before, {on: periods})
        known = clock_due_at(clock_with(each.clock, calendar=before))
        for change in due_changes([each.clock], now, calendar=after):
            if change.new_due_at != known:
                touched.append(_moved(each, change, now))
    return sorted(touched, key=lambda each: each.due_at)


def _moved(each: CaseClock, change: DueChange, now: datetime) -> MovedClock:
    removes = change.removes_breach and not each.clock.is_excused(each.clock.stopped_at or now)
    return MovedClock(each, change.due_at, change.new_due_at, removes)


def with_days(calendar: BusinessCalendar, days: Days) -> BusinessCalendar:
    """Return a calendar with other opening hours on some dates; raises BadCalendarError."""
    exceptions = {on: periods for on, periods in {**calendar.exceptions, **days}.items() if periods is not None}
    return replace(calendar, exceptions=exceptions) if days else calendar
