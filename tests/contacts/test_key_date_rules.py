"""When key dates come round, how long it has been, and when notice is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from crm.contacts.importing.dates import UnreadableDateError
from crm.contacts.key_date_rules import (
    KeyDateFacts,
    KeyDateKind,
    LabelNeeded,
    LeapDayRule,
    NoSuchDay,
    OnceNeedsYear,
    Stretch,
    TooLongNotice,
    falls_on,
    from_place,
    next_occurrence,
    notices_due,
    occurrence_in,
    stretches,
    usually_repeats,
    years_reached,
)
from crm.contacts.key_date_words import read_day
from crm.shared.native import jalali

FEB, MAR = LeapDayRule.FEBRUARY_28, LeapDayRule.MARCH_1
TODAY = date(2026, 6, 12)


@dataclass(frozen=True)
class Written:
    day: int
    month: int
    year: int | None = None
    repeats: bool = True
    notice_days: int = 0


LEAP = Written(29, 2, 2000)


@pytest.mark.parametrize(
    ("original", "year", "rule", "expected"),
    [
        (Written(12, 8, 1990), 2026, FEB, date(2026, 8, 12)),
        (LEAP, 2026, FEB, date(2026, 2, 28)),
        (LEAP, 2026, MAR, date(2026, 3, 1)),
        (LEAP, 2028, FEB, date(2028, 2, 29)),
        (LEAP, 2028, MAR, date(2028, 2, 29)),
        (LEAP, 2100, MAR, date(2100, 3, 1)),
        (Written(29, 2), 2027, FEB, date(2027, 2, 28)),
        (LEAP, 1999, FEB, None),
        (Written(1, 9, 2026, repeats=False), 2026, FEB, date(2026, 9, 1)),
        (Written(1, 9, 2026, repeats=False), 2027, FEB, None),
    ],
)
def test_an_occurrence_comes_from_the_original(
    original: Written, year: int, rule: LeapDayRule, expected: date | None
) -> None:
    assert occurrence_in(original, year, rule) == expected


@pytest.mark.parametrize(
    ("original", "today", "expected"),
    [
        (Written(12, 6), TODAY, TODAY),
        (Written(11, 6), TODAY, date(2027, 6, 11)),
        (Written(13, 6), TODAY, date(2026, 6, 13)),
        (Written(1, 1), date(2026, 12, 31), date(2027, 1, 1)),
        (Written(1, 9, 2030), TODAY, date(2030, 9, 1)),
        (Written(1, 1, 2026, repeats=False), TODAY, None),
        (LEAP, date(2026, 2, 28), date(2026, 2, 28)),
        (LEAP, date(2026, 3, 1), date(2027, 2, 28)),
    ],
)
def test_the_next_occurrence_counts_today(original: Written, today: date, expected: date | None) -> None:
    assert next_occurrence(original, today, FEB) == expected


def test_the_day_after_a_leap_day_in_march_belongs_to_next_year() -> None:
    assert next_occurrence(LEAP, date(2026, 3, 1), MAR) == date(2026, 3, 1)
    assert next_occurrence(LEAP, date(2026, 3, 2), MAR) == date(2027, 3, 1)


@pytest.mark.parametrize(
    ("original", "expected"), [(Written(12, 6, 2023), 3), (Written(12, 6, 2026), None), (Written(12, 6), None)]
)
def test_years_are_told_where_they_are_known(original: Written, expected: int | None) -> None:
    assert years_reached(original, TODAY) == expected


@pytest.mark.parametrize(
    ("ahead", "notice", "expected"),
    [
        (0, 0, [0]),
        (1, 0, []),
        (8, 7, []),
        (7, 7, [7]),
        (1, 7, [7]),
        (0, 7, [7, 0]),
    ],
)
def test_notice_is_due_from_its_day_until_the_day_itself(ahead: int, notice: int, expected: list[int]) -> None:
    day = TODAY + timedelta(days=ahead)
    original = Written(day.day, day.month, notice_days=notice)
    assert notices_due(original, TODAY, FEB) == [(day, each) for each in expected]


def _holds(part: Stretch, original: Written) -> bool:
    return part.month == original.month and part.first_day <= original.day <= part.last_day


def _coming(dates: list[Written], today: date, days: int, rule: LeapDayRule) -> list[tuple[date, Written]]:
    """Return the occurrences of today and the next days, soonest first, one by one."""
    found = [(day, each) for each in dates if (day := next_occurrence(each, today, rule)) is not None]
    return sorted(((day, each) for day, each in found if day <= today + timedelta(days)), key=lambda pair: pair[0])


@pytest.mark.parametrize("rule", list(LeapDayRule))
@pytest.mark.parametrize("today", [date(2026, 2, 20), date(2026, 2, 28), date(2026, 3, 1), date(2027, 12, 25),
                                   date(2028, 2, 25), date(2028, 2, 29)])  # fmt: skip
@pytest.mark.parametrize("days", [0, 1, 7, 30, 90])
def test_stretches_hold_just_the_days_that_come(today: date, days: int, rule: LeapDayRule) -> None:
    every = [Written(day.day, day.month) for day in (date(2000, 1, 1) + timedelta(days=at) for at in range(366))]
    parts = stretches(today, days, rule)
    held = [each for part in parts for each in every if _holds(part, each)]
    coming = _coming(every, today, days, rule)
    assert sorted((each.month, each.day) for each in held) == sorted((each.month, each.day) for _day, each in coming)
    assert [day for day, _each in coming] == sorted(day for day, _each in coming)


def test_it_falls_on_one_day_a_year() -> None:
    days = [date(2027, 1, 1) + timedelta(days=at) for at in range(365)]
    assert [day for day in days if falls_on(LEAP, day, MAR)] == [date(2027, 3, 1)]


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"day": 31, "month": 4}, NoSuchDay),
        ({"day": 29, "month": 2, "year": 2023}, NoSuchDay),
        ({"day": 1, "month": 1, "year": 1500}, NoSuchDay),
        ({"day": 1, "month": 1, "kind": KeyDateKind.OTHER}, LabelNeeded),
        ({"day": 1, "month": 1, "repeats": False}, OnceNeedsYear),
        ({"day": 1, "month": 1, "notice_days": 91}, TooLongNotice),
    ],
)
def test_what_is_no_key_date_is_refused(facts: dict[str, object], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        KeyDateFacts(**({"kind": KeyDateKind.BIRTHDAY} | facts))  # type: ignore[arg-type]


def test_a_renewal_with_its_year_comes_once() -> None:
    assert not usually_repeats(KeyDateKind.RENEWAL, 2026)
    assert usually_repeats(KeyDateKind.RENEWAL, None)
    assert usually_repeats(KeyDateKind.BIRTHDAY, 1990)


@pytest.mark.parametrize(
    ("text", "language", "order", "expected"),
    [
        ("12/8", "en", "DMY", (12, 8, None)),
        ("8/12", "en", "MDY", (12, 8, None)),
        ("12 August 1990", "en", "DMY", (12, 8, 1990)),
        ("1990-08-12", "en", "DMY", (12, 8, 1990)),
        ("௧௨/௮/௧௯௯௦", "ta", "DMY", (12, 8, 1990)),
        ("१२/८", "mr", "DMY", (12, 8, None)),
        ("29/2", "en", "DMY", (29, 2, None)),
        ("1370/05/12", "fa", "YMD", (3, 8, 1991)),
        ("۱۳۷۰/۰۵/۱۲", "fa", "DMY", (3, 8, 1991)),
        ("۱۲ مرداد ۱۳۷۰", "fa", "YMD", (3, 8, 1991)),
        ("۵/۱۲", "fa", "YMD", (3, 8, None)),
        ("۳۰ اسفند", "fa", "YMD", (20, 3, None)),
        ("1991-08-03", "fa", "YMD", (3, 8, 1991)),
        ("۶۴/۰۵/۱۲", "fa", "YMD", (3, 8, 1985)),
    ],
)
def test_a_day_is_read_as_its_reader_types_it(
    text: str, language: str, order: str, expected: tuple[int, int, int | None]
) -> None:
    assert read_day(text, language=language, order=order, today=TODAY) == expected


@pytest.mark.parametrize("text", ["", "soon", "31/4", "29/2/2023", "1370/13/01"])
def test_what_is_no_day_is_said_so(text: str) -> None:
    with pytest.raises(UnreadableDateError):
        read_day(text, language="fa" if "1370" in text else "en", order="DMY", today=TODAY)


def test_a_day_is_shown_in_the_jalali_calendar() -> None:
    assert jalali(date(1991, 8, 3), with_year=True) == "۱۲ مرداد ۱۳۷۰"
    assert jalali(date(1991, 8, 3), with_year=False) == "۱۲ مرداد"


def test_a_list_goes_on_from_a_day_and_ends_where_the_day_is_none_of_its() -> None:
    parts = [Stretch(2026, 6, 12, 30), Stretch(2026, 7, 1, 12)]
    assert from_place(parts, 6, 20) == [Stretch(2026, 6, 20, 30), Stretch(2026, 7, 1, 12)]
    assert from_place(parts, 7, 12) == [Stretch(2026, 7, 12, 12)]
    assert from_place(parts, 7, 13) == from_place(parts, 6, 11) == from_place([], 6, 12) == []
