"""How backups and health read."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from crm.shared.backups.words import KIND_NAMES as KIND_NAMES  # for the pages
from crm.shared.formatting import format_duration, format_number
from crm.shared.translating import gettext
from crm.shared.translating import lazy_gettext as _
from crm.upkeep.rules import Level

ENGINE_NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
LEVEL_NAMES = {
    Level.WELL: _("well"),
    Level.NOT_YET: _("not yet"),
    Level.LOOK: _("look at it"),
    Level.BROKEN: _("broken"),
}
LEVEL_CLOCKS = {
    Level.WELL: ("met", "check"),
    Level.NOT_YET: ("running", "clock"),
    Level.LOOK: ("soon", "alert"),
    Level.BROKEN: ("breach", "alert"),
}


def ago(at: datetime, now: datetime) -> str:
    """Return how long ago something was, in its two largest units."""
    if now - at < timedelta(minutes=1):
        return gettext("just now")
    return gettext("%(length)s ago", length=format_duration(now - at))


def size_text(size: int) -> str:
    """Return a size as people read it."""
    for unit, step in (("GB", 1e9), ("MB", 1e6)):
        if size >= step:
            return f"{format_number(Decimal(f'{size / step:.1f}'))} {unit}"
    return f"{format_number(max(1, round(size / 1e3)))} kB"
