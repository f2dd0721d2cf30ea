"""How explanations write dates and times: local, unambiguous, replaceable by the app's own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time

from .targets import Translate

DayText = Callable[[date], str]
MomentText = Callable[[datetime], str]

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def english_day(on: date) -> str:
    """Write a date: "Fri 12 Jun 2026"."""
    return f"{WEEKDAYS[on.weekday()]} {on.day} {MONTHS[on.month - 1]} {on.year}"


def time_text(at: time) -> str:
    """Write a time of day: "16:30", with seconds only where there are some."""
    if at.microsecond:
        return f"{at:%H:%M:%S.%f}"
    return f"{at:%H:%M:%S}" if at.second else f"{at:%H:%M}"


def english_moment(at: datetime) -> str:
    """Write a local date and time: "Fri 12 Jun 2026 16:30"."""
    return f"{english_day(at.date())} {time_text(at.time())}"


def english_weekday_time(at: datetime, translate: Translate) -> str:
    """Write weekday and time only: "Wed 17:00"."""
    return f"{translate(WEEKDAYS[at.weekday()])} {time_text(at.time())}"
