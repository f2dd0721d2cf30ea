"""Time zones by their name; the names of a business come from its settings, and this machine may not know one."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from crm.shared.errors import Refused


class UnknownZone(Refused):
    """This machine does not know the time zone of the business. Choose another one in the settings."""

    status = 409


def is_known(name: str) -> bool:
    """Tell whether this machine knows a time zone."""
    try:
        zone_named(name)
    except UnknownZone:
        return False
    return True


def zone_named(name: str) -> ZoneInfo:
    """Return a time zone by its IANA name; raise UnknownZone."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UnknownZone from error
