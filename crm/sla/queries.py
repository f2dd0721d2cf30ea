"""Reads of the business calendar: the version that holds at an instant."""

from __future__ import annotations

import json
from datetime import date, datetime, time
from functools import lru_cache

from sqlalchemy import select

from crm.extensions import db
from crm.sla.models import CalendarVersion
from crm.sla.rules import BusinessCalendar, Periods


def calendar_at(at: datetime) -> BusinessCalendar | None:
    """Return the calendar that holds at an instant, before the first version the first; None without any."""
    newest_first = (CalendarVersion.valid_from.desc(), CalendarVersion.id.desc())
    holding = select(CalendarVersion).where(CalendarVersion.valid_from <= at).order_by(*newest_first).limit(1)
    first = select(CalendarVersion).order_by(CalendarVersion.valid_from, CalendarVersion.id).limit(1)
    version = db.session.scalar(holding) or db.session.scalar(first)
    return None if version is None else calendar_of(version)


def calendar_of(version: CalendarVersion) -> BusinessCalendar:
    """Return a stored version as the calendar that the rules count with."""
    return _calendar(version.time_zone, json.dumps(version.weekly), json.dumps(version.exceptions))


@lru_cache(maxsize=32)
def _calendar(time_zone: str, weekly: str, exceptions: str) -> BusinessCalendar:
    return BusinessCalendar(
        time_zone,
        {int(day): _periods(periods) for day, periods in json.loads(weekly).items()},
        {date.fromisoformat(on): _periods(each["periods"]) for on, each in json.loads(exceptions).items()},
    )


def _periods(pairs: list[list[str]]) -> Periods:
    return tuple((time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in pairs)
