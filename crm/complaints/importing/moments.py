"""Dates and times of a log in any usual form; their order is decided from the whole column.

A date without a time stays a date: no time zone shifts it. A local time that does not exist moves to
the first instant after the gap, an ambiguous one means its first occurrence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from crm.contacts.importing.dates import UnreadableDateError, read_date
from crm.sla.rules.openings import instant, micros

from .day_times import NUMBERS, has_time_left, is_weekday, part

DATE_ORDERS = ("DMY", "MDY", "YMD")
_NOTHING = {"", "n", "na", "none", "null", "nil", "nan", "nat", "blank", "empty", "unknown"}
_COUNTED = re.compile(
    r"^(?:\d{10}(?:\.\d+)?|\d{13}(?:\.0+)?|\d{5}(?:[.,]\d+)?|\d\.\d{9,12}E\+?(?:0?9|12))$", re.IGNORECASE
)
_WRAPPED = re.compile(r"^/?Date\((\d+)(?:[+-]\d{4})?\)/?$")
_FIRST_DAY_OF_SHEETS = datetime.combine(date(1899, 12, 30), time(0))
_FIRST_YEAR, _LAST_YEAR = 1970, 2200
# Programs write these where there is no date.
_NO_DAYS = {date(1899, 12, 30), date(1899, 12, 31), date(1900, 1, 1), date(9999, 12, 31)}
_MOST_YEARS_FIRST = 3


@dataclass(frozen=True, slots=True)
class Moment:
    """A day as it is written, and the instant in UTC where a time is written too."""

    day: date
    at: datetime | None = None
    is_midnight: bool = False

    def is_before(self, other: Moment, zone: ZoneInfo) -> bool:
        """Tell whether it came before another, with days alone as long as they last in a zone."""
        return self.ends(zone) < other.starts(zone)

    def starts(self, zone: ZoneInfo) -> datetime:
        """Return its instant in UTC; the first second of the day in a zone for a date alone.

        Midnight itself is the end of the day before to a reader, and would show the wrong date.
        """
        return self.at or local(datetime.combine(self.day, time(0, 0, 1)), zone)

    def ends(self, zone: ZoneInfo) -> datetime:
        """Return its instant in UTC; the last second of the day in a zone for a date alone."""
        return self.at or local(datetime.combine(self.day, time(23, 59, 59)), zone)

    def at_time(self, past_midnight: timedelta, zone: tzinfo) -> Moment:
        """Return the moment of its day at a time that is written elsewhere."""
        wall = datetime.combine(self.day, time(0)) + past_midnight
        return Moment(self.day, local(wall, zone), not past_midnight)


def shown_order(values: Iterable[str]) -> str | None:
    """Return the order that a column shows by numbers above 12, the more frequent one; None where all is open.

    A year of four digits in front is read as such in every order, and says nothing about other dates.
    """
    votes = {"YMD": 0, "DMY": 0, "MDY": 0}
    short: list[tuple[str, str]] = []
    for value in values:
        found = NUMBERS.match(part(value).date)
        if found is None or len(found[1]) > 2:
            continue
        first, second = int(found[1]), int(found[2])
        if first > 31:
            votes["YMD"] += 1
        elif first > 12 >= second:
            votes["DMY"] += 1
            short += [(found[1], found[3])] if len(found[3]) == 2 else []
        elif second > 12 >= first:
            votes["MDY"] += 1
    best = max(votes, key=lambda order: votes[order])
    if best == "DMY" and len(short) == votes["DMY"] and _are_years_in_front(short):
        return "YMD"
    return best if votes[best] else None


def _are_years_in_front(ends: Sequence[tuple[str, str]]) -> bool:
    """Tell whether of numbers in front and behind those in front are the years: few, and days are many."""
    years, days = ({int(number) for number in numbers} for numbers in zip(*ends, strict=True))
    return max(years) - min(years) < _MOST_YEARS_FIRST <= len(days) and len(years) < len(days) and max(days) <= 31


def is_open_order(value: str) -> bool:
    """Tell whether a date could be read with the day or the month first."""
    found = NUMBERS.match(part(value).date)
    if found is None or len(found[1]) > 2:
        return False
    return int(found[1]) != int(found[2]) and max(int(found[1]), int(found[2])) <= 12


def looks_like_date(value: str) -> bool:
    """Tell whether a value reads as a date in some order; a bare number could be anything."""
    return not (re.fullmatch(r"\d+(?:\.\d+)?", value) and len(value) != 8) and reads_as_date(value)


def reads_as_date(value: str) -> bool:
    """Tell whether a value reads as a date in some order, also as a number that is counted."""
    for order in ("DMY", "MDY"):
        try:
            return read_moment(value, order, ZoneInfo("UTC")) is not None
        except UnreadableDateError:
            continue
    return False


def is_counted(value: str) -> bool:
    """Tell whether a value is a number of days or seconds."""
    return bool(_COUNTED.match(value))


def is_nothing(value: str) -> bool:
    """Tell whether a value only says that nothing is known: N/A, ?, —, 0000-00-00."""
    letters = "".join(character for character in value if character.isalnum())
    return letters.casefold() in _NOTHING or not letters.strip("0")


@lru_cache(maxsize=50_000)
def read_moment(value: str, order: str, zone: tzinfo) -> Moment | None:
    """Read a date with or without a time, None where none is meant; raise UnreadableDateError."""
    if wrapped := _WRAPPED.match(value):
        value = wrapped[1]
    if _COUNTED.match(value):
        return _counted(value.replace(",", "."), zone)
    if is_nothing(value):
        return None
    parted = part(value)
    day = _day(parted.date, order)
    if day in _NO_DAYS:
        return None
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise UnreadableDateError(value)
    if parted.time is None:
        return Moment(day)
    at = local(datetime.combine(day, time(0)) + parted.time, parted.zone or zone)
    return Moment(day, at, not _past_midnight(at, zone))


def _counted(number: str, zone: tzinfo) -> Moment:
    """Read seconds or milliseconds since 1970, or the days of a spreadsheet since 1899."""
    if re.match(r"\d{5}(?!\d)", number):
        wall = _FIRST_DAY_OF_SHEETS + timedelta(seconds=round(float(number) * 86_400))
        return Moment(wall.date(), local(wall, zone), wall.time() == time(0)) if "." in number else Moment(wall.date())
    seconds = int(Decimal(number))
    at = datetime.fromtimestamp(seconds // 1000 if seconds >= 10**12 else seconds, UTC)
    return Moment(at.astimezone(zone).date(), at, not _past_midnight(at, zone))


def _past_midnight(at: datetime, zone: tzinfo) -> timedelta:
    wall = at.astimezone(zone)
    return timedelta(hours=wall.hour, minutes=wall.minute, seconds=wall.second)


def local(wall: datetime, zone: tzinfo) -> datetime:
    """Return the instant in UTC of a wall time in a zone."""
    if isinstance(zone, ZoneInfo):
        return instant(micros(wall.replace(tzinfo=zone)))
    return wall.replace(tzinfo=zone).astimezone(UTC)


def _day(written: str, order: str) -> date:
    """Read a day, whatever its year; raise UnreadableDateError where anything is left over."""
    found = NUMBERS.match(written)
    if found is None and not _is_day_in_words(written):
        raise UnreadableDateError(written)
    text = _from_numbers((found[1], found[2], found[3]), order) if found else read_date(written, order)
    try:
        day = date.fromisoformat(text or "")
        if day.year < _FIRST_YEAR and not re.search(r"\d{4}", written):
            day = day.replace(year=day.year + 100)  # "5 Jan 31" is a birthday of 1931, but a deadline of 2031
    except ValueError:
        raise UnreadableDateError(written) from None
    return day


def _is_day_in_words(written: str) -> bool:
    """Tell whether eight digits, or words with at most one that could be a month."""
    if written.isdigit() or has_time_left(written) or re.match(r"\d{4,}[-./\d]\d", written):
        return len(written) == 8 and written.isdigit()
    words = [word for word in re.split(r"[\s\d.,/_-]+", written) if len(word) > 3]
    return sum(not is_weekday(word) for word in words) <= 1


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
