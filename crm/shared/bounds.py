"""The numbers and days that the program works with: what a column holds, and what a calendar can reckon with."""

from __future__ import annotations

from datetime import date

HIGHEST_NUMBER = 2**31 - 1
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)


def is_in_bounds(day: date) -> bool:
    """Tell whether a day lies where time zones and sums of days never leave the calendar."""
    return FIRST_DAY.year <= day.year <= LAST_DAY.year


def day_of(text: str) -> date:
    """Return the day of a text such as 2026-06-12; raise ValueError for none, or for one that is out of bounds."""
    day = date.fromisoformat(text)
    if not is_in_bounds(day):
        raise ValueError(text)
    return day
