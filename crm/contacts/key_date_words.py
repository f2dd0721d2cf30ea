"""How key dates are typed and read aloud: native digits everywhere, Jalali dates for readers of Persian."""

from __future__ import annotations

import re
from datetime import date
from functools import cache

import jdatetime

from crm.contacts.importing.dates import Calendar, UnreadableDateError, ascii_digits, read_date
from crm.contacts.key_date_rules import KeyDateKind, LeapDayRule, Original, next_occurrence
from crm.shared.formatting import format_year_day, locale
from crm.shared.native import JALALI_LANGUAGES, JALALI_MONTHS, jalali
from crm.shared.translating import gettext, ngettext
from crm.shared.translating import lazy_gettext as _

KIND_NAMES = {
    KeyDateKind.BIRTHDAY: _("Birthday"),
    KeyDateKind.ANNIVERSARY: _("Anniversary"),
    KeyDateKind.FIRST_VISIT: _("First visit"),
    KeyDateKind.RENEWAL: _("Renewal"),
    KeyDateKind.OTHER: _("Other"),
}
_A_LEAP_YEAR = 1403
_ARABIC_LETTERS = str.maketrans("يك", "یک")
_YEARLESS = re.compile(r"^(\d{1,2})\s*[-/.]\s*(\d{1,2})$")
_WRITTEN = re.compile(r"^(\d{1,2})\s*([^\W\d]+)(?:\s*(?:ماه)?\s*(\d{4}))?$")


def read_day(text: str, *, language: str, order: str, today: date) -> tuple[int, int, int | None]:
    """Read what was typed as day, month and perhaps year; raise UnreadableDateError.

    `order` is "DMY", "MDY" or "YMD". A reader of Persian types Jalali dates, also with a year of two digits; one
    without a year is read as the day of the present Jalali year. A year of four digits from 1200 to 1499 is always
    Jalali.
    """
    plain = ascii_digits(text).translate(_ARABIC_LETTERS)
    if language in JALALI_LANGUAGES:
        found = _jalali_parts(plain)
        if found is not None:
            return _from_jalali(*found, today=today)
        written = read_date(plain, "YMD", Calendar.JALALI)
    else:
        written = read_date(plain, order)
    if written is None:
        raise UnreadableDateError(text)
    year, month, day = written.replace("--", "0-").split("-")
    return int(day), int(month), int(year) or None


def _jalali_parts(text: str) -> tuple[int | None, int, int] | None:
    """Return year, month and day of a Jalali date in words or without a year; None for another shape."""
    numbers = _YEARLESS.match(text)
    if numbers:
        return None, int(numbers[1]), int(numbers[2])
    written = _WRITTEN.match(text)
    if written and written[2] in JALALI_MONTHS:
        return int(written[3]) if written[3] else None, JALALI_MONTHS.index(written[2]) + 1, int(written[1])
    return None


def _from_jalali(year: int | None, month: int, day: int, *, today: date) -> tuple[int, int, int | None]:
    try:
        present = _A_LEAP_YEAR if (month, day) == (12, 30) else jdatetime.date.fromgregorian(date=today).year
        gregorian = jdatetime.date(year or present, month, day).togregorian()
    except ValueError:
        raise UnreadableDateError(f"{month}-{day}") from None
    return gregorian.day, gregorian.month, gregorian.year if year else None


def format_key_date(original: Original, *, language: str, today: date) -> str:
    """Return a key date as its reader writes dates: day, month, and the year where it is known."""
    if language not in JALALI_LANGUAGES:
        return format_year_day(original.month, original.day, original.year)
    if original.year is None:
        shown = next_occurrence(original, today, LeapDayRule.FEBRUARY_28)
        assert shown is not None  # a date without a year always comes round
    else:
        shown = date(original.year, original.month, original.day)
    return jalali(shown, with_year=original.year is not None)


def typed_key_date(original: Original, *, language: str, order: str, today: date) -> str:
    """Return a key date in a form that `read_day` reads back, for a field to change it."""
    if language in JALALI_LANGUAGES:
        return format_key_date(original, language=language, today=today)
    if original.year is None:
        first, second = (original.day, original.month) if order == "DMY" else (original.month, original.day)
        return f"{first}/{second}"
    return f"{original.year}-{original.month:02}-{original.day:02}"


def key_date_title(kind: str, label: str) -> str:
    """Return what a key date is about: its own label, else the name of its kind."""
    return label or _kind_name(kind, str(locale()))


@cache
def _kind_name(kind: str, _language: str) -> str:
    return str(KIND_NAMES[KeyDateKind(kind)])


def years_sentence(kind: str, years: int | None) -> str:
    """Return the years that an occurrence makes full, as staff say it; empty where there are none."""
    if years is None:
        return ""
    if kind == KeyDateKind.FIRST_VISIT:
        return ngettext("%(num)d year with us", "%(num)d years with us", years)
    if kind == KeyDateKind.BIRTHDAY:
        return gettext("turns %(num)d", num=years)
    return ngettext("%(num)d year", "%(num)d years", years)
