"""How a reader's language writes days and digits: Jalali dates in Persian, native digits in Persian and Marathi.

Only for reading: what stands in a field, an address or a file keeps its digits.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from unicodedata import bidirectional

import jdatetime
from babel import Locale
from babel import dates as babel_dates

JALALI_LANGUAGES = frozenset({"fa"})
JALALI_MONTHS = ("فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند")
_PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
_DIGITS = {"arabext": _PERSIAN, "deva": str.maketrans("0123456789", "०१२३४५६७८९")}
_NO_DIGITS: dict[int, int] = {}


def digits_of(reader: Locale | None) -> Mapping[int, int]:
    """Return the table that turns 0 to 9 into the reader's digits; an empty one where they are the same."""
    return _NO_DIGITS if reader is None else _digits(reader)


@lru_cache(maxsize=64)
def _digits(reader: Locale) -> Mapping[int, int]:
    return _DIGITS.get(reader.default_numbering_system, _NO_DIGITS)


def native(text: str, reader: Locale | None) -> str:
    """Return a text with the reader's digits."""
    table = digits_of(reader)
    return text.translate(table) if table else text


def fill(text: str, values: Mapping[str, object], reader: Locale | None) -> str:
    """Put values into a text with places such as %(num)d; whole numbers get the reader's digits.

    From right to left a name in another script is isolated, or it would pull the digits beside it to its own side.
    """
    table = digits_of(reader)
    if table:
        text = text.replace(")d", ")s")
        values = {name: str(value).translate(table) if type(value) is int else value for name, value in values.items()}
    if reader is not None and reader.text_direction == "rtl":
        values = {name: _told_apart(value) for name, value in values.items()}
    return text % values


def isolated(text: str) -> str:
    """Return a text between isolates, so that its direction and that around it leave each other alone."""
    return f"\u2068{text}\u2069"


def _told_apart(value: object) -> object:
    """Return a text with left-to-right letters isolated; an address stays as it is, to be opened."""
    if type(value) is not str or "://" in value or "@" in value:
        return value
    is_foreign = any(bidirectional(letter) == "L" for letter in value)
    return isolated(value) if is_foreign else value


@lru_cache(maxsize=8192)
def written_date(day: date, skeleton: str, reader: Locale) -> str:
    """Return a day with the parts that a CLDR skeleton names ("MMMd", "EEEE")."""
    if reader.language in JALALI_LANGUAGES and "d" in skeleton:
        return jalali(day, with_year="y" in skeleton)
    if skeleton in ("yMMMd", "yMMMMd"):
        return native(babel_dates.format_date(day, _whole_date(skeleton, reader), locale=reader), reader)
    if skeleton.strip("E") == "":
        return native(babel_dates.format_date(day, skeleton, locale=reader), reader)
    return native(babel_dates.format_skeleton(skeleton, day, locale=reader), reader)


def _whole_date(skeleton: str, reader: Locale) -> str:
    """Return the pattern of a whole date: the long one, in which a short month only takes the place of the name.

    CLDR's own pattern for a short month has commas of its own in some languages ("17, जून 2026").
    """
    pattern = reader.date_formats["long"].pattern
    return pattern if skeleton == "yMMMMd" else pattern.replace("MMMM", "MMM")


def jalali(day: date, *, with_year: bool) -> str:
    """Return a day in the Jalali calendar, in Persian."""
    there = jdatetime.date.fromgregorian(date=day)
    text = f"{there.day} {JALALI_MONTHS[there.month - 1]}"
    return (f"{text} {there.year}" if with_year else text).translate(_PERSIAN)


def written_span(first: date, last: date, reader: Locale) -> str:
    """Return two days and what lies between them, as 1 – 31 May 2026."""
    if reader.language in JALALI_LANGUAGES:
        return f"{jalali(first, with_year=True)} – {jalali(last, with_year=True)}"
    return native(babel_dates.format_interval(first, last, "yMMMd", locale=reader), reader)
