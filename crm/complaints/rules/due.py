"""What is due next on a complaint, and how that stands at an instant (rules 11 and 25)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from crm.sla.rules import Clock, ClockMoments, ClockState, clock_moments

from .kinds import DueKind, Status
from .standing import Standing


@dataclass(frozen=True)
class NextDue:
    """What is due next: when, what, and from when on it is due soon (clocks only)."""

    at: datetime | None = None
    kind: str = ""
    soon_at: datetime | None = None


def next_due(clocks: Sequence[Clock], standing: Standing, follow_up_ends_at: datetime | None, now: datetime) -> NextDue:
    """Return what is due next: the earliest due of the running clocks, else what is done without a clock.

    `follow_up_ends_at` is the end of the day on which it is asked whether it is really fixed. A broken
    promise that is excused is not due any more.
    """
    running = [clock for clock in clocks if clock.is_running]
    due = [(clock_moments(clock), clock) for clock in running if not clock.is_excused(now)]
    if due:
        moments, clock = min(due, key=lambda pair: pair[0].due_at)
        return NextDue(moments.due_at, clock.kind.value, min(_soon_at(*pair) for pair in due))
    if standing.messages:
        return NextDue(min(standing.messages.values()), DueKind.LOOK)
    if standing.status is Status.RESOLVED:
        return NextDue(follow_up_ends_at or standing.resolved_at, DueKind.FOLLOW_UP)
    if standing.remedies_owed:
        return NextDue(standing.last_step_at, DueKind.REMEDY)
    return NextDue(standing.last_step_at if running or not standing.is_over else None)


def _soon_at(moments: ClockMoments, clock: Clock) -> datetime:
    """Return from when on a clock is due soon: not before its last pause ends."""
    waits_until = clock.pauses[-1].ends_at if clock.pauses else moments.due_soon_at
    return max(moments.due_soon_at, waits_until)


def due_state(due_at: datetime | None, soon_at: datetime | None, kind: str, now: datetime) -> ClockState | None:
    """Return how the next due of a complaint stands; None where no clock runs.

    Reads the stored values of a list; a page asks `clock_state` of each clock.
    """
    if due_at is None or soon_at is None or kind in (DueKind.LOOK, DueKind.FOLLOW_UP, DueKind.REMEDY):
        return None
    if now > due_at:
        return ClockState.BREACHED
    return ClockState.DUE_SOON if now >= soon_at else ClockState.RUNNING
