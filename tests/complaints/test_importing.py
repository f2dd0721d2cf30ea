"""Reading complaint logs: columns, words, dates, what is odd."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from openpyxl import Workbook

from crm.complaints.importing import (
    BadMapping,
    Choice,
    UnreadableFile,
    as_json,
    choice_from_json,
    open_log,
    read_log,
)
from crm.complaints.importing.fields import suggest_columns
from crm.complaints.importing.moments import Moment, read_moment, shown_order
from crm.complaints.importing.words import means_closed, proposed_channel, severity_of, yes_or_no
from crm.contacts.importing.dates import UnreadableDateError
from tests.complaints.logs import CFPB, NYC, content_of

NOW = datetime(2026, 6, 12, 11, 0, tzinfo=UTC)
NEW_YORK = ZoneInfo("America/New_York")
HEAD = "Reference,Channel,Created at,Due at,Closed at,Status\n"


def figures(content: bytes | str, **choice: Any) -> dict[str, Any]:
    raw = content.encode() if isinstance(content, str) else content
    log = open_log(raw, filename="log.csv")
    return as_json(read_log(log, log.settings(Choice(**choice)), now=NOW))


def test_service_requests_of_a_city() -> None:
    found = figures(content_of(NYC), time_zone="America/New_York")
    assert found["due"] == {"given": 486, "met": 427, "late": 52, "not_closed": 7}
    assert (found["rows"], found["imported"], found["errors"]) == (1000, 1000, [])
    counts = {kind: len(rows) for kind, rows in found["findings"].items()}
    assert counts["closed_before_created"] == 10 and counts["closed_though_open"] == 17
    assert counts["midnight_close"] == 107 and counts["missing_due_date"] == 514
    assert counts["missing_channel"] == 160 and counts["unknown_channel"] == 7


def test_consumer_complaints_of_a_bureau() -> None:
    found = figures(content_of(CFPB))
    assert (found["rows"], found["imported"], len(found["findings"]["exact_duplicate"])) == (3186, 3175, 11)
    assert found["disputed"] == {"yes": 595, "no": 2534, "unknown": 57}
    assert found["timely"] == {"yes": 3093, "no": 93, "unknown": 0}
    assert len(found["findings"]["passed_on_before_created"]) == 6
    assert found["due"] == {"given": 0, "met": 0, "late": 0, "not_closed": 0}


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("06/26/2018 12:00:00 AM", "MDY", "2018-06-26T04:00"),
        ("06/26/2018 12:30 PM", "MDY", "2018-06-26T16:30"),
        ("26.06.2018 18:05", "DMY", "2018-06-26T22:05"),
        ("2018-06-26T10:00:00Z", "DMY", "2018-06-26T10:00"),
        ("2018-06-26 10:00:00+05:30", "DMY", "2018-06-26T04:30"),
        ("26 June 2018, 10:00 a.m.", "MDY", "2018-06-26T14:00"),
        ("2018-06-26 10:00:00 EST", "MDY", "2018-06-26T15:00"),
        ("2018-06-26 10:00:00 AEST", "MDY", "2018-06-26T14:00"),  # an unknown word: the zone of the file
        ("2018-06-26 10:00 -0500", "MDY", "2018-06-26T15:00"),
        ("2018-06-26T10:00:00.123456+02:00[Europe/Paris]", "MDY", "2018-06-26T08:00"),
        ("20180626T100000Z", "MDY", "2018-06-26T10:00"),
        ("20180626100000", "MDY", "2018-06-26T14:00"),
        ("Tue Jun 26 10:00:00 2018", "MDY", "2018-06-26T14:00"),
        ("Tue Jun 26 10:00:00 UTC 2018", "MDY", "2018-06-26T10:00"),
        ("Tue Jun 26 2018 10:00:00 GMT-0400 (Eastern Daylight Time)", "MDY", "2018-06-26T14:00"),
        ("Tue, 26 Jun 2018 10:00:00 +0530", "MDY", "2018-06-26T04:30"),
        ("10:00 AM 26/06/2018", "DMY", "2018-06-26T14:00"),
        ("26/06/2018 10h00", "DMY", "2018-06-26T14:00"),
        ("2018年06月26日 10:00", "MDY", "2018-06-26T14:00"),
        ("1530021600", "MDY", "2018-06-26T14:00"),
        ("1530021600000", "MDY", "2018-06-26T14:00"),
        ("43277.4166667", "MDY", "2018-06-26T14:00"),
        ("2018-06-26 24:00", "MDY", "2018-06-27T04:00"),  # the end of the day
        ("03/11/2018 02:30", "MDY", "2018-03-11T07:00"),  # does not exist: the first instant after the gap
        ("11/04/2018 01:30", "MDY", "2018-11-04T05:30"),  # happens twice: its first occurrence
    ],
)
def test_times_of_any_usual_form(text: str, order: str, expected: str) -> None:
    found = read_moment(text, order, NEW_YORK)
    assert found is not None and found.at is not None
    assert found.at.isoformat()[:16] == expected


def test_a_date_alone_stays_a_date() -> None:
    found = read_moment("7/29/2013", "MDY", NEW_YORK)
    assert found == Moment(date(2013, 7, 29))
    assert read_moment("N/A", "MDY", NEW_YORK) is None


@pytest.mark.parametrize(
    "text",
    [
        *("13/13/2018", "soon", "02/30/2018", "06/26/2018 25:00", "06/26/2018 13:00 AM", "7/8"),
        *("06/26/2018 24:01", "06/26/2018 10:60", "06/26/2018 10:10:60"),
        *("2018-06-26 10:00 +25:00", "2018-06-26 10:00 24-06", "1/2/123", "1969-12-31", "2201-01-01"),
    ],
)
def test_unreadable_dates(text: str) -> None:
    with pytest.raises(UnreadableDateError):
        read_moment(text, "MDY", NEW_YORK)


def test_the_order_is_decided_from_the_whole_column() -> None:
    assert shown_order(["1/2/2018", "3/4/2018", "5/13/2018"]) == "MDY"
    assert shown_order(["1/2/2018", "13/4/2018", "14/4/2018", "4/15/2018"]) == "DMY"
    assert shown_order(["1/2/2018"]) is None
    found = figures(HEAD + "1,Web,1/2/2018,,,\n2,Web,13/2/2018,,,\n3,Web,2/13/2018,,,\n4,Web,14/2/2018,,,\n")
    assert [error["row"] for error in found["errors"]] == [4] and "date_order_guessed" not in found["findings"]
    assert figures(HEAD + "1,Web,1/2/2018,,,\n")["findings"]["date_order_guessed"] == [2]
    assert "date_order_guessed" not in figures(HEAD + "1,Web,1/2/2018,,,\n", date_order="DMY")["findings"]


def test_what_cannot_be_imported_is_an_error() -> None:
    found = figures(
        HEAD + "1,Web,,,,\n2,Web,soon,,,\n3,Web,2030-01-01,,,\n4,Web,2026-01-01,32/13/26,,\n5,Web,2026-01-01\n"
    )
    assert [error["row"] for error in found["errors"]] == [2, 3, 4, 5]
    assert (found["rows"], found["imported"]) == (5, 1)


def test_three_numbers_are_read_strictly_in_their_order() -> None:
    with pytest.raises(UnreadableDateError):
        read_moment("2018/1/001", "MDY", NEW_YORK)
    assert read_moment("18/1/2", "YMD", NEW_YORK) == Moment(date(2018, 1, 2))
    assert read_moment("2200-12-31", "DMY", NEW_YORK) == Moment(date(2200, 12, 31))
    assert read_moment("1970-01-01", "DMY", NEW_YORK) == Moment(date(1970, 1, 1))


def test_a_time_that_is_none_does_not_decide_the_order_of_its_column() -> None:
    found = figures(HEAD + "1,Web,13/2/2018 25:00,,,\n2,Web,2/13/2018 10:00,,,\n3,Web,2/3/2018 11:00,,,\n")
    assert [error["row"] for error in found["errors"]] == [2]
    assert "date_order_guessed" not in found["findings"]


def test_blank_rows_are_passed_over_and_broken_ones_are_errors() -> None:
    found = figures(HEAD + f"1,Web,2026-01-02,,,\n,,,,,\n2,{'x' * 100_001},2026-01-03,,,\n3,Web,2026-01-04,,,\n")
    assert (found["rows"], found["imported"]) == (3, 2)
    assert found["errors"] == [{"row": 4, "reason": "A cell of this row holds 100,001 characters."}]


def test_a_close_at_midnight_is_said_to_be_one() -> None:
    found = figures(HEAD + "1,Web,2026-01-02,,2026-01-04 00:00,\n2,Web,2026-01-02,,2026-01-04 00:01,\n")
    assert found["findings"]["midnight_close"] == [2]


def test_rows_without_a_reference_are_known_by_what_they_say() -> None:
    text = "Channel,Created at\nWeb,2026-01-02\nWeb,2026-01-03\nWeb,2026-01-02\n"
    log = open_log(text.encode(), filename="log.csv")
    first, other, again = read_log(log, log.settings(Choice()), now=NOW).rows
    assert first.external_id == again.external_id != other.external_id
    assert first.external_id.startswith("row:") and first.reference == ""


@pytest.mark.parametrize(
    ("choice", "sentence"),
    [
        ({"channels": {"Web": "pigeon"}}, "There is no channel pigeon;"),
        ({"date_order": "YDM"}, "The date order is one of DMY, MDY, YMD."),
        ({"columns": {"Status": "mood"}}, "There is no field mood;"),
        ({"columns": {"Status": "closed_at", "Due at": "closed_at"}}, "Two columns are chosen for"),
        ({"columns": {"Nowhere": "closed_at"}}, "The file has no column Nowhere."),
    ],
)
def test_a_choice_that_does_not_exist_is_refused(choice: dict[str, Any], sentence: str) -> None:
    with pytest.raises(BadMapping, match=sentence):
        figures(HEAD + "1,Web,2026-01-02,,,\n", **choice)


def test_an_unknown_channel_can_be_chosen_to_stay_unknown() -> None:
    found = figures(HEAD + "1,Web,2026-01-02,,,\n", channels={"Web": ""})
    assert found["findings"]["unknown_channel"] == [2]


@pytest.mark.parametrize("given", ["channels", "columns"])
def test_a_mapping_of_another_shape_is_refused(given: str) -> None:
    with pytest.raises(BadMapping, match=f"“{given}” is a JSON object"):
        choice_from_json({given: ["Web"]})


def test_what_is_odd_is_said() -> None:
    found = figures(
        HEAD
        + "1,Web,2026-01-02,2026-01-03,2026-01-01,Closed\n"
        + "1,Owl,2026-01-02,2026-01-03,2026-01-04,Open\n"
        + "2,,2026-01-02,,,Resolved\n"
        + "2,,2026-01-02,,,Resolved\n"
    )
    assert found["findings"] == {
        "exact_duplicate": [5],
        "same_reference": [3],
        "closed_before_created": [2],
        "missing_channel": [4, 5],
        "unknown_channel": [3],
        "missing_due_date": [4, 5],
        "closed_though_open": [3],
        "closed_without_date": [4, 5],
    }
    assert found["imported"] == 3


def test_columns_are_proposed_from_headers_and_values() -> None:
    assert suggest_columns(["Case", "When it was"], [["7", "3/4/2018"], ["8", "5/4/2018"]])["When it was"] == (
        "created_at"
    )
    assert suggest_columns(["Complaint Type", "Category"], []) == {"Category": "category"}
    assert "status" not in suggest_columns(["State", "Date"], []).values()


def test_columns_with_words_of_their_own() -> None:
    header = ["Last modified date", "Ticket logged date", "Date of expected solution", "When it was fixed", "How"]
    rows = [
        ["1/9/2018", "1/2/2018 9:00", "1/5/2018", "1/4/2018 10:00", "Phone"],
        ["2/9/2018", "1/3/2018", "", "", "Web"],
    ]
    assert suggest_columns([*header, "Fixed by"], [[*row, "Asha"] for row in rows]) == {
        "Ticket logged date": "created_at",
        "Date of expected solution": "due_at",
        "When it was fixed": "closed_at",
        "How": "channel",
    }


@pytest.mark.parametrize(
    ("header", "cells", "expected"),
    [
        (
            ["Created Date", "Due Date", "First Response Due By", "Resolution Due By"],
            ["2018-01-05 10:00", "2018-01-08 10:00", "2018-01-05 12:00", "2018-01-08 10:00"],
            {"Created Date": "created_at", "Due Date": "due_at"},
        ),
        (
            ["Created", "First Response Due Date", "Resolution Due Date", "Resolved Date"],
            ["2018-01-05 10:00", "2018-01-05 12:00", "2018-01-08 10:00", "2018-01-07 10:00"],
            {"Created": "created_at", "Resolution Due Date": "due_at", "Resolved Date": "closed_at"},
        ),
        (
            ["Last activity date", "Create date"],
            ["2018-02-05", "2018-01-05"],
            {"Create date": "created_at"},
        ),
        (
            ["opened_at", "resolved_at", "closed_at"],
            ["2018-01-05 10:00", "2018-01-06 10:00", "2018-01-13 10:00"],
            {"opened_at": "created_at", "resolved_at": "closed_at"},
        ),
        (
            ["Created", "Due Date", "SLA Due Date"],
            ["2018-01-05 10:00", "", "2018-01-06 10:00"],
            {"Created": "created_at", "SLA Due Date": "due_at"},
        ),
    ],
)
def test_columns_that_other_programs_write_side_by_side(
    header: list[str], cells: list[str], expected: dict[str, str]
) -> None:
    assert suggest_columns(header, [cells]) == expected


def test_dates_with_the_year_in_front_say_nothing_about_the_others() -> None:
    assert shown_order(["2024-02-03", "01/25/2024"]) == "MDY"
    assert shown_order(["2024-02-03", "2024-02-13"]) is None


def test_nothing_is_answered_or_closed_in_the_future() -> None:
    found = figures(HEAD + "1,Web,2026-01-05,,2026-12-10,\n2,Web,2026-01-05,,0000-00-00 00:00:00,\n")
    assert [error["row"] for error in found["errors"]] == [2] and found["imported"] == 1


def test_a_column_named_closed_that_says_yes_or_no_holds_no_dates() -> None:
    found = figures("Ref,Opened,Closed,Date closed,Resolved\n1,2018-06-26,Yes,2018-06-27,Y\n2,2018-06-26,No,,N\n")
    assert (found["imported"], found["errors"]) == (2, [])


def test_words() -> None:
    means = {"PHONE": "phone", "ONLINE": "website", "Postal mail": "letter", "Fax": "letter", "Walk-in": "in-person"}
    assert {word: proposed_channel(word) for word in means} == means
    assert [proposed_channel(word) for word in ("UNKNOWN", "OTHER", "Referral", "")] == [""] * 4
    assert (severity_of("Critical"), severity_of("whatever")) == ("urgent", "normal")
    assert (severity_of("1 - Critical"), severity_of("2 - High")) == ("urgent", "high")
    assert (proposed_channel("WhatsApp"), proposed_channel("TikTok")) == ("messaging", "social")
    assert [yes_or_no(word) for word in ("Yes", "n", "", "maybe")] == [True, False, None, None]
    assert means_closed("Closed with explanation") and not means_closed("In Progress")


def test_workbooks_and_other_code_pages_and_delimiters() -> None:
    book = Workbook()
    assert book.active is not None
    book.active.append(["Reference", "Created", "Due date", "Closed", "Via"])
    book.active.append(["A-1", "2026-01-02 10:00", date(2026, 1, 3), "2026-01-03 23:00", "Téléphone"])
    file = io.BytesIO()
    book.save(file)
    assert figures(file.getvalue())["due"]["met"] == 1
    text = "Reference;Erstellt;Kanal;Beschreibung\nA-1;31.01.2026 10:00;Telefon;Zu spät\n"
    found = figures(text.encode("cp1252"))
    assert found["errors"] == [] and "unknown_channel" not in found["findings"]


def test_what_is_no_log_is_refused() -> None:
    for content in (b"BEGIN:VCARD\nFN:A\nEND:VCARD", b"", b"%PDF-1.4", b" ,,\n,,\n", HEAD.encode()):
        with pytest.raises(UnreadableFile):
            open_log(content, filename="log.csv")
    log = open_log(b"Colour,Size\nred,7\n", filename="log.csv")
    with pytest.raises(BadMapping):
        log.settings(Choice())
