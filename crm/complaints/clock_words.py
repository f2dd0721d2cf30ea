"""How clocks read: when one is due, how it stands, and why; each number from the one set of clock rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from crm.complaints.models import ComplaintEvent
from crm.complaints.rules import EventKind
from crm.complaints.words import SEVERITY_NAMES, channel_name
from crm.shared.formatting import (
    format_duration,
    format_instant,
    format_running,
    format_time,
    format_weekday,
    local,
    locale,
)
from crm.shared.native import native, written_date
from crm.shared.translating import gettext
from crm.sla.rules import (
    UNREACHABLE_AT,
    Clock,
    ClockKind,
    ClockState,
    clock_due_at,
    clock_moments,
    clock_state,
    deciding_clock,
    explain_clock,
)
from crm.sla.words import CLOCK_NAMES, target_words

NEAR = timedelta(days=6)
CLOCK_STYLES = {
    ClockState.RUNNING: ("", "clock"),
    ClockState.DUE_SOON: ("clock--soon", "clock"),
    ClockState.BREACHED: ("clock--breach", "alert"),
    ClockState.PAUSED: ("", "clock"),
    ClockState.MET: ("clock--met", "check"),
    ClockState.MET_LATE: ("clock--breach", "check"),
    ClockState.EXCUSED: ("", "check"),
    ClockState.CANCELLED: ("", "note"),
    ClockState.MERGED: ("", "note"),
}


@dataclass(frozen=True)
class Pill:
    """How a clock stands: its state, look, icon and words; `ticks` where the browser keeps it going."""

    state: str
    style: str
    icon: str
    text: str
    due_at: datetime | None = None
    soon_at: datetime | None = None

    @property
    def ticks(self) -> bool:
        """Tell whether its words change by themselves."""
        return self.due_at is not None


@dataclass(frozen=True)
class ClockView:
    """One promise as its row reads; `explain` writes the lines only where they are asked for."""

    kind: str
    event_id: int
    title: str
    detail: str
    when: str
    due_at: datetime | None
    pill: Pill
    cycle: int
    explain: Callable[[], tuple[str, ...]]


def due_text(at: datetime, now: datetime) -> str:
    """Return when something is due as people say it: 16:30 today, Wed 17:00, Sun 24:00, 12 June 16:30.

    A day of another year has its year; what is never due says so.
    """
    if at == UNREACHABLE_AT:
        return gettext("unreachable")
    there, today = local(at), local(now).date()
    clock, day = format_time(at), there.date()
    if there.hour == there.minute == 0:
        clock, day = native("24:00", locale()), day - timedelta(days=1)
    if day == today:
        return gettext("%(time)s today", time=clock)
    if abs(day - today) < NEAR:
        return f"{written_date(day, 'EEE', locale())} {clock}"
    return f"{written_date(day, 'MMMd' if day.year == today.year else 'yMMMd', locale())} {clock}"


def running_pill(due_at: datetime, soon_at: datetime | None, now: datetime) -> Pill:
    """Return the pill of a clock that runs; nothing ticks down to what is never due."""
    if due_at == UNREACHABLE_AT:
        return Pill(ClockState.RUNNING, *CLOCK_STYLES[ClockState.RUNNING], due_text(due_at, now))
    left = due_at - now
    if left < timedelta(0):
        state = ClockState.BREACHED
    else:
        state = ClockState.DUE_SOON if soon_at is not None and now >= soon_at else ClockState.RUNNING
        left += timedelta(seconds=59)  # a minute that has begun is still there
    text = format_running(left)
    style, icon = CLOCK_STYLES[state]
    return Pill(state, style, icon, text, due_at, soon_at)


def clock_pill(clock: Clock, now: datetime) -> Pill:
    """Return how a clock stands at an instant."""
    state = clock_state(clock, now)
    if clock.is_running and state in (ClockState.RUNNING, ClockState.DUE_SOON, ClockState.BREACHED):
        moments = clock_moments(clock)
        return running_pill(moments.due_at, moments.due_soon_at, now)
    style, icon = CLOCK_STYLES[state]
    return Pill(state, style, icon, _state_text(clock, state, now))


def _state_text(clock: Clock, state: ClockState, now: datetime) -> str:
    if state is ClockState.PAUSED:
        return gettext("waits until %(when)s", when=due_text(clock.pauses[-1].ends_at, now))
    if state in (ClockState.MET_LATE, ClockState.BREACHED):
        late = (clock.stopped_at or now) - clock_due_at(clock)
        return gettext("late by %(length)s", length=format_duration(late))
    return {
        ClockState.MET: gettext("kept"),
        ClockState.EXCUSED: gettext("excused"),
        ClockState.CANCELLED: gettext("ended"),
        ClockState.MERGED: gettext("merged"),
    }.get(state, "")


def clock_view(
    clock: Clock, events: Mapping[int, ComplaintEvent], severity: str, holidays: Mapping[date, str], now: datetime
) -> ClockView:
    """Return how a clock of a complaint reads at an instant."""
    due, event = clock_due_at(clock), events.get(int(clock.ref))
    return ClockView(
        kind=clock.kind,
        event_id=int(clock.ref),
        title=_title(clock, event),
        detail=_detail(clock, event, severity, now),
        when=due_text(due, now),
        due_at=due if due != UNREACHABLE_AT else None,
        pill=clock_pill(clock, now),
        cycle=clock.cycle,
        explain=partial(explanation_lines, clock, holidays),
    )


def explanation_lines(clock: Clock, holidays: Mapping[date, str]) -> tuple[str, ...]:
    """Write why a clock is due when it is, in the reader's language and on the business's clock."""
    lines = explain_clock(clock, holidays).lines(gettext, day_text=format_weekday, moment_text=format_instant)
    return tuple(native(line, locale()) for line in lines)


def _title(clock: Clock, event: ComplaintEvent | None) -> str:
    text = event.text if event is not None and event.kind == EventKind.PROMISED else ""
    return text.splitlines()[0][:80] if text else str(CLOCK_NAMES[clock.kind])


def _detail(clock: Clock, event: ComplaintEvent | None, severity: str, now: datetime) -> str:
    if clock.stopped_at is not None:
        return _stop_text(clock, now)
    if clock.kind is ClockKind.PROMISE:
        name = event.actor.name if event is not None and event.actor is not None else gettext("somebody")
        return gettext("%(name)s promised it %(when)s", name=name, when=due_text(clock.started_at, now))
    decides = deciding_clock(clock)
    target = target_words(decides.target)
    subject = SEVERITY_NAMES.get(severity, severity) if clock.kind is ClockKind.RESOLUTION else ""  # type: ignore[call-overload]
    return f"{subject or channel_name(decides.channel)}: {target}"


def _stop_text(clock: Clock, now: datetime) -> str:
    stopped = due_text(clock.stopped_at, now) if clock.stopped_at else ""
    return gettext("started %(start)s, ended %(stop)s", start=due_text(clock.started_at, now), stop=stopped)
