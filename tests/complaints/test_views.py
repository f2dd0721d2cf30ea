"""Complaints as a browser sees them, with and without htmx."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import time_machine
from sqlalchemy import func, select

from crm.accounts.models import Staff
from crm.complaints.models import Complaint, ComplaintClock, ComplaintEvent, Remedy
from crm.complaints.views.context import STEP_FORMS
from crm.extensions import db
from tests.client import PageClient
from tests.conftest import NOW
from tests.factories.complaints import WORDS, make_complaint
from tests.factories.contacts import make_contact
from tests.factories.interactions import make_interaction


def _count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def _open(client: PageClient, contact_id: int, **given: object):
    data = {"channel": "text", "words": WORDS, "severity": "normal", "category_id": "", "in_charge_id": "", **given}
    return client.post(f"/contacts/{contact_id}/complaints", data)


def test_the_promise_is_told_before_saving_and_after(as_kavitha: PageClient, kavitha: Staff) -> None:
    contact = make_contact()
    page = as_kavitha.get(f"/contacts/{contact.id}/complaints/new")
    assert "First response by 20:00 today" in page.text  # by phone: until closing time
    preview = as_kavitha.post("/complaints/promise-preview", {"channel": "text", "severity": "high"}, status=200)
    assert "First response by 18:30 today" in preview.text
    answer = _open(as_kavitha, contact.id)
    shown = as_kavitha.get(answer.location)
    assert "We will write to you by 18:30 today. Your reference: C-" in shown.text
    assert "in 2 h" in shown.text and "Explain this deadline" in shown.text


def test_opening_twice_makes_one(as_kavitha: PageClient, kavitha: Staff) -> None:
    contact = make_contact()
    first = _open(as_kavitha, contact.id, form_key="k" * 24)
    second = _open(as_kavitha, contact.id, form_key="k" * 24)
    assert first.location == second.location
    assert _count(Complaint) == 1 and _count(ComplaintEvent) == 1 and _count(ComplaintClock) == 2


def test_from_opening_to_closed(as_kavitha: PageClient, kavitha: Staff) -> None:
    complaint = make_complaint(kavitha)
    path = f"/complaints/{complaint.id}"
    assert "Answer the customer" in as_kavitha.get(path).text
    as_kavitha.post(f"{path}/conversation", {"direction": "out", "channel": "text", "text": "We are on it."})
    assert "Look into it" in as_kavitha.get(path).text
    as_kavitha.post(f"{path}/investigation", {"text": ""})
    assert "Offer a remedy" in as_kavitha.get(path).text
    as_kavitha.post(f"{path}/remedies", {"kind": "apology", "description": "", "cost": ""})
    as_kavitha.post(f"{path}/resolution", {"text": "Recoloured", "root_cause_id": "", "prevention_owner_id": ""})
    page = as_kavitha.get(path).text
    assert "Ask if it is fixed" in page and "kept" in page
    with time_machine.travel(NOW + timedelta(days=3), tick=False):
        as_kavitha = PageClient(as_kavitha.app).signed_in(kavitha)
        as_kavitha.post(f"{path}/follow-up", {"answer": "satisfied", "channel": "phone", "text": ""})
        as_kavitha.get(path)
    stored = db.session.get_one(Complaint, complaint.id)
    assert stored.status == "closed" and stored.is_satisfied and stored.closed_at is not None


def test_an_open_complaint_is_seen_wherever_the_contact_is(as_kavitha: PageClient, kavitha: Staff) -> None:
    contact = make_contact("Leila Karimi")
    complaint = make_complaint(kavitha, contact)
    page = as_kavitha.get(f"/contacts/{contact.id}").text
    assert "Open complaint" in page and page.count(complaint.reference) >= 2
    assert "Answer: <bdi>Leila Karimi</bdi>" in as_kavitha.get("/").text
    found = as_kavitha.post("/search/suggestions", {"query": "leila"}, htmx=True, status=200).text
    assert f"open complaint {complaint.reference}" in found


def test_the_second_save_is_a_conflict_with_both_texts(
    as_kavitha: PageClient, as_manager: PageClient, kavitha: Staff
) -> None:
    complaint = make_complaint(kavitha)
    path = f"/complaints/{complaint.id}"
    as_manager.post(f"{path}/notes", {"text": "Old tube of 6.3.", "version": "1"})
    for htmx in (False, True):
        late = as_kavitha.post(f"{path}/notes", {"text": "It was the new girl.", "version": "1"}, htmx=htmx, status=409)
        assert "Old tube of 6.3." in late.text and "It was the new girl." in late.text
        assert 'name="version" value="2"' in late.text
    assert _count(ComplaintEvent) == 2
    as_kavitha.post(f"{path}/notes", {"text": "It was the new girl.", "version": "2"})
    assert _count(ComplaintEvent) == 3


def test_an_open_tab_is_told_of_changes(as_kavitha: PageClient, as_manager: PageClient, kavitha: Staff) -> None:
    complaint = make_complaint(kavitha)
    path = f"/complaints/{complaint.id}"
    background = {"X-Background": "1"}
    as_kavitha.get(f"{path}/changes?version=1", htmx=True, headers=background, status=204)
    as_manager.post(f"{path}/notes", {"text": "Old tube of 6.3."})
    told = as_kavitha.get(f"{path}/changes?version=1", htmx=True, headers=background).text
    assert "Farid Karimi" in told and "Old tube of 6.3." in told


def test_the_board_filters_and_keeps_views(as_kavitha: PageClient, kavitha: Staff, asha: Staff) -> None:
    mine = make_complaint(kavitha, title="My own case")
    make_complaint(asha, title="Of Asha", channel="email", severity="low")
    make_complaint(asha, title="Nobody yet", in_charge_id=None)
    shown = as_kavitha.get("/complaints").text
    assert all(title in shown for title in ("My own case", "Of Asha", "Nobody yet"))
    assert "Of Asha" not in as_kavitha.get("/complaints?show=mine").text
    assert "Nobody yet" in as_kavitha.get("/complaints?show=unassigned").text
    assert "My own case" not in as_kavitha.get("/complaints?channel=email").text
    assert "No promise is broken just now." in as_kavitha.get("/complaints?show=breached").text
    with time_machine.travel(NOW + timedelta(hours=3), tick=False):
        late = PageClient(as_kavitha.app).signed_in(kavitha).get("/complaints?show=breached").text
        assert "My own case" in late and "late by 1 h" in late and '<span class="count"' in late
    as_kavitha.post("/complaints/views?channel=email&show=mine", {"name": "Emails of mine"})
    assert "Emails of mine" in as_kavitha.get("/complaints").text
    as_kavitha.post("/complaints/views?channel=email", {"name": "Emails of mine"}, status=409)
    _views_are_ones_own(as_kavitha, PageClient(as_kavitha.app).signed_in(asha))
    assert as_kavitha.get(f"/complaints?reference=c+{mine.reference[2:]}", status=302).location.endswith(f"/{mine.id}")
    as_kavitha.get("/complaints?reference=xyz", status=422)
    as_kavitha.get("/complaints?from=damaged", status=404)
    assert "No complaint is closed yet." in as_kavitha.get("/complaints?show=closed").text


def _views_are_ones_own(kavitha: PageClient, asha: PageClient) -> None:
    """Another person does not see a view and cannot take it away; a kept one leads to its filters until removed."""
    shown = kavitha.get("/complaints").text
    found = re.search(r'action="(/complaints/views/[0-9]+/removal)"', shown)
    assert found is not None and 'href="/complaints?show=mine&amp;channel=email"' in shown
    assert "Emails of mine" not in asha.get("/complaints").text
    asha.post(found[1], status=404)
    asha.post("/complaints/views?channel=email", {"name": "Emails of mine"})
    kavitha.post(found[1])
    assert "Emails of mine" not in kavitha.get("/complaints").text
    assert "Emails of mine" in asha.get("/complaints").text


def test_a_remedy_above_the_limit_is_approved_in_one_tap(
    as_kavitha: PageClient, as_owner: PageClient, kavitha: Staff
) -> None:
    complaint = make_complaint(kavitha)
    path = f"/complaints/{complaint.id}"
    as_kavitha.post(f"{path}/remedies", {"kind": "refund", "description": "all of it", "cost": "2,400"})
    assert "waits for a yes" in as_kavitha.get(path).text and "Approve" not in as_kavitha.get(path).text
    remedy = db.session.scalars(select(Remedy)).one()
    as_kavitha.post(f"{path}/remedies/decision", {"remedy_id": remedy.id, "decision": "yes"}, status=403)
    as_kavitha.post(f"{path}/resolution", {"text": "x", "root_cause_id": "", "prevention_owner_id": ""}, status=422)
    assert "Approve" in as_owner.get(path).text
    assert complaint.title in as_owner.get("/complaints?show=to-approve").text
    as_owner.post(f"{path}/remedies/decision", {"remedy_id": remedy.id, "decision": "yes"}, htmx=True, status=200)
    as_owner.post(f"{path}/remedies/decision", {"remedy_id": remedy.id, "decision": "no"}, status=409)
    as_kavitha.post(f"{path}/remedies/handover", {"remedy_id": remedy.id})
    as_kavitha.post(f"{path}/remedies/handover", {"remedy_id": remedy.id}, status=409)


def test_bad_input_changes_nothing(as_kavitha: PageClient, kavitha: Staff) -> None:
    complaint = make_complaint(kavitha)
    path = f"/complaints/{complaint.id}"
    for step, data in {
        "conversation": {"direction": "out", "channel": "text", "text": ""},
        "notes": {"text": ""},
        "promises": {"text": "call back", "due_at": "2026-06-12T10:00"},
        "pauses": {"reason": "customer", "resume_on": "2026-06-12"},
        "remedies": {"kind": "refund", "cost": "lots"},
        "severity": {"severity": "high"},
        "duplicate": {"reference": complaint.reference},
        "links": {"reference": "9"},
        "follow-up": {"answer": "satisfied", "channel": "phone"},
        "reopening": {"text": "again"},
        "resumption": {},
        "corrections": {"event_id": "1", "channel": "text", "reason": ""},
    }.items():
        for htmx in (False, True):
            as_kavitha.post(f"{path}/{step}", data, htmx=htmx, status=422)
    as_kavitha.post(f"{path}/severity", {"severity": "low"}, status=403)
    as_kavitha.post("/complaints/999/notes", {"text": "x"}, status=404)
    as_kavitha.get("/complaints/999", status=404)
    assert _count(ComplaintEvent) == 1


def test_an_excuse_names_one_of_the_clocks(as_owner: PageClient, owner: Staff) -> None:
    path = f"/complaints/{make_complaint(owner).id}/excuses"
    for clock in ("-1", "", "lunch"):
        as_owner.post(path, {"clock": clock, "event_id": "1", "reason": "power cut"}, status=422)


def test_every_form_in_place_and_the_slip_are_well_made(as_owner: PageClient, owner: Staff) -> None:
    complaint = make_complaint(owner)
    for step in STEP_FORMS:
        page = as_owner.get(f"/complaints/{complaint.id}?do={step}&event=1&clock=promise").text
        assert f'data-keep="complaint-{step}"' in page
    slip = as_owner.get(f"/complaints/{complaint.id}/slip").text
    assert complaint.reference in slip and "say: C " in slip


def test_nobody_reads_out_a_broken_promise(as_kavitha: PageClient, kavitha: Staff) -> None:
    complaint = make_complaint(kavitha)
    as_kavitha.post(f"/complaints/{complaint.id}/promises", {"text": "Call back", "due_at": "2026-06-12T17:00"})
    assert "We will get back to you by 17:00 today." in as_kavitha.get(f"/complaints/{complaint.id}/slip").text
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        client = PageClient(as_kavitha.app).signed_in(kavitha)
        page = client.get(f"/complaints/{complaint.id}").text
        assert "<bdi>Call back</bdi>" in page and "late by 30 min" in page
        assert "We will write to you by 18:30 today." in client.get(f"/complaints/{complaint.id}/slip").text


def test_a_target_is_said_in_the_reader_s_digits(as_kavitha: PageClient, kavitha: Staff) -> None:
    complaint = make_complaint(kavitha)
    kavitha.language = "fa"
    page = as_kavitha.get(f"/complaints/{complaint.id}").text
    assert "ظرف ۲ ساعت" in page
    assert "ظرف 2 ساعت" not in page and "16:30" not in page


def test_a_complaint_opened_from_an_entry_begins_when_it_happened(as_kavitha: PageClient, kavitha: Staff) -> None:
    contact = make_contact()
    told = {"kind": "complaint", "channel": "text", "note": WORDS}
    earlier = make_interaction(contact, kavitha, occurred_at=NOW - timedelta(hours=3), **told)
    path = f"/contacts/{contact.id}/complaints/new?entry="
    page = as_kavitha.get(f"{path}{earlier.id}").text
    assert WORDS in page and re.search(r'value="text" checked', page)
    assert 'value="2026-06-12T13:30"' in page
    assert re.search(r'note--breach" id="promise".*?First response by 15:30 today.*?late', page, re.DOTALL)
    just_now = make_interaction(contact, kavitha, **told)
    page = as_kavitha.get(f"{path}{just_now.id}").text
    assert 'value="2026-06-12T' not in page and 'note--met" id="promise"' in page
    other = make_interaction(make_contact("Leila Karimi"), kavitha, kind="complaint", note="of somebody else")
    assert "of somebody else" not in as_kavitha.get(f"{path}{other.id}").text


def test_the_answer_to_a_step_shows_the_next_form_as_a_page_does(as_kavitha: PageClient, kavitha: Staff) -> None:
    path = f"/complaints/{make_complaint(kavitha).id}"
    part = as_kavitha.post(f"{path}/notes", {"text": "Ask the stylist"}, htmx=True, status=200).text
    chosen = re.findall(r'name="channel" type="radio" value="([\w-]+)" checked', part)
    assert chosen == ["text"]


def test_only_who_may_decide_is_led_to_the_decision(
    as_kavitha: PageClient, as_owner: PageClient, kavitha: Staff
) -> None:
    path = f"/complaints/{make_complaint(kavitha).id}"
    as_kavitha.post(f"{path}/conversation", {"direction": "out", "channel": "text", "text": "We are on it."})
    as_kavitha.post(f"{path}/remedies", {"kind": "refund", "description": "all of it", "cost": "2,400"})
    assert "Decide the remedy" in as_owner.get(path).text
    page = as_kavitha.get(path).text
    assert "waits for a yes" in page and "Decide the remedy" not in page


def test_a_missing_day_is_named_beside_its_field(as_kavitha: PageClient, kavitha: Staff) -> None:
    path = f"/complaints/{make_complaint(kavitha).id}/resolution"
    typed = {"text": "Recoloured", "root_cause_id": "", "prevention": "Show the swatch", "prevention_owner_id": ""}
    page = as_kavitha.post(path, typed, status=422).text
    error = re.search(r'id="resolve-prevention_due_on-error">([^<]+)', page)
    assert error and error[1] == "Choose the day by which it is done."
    assert "Show the swatch" in page
    as_kavitha.post(path, typed | {"prevention": ""}, htmx=True, status=200)


def test_the_slip_is_sent_from_the_programs_at_the_counter(as_kavitha: PageClient, kavitha: Staff) -> None:
    contact = make_contact(phone="98450 12345", email="r&d@example.org")
    complaint = make_complaint(kavitha, contact)
    page = unescape(as_kavitha.get(f"/complaints/{complaint.id}/slip").text)
    said = "We%20will%20write%20to%20you%20by%2018%3A30%20today.%0A"
    assert f'href="mailto:r%26d%40example.org?subject=Jasmine%20Salon&body={said}' in page
    assert f'href="sms:+919845012345?body={said}' in page
    assert f'href="https://wa.me/919845012345?text={said}' in page
    assert "Send it by" not in as_kavitha.get(f"/complaints/{make_complaint(kavitha).id}/slip").text


def test_a_reference_that_nobody_has_is_named_as_such(as_kavitha: PageClient, kavitha: Staff) -> None:
    path = f"/complaints/{make_complaint(kavitha).id}"
    for step in ("duplicate", "links"):
        page = as_kavitha.post(f"{path}/{step}", {"reference": "C-99999"}, status=422).text
        assert "There is no complaint with this reference." in page and "C-99999" in page
