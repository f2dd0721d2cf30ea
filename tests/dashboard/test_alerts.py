"""Alerts: each once, to the right people, in opening hours only, and nothing for imported history."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from time import process_time
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select, update

from config import Settings
from crm.accounts.models import Staff
from crm.complaints.actions.conversation import Said, hear, say
from crm.complaints.actions.recording import EventDraft, add_event
from crm.complaints.actions.remedies import Offer, offer_remedy
from crm.complaints.actions.steps import assign, pause
from crm.complaints.models import Complaint, ComplaintClock
from crm.complaints.queries.cases import Case, case_of
from crm.complaints.rules import EventKind, PauseReason, RemedyKind
from crm.dashboard import alert_rules, alerts
from crm.extensions import db
from crm.messages.actions import add_address
from crm.messages.models import Notice, OutboxMessage
from crm.sla.models import CalendarVersion
from crm.sla.rules import UNREACHABLE_AT, BusinessCalendar, ClockMoments
from tests.conftest import NOW
from tests.factories.complaints import by, make_case, make_complaint

# Chennai is five and a half hours ahead: 12 June 2026 is a Friday, open 9 to 20.
MINUTE = timedelta(minutes=1)


def sweep_clocks(at: datetime) -> None:
    alerts.tell_of_clocks(at)
    db.session.flush()
    db.session.expire_all()


def given(*kinds: str) -> list[tuple[str, int]]:
    wanted = select(Notice.kind, Notice.staff_id).order_by(Notice.id)
    return [(kind, staff_id) for kind, staff_id in db.session.execute(wanted) if not kinds or kind in kinds]


def first_response(complaint: Complaint) -> ComplaintClock:
    wanted = select(ComplaintClock).where(ComplaintClock.complaint_id == complaint.id)
    return db.session.scalars(wanted.where(ComplaintClock.kind == "first_response")).one()


def test_each_level_once_to_the_right_people(kavitha: Staff, owner: Staff) -> None:
    complaint = make_complaint(kavitha, severity="low")  # by text: 2 open hours from 16:30, so due at 18:30
    clock = first_response(complaint)
    sweep_clocks(clock.warning_at - MINUTE)
    assert given() == []
    sweep_clocks(clock.warning_at)
    sweep_clocks(clock.warning_at + MINUTE)
    assert given() == [("warning", kavitha.id)]
    sweep_clocks(clock.due_at)  # exactly then it is still kept
    assert given("breach") == []
    sweep_clocks(clock.due_at + MINUTE)
    sweep_clocks(clock.due_at + 2 * MINUTE)
    assert given("breach") == [("breach", owner.id), ("breach", kavitha.id)]
    assert first_response(complaint).alert_at is None


def test_nobody_in_charge_means_everybody_at_the_counter(
    kavitha: Staff, asha: Staff, manager: Staff, owner: Staff
) -> None:
    clock = first_response(make_complaint(kavitha, in_charge_id=None))
    sweep_clocks(clock.warning_at)
    assert sorted(given("warning")) == sorted(("warning", each.id) for each in (kavitha, asha, manager))
    sweep_clocks(clock.due_at + MINUTE)
    assert given("breach") == [("breach", owner.id)]


def test_a_disabled_person_is_not_told(kavitha: Staff, asha: Staff, owner: Staff) -> None:
    clock = first_response(make_complaint(kavitha, in_charge_id=asha.id))
    asha.disabled_at = NOW
    sweep_clocks(clock.warning_at)
    assert given("warning") == [("warning", kavitha.id)]


def test_what_falls_due_while_closed_waits_for_the_opening(kavitha: Staff, owner: Staff) -> None:
    complaint = make_complaint(kavitha)
    clock = first_response(complaint)
    midnight = datetime(2026, 6, 12, 18, 30, tzinfo=NOW.tzinfo)
    opening = datetime(2026, 6, 13, 3, 30, tzinfo=NOW.tzinfo)
    times = {"warning_at": midnight, "due_at": midnight + 60 * MINUTE, "safe_at": None, "alert_at": midnight}
    db.session.execute(update(ComplaintClock).where(ComplaintClock.id == clock.id).values(**times))
    sweep_clocks(midnight + 90 * MINUTE)
    assert given() == []
    assert first_response(complaint).alert_at == opening
    sweep_clocks(opening)
    assert given() == [("digest", owner.id), ("digest", kavitha.id)]  # the warning would come after the deadline


def test_an_answer_in_time_means_no_alert(kavitha: Staff) -> None:
    case = make_case(kavitha)
    say(case, Said(channel="phone", text="We are looking into it.", outcome="reached"), by(kavitha))
    sweep_clocks(NOW + timedelta(hours=3))
    assert given("warning", "safe", "breach", "digest") == []


def test_a_second_round_over_a_rewritten_clock_gives_nothing_twice(kavitha: Staff, owner: Staff) -> None:
    complaint = make_complaint(kavitha)
    clock = first_response(complaint)
    sweep_clocks(clock.warning_at)
    case = case_of(complaint.id)
    assert case is not None
    assign(case, kavitha.id, by(kavitha))  # works every clock out again
    assert first_response(complaint).alert_at is not None
    sweep_clocks(clock.warning_at + MINUTE)
    assert given("warning") == [("warning", kavitha.id)]


def test_a_faulty_clock_does_not_silence_the_others(
    kavitha: Staff, owner: Staff, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    faulty, sound = first_response(make_complaint(kavitha)), first_response(make_complaint(kavitha))
    at = sound.due_at + MINUTE
    found_at = faulty.due_at + timedelta(seconds=1)
    db.session.execute(update(ComplaintClock).where(ComplaintClock.id == faulty.id).values(due_at=found_at))

    def due_alerts(moments: ClockMoments, calendar: BusinessCalendar, now: datetime) -> alert_rules.DueAlerts:
        if moments.due_at == found_at:
            raise OverflowError("date value out of range")
        return alert_rules.due_alerts(moments, calendar, now)

    monkeypatch.setattr(alerts, "due_alerts", due_alerts)
    sweep_clocks(at)
    assert given("breach") == [("breach", owner.id), ("breach", kavitha.id)]
    assert db.session.get_one(ComplaintClock, faulty.id).alert_at == at + timedelta(hours=1)
    assert f"alerts of clock {faulty.id} failed" in caplog.text


def test_an_excuse_that_has_run_out_is_broken_again(kavitha: Staff, owner: Staff) -> None:
    complaint = make_complaint(kavitha)
    case, until = case_of(complaint.id), NOW + timedelta(hours=4)
    assert case is not None
    details = {"clock": "first_response", "event_id": case.events[0].id, "until": until.isoformat()}
    excused_at = NOW + timedelta(hours=3)
    add_event(case, EventKind.EXCUSED, EventDraft(details=details), by_id=owner.id, now=excused_at)
    assert (first_response(complaint).result, first_response(complaint).alert_at) == ("excused", until)
    sweep_clocks(until)
    assert first_response(complaint).result == "excused"
    sweep_clocks(until + MINUTE)
    assert (first_response(complaint).result, complaint.due_kind) == ("", "first_response")


def test_what_is_never_due_alerts_nobody(kavitha: Staff, owner: Staff) -> None:
    hours = db.session.scalars(select(CalendarVersion)).one()
    hours.weekly, hours.exceptions = {}, {"2026-06-13": {"periods": [["09:00", "10:00"]], "name": "Market"}}
    db.session.flush()
    complaint = make_complaint(kavitha)
    assert (first_response(complaint).due_at, first_response(complaint).alert_at) == (UNREACHABLE_AT, None)
    case = case_of(complaint.id)
    assert case is not None
    say(case, Said(channel="text", text="We are on it."), by(kavitha))
    assert first_response(complaint).result == "met"
    sweep_clocks(NOW + timedelta(days=400))
    assert given() == []


def test_imported_history_alerts_nobody(kavitha: Staff, asha: Staff, owner: Staff) -> None:
    alerts.tell_of_events(NOW)
    old = make_complaint(kavitha)
    values = ("contact_id", "title", "channel", "severity", "occurred_at", "logged_at")
    complaint = Complaint(**{name: getattr(old, name) for name in values}, in_charge_id=asha.id)
    db.session.add(complaint)
    db.session.flush()
    details = {"severity": "high", "in_charge_id": asha.id, "imported": True}
    draft = EventDraft(occurred_at=NOW, channel="text", details=details)
    case = Case(complaint, [])
    add_event(case, EventKind.OPENED, draft, by_id=kavitha.id, now=NOW)
    hear(case, Said(channel="text", text="Hello?"), by(kavitha))
    sweep_clocks(NOW + timedelta(days=30))
    alerts.tell_of_events(NOW)
    assert {each[1] for each in given()} == {kavitha.id, owner.id}
    assert all(complaint.reference not in str(each.details) for each in db.session.scalars(select(Notice)))


def test_events_are_told_once_and_not_to_who_did_them(kavitha: Staff, asha: Staff, owner: Staff) -> None:
    alerts.tell_of_events(NOW)  # the first round only notes where it begins
    case = make_case(kavitha)
    assign(case, asha.id, by(kavitha))
    hear(case, Said(channel="text", text="When will it be fixed?"), by(kavitha))
    offer_remedy(case, Offer(kind=RemedyKind.REFUND, cost=1800), by(asha))  # type: ignore[arg-type]
    for _round in range(2):
        alerts.tell_of_events(NOW + MINUTE)
    assert given() == [("assigned", asha.id), ("wrote", asha.id), ("approval", owner.id)]


def test_pauses_that_end_and_follow_ups_are_told_at_the_opening(kavitha: Staff, owner: Staff) -> None:
    alerts.tell_of_days(NOW)
    case = make_case(kavitha)
    monday = NOW.date() + timedelta(days=3)
    pause(case, PauseReason.CUSTOMER, monday, "She is travelling.", by(kavitha))
    asked = make_complaint(kavitha)
    asked.follow_up_on = monday
    db.session.flush()
    alerts.tell_of_days(datetime(2026, 6, 15, 3, 0, tzinfo=NOW.tzinfo))  # 08:30 on Monday, still closed
    assert given() == []
    for _round in range(2):
        alerts.tell_of_days(datetime(2026, 6, 15, 3, 31, tzinfo=NOW.tzinfo))
    assert given() == [("resumed", kavitha.id), ("follow-up", kavitha.id)]


@pytest.mark.parametrize(
    ("smtp_url", "is_by_mail", "expected"), [("", True, 1), ("smtp://x", True, 2), ("smtp://x", False, 1)]
)
def test_one_message_to_each_address(
    app: Flask, kavitha: Staff, owner: Staff, smtp_url: str, is_by_mail: bool, expected: int
) -> None:
    kept: Settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(
        kept, smtp_url=smtp_url, alerts_by_mail=is_by_mail, public_url="https://crm.example"
    )
    try:
        add_address(kavitha.id, "ntfy://jasmine-kavitha", now=NOW)
        first, second = make_complaint(kavitha), make_complaint(kavitha)
        sweep_clocks(first_response(second).warning_at)
    finally:
        app.config["SETTINGS"] = kept
    mails = db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
    assert len(mails) == expected
    assert mails[0].subject == "Jasmine Salon: 2 promises need a look"
    assert first.reference in mails[0].body and second.reference in mails[0].body
    assert f"https://crm.example/complaints/{first.id}" in mails[0].body


def test_two_thousand_running_clocks_are_swept_quickly(app: Flask, kavitha: Staff, owner: Staff) -> None:
    complaint = make_complaint(kavitha)
    clock = first_response(complaint)
    columns = [each.name for each in ComplaintClock.__table__.columns if each.name != "id"]
    row: dict[str, Any] = {name: getattr(clock, name) for name in columns}
    rows = [{**row, "position": number + 10, "event_id": row["event_id"]} for number in range(2000)]
    db.session.execute(insert(ComplaintClock), rows)
    started = process_time()
    sweep_clocks(NOW)
    quiet = process_time() - started
    assert given() == []
    later = clock.warning_at
    started = process_time()
    for _round in range(3):
        sweep_clocks(later)
    busy = process_time() - started
    assert len(given()) == 1  # all of them are one clock by name
    assert quiet < 0.05
    assert busy < 0.5  # although every single one has something to tell
    print(f"quiet {quiet * 1000:.2f} ms, busy {busy * 1000:.0f} ms")
