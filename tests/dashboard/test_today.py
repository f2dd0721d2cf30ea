"""The start screen: how the business stands, what is due for whom, who was just seen."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
import time_machine

from crm.accounts.models import Staff
from crm.contacts.models import Contact
from crm.dashboard import queries
from crm.extensions import db
from crm.sla.models import CalendarVersion
from tests.client import PageClient
from tests.conftest import NOW
from tests.counting import counted_queries
from tests.factories.complaints import make_complaint
from tests.factories.contacts import make_contact
from tests.factories.interactions import make_follow_up, make_interaction

TODAY = date(2026, 6, 12)


@pytest.fixture
def leila(owner: Staff) -> Contact:
    """A contact."""
    return make_contact("Leila Karimi")


def test_an_empty_day_says_what_to_do(as_kavitha: PageClient) -> None:
    page = as_kavitha.get("/").text
    assert "Friday, 12 June" in page and "open until 20:00" in page
    for sentence in ("Nothing is due for you.", "None within 7 days.", "Nobody yet."):
        assert sentence in page
    assert "Nothing is due." in as_kavitha.get("/?whose=all").text


def test_an_empty_day_leads_those_who_may_to_the_import(as_owner: PageClient, as_kavitha: PageClient) -> None:
    assert '<a href="/imports">Import your contacts</a>' in as_owner.get("/").text
    assert "Import your contacts" not in as_kavitha.get("/").text


def test_who_has_no_pin_is_led_to_it_where_others_work_too(
    as_kavitha: PageClient, kavitha: Staff, owner: Staff
) -> None:
    sentence = '<a href="/account">Set your PIN so that you can take over at the counter</a>'
    assert sentence not in as_kavitha.get("/").text
    kavitha.pin_hash = None
    assert sentence in as_kavitha.get("/").text
    owner.disabled_at = NOW
    assert sentence not in as_kavitha.get("/").text


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        (timedelta(hours=4), "closed, opens tomorrow 09:00"),
        (timedelta(days=1, hours=4), "closed, opens Monday 09:00"),
        (timedelta(hours=-8), "closed, opens 09:00"),
    ],
)
def test_a_closed_business_says_when_it_opens(
    as_kavitha: PageClient, kavitha: Staff, hours: timedelta, expected: str
) -> None:
    with time_machine.travel(NOW + hours, tick=False):
        assert expected in PageClient(as_kavitha.app).signed_in(kavitha).get("/").text


def test_without_a_calendar_the_page_still_opens(as_kavitha: PageClient, owner: Staff) -> None:
    db.session.query(CalendarVersion).delete()
    assert "open until" not in as_kavitha.get("/").text


def test_mine_and_all_overdue_first_with_their_clocks(
    as_kavitha: PageClient, leila: Contact, kavitha: Staff, asha: Staff
) -> None:
    make_follow_up(leila, kavitha, task="Confirm the package")
    make_follow_up(leila, kavitha, task="Send the list", due_on=TODAY - timedelta(days=2))
    make_follow_up(leila, kavitha, task="Ring back", due_time=time(16, 43))
    make_follow_up(leila, None, task="Order oil", due_time=time(16, 18))
    make_follow_up(leila, asha, task="Only Asha")
    make_follow_up(leila, kavitha, task="Reached her", done_at=NOW - timedelta(minutes=80), done_by_id=kavitha.id)
    page = as_kavitha.get("/").text
    clocks = ("late by 2 days", "late by 12 min", "in 13 min", "before 20:00", "done 15:10")
    places = [page.index(text) for text in clocks]
    assert places == sorted(places) and "Only Asha" not in page
    assert "Only Asha" in as_kavitha.get("/?whose=all").text


def test_a_long_row_of_complaints_leads_on_to_the_board(
    as_kavitha: PageClient, kavitha: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "COMPLAINTS_SHOWN", 1)
    first = make_complaint(kavitha)
    assert "More complaints" not in as_kavitha.get("/").text
    second = make_complaint(kavitha)
    page = as_kavitha.get("/").text
    assert f'id="complaint-{first.id}"' in page and f'id="complaint-{second.id}"' not in page
    assert "More complaints" in page


def test_just_seen_names_contact_and_staff(as_kavitha: PageClient, leila: Contact, asha: Staff) -> None:
    make_interaction(leila, asha, kind="visit", channel="in-person", note="cut and colour", occurred_at=NOW)
    page = as_kavitha.get("/").text
    assert f'href="/contacts/{leila.id}"' in page and "cut and colour" in page and "Asha Joshi" in page
    assert f'href="/contacts/{leila.id}#note"' in as_kavitha.get("/log").text


def test_many_follow_ups_come_page_by_page(as_kavitha: PageClient, leila: Contact, kavitha: Staff) -> None:
    for number in range(25):
        make_follow_up(leila, kavitha, task=f"Task {number:02}")
    first = as_kavitha.get("/").text
    assert "Task 14" in first and "Task 15" not in first
    more = first.split('rows__more"><a class="button" href="')[1].split('"')[0]
    assert "Task 24" in as_kavitha.get(more).text


def test_the_page_asks_a_fixed_number_of_queries(as_kavitha: PageClient, leila: Contact, kavitha: Staff) -> None:
    counts = []
    for _round in range(2):
        for number in range(15):
            make_follow_up(make_contact(f"Name {number}"), kavitha)
            make_interaction(leila, kavitha)
        with counted_queries() as statements:
            as_kavitha.get("/")
        counts.append(len(statements))
    assert counts[0] == counts[1] and counts[0] <= 12, statements
