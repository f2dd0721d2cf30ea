"""Which waiting rows a worker may take now, also after the clock was set.

A clock that was ahead for a while leaves times behind that would hold work back for as long: a lease longer than
any lease, a next try later than any wait. Nobody else can have written such times, so they count for nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_

# Clocks of two machines on one database may differ by less than this.
CLOCKS_APART = timedelta(minutes=5)


def may_be_taken(row: type[Any], now: datetime, *, lease: timedelta, longest_wait: timedelta) -> ColumnElement[bool]:
    """Return the condition for jobs or messages that are due at an instant and that no worker holds."""
    too_late = or_(
        and_(row.attempts == 0, row.created_at > now + CLOCKS_APART),
        and_(row.attempts > 0, row.due_at > now + longest_wait + CLOCKS_APART),
    )
    is_free = or_(row.leased_until.is_(None), row.leased_until < now, row.leased_until > now + lease + CLOCKS_APART)
    return and_(or_(row.due_at <= now, too_late), is_free)
