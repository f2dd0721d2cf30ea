"""How the business stands at an instant: open until when, or opening when, and when its day ends. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from crm.sla.rules import BusinessCalendar, UnreachableDeadlineError, next_opening
from crm.sla.rules.calendars import DAY, span_of
from crm.sla.rules.engine import opening_around
from crm.sla.rules.openings import EPOCH_ORDINAL, instant, local_micros, micros

_DAYS_LOOKED_AHEAD = 7


@dataclass(frozen=True)
class Opening:
    """Open until an instant, or closed and opening at one; both None: always open, or not opening any more."""

    is_open: bool
    closes_at: datetime | None = None
    opens_at: datetime | None = None
    day_ends_at: datetime | None = None


def opening_at(at: datetime, calendar: BusinessCalendar) -> Opening:
    """Return how the business stands at an instant; openings that touch are one."""
    day_ends_at = last_close_on(at.astimezone(calendar.zone).date(), calendar)
    around = opening_around(micros(at), calendar)
    if around is None:
        return Opening(False, opens_at=_next_opening(at, calendar), day_ends_at=day_ends_at)
    for _day in range(_DAYS_LOOKED_AHEAD):
        following = opening_around(around[1], calendar)
        if following is None:
            return Opening(True, closes_at=instant(around[1]), day_ends_at=day_ends_at)
        around = following
    return Opening(True, day_ends_at=day_ends_at)


def last_close_on(on: date, calendar: BusinessCalendar) -> datetime | None:
    """Return when a date's last opening period ends, which may be after midnight; None on a closed date."""
    periods = calendar.periods_on(on)
    if not periods:
        return None
    wall = (on.toordinal() - EPOCH_ORDINAL) * DAY + span_of(periods[-1])[1]
    return instant(local_micros(wall, calendar.zone))


def _next_opening(at: datetime, calendar: BusinessCalendar) -> datetime | None:
    try:
        return next_opening(at, calendar)
    except UnreachableDeadlineError:
        return None
