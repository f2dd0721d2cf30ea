"""The one place that reads the clock; everything below views and commands gets `now` passed in."""

from __future__ import annotations

from datetime import UTC, date, datetime

from crm.shared.zones import zone_named


def now() -> datetime:
    """Return the present instant in UTC."""
    return datetime.now(UTC)


def local_date(instant: datetime, time_zone: str) -> date:
    """Return the calendar date of an instant in an IANA time zone."""
    return instant.astimezone(zone_named(time_zone)).date()
