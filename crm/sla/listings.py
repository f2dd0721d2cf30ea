"""What the settings pages list: versions of the hours, dated exceptions, the days to come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from crm.sla import queries
from crm.sla.models import CalendarVersion, PolicyVersion
from crm.sla.opening_hours import Period

PREVIEWED_DAYS = 60
LISTED_PAST_DAYS = 90


@dataclass(frozen=True)
class ListedVersion:
    """A version of the weekly hours: since or from when, and whether it is the one that holds now."""

    version: CalendarVersion
    is_present: bool
    is_ahead: bool


@dataclass(frozen=True)
class ListedDay:
    """A date with its hours; `entry` is what was decided about it, `is_extra` an opening on a usually closed day."""

    on: date
    periods: Sequence[Sequence[str]]
    entry: dict[str, Any] | None = None
    is_extra: bool = False


def versions_of_hours(now: datetime) -> list[ListedVersion]:
    """Return the versions whose weekly hours differ from the one before, those to come first."""
    listed: list[CalendarVersion] = []
    for version in queries.effective_calendars():
        if not listed or (listed[-1].weekly, listed[-1].time_zone) != (version.weekly, version.time_zone):
            listed.append(version)
    past = [version for version in listed if version.valid_from <= now]
    present = past[-1] if past else listed[0] if listed else None
    return [ListedVersion(each, each is present, each.valid_from > now) for each in reversed(listed)]


def exceptions_listed(now: datetime, today: date) -> tuple[list[ListedDay], list[ListedDay]]:
    """Return the decided dates to come, soonest first, and those of the last 90 days, latest first."""
    version = queries.calendar_version_at(now)
    if version is None:
        return [], []
    days = [_listed(version, date.fromisoformat(on)) for on in sorted(version.exceptions)]
    earliest = today - timedelta(days=LISTED_PAST_DAYS)
    past = [each for each in days if earliest <= each.on < today]
    return [each for each in days if each.on >= today], past[::-1]


def days_ahead(today: date) -> list[ListedDay]:
    """Return the next 60 days with the hours of the version that holds on each."""
    versions = queries.effective_calendars()
    return [_listed(version, on) for on in _dates(today) if (version := _holding(versions, on)) is not None]


def targets_to_come(now: datetime) -> list[PolicyVersion]:
    """Return the versions of the targets that hold from a later day on."""
    return [version for version in queries.stored_policies() if version.valid_from > now]


def _dates(today: date) -> list[date]:
    return [today + timedelta(days=number) for number in range(PREVIEWED_DAYS)]


def _holding(versions: Sequence[CalendarVersion], on: date) -> CalendarVersion | None:
    """Return the version that holds when a date ends, so that a change of the same day is seen."""
    end = queries.start_of_day(on, end=True)
    past = [version for version in versions if version.valid_from < end]
    return past[-1] if past else next(iter(versions), None)


def _listed(version: CalendarVersion, on: date) -> ListedDay:
    entry = version.exceptions.get(on.isoformat())
    usual: list[Period] = version.weekly.get(str(on.weekday()), [])
    periods = usual if entry is None or entry["periods"] is None else entry["periods"]
    return ListedDay(on, periods, entry, is_extra=bool(periods) and not usual)
