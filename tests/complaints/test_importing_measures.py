"""What the figures of a log say is what its clocks say: every row is measured once."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from crm.accounts.models import Staff
from crm.complaints import import_events
from crm.complaints.actions import importing as actions
from crm.complaints.actions.recording import EventDraft, add_event
from crm.complaints.import_task import foreseen, import_log
from crm.complaints.importing import Choice
from crm.complaints.models import Complaint, ComplaintClock, ComplaintEvent
from crm.complaints.queries.cases import case_of
from crm.complaints.rules import EventKind
from crm.extensions import db
from crm.reports.queries.recovery import recovery_figures
from crm.sla.queries import calendar_versions
from crm.sla.rules import CountingMode, Derivation, Period, SlaTarget, UnreachableDeadlineError
from crm.sla.rules import derive as derive_clocks
from crm.sla.rules import due_at as clock_due
from tests.client import PageClient
from tests.complaints.logs import NYC, content_of
from tests.conftest import NOW

HEAD = "Reference,Channel,Created at,Due at,Closed at,Status\n"
CHENNAI = ZoneInfo("Asia/Kolkata")
MET, LATE, OPEN, UNDATED = "met", "met_late", "", "cancelled"


def _import(rows: str, name: str = "log.csv", **choice: Any) -> dict[str, Any]:
    db.session.commit()  # reading the file lets go of the database
    content = rows if rows.startswith("Reference") else HEAD + rows
    return import_log(content.encode(), name, Choice(**choice), now=NOW)


def _results() -> Counter[str]:
    return Counter(db.session.scalars(select(ComplaintClock.result)))


def _one() -> Complaint:
    return db.session.scalars(select(Complaint)).one()


@pytest.mark.parametrize(
    ("row", "result"),
    [
        ("2021-05-04T09:00:00Z,2021-05-06,2021-05-06T18:29:59Z", MET),  # the day ends at 18:29:59 UTC
        ("2021-05-04T09:00:00Z,2021-05-06,2021-05-06T18:30:00Z", LATE),
        ("2021-05-04T09:00:00-05:00,2021-05-06,2021-05-06T22:00:00-05:00", LATE),
        ("1620118800,2021-05-06,1620325799", MET),
        ("1620118800,2021-05-06,1620325800", LATE),
        ("2021-05-04 10:00,2021-05-06 00:00,2021-05-06", MET),  # a day alone is in time on the day it is due
        ("2021-05-04 10:00,2021-05-06 00:00,2021-05-07", LATE),
        ("2021-05-04,2021-05-06,2021-05-06", MET),
        ("2021-05-04 10:00,2021-05-02 10:00,2021-05-03 10:00", LATE),  # late, and then closed before it was created
        ("2021-05-04 10:00,2021-05-03 10:00,2021-05-02 10:00", MET),
        ("2021-05-04 10:00,2021-05-04 09:00,2021-05-04 10:00", LATE),
        ("2021-05-04 10:00,2021-05-06 10:00,2021-05-03 10:00", MET),
        ("2021-05-04 10:00,2021-05-06 10:00,2021-05-06 10:00:00.9", MET),
        ("2021-05-04 10:00,2021-05-03,", OPEN),
    ],
)
def test_figures_and_clocks_agree(owner: Staff, row: str, result: str) -> None:
    due = _import(f"1,Web,{row},\n")["due"]
    assert _results() == {result: 1}
    assert (due["given"], due["met"], due["late"], due["not_closed"]) == (
        1,
        *(int(result == each) for each in (MET, LATE, OPEN)),
    )


def test_closed_without_a_date_is_neither_met_nor_open(owner: Staff) -> None:
    found = _import("1,Web,2021-05-04 10:00,2021-05-06,,Closed\n")
    assert _results() == {UNDATED: 1}
    assert found["due"] == {"given": 1, "met": 0, "late": 0, "not_closed": 0}
    assert found["findings"]["closed_without_date"] == [2]


def test_exact_copies_are_counted_once(owner: Staff) -> None:
    found = _import("1,Web,2021-05-04,2021-05-06,2021-05-06,\n" * 3 + "2,Web,2021-05-04,2021-05-06,2021-05-07,\n")
    assert _results() == {MET: 1, LATE: 1}
    assert (found["due"]["met"], found["due"]["late"], found["findings"]["exact_duplicate"]) == (1, 1, [3, 4])


@pytest.mark.parametrize(
    "row", ["2015-05-13 10:00,2031-01-01 00:00,", "2024-05-13 10:00,2099-12-31,", "2019-05-13,2025-01-01,2019-06-01"]
)
def test_a_due_date_that_is_too_far_off_is_a_finding_and_stays_as_a_note(owner: Staff, row: str) -> None:
    found = _import(f"1,Web,{row},\n2,Web,2024-05-13,2024-05-14,2024-05-13,\n")
    assert (found["errors"], found["imported"], found["findings"]["due_too_far"]) == ([], 2, [2])
    assert _results() == {MET: 1} and found["due"]["given"] == 1
    notes = db.session.scalars(select(ComplaintEvent.text).where(ComplaintEvent.kind == "noted")).all()
    assert notes == [f"Due: {row.split(',')[1][:10]}"]


@pytest.mark.parametrize(
    ("start", "last", "beyond"),
    [
        ("2019-05-13 10:00", "2024-05-13 10:00", "2024-05-13 10:01"),  # over two leap days
        ("2020-02-29 10:00", "2025-03-01 10:00", "2025-03-01 10:01"),
        ("2021-05-13 10:00", "2026-05-13 10:00", "2026-05-13 10:01"),
    ],
)
def test_a_promise_of_a_log_reaches_as_far_as_any_clock(owner: Staff, start: str, last: str, beyond: str) -> None:
    found = _import(f"1,Web,{start},{last},\n2,Web,{start},{beyond},\n")
    assert (found["findings"]["due_too_far"], found["due"]["given"]) == ([3], 1)
    due_at = db.session.scalars(select(ComplaintClock.due_at)).one()
    began = _started("1")
    elapsed = SlaTarget(CountingMode.ELAPSED, due_at - began)
    assert clock_due(began, elapsed, calendar_versions()[0].value) == due_at
    with pytest.raises(UnreachableDeadlineError):
        clock_due(began, replace(elapsed, length=elapsed.length + timedelta(minutes=1)), calendar_versions()[0].value)


def _started(reference: str) -> datetime:
    return db.session.scalars(select(Complaint.occurred_at).where(Complaint.external_id == reference)).one()


def test_an_error_of_one_row_stops_no_other(owner: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    def derive(events: Any, *given: Any) -> Derivation:
        if events[0].channel == "letter":
            raise UnreachableDeadlineError
        return derive_clocks(events, *given)

    monkeypatch.setattr(actions, "derive", derive)
    found = _import("1,Letter,2024-05-13,2024-05-14,2024-05-13,\n2,Web,2024-05-13,2024-05-14,2024-05-13,\n")
    assert found["errors"] == [{"row": 2, "reason": "Its clocks cannot be worked out."}]
    assert (found["imported"], found["due"]["given"], _one().external_id) == (1, 1, "2")
    alone = _import("3,Letter,2024-05-13,2024-05-14,2024-05-13,\n")
    assert (alone["imported"], len(alone["errors"]), _one().external_id) == (0, 1, "2")


def test_a_word_in_the_place_of_a_date_is_kept_as_a_note(owner: Staff) -> None:
    assert _import("1,Web,2024-05-13,TBD,Pending,\n2,Web,2024-05-13,2024-05-14,2024-05-14,\n")["errors"] == []
    note = db.session.scalars(select(ComplaintEvent).where(ComplaintEvent.kind == "noted")).one()
    assert (note.text, note.actor_id) == ("Due: TBD\nClosed: Pending", None)


# ── The same log again, and another with the same numbers ──


def test_numbers_that_begin_anew_are_other_complaints(owner: Staff) -> None:
    _import("1,Web,2024-01-05,2024-01-07,2024-01-06,\n2,Web,2024-01-08,2024-01-10,2024-01-09,\n")
    found = _import("1,Web,2024-02-05,2024-02-07,2024-02-16,\n2,Web,2024-01-08,2024-01-10,2024-01-09,\n")
    assert (found["imported"], found["already_here"], found["findings"]["already_here"]) == (1, 1, [3])
    assert _results() == {MET: 2, LATE: 1}


def test_a_log_read_again_in_another_zone_doubles_nothing(owner: Staff) -> None:
    rows = "1,Web,2024-01-05 10:00,,2024-01-06 10:00,\n,Web,2024-01-08 10:00,,,\n"
    _import(rows)
    found = _import(rows, time_zone="America/New_York", name="again.csv")
    assert (found["imported"], found["findings"]["already_here"], found["findings"]["different_here"]) == (
        0,
        [2, 3],
        [2],
    )


def test_what_was_closed_since_is_closed(owner: Staff) -> None:
    _import("1,Web,2024-01-05,2024-01-07,,Open\n2,Web,2024-01-05,2024-01-07,,Open\n")
    later = HEAD + "1,Web,2024-01-05,2024-01-07,2024-01-06,Closed\n2,Web,2024-01-05,2024-01-07,,Closed\n"
    assert foreseen(later.encode(), "log.csv", Choice(), now=NOW)["findings"]["closed_since"] == [2, 3]
    assert _results() == {OPEN: 2}
    found = _import(later)
    assert (found["imported"], found["closed_since"]) == (0, 2) and _results() == {MET: 1, UNDATED: 1}
    first = db.session.scalars(select(Complaint).where(Complaint.external_id == "1")).one()
    assert first.status == "closed" and first.resolved_at is not None and first.closed_at == first.resolved_at
    assert first.resolved_at.astimezone(CHENNAI).date() == date(2024, 1, 6)
    assert "closed_since" not in _import(later)["findings"]


def test_what_somebody_here_works_on_is_left_and_named(owner: Staff) -> None:
    _import("1,Web,2024-01-05,2024-01-07,,Open\n")
    case = case_of(_one().id)
    assert case is not None
    add_event(case, EventKind.INVESTIGATED, EventDraft(text="Asked the kitchen"), by_id=owner.id, now=NOW)
    found = _import("1,Web,2024-01-05,2024-01-07,2024-01-06,Closed\n")
    assert (found["findings"]["different_here"], "closed_since" in found) == ([2], False)
    assert _one().closed_at is None and _results() == {OPEN: 1}


PROMISES = "1,Web,2024-01-05 10:00,{},,Open\n2,Web,2024-01-05,2024-01-07,,Open\n3,Web,2024-01-05,,,Open\n"


@pytest.mark.parametrize(
    ("before", "after", "rows"),
    [
        ("2024-01-07 12:00", "2024-01-08 12:00", [2]),
        ("2024-01-07", "2024-01-08", [2]),
        ("", "2024-01-08", [2]),
        ("2024-01-07", "2044-01-08", [2]),  # too far off to be a promise, and another date all the same
        ("2024-01-07 12:00", "2024-01-07 12:00", None),
        ("2024-01-07", "", None),  # nothing said is no other date
        ("2044-01-08", "2044-01-08", None),
        ("2024-01-03", "2024-01-03", None),
    ],
)
def test_another_due_date_of_a_complaint_that_is_here_is_named_with_its_row(
    owner: Staff, before: str, after: str, rows: list[int] | None
) -> None:
    _import(PROMISES.format(before))
    kept = db.session.execute(select(ComplaintClock.complaint_id, ComplaintClock.due_at)).all()
    again = HEAD + PROMISES.format(after)
    tried = foreseen(again.encode(), "log.csv", Choice(), now=NOW)
    found = _import(again)
    assert [each["findings"].get("other_due_date") for each in (tried, found)] == [rows, rows]
    assert (found["imported"], found["already_here"]) == (0, 3)
    assert db.session.execute(select(ComplaintClock.complaint_id, ComplaintClock.due_at)).all() == kept


def test_a_due_date_read_in_another_zone_is_the_same(owner: Staff) -> None:
    rows = "1,Web,2024-01-05 10:00,2024-01-07 12:00,,Open\n"
    _import(rows)
    assert "other_due_date" not in _import(rows, time_zone="America/New_York")["findings"]
    assert _import(rows.replace("12:00", "13:00"))["findings"]["other_due_date"] == [2]


def test_a_due_date_of_an_old_import_is_known_by_its_instant(owner: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = "1,Web,2024-01-05 10:00,2024-01-07 12:00,,Open\n"
    with monkeypatch.context() as before:
        before.setattr(import_events, "due_written", lambda due, zone: "")
        _import(rows)
    assert "other_due_date" not in _import(rows)["findings"]
    assert _import(rows.replace("12:00", "13:00"))["findings"]["other_due_date"] == [2]


def test_a_due_date_that_is_late_and_closed_since_is_the_same(owner: Staff) -> None:
    _import("1,Web,2024-01-05 10:00,2024-01-04 10:00,,Open\n")
    found = _import("1,Web,2024-01-05 10:00,2024-01-04 10:00,2024-01-05 10:00,Closed\n")
    assert found["closed_since"] == 1 and "other_due_date" not in found["findings"]


def test_of_two_rows_with_one_number_at_one_time_each_is_known_again(owner: Staff) -> None:
    rows = "1,Web,2024-01-05,2024-01-07,2024-01-06,\n1,Web,2024-01-05,2024-01-09,2024-01-08,\n"
    _import(rows)
    found = _import(rows)
    assert (found["imported"], found["already_here"]) == (0, 2)
    assert found["findings"].keys().isdisjoint({"other_due_date", "different_here", "closed_since"})


# ── Recovery, and pages ──


def _recovery(rows: str) -> tuple[int, int, int]:
    _import(rows)
    start, end = db.session.execute(select(func.min(Complaint.occurred_at), func.max(Complaint.occurred_at))).one()
    figures = recovery_figures(Period(start, end.replace(year=end.year + 1)))
    return figures.received, figures.resolved, figures.first_fix


def test_imported_complaints_are_resolved_when_their_file_says(owner: Staff) -> None:
    rows = (
        "1,Web,2024-01-05,,2024-01-06,",
        "2,Web,2024-01-05,,,Closed",
        "3,Web,2024-01-05,,,",
        "4,Web,2024-01-05,,2026-01-06,",
    )
    assert _recovery("\n".join(rows)) == (4, 1, 1)


def test_the_log_of_a_city_has_been_resolved(owner: Staff) -> None:
    content_of(NYC)
    db.session.commit()
    import_log(content_of(NYC), NYC.name, Choice(time_zone="America/New_York"), now=NOW)
    figures = recovery_figures(Period(datetime(2014, 1, 1, tzinfo=UTC), NOW))
    assert (figures.received, figures.resolved) == (1000, 986)


def test_a_complaint_that_was_late_before_it_was_created_opens_as_a_page(as_owner: PageClient) -> None:
    _import("1,Web,2021-05-04 10:00,2021-05-02 10:00,2021-05-03 10:00,\n2,Web,2021-05-04 10:00,2021-05-02,,\n")
    for complaint_id in db.session.scalars(select(Complaint.id)).all():
        as_owner.get(f"/complaints/{complaint_id}")
    as_owner.get("/complaints")
