"""Explain a deadline: what counted, day by day, what did not and why (rule 30).

The explanation is structured data first; its text is written from that data, in the business's own
local time. It is worked out with the same functions as the deadline.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from .calendars import BusinessCalendar, Span
from .clocks import UNREACHABLE_AT, Clock, ClockKind, Pause, clock_due_at, clock_mode, deciding_clock
from .engine import PausePair, counted, counted_intervals, horizon, united
from .explain_text import ExplanationText
from .openings import MICROSECOND, instant, local_date, micros
from .targets import ZERO, CountingMode, SlaTarget, Translate, unchanged
from .wording import DayText, MomentText, english_day, english_moment


class IdleReason(StrEnum):
    """Why nothing counts on a date."""

    CLOSED = "closed"
    HOLIDAY = "holiday"
    PAUSED = "paused"
    OUTSIDE_HOURS = "outside_hours"


@dataclass(frozen=True)
class Segment:
    """Counted time without a break, of one business date; `total_time` runs up from the start."""

    on: date
    starts_at: datetime
    ends_at: datetime
    counted_time: timedelta
    total_time: timedelta


@dataclass(frozen=True)
class IdleDay:
    """A date between start and deadline on which nothing counts."""

    on: date
    reason: IdleReason
    name: str = ""


@dataclass(frozen=True)
class PauseShare:
    """A pause, and how much counted time it took out."""

    starts_at: datetime
    ends_at: datetime
    counted_time: timedelta


@dataclass(frozen=True)
class Explanation:
    """A deadline with everything that led to it; instants in UTC, dates local to the business.

    `floor_from` and `has_limit` are told only where they decide when it is due.
    """

    started_at: datetime
    due_at: datetime
    time_zone: str
    target: SlaTarget | None
    mode: CountingMode
    segments: tuple[Segment, ...]
    idle_days: tuple[IdleDay, ...]
    pauses: tuple[PauseShare, ...]
    floor_from: datetime | None = None
    has_limit: bool = False

    @property
    def is_unreachable(self) -> bool:
        """Tell whether it is never due."""
        return self.due_at == UNREACHABLE_AT

    @property
    def counted_time(self) -> timedelta:
        """Return all counted time from start to deadline."""
        return self.segments[-1].total_time if self.segments else ZERO

    def lines(
        self,
        translate: Translate = unchanged,
        *,
        day_text: DayText = english_day,
        moment_text: MomentText = english_moment,
    ) -> tuple[str, ...]:
        """Write the explanation, one line a step."""
        return ExplanationText(self, translate, day_text, moment_text).lines()

    def text(self, translate: Translate = unchanged) -> str:
        """Write the explanation as text that a person can follow."""
        return "\n".join(self.lines(translate))


def explain(
    start: datetime,
    target: SlaTarget,
    calendar: BusinessCalendar,
    pauses: Sequence[PausePair] = (),
    holiday_names: Mapping[date, str] | None = None,
) -> Explanation:
    """Explain when a target is due and why."""
    waits = tuple(Pause(begin, end) for begin, end in pauses)
    clock = Clock(ClockKind.RESOLUTION, start, calendar, target, pauses=waits)
    return explain_clock(clock, holiday_names)


def explain_clock(clock: Clock, holiday_names: Mapping[date, str] | None = None) -> Explanation:
    """Explain the deadline of a clock, its limits included; of a merged one by the strictest of its promises."""
    decides = deciding_clock(clock)
    if decides is not clock:
        told = explain_clock(decides, holiday_names)
        return replace(told, has_limit=told.has_limit or decides.ref != clock.ref)
    due = clock_due_at(clock)
    mode = clock_mode(clock, due)
    begin, pauses = micros(clock.started_at), united(clock.pause_pairs)
    end = horizon(clock.started_at) if due == UNREACHABLE_AT else micros(due)
    segments = _segments(mode, clock.calendar, (begin, end), pauses)
    return Explanation(
        started_at=instant(begin),
        due_at=due,
        time_zone=clock.calendar.time_zone,
        target=clock.target if clock.promised_due_at is None else None,
        mode=mode,
        segments=segments,
        idle_days=_idle_days(clock.calendar, (begin, end), segments, pauses, holiday_names or {}),
        pauses=_pause_shares(mode, clock.calendar, (begin, end), pauses),
        floor_from=clock.floor_from if due != clock_due_at(replace(clock, floor_from=None)) else None,
        has_limit=due != clock_due_at(replace(clock, ceiling=None)),
    )


def _segments(
    mode: CountingMode, calendar: BusinessCalendar, whole: Span, pauses: Sequence[Span]
) -> tuple[Segment, ...]:
    segments: list[Segment] = []
    total = ZERO
    for interval in counted_intervals(mode, calendar, *whole):
        on = local_date(interval[0], calendar.zone)
        for start, end in _without(_cut(interval, whole), pauses):
            total += (end - start) * MICROSECOND
            length = (end - start) * MICROSECOND
            segments.append(Segment(on, instant(start), instant(end), length, total))
    return tuple(segments)


def _cut(span: Span, limits: Span) -> Span:
    return max(span[0], limits[0]), min(span[1], limits[1])


def _without(span: Span, pauses: Sequence[Span]) -> list[Span]:
    """Return what is left of a span outside the pauses, which are in order."""
    left: list[Span] = []
    position = span[0]
    for start, end in pauses:
        left.append((position, min(start, span[1])))
        position = max(position, end)
    left.append((position, span[1]))
    return [(start, end) for start, end in left if start < end]


def _idle_days(
    calendar: BusinessCalendar,
    whole: Span,
    segments: Sequence[Segment],
    pauses: Sequence[Span],
    names: Mapping[date, str],
) -> tuple[IdleDay, ...]:
    busy = {segment.on for segment in segments}
    on, last = local_date(whole[0], calendar.zone), local_date(whole[1], calendar.zone)
    idle: list[IdleDay] = []
    while on <= last:
        if on not in busy:
            idle.append(_idle_day(calendar, on, pauses, names))
        on += timedelta(days=1)
    return tuple(idle[:-1] if idle and idle[-1].on == last else idle)


def _idle_day(calendar: BusinessCalendar, on: date, pauses: Sequence[Span], names: Mapping[date, str]) -> IdleDay:
    if not calendar.periods_on(on):
        reason = IdleReason.HOLIDAY if on in names else IdleReason.CLOSED
        return IdleDay(on, reason, names.get(on, ""))
    is_paused = any(_touches(pause, on, calendar.zone) for pause in pauses)
    return IdleDay(on, IdleReason.PAUSED if is_paused else IdleReason.OUTSIDE_HOURS)


def _touches(pause: Span, on: date, zone: ZoneInfo) -> bool:
    return local_date(pause[0], zone) <= on <= local_date(pause[1], zone)


def _pause_shares(
    mode: CountingMode, calendar: BusinessCalendar, whole: Span, pauses: Sequence[Span]
) -> tuple[PauseShare, ...]:
    cuts = [(pause, _cut(pause, whole)) for pause in pauses]
    return tuple(
        PauseShare(instant(pause[0]), instant(pause[1]), counted(mode, calendar, *cut) * MICROSECOND)
        for pause, cut in cuts
        if cut[0] < cut[1]
    )
