"""The rules of pauses, versions, the past and rehearsal, walked through the pages as their people do."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import time_machine
from flask import Flask
from sqlalchemy import select

from crm.accounts.models import Staff
from crm.complaints.models import Complaint, ComplaintClock
from crm.dashboard import alerts
from crm.extensions import db
from tests.client import PageClient
from tests.factories.complaints import WORDS
from tests.factories.contacts import make_contact
from tests.sla.typed_targets import typed_targets

ZONE = ZoneInfo("Asia/Kolkata")
TIMES, PAST, RUNNING = "/settings/response-times", "/settings/past-days", "/settings/running-clocks"


def wall(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=ZONE)


def on(text: str) -> Any:
    """Move the program's clock: "06-15 10:45" on the shop's wall."""
    return time_machine.travel(wall(text), tick=False)


def browser(app: Flask, staff: Staff) -> PageClient:
    return PageClient(app).signed_in(staff)


def complain(app: Flask, staff: Staff, at: str) -> Complaint:
    """Open a complaint by text message."""
    contact = make_contact("Leila Karimi")
    with on(at):
        given = {"channel": "text", "words": WORDS, "severity": "normal", "in_charge_id": staff.id}
        browser(app, staff).post(f"/contacts/{contact.id}/complaints", given)
    return db.session.scalars(select(Complaint).order_by(Complaint.id.desc())).first()  # type: ignore[return-value]


def clock_of(complaint: Complaint, kind: str) -> ComplaintClock:
    db.session.expire_all()
    wanted = select(ComplaintClock).where(ComplaintClock.complaint_id == complaint.id, ComplaintClock.kind == kind)
    return db.session.scalars(wanted).one()


def answer(app: Flask, staff: Staff, complaint: Complaint, at: str) -> None:
    with on(at):
        said = {"direction": "out", "channel": "text", "text": "So sorry. Come in today."}
        browser(app, staff).post(f"/complaints/{complaint.id}/conversation", said)


def test_a_pause_ends_at_its_cap_and_says_so(app: Flask, kavitha: Staff, owner: Staff) -> None:
    """Rule 12: the owner lets complaints wait ten days at most; forty are asked for."""
    with on("06-12 09:30"):
        recovery = {"follow_up_days": "3", "pause_cap_days": "10", "monthly_budget": ""}
        browser(app, owner).post("/settings/recovery", recovery)
    complaint = complain(app, kavitha, "06-12 10:00")
    answer(app, kavitha, complaint, "06-12 11:00")
    before = clock_of(complaint, "resolution").due_at
    with on("06-12 12:00"):
        alerts.tell_of_days(wall("06-12 12:00"))
        wish = {"reason": "customer", "resume_on": "2026-07-22", "text": "She is travelling"}
        browser(app, kavitha).post(f"/complaints/{complaint.id}/pauses", wish)
        assert "waits until 22 June" in browser(app, kavitha).get("/complaints?show=waiting").text
    clock = clock_of(complaint, "resolution")
    assert clock.paused_until == wall("06-22 09:00")
    assert clock.due_at > before
    with on("06-21 12:00"):
        assert complaint.reference not in browser(app, kavitha).get("/notices").text
    with on("06-22 09:05"):
        alerts.tell_of_days(wall("06-22 09:05"))
        assert f"{complaint.reference}: the pause is over." in browser(app, kavitha).get("/notices").text
        page = browser(app, kavitha).get(f"/complaints/{complaint.id}").text
        assert "waits until" not in page and complaint.reference not in (
            browser(app, kavitha).get("/complaints?show=waiting").text
        )


def test_targets_hold_from_their_day_and_running_clocks_keep_theirs(app: Flask, kavitha: Staff, owner: Staff) -> None:
    """Rule 20: a version from Saturday on; what runs keeps its terms until the owner sees the preview and says yes."""
    older = complain(app, kavitha, "06-12 19:30")  # two hours: until Saturday 10:30
    typed = typed_targets(**{"response_text-length": "30", "response_text-unit": "minutes", "valid_from": "2026-06-13"})
    with on("06-12 19:35"):
        browser(app, owner).post(TIMES, typed)
        assert "From 13 Jun 2026, 00:00" in browser(app, owner).get(TIMES).text
        same_evening = complain(app, kavitha, "06-12 19:40")
    newer = complain(app, kavitha, "06-13 09:10")
    dues = [clock_of(each, "first_response").due_at for each in (older, same_evening, newer)]
    assert dues == [wall("06-13 10:30"), wall("06-13 10:40"), wall("06-13 09:40")]
    with on("06-13 09:20"):
        preview = browser(app, owner).get(RUNNING).text
        assert older.reference in preview and newer.reference not in preview
        assert clock_of(older, "first_response").due_at == dues[0]
        browser(app, owner).post(RUNNING, {"reason": ""}, status=422)
        browser(app, owner).post(RUNNING, {"reason": "Everybody gets the better promise"})
    assert clock_of(older, "first_response").due_at == wall("06-12 20:00")
    assert clock_of(newer, "first_response").due_at == dues[2]


def test_a_forgotten_holiday_excuses_with_reason_and_name(app: Flask, kavitha: Staff, owner: Staff) -> None:
    """Rule 21: the page lists what it touches first; the breach stays visible as excused."""
    complaint = complain(app, kavitha, "06-12 19:30")
    answer(app, kavitha, complaint, "06-15 10:00")
    assert clock_of(complaint, "first_response").result == "met_late"
    with on("06-16 10:00"):
        listed = browser(app, owner).get(f"{PAST}?on=2026-06-13&kind=closed&name=Festival").text
        assert complaint.reference in listed
        assert clock_of(complaint, "first_response").result == "met_late"
        closed = {"on": "2026-06-13", "kind": "closed", "name": "Festival"}
        browser(app, owner).post(PAST, closed, status=422)
        browser(app, owner).post(PAST, closed | {"reason": "We forgot to enter it"})
        page = browser(app, owner).get(f"/complaints/{complaint.id}").text
    assert clock_of(complaint, "first_response").result == "excused"
    assert "excused" in page and "We forgot to enter it" in page and owner.name in page


def test_a_target_is_rehearsed_against_what_happened(app: Flask, kavitha: Staff, owner: Staff) -> None:
    """Rule 22: of three text messages one was late; half an hour would have made it two."""
    for at, answered in (
        ("06-08 10:00", "06-08 10:10"),
        ("06-09 10:00", "06-09 11:00"),
        ("06-10 10:00", "06-10 13:00"),
    ):
        answer(app, kavitha, complain(app, kavitha, at), answered)
    typed = typed_targets(**{"response_text-length": "30", "response_text-unit": "minutes"})
    with on("06-12 10:00"):
        page = browser(app, owner).get(f"{TIMES}/rehearsal", query_string=typed).text
        assert "2 of 3 text messages would have been late instead of 1" in page
        browser(app, owner).post(TIMES, typed)
    later = date(2026, 6, 8) + timedelta(days=91)
    with on(f"{later:%m-%d} 10:00"):
        again = typed_targets(**{"response_text-length": "5", "response_text-unit": "minutes"})
        assert "of 2 text messages" in browser(app, owner).get(f"{TIMES}/rehearsal", query_string=again).text
