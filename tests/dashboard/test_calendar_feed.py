"""The secret calendar address: what it tells, to whom, and how it ends."""

from __future__ import annotations

import re
from datetime import date, timedelta

from icalendar import Calendar

from crm.accounts.models import Staff
from crm.extensions import db
from crm.interactions.models import FollowUp
from tests.client import PageClient
from tests.conftest import NOW
from tests.factories.accounts import PASSWORD
from tests.factories.contacts import make_contact
from tests.factories.key_dates import make_key_date

TODAY = date(2026, 6, 12)


def _address(client: PageClient) -> str:
    page = client.post("/account/calendar", {"current_password": PASSWORD}, status=200).text
    found = re.search(r'value="http://[^/]+(/calendar/[\w-]+\.ics)"', page)
    assert found is not None
    return found[1]


def _follow_up(assignee: Staff, days: int, task: str = "Call about the allergy") -> None:
    contact = make_contact("Ana Reyes", given_name="Ana", family_name="Reyes")
    due_on = TODAY + timedelta(days=days)
    db.session.add(FollowUp(contact_id=contact.id, task=task, due_on=due_on, assignee_id=assignee.id, created_at=NOW))
    db.session.flush()


def test_it_tells_days_kinds_and_first_names_only(
    as_kavitha: PageClient, anonymous: PageClient, kavitha: Staff, asha: Staff
) -> None:
    make_key_date(make_contact("முருகன் செல்வம்", phone="98765 43210"), 14, 6, 1990)
    make_key_date(make_contact("Meera Joshi", given_name="Meera"), 29, 2, 2000, kind="other", label="Father died")
    _follow_up(kavitha, 3)
    _follow_up(asha, 3, "Not yours")
    response = anonymous.get(_address(as_kavitha))
    assert response.mimetype == "text/calendar"
    assert response.headers["Cache-Control"] == "no-store"
    text = response.get_data(as_text=True)
    for private in ("செல்வம்", "Joshi", "43210", "1990", "Father", "allergy", "Reyes", "Not yours", "RRULE"):
        assert private not in text
    events = Calendar.from_ical(text).walk("VEVENT")
    assert [(str(each["summary"]), each.decoded("dtstart")) for each in events] == [
        ("Birthday · முருகன்", date(2026, 6, 14)),
        ("Other · Meera", date(2027, 2, 28)),
        ("Birthday · முருகன்", date(2027, 6, 14)),
        ("Follow-up · Ana", date(2026, 6, 15)),
    ]
    assert len({str(each["uid"]) for each in events}) == 4


def test_an_address_gives_access_and_so_asks_for_the_password(
    as_kavitha: PageClient, anonymous: PageClient, kavitha: Staff
) -> None:
    first, hashed = _address(as_kavitha), kavitha.feed_token_hash
    for wrong in ({}, {"current_password": ""}, {"current_password": "seven lotus pond"}):
        page = as_kavitha.post("/account/calendar", wrong, status=422).text
        assert "/calendar/" not in page.replace("/account/calendar", "")
    db.session.refresh(kavitha)
    assert kavitha.feed_token_hash == hashed
    anonymous.get(first)


def test_a_new_address_ends_the_old_and_it_can_be_withdrawn(as_kavitha: PageClient, anonymous: PageClient) -> None:
    first = _address(as_kavitha)
    second = _address(as_kavitha)
    anonymous.get(first, status=404)
    anonymous.get(second)
    as_kavitha.post("/account/calendar/withdrawal")
    anonymous.get(second, status=404)
    assert "not shown again" not in as_kavitha.get("/account").text


def test_strangers_and_disabled_staff_get_nothing(
    as_kavitha: PageClient, as_owner: PageClient, anonymous: PageClient, kavitha: Staff
) -> None:
    address = _address(as_kavitha)
    anonymous.get("/calendar/guess.ics", status=404)
    anonymous.get("/calendar/%F0%28.ics", status=404)
    as_owner.post(f"/staff/{kavitha.id}/disabling", {"current_password": PASSWORD})
    anonymous.get(address, status=404)
