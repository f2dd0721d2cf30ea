"""The story of the promises, from a text message on a Friday to the PDF of the week, told by the pages alone."""

from __future__ import annotations

import json
from datetime import datetime
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import time_machine
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select

from crm.accounts.models import Staff
from crm.cli import cli
from crm.complaints.models import CauseCategory, Complaint, ComplaintClock, ComplaintEvent, Remedy
from crm.extensions import db
from tests.client import PageClient
from tests.factories.complaints import WORDS
from tests.factories.contacts import make_contact

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
WEEK = ("2026-06-15", "2026-06-21")


def on(day: str) -> Any:
    """Move the program's clock: "15 10:45" is that day of June on the shop's wall."""
    wall = datetime.fromisoformat(f"2026-06-{day}").replace(tzinfo=ZoneInfo("Asia/Kolkata"))
    return time_machine.travel(wall, tick=False)


def browser(app: Flask, staff: Staff) -> PageClient:
    return PageClient(app).signed_in(staff)


def set_up(owner: PageClient) -> None:
    """Open Monday to Friday from 9 to 17; the front desk may refund up to 1,000."""
    owner.post("/settings/opening-hours", dict.fromkeys(WEEKDAYS, "09:00-17:00"))
    owner.post("/settings/recovery/limits", {"front-desk:refund": "1,000"})


def complain(kavitha: PageClient, in_charge: Staff) -> Complaint:
    """Open a complaint by text message at 16:30 on Friday; the promise is told before."""
    contact = make_contact("Leila Karimi")
    category = db.session.scalars(select(CauseCategory.id).where(CauseCategory.key == "product-quality")).one()
    given = {"channel": "text", "words": WORDS, "severity": "normal", "category_id": category}
    told = kavitha.post("/complaints/promise-preview", given, status=200).text
    assert "First response by Mon 10:30" in told
    kavitha.post(f"/contacts/{contact.id}/complaints", given | {"in_charge_id": in_charge.id})
    return db.session.scalars(select(Complaint)).one()


def first_response(complaint: Complaint) -> ComplaintClock:
    wanted = select(ComplaintClock).where(ComplaintClock.complaint_id == complaint.id)
    return db.session.scalars(wanted.where(ComplaintClock.kind == "first_response")).one()


def breaches_by_itself(app: Flask, owner: Staff, complaint: Complaint) -> None:
    """A minute before it is not on the list of the broken, a minute after it is, and nobody wrote a thing."""
    before = [dict(row._mapping) for row in db.session.execute(select(ComplaintClock.__table__))]
    for moment, is_late in (("15 10:29", False), ("15 10:30", False), ("15 10:31", True)):
        with on(moment):
            shown = browser(app, owner).get("/complaints?show=breached").text
            assert (complaint.reference in shown) is is_late, moment
    assert "late by 1 min" in shown
    assert [dict(row._mapping) for row in db.session.execute(select(ComplaintClock.__table__))] == before


def owner_names_the_cause(owner: PageClient, clock: ComplaintClock) -> None:
    """The owner sees why it was due then and what happened, and names the cause."""
    why = owner.get(f"/review/breaches/{clock.id}").text
    for line in (
        "Friday, 12 June: 16:30 to 17:00 counts 30 minutes",
        "Saturday, 13 June to Sunday, 14 June: closed, nothing counts.",
        "Monday, 15 June: 09:00 to 10:30 counts 1 hour 30 minutes, together 2 hours.",
        "kept late, 15 min",
    ):
        assert line in why
    owner.post(f"/review/breaches/{clock.id}/cause", {"cause": "short-staffed", "note": "Two were ill"})


def refund(kavitha: PageClient, owner: PageClient, path: str) -> None:
    """Offer a refund above the limit, have it approved in one tap, hand it over."""
    kavitha.post(f"{path}/remedies", {"kind": "refund", "description": "the colour", "cost": "2,400"})
    remedy = {"remedy_id": db.session.scalars(select(Remedy.id)).one()}
    kavitha.post(f"{path}/remedies/handover", remedy, status=422)
    owner.post(f"{path}/remedies/decision", {**remedy, "decision": "yes"})
    kavitha.post(f"{path}/remedies/handover", remedy)


def resolve(kavitha: PageClient, complaint: Complaint, text: str, **given: str) -> None:
    values = {"text": text, "root_cause_id": complaint.category_id, "root_cause": "Old tube", "prevention_owner_id": ""}
    kavitha.post(f"/complaints/{complaint.id}/resolution", values | given)


