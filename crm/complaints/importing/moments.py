"""Dates and times of a log in any usual form; their order is decided from the whole column.

A date without a time stays a date: no time zone shifts it. A local time that does not exist moves to
the first instant after the gap, an ambiguous one means its first occurrence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

from crm.contacts.importing.dates import UnreadableDateError, ascii_digits, read_date
from crm.sla.rules.openings import instant, micros

DATE_ORDERS = ("DMY", "MDY", "YMD")
_NOTHING = {"", "-", "--", "n/a", "na", "none", "null", "nil", "nan", "nat", "unknown"}
_NUMBERS = re.compile(r"^(\d{1,4})[-./\s]\s*(\d{1,2})[-./\s]\s*(\d{1,4})\.?$")
_ZONE = r"(?:UTC|GMT)?[+-]\d{1,2}:?(?:\d\d)?|[A-Z]{3,4}|Z"
_CLOCK = r"\d{1,2}[:.h]\d{2}(?:[:.m]\d{2}(?:[.,]\d+)?)?s?\s*(?:[ap]\.?\s?m?\.?(?![a-z]))?"
_TIME = re.compile(
    r"(?:T|[\s,]+|\s+at\s+)(\d{1,2})[:.h](\d{2})(?:[:.m](\d{2})(?:[.,]\d+)?)?s?\s*(?:([ap])\.?\s?m?\.?(?![a-z]))?\s*"
    rf"({_ZONE})?$",
    re.IGNORECASE,
)
_REMARK = re.compile(r"\s*(?:\([^()]*\)|\[[^\[\]]*\])$")
_TIME_FIRST = re.compile(rf"^({_CLOCK})[\s,]+(\S.*)$", re.IGNORECASE)
_TIME_INSIDE = re.compile(rf"^(\D*\d{{1,2}})\s+(\d{{1,2}}:\d\d:\d\d)(?:\s+({_ZONE}))?\s+(\d{{4}})$", re.IGNORECASE)
_COMPACT = re.compile(r"^(\d{4})(\d\d)(\d\d)T?(\d\d)(\d\d)(\d\d)?(?:[.,]\d+)?(Z|[+-]\d\d:?\d\d)?$")
_COUNTED = re.compile(r"^(?:\d{10}|\d{13}|\d{5}(?:[.,]\d+)?)$")
_HAN = str.maketrans({"年": "-", "月": "-", "日": " ", "时": ":", "時": ":", "分": None, "秒": None})
# Abbreviations that mean one zone (RFC 5322 and the common ones of Europe); others mean the zone of the file.
_HOURS_AWAY = (
    "Z=0 UTC=0 GMT=0 EST=-5 EDT=-4 CST=-6 CDT=-5 MST=-7 MDT=-6 PST=-8 PDT=-7 WET=0 WEST=1 CET=1 CEST=2 EET=2 EEST=3"
)
_ABBREVIATED = {word: int(hours) for word, _, hours in (pair.partition("=") for pair in _HOURS_AWAY.split())}
_FIRST_DAY_OF_SHEETS = datetime.combine(date(1899, 12, 30), time(0))
_FIRST_YEAR, _LAST_YEAR = 1970, 2200


@dataclass(frozen=True, slots=True)
class Moment:
    """A day as it is written, and the instant in UTC where a time is written too."""

    day: date
    at: datetime | None = None
    is_midnight: bool = False

    def is_before(self, other: Moment) -> bool:
        """Tell whether it came before another; days alone are compared as days."""
        if self.at is None or other.at is None:
            return self.day < other.day
        return self.at < other.at

    def starts(self, zone: ZoneInfo) -> datetime:
        """Return its instant in UTC; the first second of the day in a zone for a date alone.

        Midnight itself is the end of the day before to a reader, and would show the wrong date.
        """
        return self.at or _local(datetime.combine(self.day, time(0, 0, 1)), zone)

    def ends(self, zone: ZoneInfo) -> datetime:
        """Return its instant in UTC; the end of the day in a zone for a date alone."""
        return self.at or _local(datetime.combine(self.day + timedelta(days=1), time(0)), zone)


def shown_order(values: Iterable[str]) -> str | None:
    """Return the order that a column shows by numbers above 12, the more frequent one; None where all is open.

    A year of four digits in front is read as such in every order, and says nothing about other dates.
    """
    votes = {"DMY": 0, "MDY": 0}
    for value in values:
        found = _NUMBERS.match(_split(value)[0])
        if found is None or len(found[1]) > 2:
            continue
        if int(found[1]) > 12 >= int(found[2]):
            votes["DMY"] += 1
        elif int(found[2]) > 12 >= int(found[1]):
            votes["MDY"] += 1
    best = max(votes, key=lambda order: votes[order])
    return best if votes[best] else None


def is_open_order(value: str) -> bool:
    """Tell whether a date could be read with the day or the month first."""
    found = _NUMBERS.match(_split(value)[0])
    if found is None or len(found[1]) > 2:
        return False
    return int(found[1]) != int(found[2]) and max(int(found[1]), int(found[2])) <= 12


def looks_like_date(value: str) -> bool:
    """Tell whether a value reads as a date in some order; a bare number could be anything."""
    if re.fullmatch(r"\d+(?:\.\d+)?", value) and len(value) != 8:
        return False
    for order in ("DMY", "MDY"):
        try:
            return read_moment(value, order, ZoneInfo("UTC")) is not None
        except UnreadableDateError:
            continue
    return False


@lru_cache(maxsize=50_000)
def read_moment(value: str, order: str, zone: ZoneInfo) -> Moment | None:
    """Read a date with or without a time, None for an empty cell; raise UnreadableDateError."""
    if _COUNTED.match(value):
        return _counted(value.replace(",", "."), zone)
    written, past_midnight, offset = _split(value)
    if written.casefold() in _NOTHING or not written.strip("0-/. "):
        return None
    day = _day(written, order)
    if past_midnight is None:
        return Moment(day)
    wall = datetime.combine(day, time(0)) + past_midnight
    return Moment(day, _local(wall, offset or zone), not past_midnight)


def _counted(number: str, zone: ZoneInfo) -> Moment:
    """Read seconds or milliseconds since 1970, or the days of a spreadsheet since 1899."""
    if "." in number or len(number) == 5:
        wall = _FIRST_DAY_OF_SHEETS + timedelta(seconds=round(float(number) * 86_400))
        return Moment(wall.date(), _local(wall, zone), wall.time() == time(0)) if "." in number else Moment(wall.date())
    at = datetime.fromtimestamp(int(number[:10]), UTC)
    return Moment(at.astimezone(zone).date(), at)


def _local(wall: datetime, zone: ZoneInfo | timezone) -> datetime:
    if isinstance(zone, ZoneInfo):
        return instant(micros(wall.replace(tzinfo=zone)))
    return wall.replace(tzinfo=zone).astimezone(UTC)


def _split(value: str) -> tuple[str, timedelta | None, timezone | None]:
    """Part the date, the time past midnight, and the distance to UTC where written; raise UnreadableDateError."""
    text = _usual(ascii_digits(value))
    found = _TIME.search(text)
    if found is None or not text[: found.start()].strip():
        return text.strip(), None, None
    hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
    if found[4]:
        if not 1 <= hour <= 12:
            raise UnreadableDateError(value)
        hour = hour % 12 + (12 if found[4].lower() == "p" else 0)
    past_midnight = timedelta(hours=hour, minutes=minute, seconds=second)
    if max(minute, second) > 59 or past_midnight > timedelta(days=1):  # 24:00 is the end of a day (ISO 8601-1)
        raise UnreadableDateError(value)
    return text[: found.start()].strip(" ,"), past_midnight, _offset(found[5])


def _usual(value: str) -> str:
    """Write the date before the time, parted by a space, whatever the order of a program is."""
    text = _REMARK.sub("", value.translate(_HAN)).strip()
    if compact := _COMPACT.match(text):
        year, month, day, hour, minute, second, zone = compact.groups()
        return f"{year}-{month}-{day} {hour}:{minute}:{second or '00'}{zone or ''}"
    if inside := _TIME_INSIDE.match(text):
        return f"{inside[1]} {inside[4]} {inside[2]} {inside[3] or ''}".strip()
    if first := _TIME_FIRST.match(text):
        return f"{first[2]} {first[1]}"
    return text


def _offset(written: str | None) -> timezone | None:
    """Return the distance to UTC; None where it is the file's own zone."""
    found = re.fullmatch(r"(?:UTC|GMT)?([+-])(\d{1,2}):?(\d\d)?", written or "", re.IGNORECASE)
    if found is None:
        hours = _ABBREVIATED.get((written or "").upper())
        return None if hours is None else timezone(timedelta(hours=hours))
    away = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    if away >= timedelta(hours=24):
        raise UnreadableDateError(written)
    return timezone(-away if found[1] == "-" else away)


