"""The time of day in a date of a log: parted from its date, in any usual form; nothing is left over in silence."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, timedelta, timezone, tzinfo
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale

from crm.contacts.importing.dates import LANGUAGES, LONGEST_DATE, UnreadableDateError, ascii_digits

DAY = timedelta(days=1)
_MORE_LANGUAGES = "ar bn el gu he ja kn ko ml pa pl ru tr ur vi zh"
_LANGUAGES = (*LANGUAGES, *_MORE_LANGUAGES.split())
NUMBERS = re.compile(r"^(\d{1,4})[-./\s]\s*(\d{1,2})[-./\s]\s*(\d{1,4})\.?$")
_CLOCK = (
    r"\d{1,2}\s?[:.h]\s?\d{2}(?:[:.m]\s?\d{2}(?:[.,:]\d+)?)?[ms]?(?![\d:])"  # 9:07, 21.07.38, 21h07, 21:07:38.123
    r"|\d{1,2}(?=\s?(?:[ap]\.?\s?m?\.?(?![a-z])|h(?![a-z\d])|uhr))"  # 9 PM, 21h
)
_BARE = r"\d\d-\d\d-\d\d|\d{4}(?:\d\d)?(?![\d:])"  # 21-07-38, 2107, 210738: only behind a date
_MARK = r"[ap]\.?\s?m?\.?(?![a-z])"
_UNIT = r"(?:uhr|hrs?|hours?|h)?\.?"
_ZONE = r"(?:UTC|GMT)?\s?[+-]\d{1,2}:?(?:\d\d)?|[A-Z]{3,4}|Z|[A-Z]+(?:/[A-Z_+-]+\d*)+"
_GAP = r"(?:(?<=\d)T|[\s,|-]+(?:(?:at|um|à|às|a las|klo|kl|om|alle|ore|ora)\.?\s+)?)"
_BEHIND = re.compile(
    rf"^(?P<date>.+?)(?P<gap>{_GAP})(?:(?P<before>{_MARK})\s*)?(?P<clock>{_CLOCK}|{_BARE})\s*(?P<mark>{_MARK})?\s*{_UNIT}"
    rf"\s*(?P<zone>{_ZONE})?$",
    re.IGNORECASE,
)
_IN_FRONT = re.compile(
    rf"^(?:(?P<before>{_MARK})\s*)?(?P<clock>{_CLOCK})\s*(?P<mark>{_MARK})?\s*{_UNIT}(?P<gap>{_GAP})(?P<date>(?![ap]m)\D*\d.*)$",
    re.IGNORECASE,
)
_ALONE = re.compile(
    rf"^(?:(?P<before>{_MARK})\s*)?(?P<clock>{_CLOCK}|{_BARE})\s*(?P<mark>{_MARK})?\s*{_UNIT}$", re.IGNORECASE
)
_INSIDE = re.compile(rf"^(\D*\d{{1,2}})\s+(\d{{1,2}}:\d\d:\d\d)(?:\s+({_ZONE}))?\s+(\d{{4}})$", re.IGNORECASE)
_COMPACT = re.compile(r"^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(?:[.,]\d+)?(Z|[+-]\d\d:?\d\d)?$")
_FIRST_DAY_OF_SHEETS = re.compile(r"^(?:1899-12-3[01]|1900-01-0[01])[T\s]+")
_UNDERSCORE = re.compile(r"_(?![A-Za-z_/]+$)")  # that of a zone such as America/New_York stays
_REMARK = re.compile(r"\s*(?:\([^()]*\)|\[[^\[\]]*\])$")
_UNITS = str.maketrans(
    {"年": "-", "月": "-", "日": " ", "时": "h", "時": "h", "点": "h", "點": "h", "分": "m", "秒": "s"}
    | {"년": "-", "월": "-", "일": " ", "시": "h", "분": "m", "초": "s"}
)
_WITH_YEAR = re.compile(r"\d{4}\W*$|^\d{1,2}[^\W\d_]+\d\d$|^\d{1,2}\W[^\W\d_]+\W\d\d$")
_TIME_LEFT = re.compile(r":|\d\s*(?:[ap]\.?\s?m\b|h(?:rs)?\b|uhr\b)", re.IGNORECASE)
# Abbreviations that mean one zone (RFC 5322 and the common ones of Europe); others mean the zone of the file.
_HOURS_AWAY = (
    "Z=0 UTC=0 GMT=0 EST=-5 EDT=-4 CST=-6 CDT=-5 MST=-7 MDT=-6 PST=-8 PDT=-7 WET=0 WEST=1 CET=1 CEST=2 EET=2 EEST=3"
)
_ABBREVIATED = {word: int(hours) for word, _, hours in (pair.partition("=") for pair in _HOURS_AWAY.split())}


@dataclass(frozen=True, slots=True)
class Parted:
    """A date as it is written, the time past midnight, and its own zone; what is not written is None."""

    date: str
    time: timedelta | None = None
    zone: tzinfo | None = None


@lru_cache(maxsize=50_000)
def part(value: str) -> Parted:
    """Part the date from its time and zone; raise UnreadableDateError for a time that is none."""
    text = _usual(value)
    if compact := _COMPACT.match(text):
        year, month, day, hour, minute, second, zone = compact.groups()
        return Parted(f"{year}-{month}-{day}", _past_midnight(f"{hour}:{minute}:{second or '00'}", ""), read_zone(zone))
    if inside := _INSIDE.match(text):
        return Parted(f"{inside[1]} {inside[4]}", _past_midnight(inside[2], ""), read_zone(inside[3]))
    found = None if _is_day(text) else _behind(text) or _IN_FRONT.match(text)
    if found is None:
        return Parted(text)
    time = _past_midnight(found["clock"], found["before"] or found["mark"] or "")
    return Parted(found["date"].strip(" ,|-"), time, read_zone(found.groupdict().get("zone")))


def _is_day(text: str) -> bool:
    """Tell whether a text is three numbers, or words with two: a year behind them is not a time."""
    if NUMBERS.match(text):
        return True
    has_words = not text[:8].isdigit() and any(character.isalpha() for character in text)
    return has_words and len(re.findall(r"\d+", text)) <= 2 and not has_time_left(text)


def has_time_left(date: str) -> bool:
    """Tell whether a date still holds what reads as a time: it was not understood."""
    return bool(_TIME_LEFT.search(date))


def read_time(value: str) -> timedelta:
    """Read a time of day alone, also as the part of a day of a spreadsheet; raise UnreadableDateError."""
    text = _FIRST_DAY_OF_SHEETS.sub("", _usual(value))
    if re.fullmatch(r"0?[.,]\d+", text):
        return timedelta(seconds=round(float(text.replace(",", ".")) * DAY.total_seconds()))
    found = _ALONE.match(text)
    if found is None:
        raise UnreadableDateError(value)
    return _past_midnight(found["clock"], found["before"] or found["mark"] or "")


def looks_like_time(value: str) -> bool:
    """Tell whether a value is a time of day and nothing else."""
    try:
        read_time(value)
    except UnreadableDateError:
        return False
    return True


def _behind(text: str) -> re.Match[str] | None:
    """Match a time behind its date, where it can be nothing else."""
    found = _BEHIND.match(text)
    if found is None:
        return None
    date, gap, clock = found["date"], found["gap"], found["clock"]
    # Tight behind other dashes a dash could be the sign of a distance to UTC.
    is_apart = gap.strip() != "-" or (gap == "-" and "-" not in date) or gap == " - "
    is_bare = len(clock) > 2 and not re.search("[:.h]", clock)
    may_be_year = is_bare and ("-" in clock or any(character.isalpha() for character in date))
    return found if is_apart and not (may_be_year and not _has_year(date, clock)) else None


def _has_year(date: str, clock: str) -> bool:
    """Tell whether a date has its year already; of two in front and behind nobody knows which it is."""
    is_in_front = re.match(r"\d{4}\W", date) and not ("1970" <= clock <= "2200" and len(clock) == 4)
    return bool(is_in_front or _WITH_YEAR.search(date))


def _past_midnight(clock: str, mark: str) -> timedelta:
    """Return the time past midnight; 24:00 is the end of a day (ISO 8601-1), 13:30 PM has its hour already."""
    numbers = re.findall(r"\d+", clock)
    if len(numbers[0]) > 2:
        numbers = re.findall(r"\d\d", clock)
    hour, minute, second = (*map(int, numbers[:3]), 0, 0)[:3]
    is_afternoon, is_marked = mark.lower().startswith("p"), bool(mark)
    if is_marked and (hour == 0 if is_afternoon else hour > 12):
        raise UnreadableDateError(clock)
    if is_marked and hour <= 12:
        hour = hour % 12 + (12 if is_afternoon else 0)
    time = timedelta(hours=hour, minutes=minute, seconds=second)
    if max(minute, second) > 59 or time > DAY:
        raise UnreadableDateError(clock)
    return time


def read_zone(written: str | None) -> tzinfo | None:
    """Return the zone that is written; None where it is the file's own. Raise UnreadableDateError."""
    if not written:
        return None
    found = re.fullmatch(r"(?:UTC|GMT)?\s?([+-])(\d{1,2}):?(\d\d)?", written, re.IGNORECASE)
    if found:
        away = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
        if away >= DAY:
            raise UnreadableDateError(written)
        return timezone(-away if found[1] == "-" else away)
    if "/" in written:
        return _named_zone(written)
    hours = _ABBREVIATED.get(written.upper())
    if hours is None and not written.isupper():
        raise UnreadableDateError(written)  # a word, not an abbreviation
    return None if hours is None else timezone(timedelta(hours=hours)) if hours else UTC


