"""Clocks: one promise each, when it is due, how it stands, how it ended (rules 5, 6, 10, 24, 25).

A clock carries its own terms, so a stopped clock never changes when policies or calendars do.
Timers, lists, reports, PDFs and explanations all ask `clock_due_at` and `clock_state`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from .calendars import BusinessCalendar
from .engine import LAST_YEAR, PausePair, business_time_between, counted_mode, deadline, last_safe_moment
from .errors import UnreachableDeadlineError
from .openings import instant, micros
from .targets import ZERO, CountingMode, SlaTarget

NO_TARGET = SlaTarget(CountingMode.OPEN_HOURS)
# When an unreachable deadline is due: after everything else, and within the years that every zone has.
UNREACHABLE_AT = datetime(LAST_YEAR + 1, 1, 1, tzinfo=UTC)


class ClockKind(StrEnum):
    """What is promised."""

    FIRST_RESPONSE = "first_response"
    NEXT_RESPONSE = "next_response"
    PROMISE = "promise"
    RESOLUTION = "resolution"


class ClockState(StrEnum):
    """How a clock stands at one moment."""

    RUNNING = "running"
    DUE_SOON = "due_soon"
    BREACHED = "breached"
    PAUSED = "paused"
    MET = "met"
    MET_LATE = "met_late"
    EXCUSED = "excused"
    CANCELLED = "cancelled"
    MERGED = "merged"


class EndReason(StrEnum):
    """Why a clock stopped: kept, or ended without being kept."""

    DONE = "done"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"
    MERGED = "merged"


class PauseEnd(StrEnum):
    """What ends a pause; the planned ends are its resume date and the cap."""

    DATE = "date"
    CAP = "cap"
    MESSAGE = "message"
    HAND = "hand"
    RESOLVED = "resolved"


@dataclass(frozen=True)
class Pause:
    """A stretch in which a resolution waits for somebody else; its end may still lie ahead."""

    starts_at: datetime
    ends_at: datetime
    reason: str = ""
    ended_by: PauseEnd = PauseEnd.DATE

    def holds(self, at: datetime) -> bool:
        """Tell whether an instant lies in the pause."""
        return self.starts_at <= at < self.ends_at


@dataclass(frozen=True)
class Clock:
    """One promise: its start, its terms, its pauses, its stop.

    A promise carries `promised_due_at` instead of a target. `floor_*`: not due before that much
    counted time from then (severity raised). `ceiling`: not due after that bound. `merged`: due
    at the strictest of these bounds instead of by the target. `excused_until`: as corrected hours let
    it run; what is late even then is not excused.
    """

    kind: ClockKind
    started_at: datetime
    calendar: BusinessCalendar
    target: SlaTarget = NO_TARGET
    cycle: int = 1
    channel: str = ""
    ref: str = ""
    promised_due_at: datetime | None = None
    pauses: tuple[Pause, ...] = ()
    stopped_at: datetime | None = None
    end_reason: EndReason = EndReason.DONE
    excused_at: datetime | None = None
    excused_until: datetime | None = None
    floor_from: datetime | None = None
    floor_time: timedelta = ZERO
    ceiling: Bound | None = None
    merged: tuple[Bound, ...] = ()
    policy_version: str = ""
    calendar_version: str = ""
    imported: bool = False

    @property
    def is_running(self) -> bool:
        """Tell whether nothing has stopped the clock."""
        return self.stopped_at is None

    def is_excused(self, at: datetime) -> bool:
        """Tell whether being late at an instant is excused."""
        return self.excused_at is not None and (self.excused_until is None or at <= self.excused_until)

    @property
    def pause_pairs(self) -> tuple[PausePair, ...]:
        """Return the pauses as the engine takes them."""
        return tuple((pause.starts_at, pause.ends_at) for pause in self.pauses)


@dataclass(frozen=True)
class Bound:
    """The due of other terms as a limit; pauses after `since` move it too."""

    clock: Clock
    since: datetime


def clock_due_at(clock: Clock) -> datetime:
    """Return when a clock is due, in UTC; UNREACHABLE_AT where it never is."""
    return _due_with(clock, clock.pause_pairs)


def _due_with(clock: Clock, pauses: tuple[PausePair, ...]) -> datetime:
    due = _own_due(clock, pauses)
    if clock.ceiling is not None:
        due = min(due, _bound_due(clock.ceiling, pauses))
    return due


def _own_due(clock: Clock, pauses: tuple[PausePair, ...]) -> datetime:
    if clock.merged:
        return min(_bound_due(bound, pauses) for bound in clock.merged)
    if clock.promised_due_at is not None:
        return instant(micros(clock.promised_due_at))
    due = target_due(clock.started_at, clock.target, clock.calendar, pauses)
    if clock.floor_from is not None:
        floor = SlaTarget(counted_mode(clock.target), clock.floor_time)
        due = max(due, target_due(clock.floor_from, floor, clock.calendar, pauses))
    return due


def target_due(
    start: datetime, target: SlaTarget, calendar: BusinessCalendar, pauses: Sequence[PausePair] = ()
) -> datetime:
    """Return when a target is due; UNREACHABLE_AT past five years, because a complaint can always be taken."""
    try:
        return deadline(start, target, calendar, pauses)
    except UnreachableDeadlineError:
        return UNREACHABLE_AT


def _bound_due(bound: Bound, pauses: Sequence[PausePair]) -> datetime:
    return _due_with(bound.clock, _bound_pauses(bound, pauses))


def _bound_pauses(bound: Bound, pauses: Sequence[PausePair]) -> tuple[PausePair, ...]:
    later = tuple((max(start, bound.since), end) for start, end in pauses if end > bound.since)
    return bound.clock.pause_pairs + later


def deciding_clock(clock: Clock) -> Clock:
    """Return the promise that decides when a clock is due: of a merged one the strictest, with what paused it."""
    if not clock.merged:
        return clock
    dues = {_bound_due(bound, clock.pause_pairs): bound for bound in reversed(clock.merged)}
    strictest = dues[min(dues)]
    pauses = tuple(Pause(*pair) for pair in _bound_pauses(strictest, clock.pause_pairs))
    return deciding_clock(replace(strictest.clock, pauses=pauses))


def clock_mode(clock: Clock, due: datetime) -> CountingMode:
    """Return in which mode a clock's time is counted; a promise in open time if there is any."""
    if clock.promised_due_at is None:
        return counted_mode(clock.target)
    open_time = business_time_between(clock.started_at, due, clock.calendar)
    return CountingMode.OPEN_HOURS if open_time else CountingMode.ELAPSED


