"""Complaint logs as JSON are read as the same rows of a table would be."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from crm.complaints.importing import Choice, ParsedLog, UnreadableFile, as_json, json_tables, open_log, read_log
from crm.complaints.models import Complaint
from crm.contacts.importing import tables
from crm.extensions import db
from tests.client import PageClient
from tests.complaints.test_importing_views import _upload
from tests.contacts.importing_steps import work_all

NOW = datetime(2026, 6, 12, 11, 0, tzinfo=UTC)
CSV = (
    "Ref,Channel,Created at,Due at,Closed at,Timely,place.city\n"
    "7,Web,2024-05-13 10:00,2024-05-15 10:00,2024-05-14 10:00,true,Chennai\n"
    "8,Phone,2024-05-14 10:00,2024-05-16 10:00,,,\n"
)
ENTRIES: list[dict[str, Any]] = [
    {
        "Ref": 7,
        "Channel": "Web",
        "Created at": "2024-05-13 10:00",
        "Due at": "2024-05-15 10:00",
        "Closed at": "2024-05-14 10:00",
        "Timely": True,
        "place": {"city": "Chennai"},
    },
    {"Due at": "2024-05-16 10:00", "Created at": "2024-05-14 10:00", "Closed at": None, "Ref": 8, "Channel": "Phone"},
]
ONE = '{"Created at": "2024-05-14"}'


def read(content: bytes | str, filename: str = "log.json") -> ParsedLog:
    log = open_log(content if isinstance(content, bytes) else content.encode(), filename=filename)
    return read_log(log, log.settings(Choice(time_zone="Asia/Kolkata")), now=NOW)


@pytest.mark.parametrize(
    ("content", "filename"),
    [
        (json.dumps(ENTRIES), "log.json"),
        (json.dumps(ENTRIES, indent=4), "export.txt"),
        (json.dumps({"meta": {"count": 2}, "data": ENTRIES, "errors": []}), "log.json"),
        (json.dumps({"results": ENTRIES, "facets": [{"name": "x"}]}), "log.json"),
        (json.dumps({"tickets": ENTRIES, "next_page": None}), "log.json"),
        ("\n".join(map(json.dumps, ENTRIES)), "log.json"),
        ("\r\n".join(map(json.dumps, ENTRIES)) + "\r\n\r\n", "log.ndjson"),
        (json.dumps(ENTRIES).encode("utf-16"), "log.json"),
        (b"\xef\xbb\xbf" + json.dumps(ENTRIES).encode(), "log"),
    ],
)
def test_json_says_what_the_same_table_says(content: str | bytes, filename: str) -> None:
    table, found = read(CSV, "log.csv"), read(content, filename)
    assert as_json(found) | {"findings": {}} == as_json(table) | {"findings": {}}
    assert [row.number for row in found.rows] == [1, 2]
    shown = ("reference", "channel", "created", "due", "closed", "timely")
    assert [[getattr(row, name) for name in shown] for row in found.rows] == [
        [getattr(row, name) for name in shown] for row in table.rows
    ]
    assert found.columns == table.columns


KEYS = list(ENTRIES[0])
VALUES = [[entry.get(key) for key in KEYS] for entry in ENTRIES]


@pytest.mark.parametrize(
    "whole",
    [
        {"took": 1, "hits": {"total": 2, "hits": [{"_id": "a", "_source": entry} for entry in ENTRIES]}},
        {"type": "Collection", "features": [{"type": "Feature", "properties": each, "at": None} for each in ENTRIES]},
        {"meta": {"view": {"columns": [{"id": 1, "name": key} for key in KEYS]}}, "data": VALUES},
        {"columns": KEYS, "index": [0, 1], "data": VALUES},
        [KEYS, *VALUES],
        [entry | {"Created at": {"$date": entry["Created at"]}} for entry in ENTRIES],
    ],
)
def test_what_programs_wrap_around_complaints_is_passed_over(whole: Any) -> None:
    found, plain = as_json(read(json.dumps(whole))), as_json(read(json.dumps(ENTRIES)))
    assert {name: found[name] for name in ("rows", "imported", "errors", "due", "timely")} == {
        name: plain[name] for name in ("rows", "imported", "errors", "due", "timely")
    }
    assert found["read_as"]["columns"] == plain["read_as"]["columns"]


def test_values_are_read_as_they_are_written() -> None:
    entry = {
        "Created at": "2024-05-14",
        "id": 12345678901234567890123,
        "amount": 5.10,
        "tags": ["late", "cold", None],
        "deep": {"inner": {"most": [1]}},
        "text": "two\nlines \x00\ud800",
        "none": None,
        "not": float("nan"),
    }
    log = open_log(json.dumps([entry]).encode(), filename="log.json")
    written = dict(zip(log.columns, log.table.table.rows[0].cells, strict=False))
    assert written["id"] == "12345678901234567890123" and written["amount"] == "5.1"
    assert written["tags"] == "late, cold" and written["deep.inner"] == '{"most": ["1"]}'
    assert "two\nlines" in written["text"] and "\ud800" not in written["text"] and "\x00" not in written["text"]
    assert log.columns[-2:] == ["none", "not"] and log.values("none") == log.values("not") == []


def test_what_is_no_object_costs_its_own_row_only() -> None:
    found = read(f"[{ONE}, 5, [1], {ONE}]")
    assert [(error.row, error.reason) for error in found.errors] == [
        (2, json_tables.NO_OBJECT),
        (3, json_tables.NO_OBJECT),
    ]
    assert [row.number for row in found.rows] == [1, 4]
    lines = read(f"{ONE}\nnot JSON\n\n{ONE}", "log.jsonl")
    assert [error.row for error in lines.errors] == [2] and [row.number for row in lines.rows] == [1, 4]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("[]", "The file holds no rows."),
        ('{"data": []}', "The file holds no rows."),
        ("[1, 2]", json_tables.NO_LIST),
        ("[{}]", json_tables.NO_LIST),
        ('{"columns": [null, {}], "data": [["7", "Web"]]}', json_tables.NO_LIST),
        ('{"a": [{"x": 1}], "b": [{"x": 1}]}', json_tables.NO_LIST),
        ('[{"a": 1},\n {"a": 2', "The JSON of this file cannot be read from line 2, column"),
        ('[{"a": 1}] and more', "The JSON of this file cannot be read from line 1, column 12 on."),
        ("Ref,Created at\n1,2024-05-14\n", "The JSON of this file cannot be read from line 1, column 1 on."),
        ("[" * 100_000, json_tables.TOO_DEEP),
        ('[{"a":' * 100_000, json_tables.TOO_DEEP),
        ("", "The file is empty."),
        (
            json.dumps([{f"key {number}": 1 for number in range(2_001)}]),
            "The file has 2,001 columns; at most 2,000 are read.",
        ),
    ],
)
def test_a_file_that_is_no_list_of_complaints_says_why(content: str, sentence: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        open_log(content.encode(), filename="log.json")
    assert str(refused.value).startswith(sentence)


def test_json_has_the_limits_of_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    found = read(json.dumps([{"Created at": "2024-05-14", "text": "x" * (tables.LONGEST_CELL + 1)}, json.loads(ONE)]))
    assert [(error.row, error.reason) for error in found.errors] == [
        (1, "A cell of this row holds 100,001 characters.")
    ]
    monkeypatch.setattr(tables, "MOST_ROWS", 2)
    with pytest.raises(UnreadableFile, match="more than 2 rows"):
        open_log(f"[{ONE}, {ONE}, {ONE}]".encode(), filename="log.json")
    monkeypatch.setattr(tables, "MOST_ROWS", 10)
    monkeypatch.setattr(json_tables, "MOST_CELLS", 3)
    with pytest.raises(UnreadableFile, match="more than 3 cells"):
        open_log(json.dumps(ENTRIES).encode(), filename="log.json")


def test_a_log_as_json_goes_from_upload_to_complaints(as_owner: PageClient) -> None:
    page = _upload(as_owner, json.dumps(ENTRIES), "log.json")
    assert "place.city" in as_owner.get(page).text
    as_owner.post(f"{page}/acceptance")
    work_all()
    assert set(db.session.scalars(select(Complaint.external_id))) == {"7", "8"}


def test_an_upload_that_is_no_json_is_refused_with_its_place(as_owner: PageClient) -> None:
    form = {"file": (io.BytesIO(b'[{"a": 1,}]'), "log.json")}
    page = as_owner.post("/imports/complaints", form, status=422).text
    assert "The JSON of this file cannot be read from line 1, column 10 on." in page
