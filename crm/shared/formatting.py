"""How values are written for people: dates, times and money through Babel, in the reader's language."""

from __future__ import annotations

import json
import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel import dates as babel_dates
from babel import numbers as babel_numbers
from flask import Flask, g
from markupsafe import Markup, escape

from crm.shared.native import native, written_date
from crm.shared.translating import gettext, ngettext, reader_locale, reader_texts
from crm.shared.zones import zone_named

_ENGLISH = Locale("en")
_DAY = "yMMMd"  # a skeleton, so that its order is that of the reader's region
_WHOLE = re.compile(r"\d[\d:]*-\d[\d:]*|\b[A-Z]-\d+\b")
_DAYS_A_MONTH = 30.44
RIGHT_TO_LEFT = {"ar", "fa", "he", "ps", "ur"}
LANGUAGE_NAMES = {
    "en": "English",
    "ta": "தமிழ்",
    "te": "తెలుగు",
    "mr": "मराठी",
    "fa": "فارسی",
    "fil": "Filipino",
}


def locale() -> Locale:
    """Return the reader's locale."""
    return reader_locale() or _ENGLISH


def text_direction(language: str | None = None) -> str:
    """Return "rtl" or "ltr" for a language, by default the reader's."""
    return "rtl" if (language or locale().language) in RIGHT_TO_LEFT else "ltr"


def zone() -> ZoneInfo:
    """Return the business's time zone; UTC before it is set up."""
    return zone_named(getattr(g, "time_zone", "UTC"))


def local(instant: datetime) -> datetime:
    """Return an instant on the business's clock."""
    return instant.astimezone(zone())


def format_day(day: date, *, today: date | None = None) -> str:
    """Return a date as people say it: today, tomorrow, yesterday, else with day and month."""
    if today is not None:
        near = _near_day((day - today).days)
        if near:
            return near
        if day.year == today.year:
            return format_month_day(day)
    return written_date(day, "yMMMMd", locale())


def _near_day(days_ahead: int) -> str:
    if days_ahead == 0:
        return gettext("today")
    if abs(days_ahead) == 1:
        return gettext("tomorrow") if days_ahead == 1 else gettext("yesterday")
    return ""


def format_month_day(day: date) -> str:
    """Return day and month."""
    return written_date(day, "MMMMd", locale())


def format_weekday(day: date) -> str:
    """Return weekday, day and month."""
    weekday = written_date(day, "EEEE", locale())
    return gettext("%(weekday)s, %(day)s", weekday=weekday, day=format_month_day(day))


def format_time(moment: datetime | time) -> str:
    """Return hour and minute on the business's clock."""
    clock = local(moment).time() if isinstance(moment, datetime) else moment
    return _time(clock.replace(second=0, microsecond=0), locale())


@lru_cache(maxsize=4096)
def _time(moment: time, reader: Locale) -> str:
    return native(babel_dates.format_time(moment, "HH:mm", locale=reader), reader)


def format_instant(instant: datetime) -> str:
    """Return date and time in full, on the business's clock."""
    return _instant(local(instant).replace(second=0, microsecond=0, tzinfo=None), locale())


def format_deadline(instant: datetime) -> str:
    """Return date and time in full of what is due; a midnight ends its day: 24:00."""
    there = local(instant)
    if there.hour or there.minute:
        return format_instant(instant)
    day = written_date(there.date() - timedelta(days=1), _DAY, locale())
    return f"{day}{comma()}{native('24:00', locale())}"


@lru_cache(maxsize=4096)
def _instant(moment: datetime, reader: Locale) -> str:
    return f"{written_date(moment.date(), _DAY, reader)}{_comma(reader)}{_time(moment.time(), reader)}"


def comma() -> str:
    """Return what stands between the items of a list in the reader's language."""
    return _comma(locale())


def _comma(reader: Locale) -> str:
    return "، " if reader.language in RIGHT_TO_LEFT else ", "