@dataclass(frozen=True)
class ClockMoments:
    """When a clock is due, when 75 % of its counted time has gone, when somebody last can act."""

    due_at: datetime
    warning_at: datetime
    safe_at: datetime | None

    @property
    def due_soon_at(self) -> datetime:
        """Return when it becomes due soon: the earlier of warning and last safe moment."""
        return self.warning_at if self.safe_at is None else min(self.warning_at, self.safe_at)


def clock_moments(clock: Clock) -> ClockMoments:
    """Return the moments that a list or an alert asks for, worked out together."""
    due = clock_due_at(clock)
    if due == UNREACHABLE_AT:
        return ClockMoments(due, due, None)
    safe = last_safe_moment(clock.started_at, due, clock.calendar)
    return ClockMoments(due, _warning_at(clock, due), safe)


def _warning_at(clock: Clock, due: datetime) -> datetime:
    mode = clock_mode(clock, due)
    share = SlaTarget(mode, _counted_to(clock, due, mode) * 3 // 4)
    return min(due, target_due(clock.started_at, share, clock.calendar, clock.pause_pairs))


def _counted_to(clock: Clock, due: datetime, mode: CountingMode) -> timedelta:
    """Return the counted time from start to due; with plain terms that is the target's length."""
    has_limits = clock.floor_from or clock.ceiling or clock.merged or clock.promised_due_at
    if not has_limits and clock.target.mode is not CountingMode.DAY_END:
        return clock.target.length
    start, pauses = clock.started_at, clock.pause_pairs
    return business_time_between(start, due, clock.calendar, pauses, mode=mode)


def clock_result(clock: Clock) -> ClockState | None:
    """Return how a stopped clock ended; None while it runs. A stop at the due instant is met."""
    if clock.stopped_at is None:
        return None
    if clock.end_reason in (EndReason.CANCELLED, EndReason.MERGED):
        return ClockState(clock.end_reason.value)
    is_late = clock.stopped_at > clock_due_at(clock)
    if not is_late:
        done = clock.end_reason is EndReason.DONE
        return ClockState.MET if done else ClockState.CANCELLED
    return _late_result(clock, clock.stopped_at)


def _late_result(clock: Clock, stopped_at: datetime) -> ClockState:
    """Withdrawn after the breach, it was never met: the breach stays."""
    if clock.is_excused(stopped_at):
        return ClockState.EXCUSED
    return ClockState.MET_LATE if clock.end_reason is EndReason.DONE else ClockState.BREACHED


def clock_state(clock: Clock, now: datetime) -> ClockState:
    """Return how a clock stands at `now`; what was written down after `now` is not looked at."""
    known = _as_of(clock, now)
    return clock_result(known) or _running_state(known, now)


def _as_of(clock: Clock, now: datetime) -> Clock:
    if clock.stopped_at is not None and clock.stopped_at > now:
        clock = replace(clock, stopped_at=None, end_reason=EndReason.DONE)
    if clock.excused_at is not None and clock.excused_at > now:
        clock = replace(clock, excused_at=None)
    return clock


def _running_state(clock: Clock, now: datetime) -> ClockState:
    moments = clock_moments(clock)
    if now > moments.due_at:
        return ClockState.EXCUSED if clock.is_excused(now) else ClockState.BREACHED
    if any(pause.holds(now) for pause in clock.pauses):
        return ClockState.PAUSED
    return ClockState.DUE_SOON if now >= moments.due_soon_at else ClockState.RUNNING


def clock_times(clock: Clock) -> tuple[timedelta, timedelta] | None:
    """Return counted and real time from start to stop; None while it runs."""
    if clock.stopped_at is None:
        return None
    mode = clock_mode(clock, clock_due_at(clock))
    start, stop = clock.started_at, clock.stopped_at
    counted = business_time_between(start, stop, clock.calendar, clock.pause_pairs, mode=mode)
    return counted, max(ZERO, instant(micros(stop)) - instant(micros(start)))


def earliest_due(clocks: Iterable[Clock]) -> Clock | None:
    """Return the running clock that is due first: what is due on a complaint (rule 11)."""
    running = (clock for clock in clocks if clock.is_running)
    return min(running, key=clock_due_at, default=None)


def is_broken(clock: Clock, now: datetime) -> bool:
    """Tell whether a promise was broken and not excused: it asks for a cause (rule 27)."""
    return clock_state(clock, now) in (ClockState.BREACHED, ClockState.MET_LATE)
