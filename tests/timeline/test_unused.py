"""Contacts kept longer than the business wants: who counts as unused, and how they are blocked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from crm.accounts.models import Business, Staff
from crm.contacts.actions.erasing import block
from crm.contacts.models import Contact
from crm.contacts.rules.erasing import unused_before
from crm.extensions import db
from crm.timeline.unused import unused_contacts
from tests.client import PageClient
from tests.conftest import NOW
from tests.factories.complaints import make_complaint
from tests.factories.contacts import make_contact
from tests.factories.interactions import make_follow_up, make_interaction
from tests.factories.rewards import make_reward

LONG_AGO, LIMIT = NOW - timedelta(days=5 * 366), NOW - timedelta(days=3 * 366)
Old = Callable[..., Contact]


@pytest.fixture
def old(business: Business) -> Old:
    """Make a contact that was added and last changed five years ago."""

    def make(name: str) -> Contact:
        contact = make_contact(name)
        contact.created_at = contact.updated_at = LONG_AGO
        db.session.flush()
        return contact

    return make


@pytest.fixture
def keeping_three_years(business: Business) -> Business:
    """The business keeps contacts for three years."""
    business.keep_years = 3
    db.session.flush()
    return business


def names() -> list[str]:
    """Return the names of the unused."""
    return [row.name for row in unused_contacts(LIMIT).rows]


@pytest.mark.parametrize(
    ("today", "years", "before"),
    [
        (date(2026, 6, 12), 0, None),
        (date(2026, 6, 12), 3, date(2023, 6, 12)),
        (date(2024, 2, 29), 1, date(2023, 2, 28)),
        (date(2024, 2, 29), 4, date(2020, 2, 28)),
        (date(2026, 1, 1), 30, date(1996, 1, 1)),
    ],
)
def test_since_when_nothing_may_have_happened(today: date, years: int, before: date | None) -> None:
    assert unused_before(today, years) == before


def test_who_was_added_long_ago_and_never_came_again_is_unused(old: Old) -> None:
    make_interaction(old("Came once"), occurred_at=LONG_AGO)
    old("Never came")
    make_contact("Is new")
    assert names() == ["Came once", "Never came"]
    assert [row.last_at for row in unused_contacts(LIMIT).rows] == [LONG_AGO, None]


@pytest.mark.parametrize(("days", "unused"), [(-1, True), (0, False), (1, False)])
def test_an_entry_at_the_limit_keeps_a_contact(old: Old, days: int, unused: bool) -> None:
    make_interaction(old("At the limit"), occurred_at=LIMIT + timedelta(days=days))
    assert bool(names()) is unused


def _changed(contact: Contact, kavitha: Staff) -> None:
    contact.updated_at = LIMIT


def _follow_up(contact: Contact, kavitha: Staff) -> None:
    make_follow_up(contact)


def _rewarded(contact: Contact, kavitha: Staff) -> None:
    make_reward(contact, kavitha).issued_at = LIMIT
    contact.updated_at = LONG_AGO


def _blocked(contact: Contact, kavitha: Staff) -> None:
    block(contact, now=LONG_AGO)


def _merged(contact: Contact, kavitha: Staff) -> None:
    contact.merged_into_id = make_contact("Kept").id


@pytest.mark.parametrize("keep", [_changed, _follow_up, _rewarded, _blocked, _merged])
def test_what_takes_a_contact_from_the_list(old: Old, kavitha: Staff, keep: Callable[..., None]) -> None:
    keep(old("Still needed"), kavitha)
    db.session.flush()
    assert names() == []


def test_a_complaint_keeps_its_customer_until_it_is_long_over(old: Old, kavitha: Staff) -> None:
    complaint = make_complaint(kavitha)
    customer = complaint.contact
    assert customer is not None
    customer.created_at = customer.updated_at = LONG_AGO
    for closed_at, unused in ((None, False), (LIMIT, False), (LONG_AGO, True)):
        complaint.closed_at = closed_at
        db.session.flush()
        assert (customer.name in names()) is unused


def test_more_than_a_page(old: Old) -> None:
    for number in range(52):
        old(f"Old {number}")
    first = unused_contacts(LIMIT)
    second = unused_contacts(LIMIT, first.next_place)
    assert (len(first.rows), len(second.rows), second.next_place) == (50, 2, None)


# ── The page ──


def test_without_a_period_contacts_are_kept_for_ever(old: Old, as_owner: PageClient) -> None:
    contact = old("Kept for ever")
    assert "kept for ever" in as_owner.get("/contacts/unused").text
    as_owner.post("/contacts/unused", {"contact": str(contact.id)}, status=422)
    assert not contact.is_blocked


def test_the_chosen_are_blocked_unless_somebody_came_meanwhile(
    old: Old, keeping_three_years: Business, as_owner: PageClient, now: datetime
) -> None:
    gone, came, kept = old("Long gone"), old("Came meanwhile"), old("Not ticked")
    page = as_owner.get("/contacts/unused").text
    assert "Long gone" in page and "12 June 2023" in page
    make_interaction(came, occurred_at=now)
    as_owner.post("/contacts/unused", {"contact": [str(gone.id), str(came.id), "999999"]})
    assert [each.is_blocked for each in (gone, came, kept)] == [True, False, False]
    assert "Long gone" in as_owner.get("/contacts/blocked").text
    as_owner.post("/contacts/unused", {}, status=422)


def test_nobody_left_says_so(keeping_three_years: Business, as_owner: PageClient) -> None:
    assert "Everybody here has had something to do with you since" in as_owner.get("/contacts/unused").text


def test_only_the_owner_opens_it(as_manager: PageClient, keeping_three_years: Business) -> None:
    as_manager.get("/contacts/unused", status=403)
    as_manager.post("/contacts/unused", {"contact": "1"}, status=403)
    as_manager.post("/contacts/blocked/anonymisation", {"contact": "1"}, status=403)