def format_year_day(month: int, day: int, year: int | None) -> str:
    """Return a key date, with its year where it is known."""
    if year is None:
        return native(babel_dates.format_skeleton("MMMMd", date(2024, month, day), locale=locale()), locale())
    if month == 2 and day == 29 and not _is_leap(year):
        return native(f"29.2.{year}", locale())
    return written_date(date(year, month, day), "yMMMMd", locale())


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def format_duration(length: timedelta) -> str:
    """Return a length of time in its two largest units."""
    minutes = int(abs(length.total_seconds()) // 60)
    days, rest = divmod(minutes, 1440)
    hours, minutes = divmod(rest, 60)
    if days:
        return _joined(ngettext("%(num)d day", "%(num)d days", days), gettext("%(num)d h", num=hours) if hours else "")
    if hours:
        return _joined(gettext("%(num)d h", num=hours), gettext("%(num)d min", num=minutes) if minutes else "")
    return gettext("%(num)d min", num=minutes)


def clock_patterns() -> dict[str, str]:
    """Return the words of running clocks with their placeholders, read once a language."""
    texts = reader_texts()
    if not texts.clock_patterns:
        plural = texts.catalog.ungettext
        texts.clock_patterns = {
            "in": gettext("in %(length)s"),
            "late": gettext("late by %(length)s"),
            "minutes": gettext("%(num)d min"),
            "hours": gettext("%(num)d h"),
            "day": plural("%(num)d day", "%(num)d days", 1),
            "days": plural("%(num)d day", "%(num)d days", 2),
        }
    return texts.clock_patterns


def clock_words() -> Markup:
    """Return the words of running clocks as JSON, for the browser that keeps them going; safe in an attribute."""
    texts = reader_texts()
    if texts.clock_words is None:
        texts.clock_words = escape(json.dumps(clock_patterns(), ensure_ascii=False))
    return texts.clock_words


def format_running(left: timedelta) -> str:
    """Return how long a clock still has, or by how much it is late: "in 25 min", "late by 2 h 5 min".

    Many rows of a list need it, and none of them asks for a translation of its own.
    """
    words, is_late = clock_patterns(), left < timedelta(0)
    minutes = int(abs(left.total_seconds()) // 60)
    days, rest = divmod(minutes, 1440)
    hours, minutes = divmod(rest, 60)
    several = [(words["day" if days == 1 else "days"], days), (words["hours"], hours)]
    parts = several if days else [(words["hours"], hours), (words["minutes"], minutes)]
    said = " ".join(text.replace("%(num)d", str(number)) for text, number in parts if number)
    length = said or words["minutes"].replace("%(num)d", "0")
    return native(words["late" if is_late else "in"].replace("%(length)s", length), locale())


def format_long_time(days: int) -> str:
    """Return a length of time as people say it: days below two months, then months, then years and months."""
    years, months = divmod(round(days / _DAYS_A_MONTH), 12)
    if days < 2 * _DAYS_A_MONTH:
        return ngettext("%(num)d day", "%(num)d days", days)
    said = ngettext("%(num)d month", "%(num)d months", months)
    if not years:
        return said
    in_years = ngettext("%(num)d year", "%(num)d years", years)
    return gettext("%(years)s and %(months)s", years=in_years, months=said) if months else in_years


def _joined(first: str, second: str) -> str:
    return f"{first} {second}".strip()


def time_element(instant: datetime, text: str | None = None) -> Markup:
    """Return a <time> element: what to read, with the exact time on hover."""
    exact, shown = escape(format_instant(instant)), escape(text or format_time(instant))
    return Markup(f'<time datetime="{instant.isoformat(timespec="seconds")}" title="{exact}">{shown}</time>')


def format_money(amount: Decimal, currency: str) -> str:
    """Return an amount with its currency."""
    return _money(amount, currency, locale())


def _towards(reader: Locale) -> str:
    """Return the mark that a language's own pattern begins with, so that text around an amount does not turn it."""
    return "\u200e" if reader.currency_formats["standard"].pattern.startswith("\u200e") else ""


@lru_cache(maxsize=4096)
def _money(amount: Decimal, currency: str, reader: Locale) -> str:
    whole = amount == amount.to_integral_value()
    text = babel_numbers.format_currency(
        amount,
        currency,
        locale=reader,
        currency_digits=not whole,
        format=f"{_towards(reader)}¤#,##0" if whole else None,
        numbering_system="default",
    )
    return native(text, reader)


def format_number(number: int | Decimal) -> str:
    """Return a number with the reader's separators."""
    return _number(number, locale())


@lru_cache(maxsize=4096)
def _number(number: int | Decimal, reader: Locale) -> str:
    return native(babel_numbers.format_decimal(number, locale=reader, numbering_system="default"), reader)


def bdi(text: object) -> Markup:
    """Return a foreign text isolated from the direction around it."""
    return Markup(f"<bdi>{escape(text)}</bdi>")


def unbroken(text: str) -> Markup:
    """Return a text whose ranges and references, 09:00-13:00 or C-104, are never broken or turned at their hyphen."""
    return Markup(_WHOLE.sub(r'<bdi class="nowrap">\g<0></bdi>', str(escape(text))))


def register_formatting(app: Flask) -> None:
    """Give templates the functions of this module as filters and globals."""
    app.jinja_env.filters.update(
        day=format_day,
        weekday=format_weekday,
        clock_time=format_time,
        instant=format_instant,
        deadline=format_deadline,
        money=format_money,
        number=format_number,
        duration=format_duration,
        long_time=format_long_time,
        local=local,
        bdi=bdi,
        unbroken=unbroken,
        time_element=time_element,
    )
    app.jinja_env.globals.update(
        comma=comma,
        format_year_day=format_year_day,
        text_direction=text_direction,
        locale=locale,
        clock_words=clock_words,
        LANGUAGE_NAMES=LANGUAGE_NAMES,
    )
