"""Birthdays and anniversaries as files write them, to YYYY-MM-DD or --MM-DD.

Day and month first is decided per file: by a date that can only be read one way, else by the
region. Jalali years (1200–1499) are turned into Gregorian dates. A year of two digits is of the
calendar that the other dates of the file are in, of the region's where there are none.
"""

import calendar
import re
import unicodedata
from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum
from functools import cache

import jdatetime
from babel import Locale

from crm.contacts.importing.text import is_nothing
from crm.shared import clock

NO_YEAR = 1604
MONTH_FIRST = {"US", "PH", "PR", "GU", "FM", "MH", "PW", "VI", "AS", "UM", "BZ"}
YEAR_FIRST = {"CN", "JP", "KR", "TW", "HU", "MN", "LT", "IR", "AF"}
UNPADDED_DAY_FIRST = {"AR", "GR", "HK", "SG", "TH", "CO", "AU", "NZ", "MY"}
JALALI_REGIONS = {"IR", "AF"}
LONGEST_DATE = 200  # with the day of the week, the time and its zone in words
LANGUAGES = (
    *("en", "de", "fr", "es", "pt", "it", "nl", "fil", "id", "ta", "te", "mr", "hi", "fa"),
    *("ar", "ur", "bn", "gu", "kn", "ml", "pa", "si"),
)

_ISO = re.compile(r"^(\d{4})[-./]?(\d{2})[-./]?(\d{2})(?:[T\s].*|Z|[+-]\d\d:?\d\d)?$")
_YEARLESS = re.compile(r"^--(\d{1,2})-?(\d{1,2})(?:T.*)?$")
_NUMBERS = re.compile(r"^(\d{1,4})\s*[-./\s]\s*(\d{1,2})(?:\s*[-./\s]\s*(\d{1,4}))?\.?$")
_TIME = re.compile(
    r"[T\s,]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:[ap]\.?m\.?)?\s*"
    r"(?:Z|UTC|[+-]\d\d:?\d\d)?$",
    re.IGNORECASE,
)
_TIME_INSIDE = re.compile(r"\b\d{1,2}:\d{2}(?::\d{2})?\s+(?:[A-Z]{2,5}(?:[+-]\d\d:?\d\d)?\s+)?(?=\d{4}$)")
_WORDS = re.compile(r"[^\W\d_](?:[\u0300-\u036f\u0900-\u0dff]|[^\W\d_])*+")
_SERIAL = re.compile(r"^([1-6]\d{4})(?:\.0+)?$")
_SERIAL_START = date(1899, 12, 30)  # day 0 of spreadsheets, which count a 29 February 1900 that never was
_FORM = re.compile(r"\b([dmy])\1*(?:[\W_]*([dmy])\2*)(?:[\W_]*([dmy])\3*)?\b", re.IGNORECASE)
_EMPTY = re.compile(r"^[0\s./\-:]*$")
_JALALI_YEAR = re.compile(r"(?<!\d)1[2-4]\d\d(?!\d)")
_GREGORIAN_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_SHORT_YEAR = re.compile(r"\d{1,2}")


class Calendar(StrEnum):
    """Which calendar years of two digits are in."""

    GREGORIAN = "gregorian"
    JALALI = "jalali"
    UNKNOWN = "unknown"  # the file has dates of both


class UnreadableDateError(ValueError):
    """This date cannot be read."""


def usual_date_order(region: str) -> str:
    """Return "MDY", "DMY" or "YMD" as people of the region write dates."""
    if region.upper() in MONTH_FIRST:
        return "MDY"
    return "YMD" if region.upper() in YEAR_FIRST else "DMY"


def shown_calendar(values: Iterable[str], region: str) -> Calendar:
    """Decide the calendar of years of two digits by the dates that write theirs out, else by the region."""
    written = [ascii_digits(value) for value in values]
    jalali = any(_JALALI_YEAR.search(text) or not _jalali_months().keys().isdisjoint(_said(text)) for text in written)
    gregorian = any(_GREGORIAN_YEAR.search(text) for text in written)
    if jalali and gregorian:
        return Calendar.UNKNOWN
    usual = region.upper() in JALALI_REGIONS
    return Calendar.JALALI if jalali or (usual and not gregorian) else Calendar.GREGORIAN


def stated_date_order(column: str) -> str | None:
    """Return the order a header states itself: "Date of birth (DD/MM/YYYY)"; None where it states none."""
    for found in _FORM.finditer(column):
        letters = "".join(letter for letter in found.groups() if letter).upper()
        if letters in {"DMY", "MDY", "YMD"}:
            return letters
        if letters in {"DM", "MD"}:
            return f"{letters}Y"
    return None


def shown_date_order(values: Iterable[str], region: str, *, unpadded_is_us: bool = False) -> str:
    """Decide the order from the values; `unpadded_is_us` where a program follows its system."""
    unpadded = padded = False
    for value in values:
        found = _NUMBERS.match(ascii_digits(value))
        if found is None or len(found[1]) > 2:
            continue
        first, second = int(found[1]), int(found[2])
        if first > 31:
            return "YMD"
        if first > 12 >= second > 0:
            return "DMY"
        if second > 12 >= first > 0:
            return "MDY"
        if not found[3]:
            continue
        padded = padded or (found[1].startswith("0") and first > 0)
        unpadded = unpadded or ("/" in value and len(found[1] + found[2]) == 2 and first > 0)
    if unpadded_is_us and unpadded and not padded and region.upper() not in UNPADDED_DAY_FIRST:
        return "MDY"
    return usual_date_order(region)


