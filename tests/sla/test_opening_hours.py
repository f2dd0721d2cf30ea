"""Typed opening hours: read, refused with the two periods named, across midnight and the week's end."""

from __future__ import annotations

import pytest

from crm.sla.opening_hours import (
    BadOpeningHours,
    OverlappingHours,
    Period,
    format_periods,
    overlap_in_week,
    parse_periods,
)


@pytest.mark.parametrize(
    ("text", "periods"),
    [
        ("", []),
        ("closed", []),
        ("09:00-13:00, 14:00-18:00", [["09:00", "13:00"], ["14:00", "18:00"]]),
        ("14-18; 9-13", [["09:00", "13:00"], ["14:00", "18:00"]]),
        ("9.30 – 17.00", [["09:30", "17:00"]]),
        ("۰۹:۰۰-۱۳:۰۰، ۱۴:۰۰-۱۸:۰۰", [["09:00", "13:00"], ["14:00", "18:00"]]),
        ("०९:०० to १८:००", [["09:00", "18:00"]]),
        ("௦௯:௦௦-௧௮:௦௦", [["09:00", "18:00"]]),
        ("\u200e09:00-18:00\u200f", [["09:00", "18:00"]]),
        ("09:00\u2060-\u206018:00", [["09:00", "18:00"]]),
        ("18:00-02:00", [["18:00", "02:00"]]),
        ("00:00-24:00", [["00:00", "00:00"]]),
        ("09:00-12:00, 12:00-18:00", [["09:00", "12:00"], ["12:00", "18:00"]]),
        ("06:00-12:00, 20:00-02:00", [["06:00", "12:00"], ["20:00", "02:00"]]),
    ],
)
def test_hours_are_read_as_people_write_them(text: str, periods: list[Period]) -> None:
    assert parse_periods(text) == periods
    assert parse_periods(format_periods(periods)) == periods


@pytest.mark.parametrize(
    "text", ["nine to five", "09:00", "25:00-26:00", "09:60-10:00", "09:00-13:00 14:00-18:00", "٫"]
)
def test_what_is_no_opening_hours_is_refused(text: str) -> None:
    with pytest.raises(BadOpeningHours):
        parse_periods(text)


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("09:00-13:00, 12:59-18:00", ["09:00", "13:00"], ["12:59", "18:00"]),
        ("18:00-02:00, 20:00-22:00", ["18:00", "02:00"], ["20:00", "22:00"]),
        ("00:00-00:00, 09:00-12:00", ["00:00", "00:00"], ["09:00", "12:00"]),
    ],
)
def test_overlaps_of_a_day_name_both_periods(text: str, first: Period, second: Period) -> None:
    with pytest.raises(OverlappingHours) as refusal:
        parse_periods(text)
    assert (refusal.value.first, refusal.value.second) == (first, second)


@pytest.mark.parametrize(
    ("weekly", "found"),
    [
        ({"0": [["22:00", "06:00"]], "1": [["06:00", "12:00"]]}, None),
        ({"0": [["22:00", "06:01"]], "1": [["06:00", "12:00"]]}, (0, 1)),
        ({"6": [["22:00", "06:01"]], "0": [["06:00", "12:00"]]}, (6, 0)),
        ({"6": [["22:00", "06:00"]], "0": [["06:00", "12:00"]]}, None),
        ({"2": [["00:00", "00:00"]]}, None),
        ({"2": [["09:00", "12:00"], ["13:00", "18:00"]]}, None),
        ({str(day): [["00:00", "00:00"]] for day in range(7)}, None),
        ({}, None),
    ],
)
def test_overlaps_across_midnight_are_found(weekly: dict[str, list[Period]], found: tuple[int, int] | None) -> None:
    overlap = overlap_in_week(weekly)
    assert (None if overlap is None else (overlap.day, overlap.next_day)) == found
