"""What the business decides about key dates: when one comes round, how long it has been, when to give notice.

Pure. A key date is a day, a month and perhaps a year; each occurrence is computed from that original,
never from the one before. A date is a date: no time zone moves it.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Protocol

from crm.shared.errors import Conflict, Refused

LONGEST_NOTICE = 90
EARLIEST_YEAR = 1800
LATEST_YEAR = 2200


class KeyDateKind(StrEnum):
    """What a key date is about."""

    BIRTHDAY = "birthday"
    ANNIVERSARY = "anniversary"
    FIRST_VISIT = "first-visit"
    RENEWAL = "renewal"
    OTHER = "other"


class LeapDayRule(StrEnum):
    """Where 29 February falls in common years."""

    FEBRUARY_28 = "february-28"
    MARCH_1 = "march-1"


class NoSuchDay(Refused):
    """There is no such day in the calendar."""


class LabelNeeded(Refused):
    """Say what the date is about."""


class OnceNeedsYear(Refused):
    """A date that comes only once needs its year."""


class TooLongNotice(Refused):
    """Notice can be given at most 90 days ahead."""


class NotThatDay(Refused):
    """This date does not fall on that day any more. Load the page again."""

    status = 409


class KeyDateChanged(Conflict):
    """Somebody else changed this date in the meantime."""


class Original(Protocol):
    """A key date as it was written down."""

    @property
    def day(self) -> int:
        """The day of the month."""

    @property
    def month(self) -> int:
        """The month, from 1."""

    @property
    def year(self) -> int | None:
        """The year, None where nobody knows it."""

    @property
    def repeats(self) -> bool:
        """Whether it comes back every year."""

    @property
    def notice_days(self) -> int:
        """How many days ahead notice is wanted."""


@dataclass(frozen=True)
class KeyDateFacts:
    """What is asked about a key date; checked when it is made."""

    kind: KeyDateKind
    day: int
    month: int
    year: int | None = None
    label: str = ""
    repeats: bool = True
    notice_days: int = 0

    def __post_init__(self) -> None:
        """Refuse what is not a key date."""
        if not is_day(self.day, self.month, self.year):
            raise NoSuchDay
        if self.kind is KeyDateKind.OTHER and not self.label:
            raise LabelNeeded
        if not self.repeats and self.year is None:
            raise OnceNeedsYear
        if not 0 <= self.notice_days <= LONGEST_NOTICE:
            raise TooLongNotice


def is_day(day: int, month: int, year: int | None) -> bool:
    """Tell whether a day exists; without a year 29 February does."""
    if not 1 <= month <= 12 or (year is not None and not EARLIEST_YEAR <= year <= LATEST_YEAR):
        return False
    return 1 <= day <= calendar.monthrange(2000 if year is None else year, month)[1]


def usually_repeats(kind: KeyDateKind, year: int | None) -> bool:
    """Tell whether a date comes back every year: all do, but a renewal with its year is due once."""
    return kind is not KeyDateKind.RENEWAL or year is None


def is_greeted(kind: str) -> bool:
    """Tell whether an occurrence is for a greeting; the others are for something to be done."""
    return kind in {KeyDateKind.BIRTHDAY, KeyDateKind.ANNIVERSARY, KeyDateKind.FIRST_VISIT}


def occurrence_in(original: Original, year: int, rule: LeapDayRule) -> date | None:
    """Return when a key date falls in a year, or None before its own year or when it came only once."""
    if original.year is not None and (year < original.year or (not original.repeats and year > original.year)):
        return None
    if (original.month, original.day) == (2, 29) and not calendar.isleap(year):
        return date(year, 2, 28) if rule == LeapDayRule.FEBRUARY_28 else date(year, 3, 1)
    return date(year, original.month, original.day)


def next_occurrence(original: Original, today: date, rule: LeapDayRule) -> date | None:
    """Return the next day a key date falls on, today included; None when it will not come again."""
    first = max(today.year, original.year or today.year)
    found = (occurrence_in(original, year, rule) for year in (first, first + 1))
    return next((day for day in found if day is not None and day >= today), None)


def falls_on(original: Original, day: date, rule: LeapDayRule) -> bool:
    """Tell whether a key date has an occurrence on a day."""
    return occurrence_in(original, day.year, rule) == day


def years_reached(original: Original, occurrence: date) -> int | None:
    """Return how many years an occurrence makes full; None without a year or on the day itself."""
    if original.year is None or occurrence.year <= original.year:
        return None
    return occurrence.year - original.year


def is_in_notice(original: Original, occurrence: date, today: date) -> bool:
    """Tell whether notice of an occurrence is due: from so many days ahead until the day itself."""
    return occurrence - timedelta(days=original.notice_days) <= today <= occurrence


def notices_due(original: Original, today: date, rule: LeapDayRule) -> list[tuple[date, int]]:
    """Return the notices that are due today, as occurrence and days ahead: the early one, and one on the day."""
    occurrence = next_occurrence(original, today, rule)
    if occurrence is None or not is_in_notice(original, occurrence, today):
        return []
    due = [(occurrence, original.notice_days)] if original.notice_days else []
    return [*due, (occurrence, 0)] if occurrence == today else due


@dataclass(frozen=True)
class Stretch:
    """Days of one month in one year on which key dates written as these days are to be looked for."""

    year: int
    month: int
    first_day: int
    last_day: int


def stretches(today: date, days: int, rule: LeapDayRule) -> list[Stretch]:
    """Return the days to look for, today and the next `days` days, in the order in which they fall."""
    found: list[Stretch] = []
    for year, month, day in _originals(today, days, rule):
        last = found[-1] if found else None
        if last is not None and (last.year, last.month, last.last_day + 1) == (year, month, day):
            found[-1] = Stretch(year, month, last.first_day, day)
        else:
            found.append(Stretch(year, month, day, day))
    return found


def from_place(parts: Sequence[Stretch], month: int, day: int) -> list[Stretch]:
    """Return the stretches from a day of the first days on, for a list that goes on where it stopped."""
    for at, part in enumerate(parts):
        if part.month == month and part.first_day <= day <= part.last_day:
            return [Stretch(part.year, month, day, part.last_day), *parts[at + 1 :]]
    return []


def _originals(today: date, days: int, rule: LeapDayRule) -> Iterator[tuple[int, int, int]]:
    leap_stand_in = (2, 28) if rule == LeapDayRule.FEBRUARY_28 else (3, 1)
    for ahead in range(days + 1):
        day = today + timedelta(days=ahead)
        stands_in = (day.month, day.day) == leap_stand_in and not calendar.isleap(day.year)
        originals: Sequence[tuple[int, int]] = ((day.month, day.day), (2, 29)) if stands_in else ((day.month, day.day),)
        yield from ((day.year, month, number) for month, number in sorted(originals))
