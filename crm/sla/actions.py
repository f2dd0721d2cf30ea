"""What changes the calendar and the targets; each change is a version that holds from an instant on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from crm.extensions import db
from crm.shared.events import record
from crm.sla.models import CalendarVersion


def change_opening_hours(
    time_zone: str, weekly: Mapping[str, list[list[str]]], *, valid_from: datetime, by_id: int | None, now: datetime
) -> CalendarVersion:
    """Add a version of the opening hours that holds from an instant on."""
    version = CalendarVersion(
        valid_from=valid_from,
        time_zone=time_zone,
        weekly=dict(weekly),
        exceptions={},
        created_at=now,
        created_by_id=by_id,
    )
    db.session.add(version)
    db.session.flush()
    record("calendar.changed", at=now, subject=version, actor_id=by_id)
    return version