def _named_zone(written: str) -> ZoneInfo:
    try:
        return ZoneInfo(written)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UnreadableDateError(written) from None


def _usual(value: str) -> str:
    """Write digits, units, weekdays and halves of the day as English does, without a remark at the end.

    Raise UnreadableDateError for what is too long to be a date.
    """
    if len(value) > LONGEST_DATE:
        raise UnreadableDateError(value[:LONGEST_DATE])
    text = _UNDERSCORE.sub(" ", value).strip()
    if not text.isascii():
        text = ascii_digits(unicodedata.normalize("NFKC", text)).translate(_UNITS)
        for word, meaning in _halves_of_day():
            text = text.replace(word, meaning)
    text = _REMARK.sub("", text).strip()
    first, _, rest = text.partition(" ")
    is_behind_word = first[:1].isalpha() and rest[:1].isdigit()
    return rest.strip() if is_behind_word and is_weekday(first) else text


@cache
def _halves_of_day() -> list[tuple[str, str]]:
    """Return the words of the languages for the two halves of the day, the longest first."""
    found: dict[str, str] = {"午前": " am ", "午後": " pm ", "上午": " am ", "下午": " pm "}
    for language in _LANGUAGES:
        periods = Locale.parse(language).day_periods["format"]
        for width in ("wide", "abbreviated"):
            for half in ("am", "pm"):
                word = ascii_digits(unicodedata.normalize("NFKC", periods.get(width, {}).get(half, "")))
                if not word.isascii():
                    found |= {each: f" {half} " for each in (word, word.rstrip("."))}
    return sorted(found.items(), key=lambda pair: -len(pair[0]))


@cache
def _weekdays() -> frozenset[str]:
    """Return the names of weekdays of the languages, long and short."""
    days = [Locale.parse(language).days["format"] for language in _LANGUAGES]
    names = [name for each in days for width in ("wide", "abbreviated") for name in each[width].values()]
    return frozenset(unicodedata.normalize("NFKC", name).strip(".").casefold() for name in names)


def is_weekday(word: str) -> bool:
    """Tell whether a word is the name of a weekday."""
    return word.strip(".,").casefold() in _weekdays()
