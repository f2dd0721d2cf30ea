"""Storing complaint logs: clocks from the file's own timestamps, nobody alerted, nothing doubled."""

from __future__ import annotations

import time
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from crm.accounts.models import Staff
from crm.complaints.actions.recording import refresh
from crm.complaints.import_task import import_log
from crm.complaints.importing import Choice
from crm.complaints.models import Complaint, ComplaintClock, ComplaintEvent
from crm.complaints.rules import NoCalendar
from crm.extensions import db
from crm.sla.models import CalendarVersion
from tests.complaints.logs import CFPB, NYC, content_of
from tests.conftest import NOW
from tests.factories.contacts import make_contact

LOG = (
    "Reference,Channel,Category,Description,Created at,First response at,Due at,Closed at,Status,Phone,Email\n"
    "A-1,Phone,Staff,Nobody called back,2026-03-02 10:00,2026-03-02 11:00,2026-03-03 10:00,2026-03-04 10:00,Closed,"
    "98765 43210,\n"
    "A-2,Web,Staff,Rude answer,2026-03-02,,2026-03-03,2026-03-03,Closed,,\n"
    "A-3,Pigeon,Staff,No answer,2026-03-02 10:00,,2026-03-03 10:00,,Open,,asha@example.com\n"
    "A-4,Phone,Staff,Closed some day,2026-03-02 10:00,,2026-03-03 10:00,,Closed,,\n"
)


def _import(content: bytes | str = LOG, name: str = "log.csv", zone: str = "") -> dict[str, Any]:
    raw = content.encode() if isinstance(content, str) else content
    db.session.commit()  # reading the file lets go of the database
    return import_log(raw, name, Choice(time_zone=zone), now=NOW)


def _by_reference() -> dict[str, Complaint]:
    return {each.external_id: each for each in db.session.scalars(select(Complaint))}


def _clocks(complaint: Complaint) -> list[ComplaintClock]:
    return list(db.session.scalars(select(ComplaintClock).where(ComplaintClock.complaint_id == complaint.id)))


def test_a_due_date_is_a_promise_kept_by_closing(owner: Staff) -> None:
    _import()
    found = _by_reference()
    clock = _clocks(found["A-1"])[0]
    assert (clock.kind, clock.result, clock.is_imported, clock.alert_at) == ("promise", "met_late", True, None)
    assert clock.started_at == datetime(2026, 3, 2, 4, 30, tzinfo=UTC)  # 10:00 in Chennai
    assert clock.real_seconds == 48 * 3600
    assert found["A-1"].acknowledged_at == datetime(2026, 3, 2, 5, 30, tzinfo=UTC)
    assert (found["A-1"].status, found["A-1"].closed_at) == ("closed", datetime(2026, 3, 4, 4, 30, tzinfo=UTC))


def test_a_date_alone_includes_its_day_and_is_no_midnight_elsewhere(owner: Staff) -> None:
    _import(zone="America/New_York")
    found = _by_reference()
    assert found["A-2"].occurred_at == datetime(2026, 3, 1, 18, 30, 1, tzinfo=UTC)  # 2 March where the business is
    assert _clocks(found["A-2"])[0].result == "met"
    assert found["A-1"].occurred_at == datetime(2026, 3, 2, 15, tzinfo=UTC)


def test_what_is_not_closed_stays_open_and_what_has_no_date_is_not_met(owner: Staff) -> None:
    _import()
    found = _by_reference()
    assert (found["A-3"].status, found["A-3"].closed_at, found["A-3"].channel) == ("new", None, "")
    assert (_clocks(found["A-3"])[0].result, _clocks(found["A-3"])[0].alert_at) == ("", None)
    assert _clocks(found["A-4"])[0].result == "cancelled"
    assert found["A-4"].status == "closed" and found["A-4"].resolved_at is None


def test_a_log_without_due_dates_is_history_without_clocks(owner: Staff) -> None:
    counts = _import(
        "Reference,Channel,Created at,Closed at\nA-1,Phone,2026-03-02 10:00,2026-03-04 10:00\nA-2,Web,2026-03-02,\n"
    )
    assert counts["imported"] == 2
    assert [each.status for each in _by_reference().values()] == ["closed", "new"]
    assert db.session.scalar(select(func.count()).select_from(ComplaintClock)) == 0


def test_the_same_file_twice_doubles_nothing(owner: Staff) -> None:
    first = _import()
    again = _import(name="log (1).csv")
    assert (first["imported"], again["imported"], again["already_here"]) == (4, 0, 4)
    assert db.session.scalar(select(func.count()).select_from(Complaint)) == 4


def test_contacts_are_found_by_phone_and_email(owner: Staff) -> None:
    asha = make_contact("Asha", phone="+919876543210")
    counts = _import()
    assert _by_reference()["A-1"].contact_id == asha.id
    assert _by_reference()["A-3"].contact_id is None and counts["with_contact"] == 1


def test_worked_out_again_nothing_changes(owner: Staff) -> None:
    _import()
    names = ("status", "closed_at", "next_due_at", "acknowledged_at", "resolved_at")
    for complaint in _by_reference().values():
        before = [getattr(complaint, name) for name in names]
        clocks = [(clock.event_id, clock.due_at, clock.result) for clock in _clocks(complaint)]
        refresh(complaint.id, NOW)
        assert [getattr(complaint, name) for name in names] == before
        assert [(clock.event_id, clock.due_at, clock.result) for clock in _clocks(complaint)] == clocks


def test_without_opening_hours_nothing_is_imported(owner: Staff) -> None:
    for version in db.session.scalars(select(CalendarVersion)):
        db.session.delete(version)
    with pytest.raises(NoCalendar):
        _import()


def test_service_requests_of_a_city(owner: Staff) -> None:
    _import(content_of(NYC), NYC.name, "America/New_York")
    results = Counter(db.session.scalars(select(ComplaintClock.result).where(ComplaintClock.kind == "promise")))
    assert results == {"met": 427, "met_late": 52, "": 7}
    assert db.session.scalar(select(func.count()).select_from(ComplaintClock)) == 486
    assert not db.session.scalars(select(ComplaintClock.id).where(ComplaintClock.alert_at.is_not(None))).all()


def test_consumer_complaints_of_a_bureau(owner: Staff) -> None:
    begun = time.process_time()  # of this process, whatever else the machine does
    figures = _import(content_of(CFPB), CFPB.name, "America/New_York")
    assert time.process_time() - begun < 10
    assert (figures["imported"], figures["already_here"]) == (3175, 0)
    assert db.session.scalar(select(func.count()).select_from(ComplaintClock)) == 0
    noted = select(ComplaintEvent.details).where(ComplaintEvent.kind == "noted")
    answers = Counter(details.get("disputed") for details in db.session.scalars(noted))
    assert sum(answers.values()) == 3175 and 0 < answers[None] <= 57  # a blank is not No
