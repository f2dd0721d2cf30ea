"""Times of day in logs: every usual form is read, nothing is left over in silence, and words are no dates."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from itertools import product
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from openpyxl import Workbook

from crm.complaints.importing import Choice, ParsedLog, as_json, open_log, read_log
from crm.complaints.importing.day_times import looks_like_time
from crm.complaints.importing.fields import suggest_columns
from crm.complaints.importing.moments import Moment, read_moment, shown_order
from crm.contacts.importing.dates import UnreadableDateError

NOW = datetime(2026, 6, 12, 11, 0, tzinfo=UTC)
MADRID = ZoneInfo("Europe/Madrid")
HEAD = "Reference,Channel,Created at,Due at,Closed at,Status\n"
AT = datetime(2022, 11, 8, 19, 45, 30, tzinfo=UTC)


def parsed(content: str | bytes, **choice: Any) -> ParsedLog:
    """Read a log with what is proposed for it."""
    log = open_log(content.encode() if isinstance(content, str) else content, filename="log")
    return read_log(log, log.settings(Choice(**choice)), now=NOW)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2022-11-08 1945", "19:45:00"),
        ("2022-11-08 1945 hrs", "19:45:00"),
        ("20221108 194530", "19:45:30"),
        ("2022-11-08 7 PM", "19:00:00"),
        ("08/11/2022 07PM", "19:00:00"),
        ("2022-11-08T1945", "19:45:00"),
        ("2022-11-08 19-45-30", "19:45:30"),
        ("2022-11-08 19h", "19:00:00"),
        ("2022-11-08 19：45", "19:45:00"),
        ("07:45 PM-08-Nov-2022", "19:45:00"),
        ("08/11/2022 19:45 PM", "19:45:00"),
        ("08.11.2022 um 19:45 Uhr", "19:45:00"),
        ("2022/11/8 下午 7:45", "19:45:00"),
        ("2022. 11. 8. 오후 7:45", "19:45:00"),
        ("۰۸/۱۱/۲۰۲۲ ۰۷:۴۵ ب.ظ", "19:45:00"),
        ("2022年11月8日 19時45分", "19:45:00"),
        ("Tue 08/11/2022 19:45", "19:45:00"),
        ("8 noviembre 2022 a las 19:45", "19:45:00"),
        ("2022 Nov 08 07:45:30 PM", "19:45:30"),
        ("08-Nov-22 1945", "19:45:00"),
        ("2022-11-08_19:45", "19:45:00"),
    ],
)
def test_a_time_in_any_usual_form(text: str, expected: str) -> None:
    found = read_moment(text, "DMY", MADRID)
    assert found is not None and found.at is not None
    assert found.at.astimezone(MADRID).isoformat()[:19] == f"2022-11-08T{expected}"


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2022-11-08 19:45 America/New_York", "2022-11-09T00:45"),
        ("/Date(1667933100000)/", "2022-11-08T18:45"),
        ("1667933100.0", "2022-11-08T18:45"),
        ("1.6679331000E9", "2022-11-08T18:45"),
        ("1.667933100000E+12", "2022-11-08T18:45"),
        ("2022-11-08 19:45 hrs EST", "2022-11-09T00:45"),
    ],
)
def test_an_instant_with_its_own_zone(text: str, instant: str) -> None:
    found = read_moment(text, "DMY", MADRID)
    assert found is not None and found.at is not None and found.at.isoformat()[:16] == instant


@pytest.mark.parametrize(
    "text",
    [
        *(
            "2022-11-08 19:45 soon",
            "2022-11-08 9 to 11",
            "2022-11-08 7 PM 8 PM",
            "2022-11-08 0:30 PM",
            "2022-11-08 2560",
        ),
        *("2022-11-08 -0500", "2022-11-08-05:00", "1.66793E+12", "2022-11-08 19:45 Nowhere/Land", "07 PM Nov 8"),
        *("2107 8 November 2022", "19-45-30 08-11-22", "2022-11-08 something else"),
    ],
)
def test_what_is_left_over_is_no_date(text: str) -> None:
    with pytest.raises(UnreadableDateError):
        read_moment(text, "DMY", MADRID)


@pytest.mark.parametrize(
    ("day", "time"),
    list(
        product(
            ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%d-%b-%Y", "%d %B %Y", "%B %d, %Y", "%Y%m%d", "%a, %d %b %Y"),
            ("%H:%M:%S", "%H:%M", "%I:%M %p", "%I %p", "%I%p", "%H%M", "%H%M%S", "%Hh%M", "%Hh", "%H.%M", "%H-%M-%S"),
        )
    ),
)
def test_a_time_is_never_lost(day: str, time: str) -> None:
    """Whatever stands between: it is read, or the row is an error."""
    for gap in (" ", "T", ", ", " - ", "-", "_", " at ", " | ", "\n"):
        for text in (AT.strftime(day) + gap + AT.strftime(time), AT.strftime(time) + gap + AT.strftime(day)):
            try:
                found = read_moment(text, "DMY", ZoneInfo("UTC"))
            except UnreadableDateError:
                continue
            assert found is not None and found.at is not None, text
            assert found.at in {AT, AT.replace(second=0), AT.replace(minute=0, second=0)}, text


def test_a_year_behind_words_is_no_time() -> None:
    assert read_moment("8 November 2022", "DMY", MADRID) == Moment(date(2022, 11, 8))
    assert read_moment("2022 November 8", "DMY", MADRID) == Moment(date(2022, 11, 8))


def test_midnight_is_that_of_the_chosen_zone() -> None:
    for text, is_midnight in (("2022-11-07T23:00:00Z", True), ("1667862000", True), ("2022-11-08T00:00:00Z", False)):
        found = read_moment(text, "DMY", MADRID)
        assert found is not None and found.is_midnight is is_midnight, text


@pytest.mark.parametrize(
    ("values", "order"),
    [
        (["19-05-12", "19-06-14", "20-01-15"], "YMD"),
        (["12-05-19", "14-06-19", "15-01-20"], "DMY"),
        (["15-05-19", "16-05-19", "16-05-20"], "DMY"),
        (["97-05-12"], "YMD"),
    ],
)
def test_years_of_two_digits_in_front_are_shown_by_the_column(values: list[str], order: str) -> None:
    assert shown_order(values) == order


def test_years_in_front_are_shown_by_all_columns_together() -> None:
    rows = [
        "19-05-12,,19-05-12,19-05-20,19-05-18",
        "19-06-01,,19-06-01,19-06-10,19-06-28",
        "20-01-15,,20-01-15,20-01-20,20-01-31",
    ]
    found = parsed(HEAD + "".join(f"{row},\n" for row in rows))
    assert [str(row.due.day) for row in found.rows if row.due] == ["2019-05-20", "2019-06-10", "2020-01-20"]


@pytest.mark.parametrize(
    ("header", "cells", "expected"),
    [
        (
            ["Complaint Date", "Complaint Time", "Due Date", "Due Time", "Closed Date", "Closed Time"],
            ["13/05/2022", "9:10", "13/05/2022", "16:00", "13/05/2022", "18:30"],
            {"Complaint Time": "created_time", "Due Time": "due_time", "Closed Time": "closed_time"},
        ),
        (["Logged Date", "Logged At"], ["13/05/2022", "0910"], {"Logged At": "created_time"}),
        (["Fecha", "Hora"], ["13/05/2022", "9:10"], {"Hora": "created_time"}),
        (["Eingangsdatum", "Eingangszeit"], ["13.05.2022", "9:10 Uhr"], {"Eingangszeit": "created_time"}),
        (["Date", "Handling time"], ["13/05/2022", "0:10"], {}),
        (["Date received", "Time", "Due"], ["13/05/2022", "9:10", "14/05/2022"], {"Time": "created_time"}),
        (["Received", "Closed", "Hour"], ["13/05/2022", "14/05/2022", "9:10"], {"Hour": "closed_time"}),
        (["Received", "Received Time", "Time"], ["13/05/2022", "9:10", "9:12"], {"Received Time": "created_time"}),
    ],
)
def test_a_column_of_times_belongs_to_its_column_of_dates(
    header: list[str], cells: list[str], expected: dict[str, str]
) -> None:
    found = suggest_columns(header, [cells])
    assert {column: field for column, field in found.items() if field.endswith("_time")} == expected


def test_date_and_time_apart_make_one_instant() -> None:
    head = "Ref,Complaint Date,Complaint Time,Due Date,Due Time,Closed Date,Closed Time\n"
    rows = (
        "1,13/05/2022,10:00,13/05/2022,4 PM,13/05/2022,18:30\n2,14/05/2022,10:00,14/05/2022,12:00,14/05/2022,unknown\n"
    )
    found = parsed(
        head + rows + "3,14/05/2022,25:00,14/05/2022,1:00,,\n4,14/05/2022,00:00,14/05/2022,noon,,\n", date_order="DMY"
    )
    first, second, last = found.rows
    assert (first.measures.start.hour, first.measures.is_late) == (10, True)
    assert (second.closed, second.measures.is_late) == (Moment(date(2022, 5, 14)), False)
    assert (last.created.is_midnight, dict(last.unread)) == (True, {"due_time": "noon"})
    assert [error.row for error in found.errors] == [4]


def test_a_header_says_the_zone_of_its_times() -> None:
    content = b"Opened (UTC),Closed,Due (EST)\n2024-05-13 10:00,2024-05-13 10:00,2024-05-13 10:00\n"
    log = open_log(content, filename="log.csv")
    (row,) = read_log(log, log.settings(Choice(time_zone="America/New_York")), now=NOW).rows
    there = datetime(2024, 5, 13, 14, 0, tzinfo=UTC)  # "EST" over a column is the time there, in summer too
    assert [each.at for each in (row.created, row.closed, row.due) if each] == [
        there - timedelta(hours=4),
        there,
        there,
    ]


def test_what_is_no_time_of_day() -> None:
    assert [looks_like_time(text) for text in ("10:00", "0.5", "9 pm", "", "25:00", "10", "2 days")] == [
        *(True, True, True, False, False, False, False)
    ]


@pytest.mark.parametrize(
    ("word", "is_said"),
    [
        ("Unresolved", True),
        ("Pending", True),
        ("TBD", True),
        ("Not yet", True),
        ("अभी नहीं", True),
        ("9999-12-31", True),
        ("1900-01-01", True),
        ("1899-12-30", True),
        ("?", False),
        ("—", False),
        ("\\N", False),
        ("<NA>", False),
        ("#N/A", False),
        ("(null)", False),
        ("0000-00-00 00:00:00", False),
        ("", False),
    ],
)
def test_a_word_in_the_place_of_a_date_is_none(word: str, is_said: bool) -> None:
    found = parsed(HEAD + f"1,Web,2024-05-13 09:00,{word},{word},Open\n2,Web,2024-05-13,2024-05-13,2024-05-14,\n")
    row = found.rows[0]
    assert (found.errors, row.due, row.closed, row.is_closed) == ((), None, None, False)
    assert (2 in as_json(found)["findings"].get("no_date", [])) is is_said
    assert dict(row.unread) == ({"due_at": word, "closed_at": word} if is_said else {})


def test_a_word_for_closed_in_the_place_of_its_date_closes_without_one() -> None:
    found = parsed(HEAD + "1,Web,2024-05-13,,Resolved,\n2,Web,2024-05-13,,2024-05-14,\n")
    assert as_json(found)["findings"]["closed_without_date"] == [2]


def test_midnight_in_a_column_of_times_of_a_workbook_is_no_whole_day() -> None:
    book = Workbook()
    assert book.active is not None
    book.active.append(["Reference", "Created", "Due date", "Closed", "Via"])
    moments = ("2024-05-14T00:00:00", "2024-05-14T00:00:01", "2024-05-15T12:00:00")
    created, closed, *dues = map(datetime.fromisoformat, ("2024-05-13T09:00:00", "2024-05-14T08:30:00", *moments))
    for number, due in enumerate(dues, 1):
        book.active.append([number, created, due, closed, "Phone"])
    file = io.BytesIO()
    book.save(file)
    assert as_json(parsed(file.getvalue()))["due"] == {"given": 3, "met": 1, "late": 2, "not_closed": 0}


def test_cells_beyond_the_columns_are_said() -> None:
    found = as_json(parsed(HEAD + "1,Web,2024-05-13,,,Open,and more\n2,Web,2024-05-13,,,Open,,\n"))
    assert found["findings"]["more_cells"] == [2]


def test_a_word_in_the_place_of_a_date_has_no_order_to_guess() -> None:
    words = "soon " * 50
    log = parsed(f"{HEAD}A-1,email,2026-04-02,3/4/2026,,open\nA-2,email,2026-04-02,{words},,open\n")
    assert as_json(log)["findings"]["date_order_guessed"] == [2]


@pytest.mark.parametrize("shape", ["-", ",", ", ", "a", "1", "9:07 ", "2022-11-08 "])
def test_a_long_cell_in_the_place_of_a_date_is_said_at_once(shape: str) -> None:
    cell, start = shape * (90_000 // len(shape)), perf_counter()
    log = parsed(f'{HEAD}C-1,phone,2022-11-08 19:45,,"{cell}",closed\nC-2,phone,"{cell}",,,open\n')
    assert perf_counter() - start < 2
    assert len(log.errors) >= 1
