"""The steps of a complaint and the pages of its board through the browser: what each form does, and what it refuses."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import func, select

from crm.accounts.models import Staff
from crm.complaints.models import CauseCategory, Complaint, ComplaintEvent
from crm.extensions import db
from crm.shared.paging import PAGE_SIZE
from crm.sla.models import CalendarVersion
from tests.client import PageClient
from tests.conftest import NOW
from tests.factories.complaints import WORDS, make_complaint
from tests.factories.contacts import make_contact

NEW = {"channel": "text", "words": WORDS, "severity": "normal", "category_id": "", "in_charge_id": ""}


def _count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def _kinds(complaint: Complaint) -> list[str]:
    events = select(ComplaintEvent.kind).where(ComplaintEvent.complaint_id == complaint.id).order_by(ComplaintEvent.id)
    return list(db.session.scalars(events))


def _walk(client: PageClient, path: str) -> list[list[str]]:
    """Return the titles on each page of a list, following its link to the next."""
    pages = []
    while path:
        shown = client.get(path).text
        pages.append(re.findall(r"Case no\. \d+", shown))
        link = re.search(r'href="(/complaints\?[^"]*from=[^"]+)"', shown)
        path = link[1].replace("&amp;", "&") if link else ""
    return [list(dict.fromkeys(titles)) for titles in pages]


@pytest.mark.parametrize("shelf", ["open", "closed"])
def test_the_board_goes_on_where_the_page_before_ended(as_kavitha: PageClient, kavitha: Staff, shelf: str) -> None:
    """Complaints of one moment, of which the end of a page parts some, are each shown once and in order."""
    contact, moments = make_contact(), (NOW, NOW, NOW + timedelta(minutes=1))
    for number in range(PAGE_SIZE + 5):
        with time_machine.travel(moments[number * 3 // (PAGE_SIZE + 5)], tick=False):
            made = make_complaint(kavitha, contact, title=f"Case no. {number}")
            if shelf == "closed":
                db.session.commit()
                as_kavitha.post(f"/complaints/{made.id}/withdrawal", {"why": "withdrawn", "text": "All is well."})
    first, second = _walk(as_kavitha, f"/complaints?show={shelf}")
    wanted = [f"Case no. {number}" for number in range(PAGE_SIZE + 5)]
    assert first + second == (wanted if shelf == "open" else wanted[::-1])
    assert len(first) == PAGE_SIZE


def test_the_board_is_narrowed_by_severity_and_person(as_kavitha: PageClient, kavitha: Staff, asha: Staff) -> None:
    make_complaint(kavitha, title="Case no. 1", severity="high")
    make_complaint(asha, title="Case no. 2", severity="low")
    assert _walk(as_kavitha, "/complaints?severity=low") == [["Case no. 2"]]
    assert _walk(as_kavitha, f"/complaints?person={kavitha.id}") == [["Case no. 1"]]


@pytest.mark.parametrize(
    ("given", "sentence", "status"),
    [
        ({"words": " ", "title": " "}, "Write what", 422),
        ({"channel": "pigeon"}, "Not a valid choice", 422),
        ({"occurred_at": "2026-06-12T20:00"}, "This lies in the future", 422),
        ({"occurred_at": "2026-06-01T10:00"}, "reason", 422),
    ],
)
def test_a_complaint_that_cannot_be_opened_keeps_what_was_typed(
    as_kavitha: PageClient, kavitha: Staff, given: dict[str, Any], sentence: str, status: int
) -> None:
    contact = make_contact()
    page = as_kavitha.post(f"/contacts/{contact.id}/complaints", NEW | {"title": "My title"} | given, status=status)
    assert sentence in page.text
    assert WORDS in page.text or not given.get("words", WORDS).strip()
    assert _count(Complaint) == 0


@pytest.mark.parametrize("htmx", [True, False])
def test_a_reason_that_is_missing_is_asked_for_in_its_field(
    as_kavitha: PageClient, kavitha: Staff, asha: Staff, htmx: bool
) -> None:
    complaint = make_complaint(kavitha, occurred_at=NOW - timedelta(hours=4), reason="It came by post")
    late = {"direction": "out", "channel": "text", "text": "We rang her", "occurred_at": "2026-06-12T13:30"}
    said = as_kavitha.post(f"/complaints/{complaint.id}/conversation", late, htmx=htmx, status=422).text
    opening = f"/contacts/{make_contact().id}/complaints"
    opened = as_kavitha.post(opening, NEW | {"occurred_at": "2026-06-12T13:30"}, status=422).text
    for page in (said, opened):
        assert 'reason-error" aria-invalid="true"' in page and "Say why it is written down now." in page
        assert '<p class="note note--breach" role="alert">' not in page


@pytest.mark.parametrize("fault", ["blocked", "no hours"])
def test_no_complaint_of_somebody_blocked_and_none_without_opening_hours(
    as_kavitha: PageClient, kavitha: Staff, fault: str
) -> None:
    contact = make_contact()
    if fault == "blocked":
        contact.blocked_at = NOW
    else:
        for version in db.session.scalars(select(CalendarVersion)):
            db.session.delete(version)
    db.session.commit()
    page = as_kavitha.post(f"/contacts/{contact.id}/complaints", NEW, status=422).text
    assert ("asked to be erased" if fault == "blocked" else "Set the opening hours first") in page
    assert WORDS in page and _count(Complaint) == 0


def test_each_form_does_its_step_once(as_kavitha: PageClient, kavitha: Staff, asha: Staff) -> None:
    complaint, other = make_complaint(kavitha, in_charge_id=None), make_complaint(kavitha)
    category = db.session.scalars(select(CauseCategory).where(CauseCategory.retired_at.is_(None))).first()
    assert category is not None
    path = f"/complaints/{complaint.id}"
    as_kavitha.post(f"{path}/investigation", {"text": ""})
    assert db.session.get_one(Complaint, complaint.id).in_charge_id == kavitha.id
    as_kavitha.post(f"{path}/person-in-charge", {"in_charge_id": asha.id})
    as_kavitha.post(f"{path}/category", {"category_id": category.id, "title": "A clearer title"})
    as_kavitha.post(f"{path}/pauses", {"reason": "customer", "resume_on": "2026-06-15", "text": ""})
    assert "Goes on" not in as_kavitha.get(path).text
    as_kavitha.post(f"{path}/resumption", {})
    as_kavitha.post(f"{path}/links", {"reference": other.reference})
    as_kavitha.post(f"{path}/links", {"reference": "C-9999"}, status=422)
    stored = db.session.get_one(Complaint, complaint.id)
    assert (stored.in_charge_id, stored.category_id, stored.title) == (asha.id, category.id, "A clearer title")
    assert stored.waiting_until is None
    page = as_kavitha.get(path).text
    assert "Goes on" in page and other.reference in page
    steps = ["opened", "investigated", "assigned", "category-changed", "paused", "resumed", "linked"]
    assert _kinds(complaint) == steps


@pytest.mark.parametrize(("verdict", "status"), [("thanks", "resolved"), ("more", "reopened")])
def test_a_word_after_the_end_is_only_thanks_or_opens_it_again(
    as_kavitha: PageClient, kavitha: Staff, verdict: str, status: str
) -> None:
    complaint = make_complaint(kavitha)
    path = f"/complaints/{complaint.id}"
    as_kavitha.post(f"{path}/resolution", {"text": "Recoloured", "root_cause_id": "", "prevention_owner_id": ""})
    as_kavitha.post(f"{path}/conversation", {"direction": "in", "channel": "text", "text": "Thank you!"})
    heard = select(ComplaintEvent.id).where(ComplaintEvent.kind == "heard")
    data = {"event_id": db.session.scalars(heard).one(), "verdict": verdict}
    as_kavitha.post(f"{path}/looks", data)
    assert db.session.get_one(Complaint, complaint.id).status == status
    as_kavitha.post(f"{path}/looks", data, status=409)


def test_a_prevention_needs_its_day_and_a_view_its_name(as_kavitha: PageClient, kavitha: Staff) -> None:
    complaint = make_complaint(kavitha)
    given = {"text": "Redone", "root_cause_id": "", "prevention": "New tubes", "prevention_owner_id": kavitha.id}
    page = as_kavitha.post(f"/complaints/{complaint.id}/resolution", given, status=422).text
    assert "New tubes" in page and _kinds(complaint) == ["opened"]
    assert "Write a name." in as_kavitha.post("/complaints/views?channel=email", {"name": " "}, status=422).text


@pytest.mark.parametrize(
    ("step", "given"),
    [
        ("notes", {"text": " "}),
        ("conversation", {"direction": "in", "channel": "text", "text": " "}),
        ("promises", {"text": " ", "due_at": "2026-06-13T10:00"}),
        ("corrections", {"event_id": "1", "channel": "email", "reason": " "}),
        ("links", {"reference": " "}),
    ],
)
def test_spaces_are_no_words(as_kavitha: PageClient, kavitha: Staff, step: str, given: dict[str, str]) -> None:
    complaint = make_complaint(kavitha)
    as_kavitha.post(f"/complaints/{complaint.id}/{step}", given, status=422)
    assert _kinds(complaint) == ["opened"]


def test_an_entry_is_put_right_from_what_it_says(as_kavitha: PageClient, kavitha: Staff) -> None:
    complaint = make_complaint(kavitha, channel="text")
    page = as_kavitha.get(
        f"/complaints/{complaint.id}?do=correct&event={db.session.scalar(select(ComplaintEvent.id))}"
    ).text
    assert '<option selected value="text">' in page


def test_only_a_fact_of_this_complaint_is_put_right(as_kavitha: PageClient, kavitha: Staff) -> None:
    complaint = make_complaint(kavitha)
    given = {"event_id": 999999, "channel": "email", "true_at": "", "reason": "typed wrong"}
    as_kavitha.post(f"/complaints/{complaint.id}/corrections", given, status=422)
    assert _kinds(complaint) == ["opened"]


def test_what_was_before_the_complaint_leads_to_its_own_time_and_keeps_what_was_typed(
    as_kavitha: PageClient, kavitha: Staff
) -> None:
    complaint = make_complaint(kavitha)
    given = {"direction": "out", "channel": "text", "text": "We look into it", "occurred_at": "2026-06-12T16:00"}
    page = as_kavitha.post(f"/complaints/{complaint.id}/conversation", given, status=422).text
    assert "This was before the complaint came in." in page and "We look into it</textarea>" in page
    first = db.session.scalar(select(ComplaintEvent.id))
    [address] = re.findall(rf'href="([^"]*do=correct&amp;event={first})#step">Put an entry right', page)
    assert "When it truly was" in as_kavitha.get(address.replace("&amp;", "&")).text
    assert _kinds(complaint) == ["opened"]


def test_a_complaint_is_taken_though_nothing_opens_for_it_any_more(as_kavitha: PageClient, kavitha: Staff) -> None:
    hours = db.session.scalars(select(CalendarVersion)).one()
    hours.weekly, hours.exceptions = {}, {"2026-06-13": {"periods": [["09:00", "10:00"]], "name": "Market"}}
    contact = make_contact()
    address = f"/contacts/{contact.id}/complaints"
    never = "This deadline is unreachable: more than five years away."
    assert never in as_kavitha.get(f"{address}/new").text
    opened = as_kavitha.post(address, NEW).headers["Location"]
    page = as_kavitha.get(opened).text
    assert never in page and "unreachable</time>" in page and "9998" not in page
    assert "unreachable</time>" in as_kavitha.get("/complaints").text
    complaint = db.session.scalars(select(Complaint)).one()
    slip = as_kavitha.get(f"/complaints/{complaint.id}/slip").text
    assert complaint.reference in slip and "unreachable" not in slip
    given = {"reason": "customer", "resume_on": "2026-06-20", "text": ""}
    as_kavitha.post(f"/complaints/{complaint.id}/pauses", given)
    assert complaint.waiting_until is not None
