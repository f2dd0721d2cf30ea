"""Alerts: when a person hears about a clock (rule 26).

Alerts reach people in opening hours only, the closing instant included; others wait for the
opening digest; where nothing opens any more they are sent at their own time. A warning that would only
arrive at or after the deadline is left out: the breach alert says it. What is never due alerts nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from .calendars import BusinessCalendar
from .clocks import UNREACHABLE_AT, Clock, ClockKind, ClockMoments, Pause, clock_moments, target_due
from .engine import PausePair, opening_around
from .openings import micros
from .targets import CountingMode, SlaTarget


class AlertLevel(StrEnum):
    """The three alerts of a clock, each sent once."""

    WARNING = "warning"
    LAST_SAFE_MOMENT = "last_safe_moment"
    BREACH = "breach"


@dataclass(frozen=True)
class Alert:
    """One alert: when it is true, when it is sent, whether it waits for the opening digest."""

    level: AlertLevel
    at: datetime
    send_at: datetime
    is_in_digest: bool


def alert_times(
    start: datetime,
    target: SlaTarget,
    calendar: BusinessCalendar,
    pauses: Sequence[PausePair] = (),
) -> tuple[Alert, ...]:
    """Return the alerts of a deadline in the order in which they are sent."""
    waits = tuple(Pause(begin, end) for begin, end in pauses)
    return clock_alerts(Clock(ClockKind.RESOLUTION, start, calendar, target, pauses=waits))


def clock_alerts(clock: Clock) -> tuple[Alert, ...]:
    """Return the alerts of a running clock; imported history and stopped clocks have none."""
    if clock.imported or not clock.is_running:
        return ()
    return alerts_at(clock_moments(clock), clock.calendar)


def alerts_at(moments: ClockMoments, calendar: BusinessCalendar) -> tuple[Alert, ...]:
    """Return the alerts that follow from the moments of a clock, in the order in which they are sent."""
    if moments.due_at == UNREACHABLE_AT:
        return ()
    warnings = [_alert(AlertLevel.WARNING, moments.warning_at, calendar)]
    if moments.safe_at is not None:
        warnings.append(_alert(AlertLevel.LAST_SAFE_MOMENT, moments.safe_at, calendar))
    in_time = [alert for alert in warnings if alert.send_at < moments.due_at]
    in_time.sort(key=lambda alert: alert.send_at)
    return (*in_time, _alert(AlertLevel.BREACH, moments.due_at, calendar))


def _alert(level: AlertLevel, at: datetime, calendar: BusinessCalendar) -> Alert:
    moment = micros(at)
    if opening_around(moment, calendar) or opening_around(moment - 1, calendar):
        return Alert(level, at, at, False)
    opens_at = target_due(at, SlaTarget(CountingMode.OPEN_HOURS), calendar)
    return Alert(level, at, at, False) if opens_at == UNREACHABLE_AT else Alert(level, at, opens_at, True)
