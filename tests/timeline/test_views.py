"""The contact's page and its quick log, entries and follow-ups, as a browser sees them, with and without htmx."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from sqlalchemy import func, select

from crm.accounts.models import Staff
from crm.complaints.models import Complaint
from crm.contacts.models import Contact
from crm.extensions import db
from crm.interactions.models import FollowUp, Interaction
from tests.client import PageClient
from tests.conftest import NOW
from tests.counting import counted_queries
from tests.factories.contacts import make_contact
from tests.factories.interactions import make_canned_notes, make_follow_up, make_interaction

LOG = {"channel": "phone", "direction": "in", "kind": "enquiry", "note": "wants the window seat", "form_key": "k1"}


@pytest.fixture
def murugan(owner: Staff) -> Contact:
    """A contact with a number."""
    return make_contact(phone="98400 12345")


def _entries() -> int:
    return db.session.scalar(select(func.count()).select_from(Interaction)) or 0


def test_the_page_tells_who_what_and_when(as_kavitha: PageClient, murugan: Contact, asha: Staff) -> None:
    visit = make_interaction(
        murugan, asha, channel="in-person", kind="visit", amount=Decimal("2400"), currency="INR", note="cut, colour"
    )
    make_interaction(murugan, asha, kind="compliment", praised_id=asha.id, is_late=True, note="so kind")
    make_interaction(murugan, asha, corrects_id=visit.id, note="it was 2,500")
    make_follow_up(murugan, asha)
    page = as_kavitha.get(f"/contacts/{murugan.id}").text
    for text in ("முருகன் செல்வம்", "Visit", "₹2,400", "cut, colour", "logged later", "it was 2,500", "Call back"):
        assert text in page
    assert page.count('class="story__entry"') == 2


def test_a_missing_contact_is_404_and_a_merged_one_sends_on(as_kavitha: PageClient, murugan: Contact) -> None:
    as_kavitha.get("/contacts/999999", status=404)
    as_kavitha.post("/contacts/999999/interactions", LOG, status=404)
    merged = make_contact("Muruhan")
    merged.merged_into_id = murugan.id
    db.session.flush()
    assert as_kavitha.get(f"/contacts/{merged.id}", status=302).location == f"/contacts/{murugan.id}"
    as_kavitha.post(f"/contacts/{merged.id}/interactions", LOG)
    assert db.session.scalars(select(Interaction)).one().contact_id == murugan.id


def test_a_blocked_contact_has_no_log(as_kavitha: PageClient, murugan: Contact) -> None:
    murugan.blocked_at = NOW
    entry = make_interaction(murugan)
    db.session.flush()
    page = as_kavitha.get(f"/contacts/{murugan.id}").text
    assert 'id="log"' not in page
    as_kavitha.post(f"/contacts/{murugan.id}/interactions", LOG, status=422)
    as_kavitha.get(f"/interactions/{entry.id}", status=404)
    assert _entries() == 1
    db.session.delete(entry)
    db.session.flush()
    assert "Log the first call" not in as_kavitha.get(f"/contacts/{murugan.id}").text


def test_strangers_see_nothing(anonymous: PageClient, murugan: Contact) -> None:
    for path in ("/", "/log", f"/contacts/{murugan.id}"):
        assert anonymous.get(path, status=302).location.startswith("/sign-in")


def test_a_call_is_logged_once_however_often_it_is_sent(as_kavitha: PageClient, murugan: Contact) -> None:
    path = f"/contacts/{murugan.id}/interactions"
    first = as_kavitha.post(path, LOG)
    again = as_kavitha.post(path, LOG)
    assert first.location == again.location and "#entry-" in first.location
    assert "Logged" in as_kavitha.post(path, LOG, htmx=True, status=200).text
    assert _entries() == 1
    as_kavitha.post(path, LOG | {"form_key": "k2"})
    assert _entries() == 2


def test_a_logged_complaint_offers_to_open_it(as_kavitha: PageClient, murugan: Contact) -> None:
    path, offer = f"/contacts/{murugan.id}/interactions", "Open a complaint from this"
    part = as_kavitha.post(path, LOG | {"kind": "complaint"}, htmx=True, status=200).text
    entry = db.session.scalars(select(Interaction)).one()
    beside_logged = part[: part.index("<textarea")]
    assert offer in beside_logged and f"/complaints/new?entry={entry.id}" in beside_logged
    other = as_kavitha.post(path, LOG | {"form_key": "k2"}, htmx=True, status=200).text
    assert offer not in other[: other.index("<textarea")]


def test_from_an_entry_one_complaint_is_opened(as_kavitha: PageClient, murugan: Contact, kavitha: Staff) -> None:
    contact_page, offer = f"/contacts/{murugan.id}", "Open a complaint from this"
    entry = make_interaction(murugan, kavitha, kind="complaint", note="The soup was cold.", occurred_at=NOW)
    form_page = f"{contact_page}/complaints/new?entry={entry.id}"
    assert f'name="entry" type="hidden" value="{entry.id}"' in as_kavitha.get(form_page).text
    typed = {"channel": "phone", "words": "The soup was cold.", "severity": "low", "entry": str(entry.id)}
    as_kavitha.post(f"{contact_page}/complaints", typed | {"form_key": "o1"}, status=303)
    complaint = db.session.scalars(select(Complaint)).one()
    story = as_kavitha.get(contact_page).text
    assert offer not in story and f'<a href="/complaints/{complaint.id}">Complaint' in story
    assert as_kavitha.get(form_page, status=302).location == f"/complaints/{complaint.id}"
    refused = as_kavitha.post(f"{contact_page}/complaints", typed | {"form_key": "o2"}, status=409).text
    assert f"A complaint was opened from this entry already: {complaint.reference}." in refused
    assert "The soup was cold.</textarea>" in refused
    as_kavitha.post(f"{contact_page}/complaints", typed | {"form_key": "o3", "entry": "x"}, status=422)
    other = make_interaction(make_contact(), kavitha, kind="complaint", note="Not his.")
    as_kavitha.post(f"{contact_page}/complaints", typed | {"form_key": "o4", "entry": str(other.id)}, status=303)
    assert db.session.scalars(select(Complaint.interaction_id).order_by(Complaint.id)).all() == [entry.id, None]


def test_under_htmx_the_form_comes_back_empty_with_the_story(as_kavitha: PageClient, murugan: Contact) -> None:
    data = LOG | {"due": "tomorrow", "due_time": "10:00"}
    part = as_kavitha.post(f"/contacts/{murugan.id}/interactions", data, htmx=True, status=200).text
    assert "<html" not in part and part.count("hx-swap-oob") == 2
    assert part.count("wants the window seat") >= 2
    assert "<textarea" in part and "wants the window seat</textarea>" not in part
    follow_up = db.session.scalars(select(FollowUp)).one()
    assert (follow_up.due_on, follow_up.task) == (date(2026, 6, 13), "wants the window seat")


@pytest.mark.parametrize(
    ("logged", "parts"),
    [
        ({"kind": "enquiry"}, ["story"]),
        ({"kind": "enquiry", "due": "tomorrow"}, ["story", "follow-ups"]),
        ({"kind": "visit", "channel": "in-person"}, ["story", "member", "perks"]),
    ],
)
def test_only_what_the_entry_changed_comes_back(
    as_kavitha: PageClient, murugan: Contact, logged: dict[str, str], parts: list[str]
) -> None:
    part = as_kavitha.post(f"/contacts/{murugan.id}/interactions", LOG | logged, htmx=True, status=200).text
    assert re.findall(r'id="([\w-]+)"[^>]*hx-swap-oob', part) == parts


@pytest.mark.parametrize("htmx", [True, False])
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"note": ""}, "Write what happened"),
        ({"amount": "two"}, "Write an amount such as"),
        ({"occurred_at": "2026-06-12T17:30"}, "This lies in the future"),
        ({"due": "date"}, "Choose the day"),
        ({"due": "date", "due_on": "2026-06-11"}, "This day or hour has passed"),
        ({"outcome": "angry"}, "Choose one of the outcomes"),
        ({"channel": "pigeon"}, "Not a valid choice"),
        ({"praised_id": "99999"}, "Not a valid choice"),
    ],
)
def test_mistakes_are_said_and_nothing_typed_is_lost(
    as_kavitha: PageClient, murugan: Contact, change: dict[str, str], sentence: str, htmx: bool
) -> None:
    data = LOG | {"amount": "௨௪௦௦", "kind": "purchase", "task": "send the list"} | change
    if not data["note"]:
        data["kind"] = "enquiry"
    page = as_kavitha.post(f"/contacts/{murugan.id}/interactions", data, htmx=htmx, status=422).text
    assert sentence in page
    for name in ("note", "amount", "task"):
        assert data[name] in page
    assert ("<html" in page) is not htmx
    assert _entries() == 0


def test_amounts_times_and_praise(as_kavitha: PageClient, murugan: Contact, asha: Staff) -> None:
    data = LOG | {
        "kind": "compliment",
        "amount": "۲٬۴۰۰٫۵۰",
        "occurred_at": "2026-06-12T09:15",
        "praised_id": str(asha.id),
        "outcome": "reached",
        "due": "week",
        "assignee_id": "",
    }
    as_kavitha.post(f"/contacts/{murugan.id}/interactions", data)
    entry, follow_up = db.session.scalars(select(Interaction)).one(), db.session.scalars(select(FollowUp)).one()
    assert (entry.amount, entry.currency, entry.praised_id) == (Decimal("2400.5"), "INR", asha.id)
    assert entry.is_late and entry.outcome == "reached"
    assert follow_up.assignee_id is None


def test_somebody_new_is_added_with_the_entry(as_kavitha: PageClient, murugan: Contact) -> None:
    page = as_kavitha.get("/log?number=98765+43210").text
    assert 'value="98765 43210"' in page
    data = LOG | {"phone": "98765 43210", "name": "Leila Karimi"}
    location = as_kavitha.post("/log", data).location
    assert as_kavitha.post("/log", data).location == location
    entry = db.session.scalars(select(Interaction)).one()
    assert entry.contact.name == "Leila Karimi" and f"/contacts/{entry.contact_id}#" in location
    as_kavitha.post("/log", LOG | {"form_key": "k9", "phone": "", "name": ""}, status=422)


@pytest.mark.parametrize("htmx", [True, False])
def test_a_known_number_asks_for_whom(as_kavitha: PageClient, murugan: Contact, htmx: bool) -> None:
    data = LOG | {"phone": "+91 98400 12345"}
    page = as_kavitha.post("/log", data, htmx=htmx, status=422).text
    assert "This number is known." in page and "wants the window seat" in page and _entries() == 0
    as_kavitha.post("/log", data | {"contact": str(murugan.id)})
    assert db.session.scalars(select(Interaction)).one().contact_id == murugan.id
    as_kavitha.post("/log", data | {"contact": "new", "form_key": "k3"})
    assert db.session.scalar(select(func.count()).select_from(Contact)) == 2


def test_filters_and_older_pages(as_kavitha: PageClient, murugan: Contact, asha: Staff) -> None:
    for day in range(30):
        make_interaction(murugan, asha, occurred_at=NOW - timedelta(days=day), note=f"note {day:02}")
    make_interaction(murugan, channel="email", kind="other", note="a letter")
    path = f"/contacts/{murugan.id}"
    first = as_kavitha.get(path).text
    assert "note 00" in first and "note 29" not in first
    older = first.split('class="story__older">')[1].split('hx-get="')[1].split('"')[0].replace("&amp;", "&")
    second = as_kavitha.get(older).text
    assert "note 29" in second and "note 00" not in second and "Older" not in second
    assert "a letter" not in as_kavitha.get(f"{path}?staff={asha.id}").text
    assert "note 00" not in as_kavitha.get(f"{path}?channel=email&kind=other").text
    assert "Nothing like that" in as_kavitha.get(f"{path}?kind=visit").text
    assert "note 00" in as_kavitha.get(f"{path}?kind=nonsense&staff=x").text
    as_kavitha.get(f"{path}?from=damaged", status=404)


def test_the_page_asks_a_fixed_number_of_queries(as_kavitha: PageClient, murugan: Contact, asha: Staff) -> None:
    make_canned_notes("asked for prices")
    counts = []
    for _round in range(2):
        for number in range(20):
            entry = make_interaction(murugan, asha, occurred_at=NOW - timedelta(hours=number))
            make_interaction(murugan, asha, corrects_id=entry.id)
            make_follow_up(murugan, asha)
        with counted_queries() as statements:
            as_kavitha.get(f"/contacts/{murugan.id}")
        counts.append(len(statements))
    assert counts[0] == counts[1] and counts[0] <= 13, statements


def test_an_own_entry_is_changed_and_later_corrected(as_kavitha: PageClient, murugan: Contact, kavitha: Staff) -> None:
    entry = make_interaction(murugan, kavitha, amount=Decimal("10.50"), currency="INR", kind="purchase")
    path = f"/interactions/{entry.id}"
    page = as_kavitha.get(path).text
    assert "Change an entry" in page and 'value="10.5"' in page
    changed = LOG | {"note": "wants Sunday", "version": "1"}
    assert as_kavitha.post(path, changed).location == f"/contacts/{murugan.id}#entry-{entry.id}"
    conflict = as_kavitha.post(path, changed | {"note": "no, Monday"}, status=409).text
    assert "wants Sunday" in conflict and "no, Monday" in conflict and 'value="2"' in conflict
    as_kavitha.post(path, changed | {"note": ""}, status=422)
    with time_machine.travel(NOW + timedelta(minutes=16), tick=False):
        as_kavitha.get("/presence", status=None)
        late = as_kavitha.post(path, changed | {"note": "too late", "version": "2"}, status=None)
        assert late.status_code in {401, 422}
    assert db.session.get_one(Interaction, entry.id).note == "wants Sunday"


def test_anybody_adds_a_correction_once(as_kavitha: PageClient, murugan: Contact, asha: Staff) -> None:
    entry = make_interaction(murugan, asha)
    path = f"/interactions/{entry.id}"
    assert "Correct an entry" in as_kavitha.get(path).text
    as_kavitha.post(path, LOG | {"version": "1", "note": "not mine"}, status=422)
    for _send in range(2):
        as_kavitha.post(f"{path}/additions", {"note": "it was Sunday", "form_key": "c1"})
    as_kavitha.post(f"{path}/additions", {"note": " "}, status=422)
    assert "it was Sunday" in as_kavitha.get(f"/contacts/{murugan.id}").text
    assert _entries() == 2 and db.session.get_one(Interaction, entry.id).note == "asks for Saturday morning"
    as_kavitha.get("/interactions/999999", status=404)


# ── Follow-ups ──


def test_done_in_place_and_by_redirect(as_kavitha: PageClient, murugan: Contact, kavitha: Staff) -> None:
    first, second = make_follow_up(murugan, kavitha), make_follow_up(murugan, kavitha)
    row = as_kavitha.post(f"/follow-ups/{first.id}/completion", {"next": "/"}, htmx=True, status=200).text
    assert row.lstrip().startswith("<li") and "done 16:30" in row and "முருகன்" in row
    answer = as_kavitha.post(f"/follow-ups/{second.id}/completion", {"next": f"/contacts/{murugan.id}"})
    assert answer.location == f"/contacts/{murugan.id}"
    assert as_kavitha.post(f"/follow-ups/{second.id}/completion", {"next": "//evil.example"}).location == "/"
    undone = as_kavitha.post(f"/follow-ups/{first.id}/reopening", {"version": "2"}, htmx=True, status=200).text
    assert "before 20:00" in undone
    as_kavitha.post("/follow-ups/999999/completion", status=404)


@pytest.mark.parametrize("htmx", [True, False])
def test_the_second_person_is_told_who_did_it(
    as_kavitha: PageClient, as_manager: PageClient, murugan: Contact, kavitha: Staff, htmx: bool
) -> None:
    follow_up = make_follow_up(murugan, kavitha)
    as_kavitha.post(f"/follow-ups/{follow_up.id}/completion")
    page = as_manager.post(f"/follow-ups/{follow_up.id}/completion", htmx=htmx, status=409).text
    assert "Kavitha S did this: 12 Jun 2026, 16:30." in page


def test_postponed_and_assigned_with_a_version(as_kavitha: PageClient, murugan: Contact, asha: Staff) -> None:
    follow_up = make_follow_up(murugan)
    path = f"/follow-ups/{follow_up.id}"
    row = as_kavitha.post(f"{path}/postponement", {"due": "tomorrow", "version": "1"}, htmx=True, status=200).text
    assert "tomorrow" in row
    data = {"due_on": "2026-06-15", "due_time": "09:30", "version": "1"}
    assert "Somebody changed this follow-up" in as_kavitha.post(f"{path}/postponement", data, status=409).text
    as_kavitha.post(f"{path}/postponement", data | {"version": "2"})
    given = as_kavitha.post(f"{path}/assignment", {"assignee_id": str(asha.id), "version": "3"}, htmx=True, status=200)
    assert "Asha Joshi" in given.text and "15 June, 09:30" in given.text
    as_kavitha.post(f"{path}/assignment", {"assignee_id": "99999", "version": "4"}, status=422)
    past = as_kavitha.post(f"{path}/postponement", {"due_on": "2026-06-01", "version": "4"}, htmx=True, status=422)
    assert "This day or hour has passed" in past.text
    as_kavitha.post(f"{path}/postponement", {"due_on": "soon", "version": "4"}, status=422)
    assert f'action="{path}/assignment"' in as_kavitha.get(path).text
    assert db.session.get_one(FollowUp, follow_up.id).due_on == date(2026, 6, 15)


# ── Canned notes ──


def test_canned_notes_become_buttons(as_owner: PageClient, as_kavitha: PageClient, murugan: Contact) -> None:
    as_kavitha.get("/settings/canned-notes", status=403)
    as_owner.get("/settings/canned-notes")
    as_owner.post("/settings/canned-notes", {"lines": "asked for prices\ncalled back"})
    page = as_kavitha.get(f"/contacts/{murugan.id}").text
    assert 'data-fill="asked for prices"' in page
    as_owner.post("/settings/canned-notes", {"lines": "x" * 20000}, status=422)
    refused = as_owner.post("/settings/canned-notes", {"lines": "x" * 241, "version": "1"}, status=422).text
    assert "Keep it to 40 texts" in refused and "x" * 241 in refused
    assert "called back" in as_owner.get("/settings/canned-notes").text
