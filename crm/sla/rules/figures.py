"""Figures over clocks: promises kept, recovery, what a change moves (rules 18, 20 to 22, 28)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from .calendars import BusinessCalendar
from .clocks import (
    Bound,
    Clock,
    ClockKind,
    ClockState,
    EndReason,
    clock_due_at,
    clock_state,
    clock_times,
    target_due,
)
from .openings import instant, midnight
from .targets import ZERO, SlaTarget, Translate, unchanged

Times = Sequence[timedelta] | Sequence[int]
OPEN_STATES = (ClockState.RUNNING, ClockState.DUE_SOON, ClockState.PAUSED)
KEPT_OR_LATE = (ClockState.MET, ClockState.MET_LATE)


@dataclass(frozen=True)
class Period:
    """A stretch of time, its end not included."""

    start: datetime
    end: datetime

    def holds(self, at: datetime) -> bool:
        """Tell whether an instant lies in the period."""
        return self.start <= at < self.end


def period_of(first: date, last: date, calendar: BusinessCalendar) -> Period:
    """Return the period from a local date to another, both included."""
    zone = calendar.zone
    end = midnight(last + timedelta(days=1), zone)
    return Period(instant(midnight(first, zone)), instant(end))


@dataclass(frozen=True)
class Attainment:
    """Promises kept over a period, of the clocks due in it, with the times of those stopped."""

    met: int
    met_late: int
    overdue: int
    excused: int
    cancelled: int
    merged: int
    open: int
    median_counted_time: timedelta | None
    p90_counted_time: timedelta | None
    median_real_time: timedelta | None
    p90_real_time: timedelta | None

    @property
    def share(self) -> float | None:
        """Return met ÷ (met + met late + overdue) from 0 to 1; None if there is nothing."""
        return self.met / self.total if self.total else None

    @property
    def total(self) -> int:
        """Return the number of clocks that the share is of."""
        return self.met + self.met_late + self.overdue

    @property
    def broken(self) -> int:
        """Return the number of promises not kept in time and not excused."""
        return self.met_late + self.overdue


def attainment(clocks: Iterable[Clock], period: Period, now: datetime) -> Attainment:
    """Return promises kept of the clocks due in a period, as they stand at `now` (rule 28)."""
    due = [clock for clock in clocks if period.holds(clock_due_at(clock))]
    states = [clock_state(clock, now) for clock in due]
    stopped = [clock for clock, state in zip(due, states, strict=True) if state in KEPT_OR_LATE]
    times = [times for clock in stopped if (times := clock_times(clock)) is not None]
    return attainment_of(Counter(states), [pair[0] for pair in times], [pair[1] for pair in times])


def attainment_of(counts: Mapping[ClockState, int], counted: Times = (), real: Times = ()) -> Attainment:
    """Return promises kept from how many clocks stand how; every figure and list comes through here.

    Median and 90th percentile are of the times given: those of clocks met or met late.
    """
    return Attainment(
        met=counts.get(ClockState.MET, 0),
        met_late=counts.get(ClockState.MET_LATE, 0),
        overdue=counts.get(ClockState.BREACHED, 0),
        excused=counts.get(ClockState.EXCUSED, 0),
        cancelled=counts.get(ClockState.CANCELLED, 0),
        merged=counts.get(ClockState.MERGED, 0),
        open=sum(counts.get(state, 0) for state in OPEN_STATES),
        median_counted_time=percentile(counted, 50),
        p90_counted_time=percentile(counted, 90),
        median_real_time=percentile(real, 50),
        p90_real_time=percentile(real, 90),
    )


def percentile(times: Times, percent: int) -> timedelta | None:
    """Return a percentile, linear between neighbours as spreadsheets do it; None of nothing. Numbers are seconds."""
    if not times:
        return None
    ordered: list[Any] = sorted(times)
    whole, rest = divmod((len(ordered) - 1) * percent, 100)
    below, above = _time(ordered[whole]), _time(ordered[min(whole + 1, len(ordered) - 1)])
    return below + (above - below) * rest / 100


def _time(value: timedelta | int) -> timedelta:
    return timedelta(seconds=value) if isinstance(value, int) else value


@dataclass(frozen=True)
class Recovery:
    """How well cases stay fixed: first-fix rate, quick reopenings, total time open (rule 18)."""

    resolved: int
    first_fix: int
    reopened_soon: int
    median_open_time: timedelta | None

    @property
    def first_fix_share(self) -> float | None:
        """Return the share of resolved cases that needed one cycle; None without such cases."""
        return self.first_fix / self.resolved if self.resolved else None


REOPENED_SOON = timedelta(days=7)


def recovery(cases: Iterable[Iterable[Clock]]) -> Recovery:
    """Return the recovery figures of cases, each given by its clocks."""
    cycles = [_resolutions(clocks) for clocks in cases]
    resolved = [case for case in cycles if any(_is_done(clock) for clock in case)]
    open_times = [total_open_time(case) for case in resolved if not case[-1].is_running]
    return Recovery(
        resolved=len(resolved),
        first_fix=sum(len(case) == 1 for case in resolved),
        reopened_soon=sum(_is_reopened_soon(case) for case in resolved),
        median_open_time=percentile(open_times, 50),
    )


def total_open_time(clocks: Iterable[Clock]) -> timedelta:
    """Return the real time that a case was open, over all its closed cycles."""
    times = [clock_times(clock) for clock in _resolutions(clocks)]
    return sum((pair[1] for pair in times if pair is not None), ZERO)


def _resolutions(clocks: Iterable[Clock]) -> list[Clock]:
    found = [clock for clock in clocks if clock.kind is ClockKind.RESOLUTION]
    return sorted(found, key=lambda clock: clock.cycle)


def _is_done(clock: Clock) -> bool:
    return not clock.is_running and clock.end_reason is EndReason.DONE


def _is_reopened_soon(cycles: Sequence[Clock]) -> bool:
    return is_reopened_soon([(clock.started_at, clock.stopped_at) for clock in cycles])


def is_reopened_soon(cycles: Sequence[tuple[datetime, datetime | None]]) -> bool:
    """Tell from start and stop of each cycle whether a case came back within seven days."""
    return any(before[1] is not None and after[0] - before[1] <= REOPENED_SOON for before, after in pairwise(cycles))


@dataclass(frozen=True)
class Rehearsal:
    """What a new target would have made of past clocks."""

    total: int
    late_before: int
    late_after: int

    def sentence(self, noun: str, translate: Translate = unchanged) -> str:
        """Say it: "14 of 63 text messages would have been late instead of 3"."""
        text = translate("%(after)d of %(total)d %(noun)s would have been late instead of %(before)d")
        counts = {"after": self.late_after, "total": self.total, "before": self.late_before}
        return text % {**counts, "noun": noun}


def rehearse(clocks: Iterable[Clock], target: SlaTarget, calendar: BusinessCalendar | None = None) -> Rehearsal:
    """Replay stopped clocks against a new target, and a new calendar if given (rule 22)."""
    total = before = after = 0
    for clock in clocks:
        if clock.stopped_at is None or clock.end_reason is not EndReason.DONE:
            continue
        due = target_due(clock.started_at, target, calendar or clock.calendar, clock.pause_pairs)
        total += 1
        before += clock.stopped_at > clock_due_at(clock)
        after += clock.stopped_at > due
    return Rehearsal(total, before, after)


@dataclass(frozen=True)
class DueChange:
    """One clock whose deadline would move, before it is decided (rules 20 and 21)."""

    clock: Clock
    due_at: datetime
    new_due_at: datetime
    removes_breach: bool


def due_changes(
    clocks: Iterable[Clock],
    now: datetime,
    *,
    target: SlaTarget | None = None,
    calendar: BusinessCalendar | None = None,
) -> tuple[DueChange, ...]:
    """List the clocks whose deadline a new target or a corrected calendar would move."""
    changes = []
    for clock in clocks:
        moved = clock_with(clock, target=target, calendar=calendar)
        old, new = clock_due_at(clock), clock_due_at(moved)
        end = now if clock.stopped_at is None else clock.stopped_at
        if old != new:
            changes.append(DueChange(clock, old, new, old < end <= new))
    return tuple(changes)


def clock_with(clock: Clock, *, target: SlaTarget | None = None, calendar: BusinessCalendar | None = None) -> Clock:
    """Return a clock as it would be on other terms: limits move to the calendar too, and end with a new target."""
    kept = replace(clock, calendar=calendar or clock.calendar)
    if target is not None:
        return replace(kept, target=target, ceiling=None, merged=())
    ceiling = clock.ceiling and _bound_with(clock.ceiling, calendar)
    return replace(kept, ceiling=ceiling, merged=tuple(_bound_with(bound, calendar) for bound in clock.merged))


def _bound_with(bound: Bound, calendar: BusinessCalendar | None) -> Bound:
    return replace(bound, clock=clock_with(bound.clock, calendar=calendar))
