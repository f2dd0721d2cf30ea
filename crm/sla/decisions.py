"""Decisions about dates and targets, and why one is refused. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time

from crm.shared.errors import Conflict, Refused
from crm.sla.opening_hours import Period
from crm.sla.rules import Periods


class NoOpeningAhead(Refused):
    """With this you would not be open once in the next 60 days, so nothing could ever be due."""


class DayOverlaps(Refused):
    """This day's hours run into those of the day before or after."""

    def __init__(self, on: date) -> None:
        """Remember the day, so that the page can name it."""
        super().__init__()
        self.on = on


class PastDay(Refused):
    """This day is over. Correcting the past is a step of its own."""


class DayStillAhead(Refused):
    """This day is not over; enter it among the days to come."""


class SettingsChanged(Conflict):
    """Somebody else changed this in the meantime. Compare, then save again."""


@dataclass(frozen=True)
class DayDecision:
    """What was decided about one date: its periods, none for closed, None for open as usual."""

    periods: list[Period] | None
    name: str = ""
    reason: str = ""

    @property
    def times(self) -> Periods | None:
        """Return the periods as the rules count with them; None for open as usual."""
        if self.periods is None:
            return None
        return tuple((time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in self.periods)