def tell(app: Flask, kavitha: Staff, owner: Staff) -> Complaint:
    """Tell the story up to Monday the 22nd; return the complaint."""
    set_up(browser(app, owner))
    complaint = complain(browser(app, kavitha), kavitha)
    path, clock = f"/complaints/{complaint.id}", first_response(complaint)
    breaches_by_itself(app, owner, complaint)
    with on("15 10:45"):
        sorry = {"direction": "out", "channel": "text", "text": "So sorry. Come in today."}
        browser(app, kavitha).post(f"{path}/conversation", sorry)
    with on("15 12:00"):
        owner_names_the_cause(browser(app, owner), clock)
        refund(browser(app, kavitha), browser(app, owner), path)
        prevention = {"prevention": "Check the dates of the tubes", "prevention_due_on": "2026-06-19"}
        resolve(browser(app, kavitha), complaint, "Refunded", **prevention)
    with on("18 12:00"):
        still = {"answer": "not-satisfied", "channel": "phone", "text": "Still too dark"}
        browser(app, kavitha).post(f"{path}/follow-up", still)
        assert "Reopened" in browser(app, owner).get(path).text
    with on("19 12:00"):
        resolve(browser(app, kavitha), complaint, "Coloured again")
    with on("22 12:00"):
        thanks = {"answer": "satisfied", "channel": "phone", "text": "Lovely"}
        browser(app, kavitha).post(f"{path}/follow-up", thanks)
    return complaint


def test_from_a_text_on_friday_to_the_report_of_the_week(app: Flask, kavitha: Staff, owner: Staff) -> None:
    complaint = tell(app, kavitha, owner)
    assert db.session.get_one(Complaint, complaint.id).status == "closed"
    assert len(db.session.scalars(select(ComplaintEvent)).all()) == 9
    with on("22 12:00"):
        browser(app, owner).post("/review/weeks/closing", {"monday": WEEK[0]})
        pdf = browser(app, owner).get(f"/print/promises.pdf?from={WEEK[0]}&to={WEEK[1]}").data
        command = ["report", "sla", "--from", WEEK[0], "--to", WEEK[1], "--json"]
        told = json.loads(app.test_cli_runner().invoke(cli, command).output)
        asked = browser(app, owner).get(f"/review/complaints?measure=not-satisfied&from={WEEK[0]}&to={WEEK[1]}").text
    assert complaint.reference in asked
    total = {name: told["total"][name] for name in ("met", "met_late", "overdue", "open", "share")}
    assert total == {"met": 1, "met_late": 1, "overdue": 0, "open": 0, "share": 0.5}
    text = " ".join("\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())
    for line in (
        "1 of 2 promises kept",
        f"{complaint.reference} First response, Text, late by 15 min",
        "short-staffed: Two were ill",
        "began 12 Jun 2026, 16:30, due 15 Jun 2026, 10:30, done 15 Jun 2026, 10:45",
        "0 of 1",
        "reopened within 7 days: 1",
        "Remedies given: 1, ₹2,400",
        "product quality",
        "Check the dates of the tubes",
    ):
        assert line in text, text


def test_each_round_keeps_its_own_answer(app: Flask, kavitha: Staff, owner: Staff) -> None:
    """Not satisfied, then satisfied, then reopened and nobody answers twice: one of each, each with its record."""
    complaint = tell(app, kavitha, owner)
    path = f"/complaints/{complaint.id}"
    with on("23 10:00"):
        browser(app, kavitha).post(f"{path}/reopening", {"text": "It faded"})
        resolve(browser(app, kavitha), complaint, "Coloured a third time")
    for day in ("26 12:00", "29 12:00"):
        with on(day):
            shown = browser(app, owner).get("/review?from=2026-06-01&to=2026-06-30").text
            assert (
                'measure=no-answer&amp;from=2026-06-01&amp;to=2026-06-30">No answer after two tries <b>0</b>' in shown
            )
            browser(app, kavitha).post(f"{path}/follow-up", {"answer": "no-answer", "channel": "phone", "text": ""})
    with on("30 12:00"):
        june = {"from": "2026-06-01", "to": "2026-06-30"}
        told = app.test_cli_runner().invoke(
            cli, ["report", "sla", "--from", june["from"], "--to", june["to"], "--json"]
        )
        answers = {"satisfied": 1, "not_satisfied": 1, "no_answer": 1, "recovery_rate": 0.5}
        assert json.loads(told.output)["answers"] == answers
        for measure in ("satisfied", "not-satisfied", "no-answer"):
            address = f"/review/complaints?measure={measure}&from={june['from']}&to={june['to']}"
            assert browser(app, owner).get(address).text.count(f"<bdi>{complaint.reference}</bdi>") == 1
