"""Reads of the calendar and the targets: all versions, and those that hold at an instant."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from typing import Any

from flask import g, has_request_context
from sqlalchemy import Select, Text, bindparam, cast, func, select

from crm.accounts.queries import the_business
from crm.extensions import db
from crm.shared.database import read
from crm.shared.zones import is_known, zone_named
from crm.sla.models import CalendarVersion, PolicyVersion
from crm.sla.rules import BusinessCalendar, CountingMode, Periods, Policy, SlaTarget, Version, version_at
from crm.sla.rules.openings import EPOCH, instant, midnight

_WHOLE = (CalendarVersion,)
_TEXTS = (CalendarVersion.time_zone, cast(CalendarVersion.weekly, Text), cast(CalendarVersion.exceptions, Text))
DEFAULTS = Version(Policy(), EPOCH, label="default")


def calendar_at(at: datetime) -> BusinessCalendar | None:
    """Return the calendar that holds at an instant, before the first version the first; None without any."""
    found = read(_holding(_TEXTS), {"at": at}).first() or read(_first(_TEXTS)).first()
    return None if found is None else _calendar_in(*found)


def calendar_version_at(at: datetime) -> CalendarVersion | None:
    """Return the stored version that holds at an instant, before the first version the first; None without any."""
    return db.session.scalar(_holding(_WHOLE), {"at": at}) or db.session.scalar(_first(_WHOLE))


@cache
def _holding(wanted: tuple[Any, ...]) -> Select[Any]:
    newest_first = (CalendarVersion.valid_from.desc(), CalendarVersion.id.desc())
    return select(*wanted).where(CalendarVersion.valid_from <= bindparam("at")).order_by(*newest_first).limit(1)


@cache
def _first(wanted: tuple[Any, ...]) -> Select[Any]:
    return select(*wanted).order_by(CalendarVersion.valid_from, CalendarVersion.id).limit(1)


def stored_calendars() -> Sequence[CalendarVersion]:
    """Return every version of the opening hours in the order in which they hold; later saved ones win."""
    return db.session.scalars(select(CalendarVersion).order_by(CalendarVersion.valid_from, CalendarVersion.id)).all()


def effective_calendars() -> list[CalendarVersion]:
    """Return the versions in the order in which they hold, without those that another one replaced."""
    by_start = {version.valid_from: version for version in stored_calendars()}
    return list(by_start.values())


def stored_policies() -> Sequence[PolicyVersion]:
    """Return every version of the targets in the order in which they hold; later saved ones win."""
    return db.session.scalars(select(PolicyVersion).order_by(PolicyVersion.valid_from, PolicyVersion.id)).all()


def calendar_versions() -> tuple[Version[BusinessCalendar], ...]:
    """Return every calendar as the rules take versions, read once a request."""
    return _once_a_request("calendar_versions", _read_calendars)


def policy_versions() -> tuple[Version[Policy], ...]:
    """Return every policy as the rules take versions, the defaults first, read once a request."""
    return _once_a_request("policy_versions", _read_policies)


def forget_versions() -> None:
    """Read the versions again: one was added in this request."""
    if has_request_context():
        g.pop("calendar_versions", None)
        g.pop("policy_versions", None)


def _once_a_request(name: str, read: Any) -> Any:
    if not has_request_context():
        return read()
    if name not in g:
        setattr(g, name, read())
    return g.get(name)


def _read_calendars() -> tuple[Version[BusinessCalendar], ...]:
    stored = stored_calendars()
    if has_request_context():
        g.named_holidays = {str(each.id): holiday_names(each) for each in stored}
    return tuple(Version(calendar_of(each), each.valid_from, each.created_at, str(each.id)) for each in stored)


def named_holidays() -> dict[str, dict[date, str]]:
    """Return the names of holidays by the label of their calendar version, read with the versions."""
    calendar_versions()
    if has_request_context():
        found: dict[str, dict[date, str]] = g.named_holidays
        return found
    return {str(each.id): holiday_names(each) for each in stored_calendars()}


def _read_policies() -> tuple[Version[Policy], ...]:
    stored = (Version(policy_of(each), each.valid_from, each.created_at, str(each.id)) for each in stored_policies())
    return (DEFAULTS, *stored)


def policy_at(at: datetime) -> Policy:
    """Return the targets that hold at an instant; the defaults before the first version."""
    return version_at(policy_versions(), at).value


def terms_at(at: datetime) -> tuple[Version[Policy], Version[BusinessCalendar]] | None:
    """Return the targets and the calendar that hold at an instant; None without a calendar."""
    calendars = calendar_versions()
    return (version_at(policy_versions(), at), version_at(calendars, at)) if calendars else None


def newest_id(model: type[CalendarVersion | PolicyVersion]) -> int:
    """Return the number of the version saved last; 0 without any."""
    return db.session.scalar(select(func.max(model.id))) or 0


def start_of_day(on: date, *, end: bool = False) -> datetime:
    """Return the instant at which a date begins at the business, or ends."""
    zone = zone_named(the_business().time_zone)
    return instant(midnight(on + timedelta(days=1) if end else on, zone))


def calendar_of(version: CalendarVersion) -> BusinessCalendar:
    """Return a stored version as the calendar that the rules count with.

    A zone that this machine does not know any more is the one chosen instead in the settings; raise UnknownZone.
    """
    return _calendar_in(version.time_zone, json.dumps(version.weekly), json.dumps(version.exceptions))


def _calendar_in(time_zone: str, weekly: str, exceptions: str) -> BusinessCalendar:
    zone = time_zone if is_known(time_zone) else zone_named(the_business().time_zone).key
    return _calendar(zone, weekly, exceptions)


def policy_of(version: PolicyVersion) -> Policy:
    """Return a stored version as the targets that the rules count with; what it leaves out is the default."""
    default = DEFAULTS.value
    return Policy(
        response={**default.response, **_targets(version.responses)},
        resolution={**default.resolution, **_targets(version.resolutions)},
    )


def holiday_names(version: CalendarVersion) -> dict[date, str]:
    """Return the names of the dated exceptions that have one; for explanations."""
    return {date.fromisoformat(on): each["name"] for on, each in version.exceptions.items() if each.get("name")}


def corrected_days() -> dict[date, Periods | None]:
    """Return the past dates that were put right, with how they truly were open; None for open as usual."""
    entries: dict[str, dict[str, Any]] = {}
    for version in stored_calendars():
        entries |= {on: each for on, each in version.exceptions.items() if "at" in each}
    return {date.fromisoformat(on): _decided(each) for on, each in entries.items()}


def _decided(entry: Mapping[str, Any]) -> Periods | None:
    return None if entry["periods"] is None else _periods(entry["periods"])


@lru_cache(maxsize=32)
def _calendar(time_zone: str, weekly: str, exceptions: str) -> BusinessCalendar:
    """A date without periods of its own was decided to be open as usual."""
    days = {date.fromisoformat(on): each["periods"] for on, each in json.loads(exceptions).items()}
    return BusinessCalendar(
        time_zone,
        {int(day): _periods(periods) for day, periods in json.loads(weekly).items()},
        {on: _periods(periods) for on, periods in days.items() if periods is not None},
    )


def _periods(pairs: list[list[str]]) -> Periods:
    return tuple((time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in pairs)


def _targets(stored: Mapping[str, Mapping[str, Any]]) -> dict[str, SlaTarget]:
    return {name: _target(each) for name, each in stored.items()}


def _target(stored: Mapping[str, Any]) -> SlaTarget:
    length, minimum = stored.get("length", 0), stored.get("min_open_time", 0)
    return SlaTarget(CountingMode(stored["mode"]), timedelta(seconds=length), timedelta(seconds=minimum))