def ascii_digits(value: str) -> str:
    """Write native digits as ASCII, without marks of direction."""
    if value.isascii():
        return value.strip()
    return "".join(str(unicodedata.decimal(c, c)) for c in value if unicodedata.category(c) != "Cf").strip()


def read_date(value: str, order: str, calendar_of_short: Calendar = Calendar.GREGORIAN) -> str | None:
    """Read a date, None for an empty one such as 0/0/00; raise UnreadableDateError.

    `calendar_of_short` is the calendar of years of two digits.
    """
    if len(value) > LONGEST_DATE:
        raise UnreadableDateError(value[:LONGEST_DATE])
    text = _TIME_INSIDE.sub("", _TIME.sub("", ascii_digits(value).strip()))
    if _EMPTY.match(text) or is_nothing(text):
        return None
    yearless = _YEARLESS.match(text)
    if yearless:
        return _written(None, int(yearless[1]), int(yearless[2]))
    serial = _SERIAL.match(text)
    if serial:
        return (_SERIAL_START + timedelta(days=int(serial[1]))).isoformat()
    exact = _ISO.match(text)
    if exact:
        return _written(int(exact[1]), int(exact[2]), int(exact[3]))
    return _from_numbers(text, order, calendar_of_short) if _NUMBERS.match(text) else _from_words(text)


def is_to_come(read: str) -> bool:
    """Tell a day that lies in the future; tomorrow is today east of us."""
    return not read.startswith("--") and date.fromisoformat(read) > clock.now().date() + timedelta(days=1)


def is_month(value: str) -> bool:
    """Tell a month that stands alone, by its name."""
    return not re.search(r"\d", ascii_digits(value)) and [word in _months() for word in _said(value)] == [True]


def _from_numbers(text: str, order: str, short: Calendar) -> str:
    found = _NUMBERS.match(text)
    assert found is not None
    first, second, third = found[1], found[2], found[3]
    if len(first) == 4 and third:
        return _written(int(first), int(second), int(third))
    if len(first) > 2:
        raise UnreadableDateError(text)
    if not third:
        day, month = (second, first) if order != "DMY" else (first, second)
        if int(month) > 12 >= int(day):
            month, day = day, month
        return _written(None, int(month), int(day))
    if order == "YMD" and len(third) <= 2:
        return _written(_full_year(first, short), int(second), int(third))
    month, day = (first, second) if order == "MDY" else (second, first)
    if int(month) > 12 >= int(day):
        month, day = day, month
    return _written(_full_year(third, short), int(month), int(day))


def _from_words(text: str) -> str:
    """Read "7 March 1984", "Mar 7", "7 de marzo de 1984"."""
    said = _said(text)
    months = [month for word in said if (month := _months().get(word))]
    jalali = [month for word in said if (month := _jalali_months().get(word))]
    numbers = re.findall(r"\d+", text)
    if len(jalali) == 1 and not months and len(numbers) == 2:
        day, year = numbers if len(numbers[0]) < 3 and int(numbers[0]) <= 31 else numbers[::-1]
        return _from_jalali(_full_year(year, Calendar.JALALI), jalali[0], int(day))
    if len(months) != 1 or not 1 <= len(numbers) <= 2:
        raise UnreadableDateError(text)
    if len(numbers) == 1:
        return _written(None, months[0], int(numbers[0]))
    day, year = sorted(numbers, key=len) if len(set(map(len, numbers))) > 1 else numbers
    return _written(_full_year(year), months[0], int(day))


def _full_year(text: str, short: Calendar = Calendar.GREGORIAN) -> int:
    year, today = int(text), clock.now().date()
    if not _SHORT_YEAR.fullmatch(text):
        return year
    if short is Calendar.UNKNOWN:
        raise UnreadableDateError(text)
    if short is Calendar.JALALI:
        return year + (1400 if year <= jdatetime.date.fromgregorian(date=today).year % 100 else 1300)
    return year + (2000 if year <= today.year % 100 else 1900)


def _written(year: int | None, month: int, day: int) -> str:
    if year is not None and 1200 <= year < 1500:
        return _from_jalali(year, month, day)
    if not year or year == NO_YEAR:
        if 1 <= month <= 12 and 1 <= day <= calendar.monthrange(2000, month)[1]:
            return f"--{month:02d}-{day:02d}"
        raise UnreadableDateError(f"{month}-{day}")
    if not 1500 <= year <= 2200:
        raise UnreadableDateError(str(year))
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        raise UnreadableDateError(f"{year}-{month}-{day}") from None


def _from_jalali(year: int, month: int, day: int) -> str:
    try:
        return str(jdatetime.date(year, month, day).togregorian().isoformat())
    except ValueError:
        raise UnreadableDateError(f"{year}-{month}-{day}") from None


def _said(text: str) -> list[str]:
    return [_word(word) for word in _WORDS.findall(text)]


def _word(word: str) -> str:
    return unicodedata.normalize("NFKC", word).casefold()


@cache
def _jalali_months() -> dict[str, int]:
    """Return the names of the Persian months, as Iran and Afghanistan's neighbours write them."""
    return {_word(name): number for number, name in enumerate(jdatetime.date.j_months_fa, 1)}


@cache
def _months() -> dict[str, int]:
    """Return month names of the languages, long and short; ambiguous ones are left out."""
    found: dict[str, set[int]] = {"sept": {9}}
    for language in LANGUAGES:
        for width in ("wide", "abbreviated"):
            for number, name in Locale.parse(language).months["format"][width].items():
                for word in _WORDS.findall(str(name)):
                    found.setdefault(_word(word), set()).add(int(number))
    return {word: numbers.pop() for word, numbers in found.items() if len(numbers) == 1}
