"""What is due, done and just seen; whose numbers are known."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from crm.accounts.models import Business, Staff
from crm.extensions import db
from crm.interactions import queries
from crm.shared.paging import BadPlace, encode_place
from tests.conftest import NOW
from tests.factories.contacts import make_contact
from tests.factories.interactions import make_follow_up, make_interaction

TODAY = date(2026, 6, 12)
DAY = timedelta(days=1)


def test_recent_shows_each_contact_once_and_no_additions(business: Business, kavitha: Staff) -> None:
    first, second, hidden = make_contact("Leila"), make_contact("Ramon"), make_contact("Gone")
    old = make_interaction(first, kavitha, occurred_at=NOW - 3 * DAY)
    make_interaction(first, kavitha, occurred_at=NOW - DAY)
    make_interaction(second, kavitha, occurred_at=NOW - 2 * DAY)
    make_interaction(hidden, kavitha)
    make_interaction(first, kavitha, corrects_id=old.id, note="added")
    hidden.blocked_at = NOW
    db.session.flush()
    assert [(each.contact_name, each.staff_name) for each in queries.recent_interactions()] == [
        ("Leila", "Kavitha S"),
        ("Ramon", "Kavitha S"),
    ]


def test_due_comes_longest_overdue_first_and_page_by_page(
    business: Business, kavitha: Staff, asha: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "DUE_PAGE", 2)
    contact = make_contact()
    make_follow_up(contact, kavitha, task="no hour")
    make_follow_up(contact, kavitha, task="four", due_time=time(16))
    make_follow_up(contact, None, task="nobody's", due_time=time(9))
    make_follow_up(contact, asha, task="Asha's", due_on=TODAY - 9 * DAY)
    make_follow_up(contact, kavitha, task="old", due_on=TODAY - 2 * DAY)
    make_follow_up(contact, kavitha, task="tomorrow", due_on=TODAY + DAY)
    make_follow_up(contact, kavitha, task="done", done_at=NOW, done_by_id=kavitha.id)
    tasks, place = [], None
    for _page in range(3):
        page = queries.follow_ups_due(TODAY, staff_id=kavitha.id, place=place)
        tasks += [each.task for each in page.rows]
        place = page.next_place
        if place is None:
            break
    assert tasks == ["old", "nobody's", "four", "no hour"]
    assert [each.task for each in queries.follow_ups_due(TODAY, staff_id=None).rows] == ["Asha's", "old"]
    done = queries.follow_ups_done_since(NOW - DAY, staff_id=kavitha.id)
    assert [each.task for each in done] == ["done"]
    assert queries.follow_ups_done_since(NOW - DAY, staff_id=asha.id) == []


def test_a_damaged_place_is_refused(business: Business) -> None:
    with pytest.raises(BadPlace):
        queries.follow_ups_due(TODAY, staff_id=None, place=encode_place(["soon", "x", 1]))


def test_open_follow_ups_of_a_contact(business: Business, kavitha: Staff) -> None:
    contact, other = make_contact("Leila"), make_contact("Ramon")
    make_follow_up(contact, kavitha, task="later", due_on=TODAY + 30 * DAY)
    make_follow_up(contact, kavitha, task="now")
    make_follow_up(contact, kavitha, task="done", done_at=NOW)
    make_follow_up(other, kavitha)
    assert [each.task for each in queries.open_follow_ups_of(contact.id)] == ["now", "later"]


def test_whose_number_it_is(business: Business) -> None:
    contact = make_contact("Leila", phone="98765 43210")
    make_contact("Gone", phone="98765 43210").blocked_at = NOW
    db.session.flush()
    assert list(queries.contacts_with_number("+919876543210")) == [contact]
    assert list(queries.contacts_with_number("+919876543211")) == []
