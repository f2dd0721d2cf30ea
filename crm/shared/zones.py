"""Time zones by their name; the names of a business come from its settings, and this machine may not know one."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from importlib.resources import files
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


@cache
def zones_in_use() -> dict[str, tuple[str, ...]]:
    """Return today's zones by name, each with the names it once had, from the IANA tables (zone.tab, tzdata.zi)."""
    tables = files("tzdata") / "zoneinfo"
    rows = (tables / "zone.tab").read_text("utf-8").splitlines()
    today = sorted(row.split("\t")[2] for row in rows if row and not row.startswith("#"))
    former: defaultdict[str, list[str]] = defaultdict(list)
    for row in (tables / "tzdata.zi").read_text("utf-8").splitlines():
        if row.startswith("L "):
            _link, name, old = row.split()
            former[name].append(old)
    return {name: tuple(old for old in former[name] if old not in today) for name in [*today, "UTC"]}