def _day(written: str, order: str) -> date:
    if ":" in written:
        raise UnreadableDateError(written)  # a time that was not understood is not left out in silence
    found = _NUMBERS.match(written)
    text = _from_numbers((found[1], found[2], found[3]), order) if found else read_date(written, order)
    try:
        day = date.fromisoformat(text or "")
        if day.year < _FIRST_YEAR and not re.search(r"\d{4}", written):
            day = day.replace(year=day.year + 100)  # "5 Jan 31" is a birthday of 1931, but a deadline of 2031
    except ValueError:
        raise UnreadableDateError(written) from None
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise UnreadableDateError(written)
    return day


def _from_numbers(parts: Sequence[str], order: str) -> str:
    """Read three numbers strictly in one order; a year of four digits in front is always the year."""
    if len(parts[0]) > 2 or (order == "YMD" and len(parts[2]) <= 2):
        year, month, day = parts
    else:
        (month, day) = (parts[0], parts[1]) if order == "MDY" else (parts[1], parts[0])
        year = parts[2]
    if len(year) == 3 or len(day) > 2:
        raise UnreadableDateError("".join(parts))
    full = int(year) + (0 if len(year) == 4 else 2000 if int(year) < 70 else 1900)
    iso = f"{full:04d}-{int(month):02d}-{int(day):02d}"
    return read_date(iso, order) or "" if full < _FIRST_YEAR else iso  # which knows the years of Iran
