"""What a backup is called, how long it is kept, and when the nightly one is due. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

from crm.shared.zones import zone_named

DAILY, WEEKLY, MONTHLY = 7, 5, 12
KEPT_OF_OTHERS = 5
NIGHT_HOUR = 2
ROOM_FACTOR = 2.5
_NAME = re.compile(r"^regulars-(\d{8}T\d{6})Z-([a-z-]+)\.zip$")


class Kind(StrEnum):
    """Why a backup was made."""

    NIGHTLY = "nightly"
    BY_HAND = "by-hand"
    BEFORE_UPGRADE = "before-upgrade"
    BEFORE_RESTORE = "before-restore"


@dataclass(frozen=True)
class Shelved:
    """A backup in the folder; `is_good` is what its restore test said, None before there was one."""

    name: str
    kind: Kind
    made_at: datetime
    is_good: bool | None = None


def file_name(kind: Kind, made_at: datetime) -> str:
    """Return the name of a backup's file: when it was made (UTC) and why."""
    return f"regulars-{made_at.astimezone(UTC):%Y%m%dT%H%M%S}Z-{kind}.zip"


def parse_name(name: str) -> Shelved | None:
    """Return what a file's name says, or None where it is no backup of ours."""
    found = _NAME.match(name)
    if found is None or found[2] not in set(Kind):
        return None
    try:
        made_at = datetime.strptime(found[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
    return Shelved(name, Kind(found[2]), made_at)


def night_of(now: datetime, time_zone: str) -> date | None:
    """Return the date whose nightly backup is due by now; None before the night hour of that day.

    Where the machine was off at night it is due as soon as the machine is on.
    """
    local = now.astimezone(zone_named(time_zone))
    return local.date() if local.hour >= NIGHT_HOUR else None


def last_good(backups: Iterable[Shelved]) -> Shelved | None:
    """Return the newest backup that was restored in a test; without one, the newest not known to be bad."""
    usable = [each for each in backups if each.is_good is not False]
    proved = [each for each in usable if each.is_good]
    return max(proved or usable, key=lambda each: each.made_at, default=None)


def to_remove(backups: Sequence[Shelved], time_zone: str) -> set[str]:
    """Return the names of backups that are kept no longer.

    Nightly ones: the newest of each of the last 7 days, 5 weeks and 12 months that have one. Of every other
    kind the newest five; of those that failed their test the newest one.
    """
    newest_first = sorted(backups, key=lambda each: each.made_at, reverse=True)
    good = [each for each in newest_first if each.is_good is not False]
    kept = {each.name for each in newest_first if each.is_good is False and each is _first_bad(newest_first)}
    for kind in Kind:
        own = [each for each in good if each.kind is kind]
        kept |= _nightly_kept(own, time_zone) if kind is Kind.NIGHTLY else {each.name for each in own[:KEPT_OF_OTHERS]}
    return {each.name for each in backups} - kept


def _first_bad(newest_first: Sequence[Shelved]) -> Shelved | None:
    return next((each for each in newest_first if each.is_good is False), None)


def _nightly_kept(newest_first: Sequence[Shelved], time_zone: str) -> set[str]:
    zone = zone_named(time_zone)
    periods: tuple[tuple[int, Callable[[date], object]], ...] = (
        (DAILY, lambda day: day),
        (WEEKLY, lambda day: day.isocalendar()[:2]),
        (MONTHLY, lambda day: (day.year, day.month)),
    )
    kept: set[str] = set()
    for count, period_of in periods:
        newest: dict[object, str] = {}
        for each in newest_first:
            newest.setdefault(period_of(each.made_at.astimezone(zone).date()), each.name)
        kept |= set(list(newest.values())[:count])
    return kept
