"""Names with the family first, and years of two digits in the calendar of the file."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine

from crm.contacts.importing.dates import Calendar, UnreadableDateError, read_date, shown_calendar
from crm.contacts.importing.names_with_comma import are_family_first, family_and_given
from tests.contacts.test_importing_values import read


def names_of(cells: str) -> list[tuple[str, str, str]]:
    """Read a column of names, and return each with its parts."""
    text = "Name;Phone\n" + "".join(f"{cell};98400123{n:02d}\n" for n, cell in enumerate(cells.split("|")))
    return [(each.name, each.given, each.family) for each in read(text, region="IN").contacts]


def test_names_with_the_family_first_are_turned_round() -> None:
    cells = "Iyer, Lakshmi|D'Souza, Mary Ann|de la Cruz, José|முருகன், செல்வி|Rao, Asha|Smith, Jones & Co|Madonna"
    assert names_of(cells) == [
        ("Lakshmi Iyer", "Lakshmi", "Iyer"),
        ("Mary Ann D'Souza", "Mary Ann", "D'Souza"),
        ("José de la Cruz", "José", "de la Cruz"),
        ("செல்வி முருகன்", "செல்வி", "முருகன்"),
        ("Asha Rao", "Asha", "Rao"),
        ("Smith, Jones & Co", "", ""),
        ("Madonna", "", ""),
    ]


@pytest.mark.parametrize(
    "cells",
    [
        "Iyer, Lakshmi",
        "Iyer, Lakshmi|Asha Rao|Bala Das|Chitra Sen",
        "Asha, Adyar|Bala, Adyar|Chitra, Adyar|Devi, Guindy",
        "Asha, tailor|Bala, driver|Chitra, cook",
        "Davis, Jr.|King, Sr.|Jones, MD",
        "Smith, Jones & Co|Brown, Black Ltd|Rao, Traders|Das, Sons",
        "Asha, 12 Main Rd|Bala, 2nd floor|Chitra, Shop 4",
    ],
)
def test_other_commas_stay(cells: str) -> None:
    assert names_of(cells) == [(cell, "", "") for cell in cells.split("|")]


def test_a_column_that_is_not_all_of_one_form() -> None:
    values = ["Iyer, Lakshmi", "Rao, Asha", "Das, Bala", "Smith, Jones & Co"]
    assert are_family_first(values) and not are_family_first([*values, "Madonna"])
    assert family_and_given("Iyer, Lakshmi, Mrs") is None


@pytest.mark.parametrize(
    ("values", "region", "calendar"),
    [
        ("1362/12/17|64/05/12", "IN", Calendar.JALALI),
        ("۱۳۶۲/۱۲/۱۷|۶۴/۰۵/۱۲", "IR", Calendar.JALALI),
        ("۵ فروردین ۶۲", "US", Calendar.JALALI),
        ("64/05/12", "IR", Calendar.JALALI),
        ("64/05/12", "AF", Calendar.JALALI),
        ("64/05/12", "CN", Calendar.GREGORIAN),
        ("1984-03-07|64/05/12", "IR", Calendar.GREGORIAN),
        ("1984-03-07|1362/12/17|64/05/12", "IR", Calendar.UNKNOWN),
    ],
)
def test_the_calendar_of_a_file(values: str, region: str, calendar: Calendar) -> None:
    assert shown_calendar(values.split("|"), region) is calendar


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("64/05/12", "YMD", "1985-08-03"),
        ("12/05/64", "DMY", "1985-08-03"),
        ("۰۳/۰۵/۱۲", "YMD", "2024-08-02"),
        ("05/01/01", "YMD", "2026-03-21"),
        ("06/01/01", "YMD", "1927-03-22"),
        ("25 فروردین 03", "DMY", "2024-04-13"),
        ("62 فروردین 5", "DMY", "1983-03-25"),
    ],
)
def test_short_years_of_iran(text: str, order: str, expected: str) -> None:
    with time_machine.travel(datetime(2026, 11, 27, tzinfo=UTC), tick=False):
        assert read_date(text, order, Calendar.JALALI) == expected


def test_a_short_year_that_may_be_of_either_calendar_is_not_read() -> None:
    with pytest.raises(UnreadableDateError):
        read_date("64/05/12", "YMD", Calendar.UNKNOWN)
    parsed = read("نام,تاریخ تولد\nعلی,1362/12/17\nرضا,64/05/12\n", region="US")
    assert [each.birthday for each in parsed.contacts] == ["1984-03-07", "1985-08-03"]
    parsed = read("نام,تاریخ تولد\nعلی,1362/12/17\nرضا,64/05/12\nمینا,1984-03-07\n", region="IR")
    assert [error.reason for error in parsed.errors] == ["The birthday “64/05/12” is not a readable date."]
