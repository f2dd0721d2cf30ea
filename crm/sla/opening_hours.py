"""Opening hours as people type them: "09:00-13:00, 14:00-18:00", empty for a closed day. Pure."""

from __future__ import annotations

import re
from itertools import pairwise

from crm.shared.errors import Refused

_PERIOD = re.compile(r"^(\d{1,2})[:.]?(\d{2})?\s*(?:-|–|—|to)\s*(\d{1,2})[:.]?(\d{2})?$")
_CLOSED = {"", "closed", "-", "–"}


class BadOpeningHours(Refused):
    """Write opening hours as 09:00-13:00, 14:00-18:00; leave a closed day empty."""


def parse_periods(text: str) -> list[list[str]]:
    """Return the periods of one day as ["09:00", "13:00"] pairs, in order; raise BadOpeningHours.

    A period that closes at or before it opens ends on the next day.
    """
    if text.strip().casefold() in _CLOSED:
        return []
    periods = sorted(_period(part.strip()) for part in re.split(r"[,;]", text) if part.strip())
    for before, after in pairwise(periods):
        if before[1] <= before[0] or before[1] > after[0]:
            raise BadOpeningHours
    return periods


def _period(text: str) -> list[str]:
    match = _PERIOD.match(text)
    if match is None:
        raise BadOpeningHours
    opens, closes = _moment(match[1], match[2]), _moment(match[3], match[4])
    return [opens, closes]


def _moment(hour: str, minute: str | None) -> str:
    hours, minutes = int(hour), int(minute or 0)
    if (hours, minutes) == (24, 0):
        hours = 0
    if hours > 23 or minutes > 59:
        raise BadOpeningHours
    return f"{hours:02}:{minutes:02}"


def format_periods(periods: list[list[str]]) -> str:
    """Return periods as they are typed."""
    return ", ".join(f"{opens}-{closes}" for opens, closes in periods)
