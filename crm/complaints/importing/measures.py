"""When a row of a log began, was due and was done: worked out once, for its clocks and figures (SLA.md, rule 29)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from crm.sla.rules.engine import is_within_reach

from .moments import Moment
from .settings import Settings


@dataclass(frozen=True, slots=True)
class Measures:
    """Instants in UTC, none before the start; `zone` is where the days of the row begin.

    `due` is missing where none is given, and where it is too far off to be a promise. It lies before the start
    only where the file says that it was missed before the complaint was written down.
    """

    zone: ZoneInfo
    start: datetime
    answered: datetime | None
    due: datetime | None
    done: datetime | None

    @property
    def is_late(self) -> bool:
        """Tell whether it was done after it was due; what was done at that instant was done in time."""
        return self.due is not None and self.done is not None and self.done > self.due


def measured(
    settings: Settings, created: Moment, *, answered: Moment | None, due: Moment | None, closed: Moment | None
) -> Measures:
    """Return the instants of a row: beside times days begin in the zone of the file, alone where the business is."""
    has_times = any(moment is not None and moment.at is not None for moment in (created, due, closed))
    zone = settings.zone if has_times else settings.home
    start = created.starts(zone)
    due_at, done_at = _due_at(due, start, zone), closed.starts(zone) if closed else None
    if due_at and done_at and closed and closed.at is None and closed.day == due_at.astimezone(zone).date():
        done_at = min(done_at, due_at)  # a day alone is in time on the day on which it is due
    answered_at = max(answered.starts(zone), start) if answered else None
    return Measures(zone, start, answered_at, *_not_before(start, due_at, done_at))


def _due_at(due: Moment | None, start: datetime, zone: ZoneInfo) -> datetime | None:
    due_at = due.ends(zone) if due else None
    return due_at if due_at and is_within_reach(start, due_at) else None


def _not_before(
    start: datetime, due: datetime | None, done: datetime | None
) -> tuple[datetime | None, datetime | None]:
    """Return when it was due and done, at once where that was before the start; what was late stays late."""
    due_later, done_later = max(due, start) if due else None, max(done, start) if done else None
    was_late = due is not None and done is not None and done > due
    is_late = due_later is not None and done_later is not None and done_later > due_later
    return (due if was_late and not is_late else due_later), done_later
