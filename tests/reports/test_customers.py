"""Customers of a period: figures against a plain count of the visits, their records, the pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from crm.accounts.models import Business, Staff
from crm.contacts.actions.erasing import anonymise, block
from crm.contacts.models import Contact
from crm.extensions import db
from crm.loyalty.actions.grants import note_departure
from crm.loyalty.actions.standings import refresh
from crm.loyalty.queries.ladder import ladder
from crm.loyalty.rules.levels import Lost
from crm.loyalty.rules.turnover import Turnover
from crm.reports.queries.customers import Part, customers_in, customers_of, stayed_in, worth_of_customers
from crm.reports.rules import Span
from tests.client import PageClient
from tests.conftest import NOW
from tests.counting import counted_queries
from tests.factories.contacts import make_contact
from tests.factories.interactions import make_interaction

MAY = Span(date(2026, 5, 1), date(2026, 5, 31))
QUARTER = Span(date(2026, 1, 1), date(2026, 3, 31))
Came = Callable[..., Contact]


@pytest.fixture
def came(business: Business) -> Came:
    """Make a contact who came on some days, at noon in Chennai unless a time in UTC is given."""

    def make(name: str, *days: str, **given: Any) -> Contact:
        contact = make_contact(name, **given)
        for day in days:
            at = datetime.fromisoformat(day if "T" in day else f"{day}T06:30").replace(tzinfo=NOW.tzinfo)
            make_interaction(contact, kind="visit", channel="in-person", occurred_at=at)
        return contact

    return make


def names(part: Part, span: Span = MAY, **narrowed: str) -> list[str]:
    """Return the names of a part of a period's customers."""
    return [row.name for row in customers_in(part, span, ladder(NOW), **narrowed).rows]


def test_each_part_has_its_people(came: Came) -> None:
    came("Stays", "2026-03-01", "2026-05-10")
    came("Came before only", "2026-04-20")
    came("Is lost", "2025-11-10")
    came("Was lost long ago", "2025-06-01")
    came("Is new", "2026-05-20")
    came("Was brought", "2026-05-21", referred_by_id=came("Brings", "2026-05-01").id)
    came("Is back", "2024-01-01", "2026-05-22")
    came("Comes later", "2026-06-01")
    assert customers_of(MAY, ladder(NOW)).turnover == Turnover(3, 2, 3, 1, 1)
    assert names(Part.START) == ["Stays", "Came before only", "Is lost"]
    assert names(Part.KEPT) == ["Stays", "Came before only"]
    assert names(Part.LOST) == ["Is lost"]
    assert names(Part.FIRST_TIME) == ["Was brought", "Is new", "Brings"]
    assert names(Part.REFERRED) == ["Was brought"]
    assert names(Part.CAME_BACK) == ["Is back"]
    assert len(names(Part.END)) == 6


@pytest.mark.parametrize(
    ("last_visit", "lost"),
    [
        ("2025-12-02", False),  # 180 days before 31 May: still a customer
        ("2025-12-01", True),
        ("2025-12-01T18:29", True),  # 23:59 in Chennai
        ("2025-12-01T18:30", False),  # midnight there
    ],
)
def test_the_limit_counts_whole_days_of_the_business(came: Came, last_visit: str, lost: bool) -> None:
    came("Border", last_visit)
    assert customers_of(MAY, ladder(NOW)).turnover.lost == int(lost)


def test_without_visits_nobody_stayed(business: Business) -> None:
    assert stayed_in(MAY, ladder(NOW)) == Turnover(0, 0, 0, 0)


def test_only_visits_and_purchases_make_a_customer(came: Came) -> None:
    make_interaction(came("Calls only"), kind="enquiry", occurred_at=NOW - timedelta(days=20))
    assert customers_of(MAY, ladder(NOW)).turnover == Turnover(0, 0, 0, 0)


def test_a_period_that_goes_on_is_counted_as_of_today(came: Came) -> None:
    """On 12 June nobody is lost yet for a visit 180 days before; at the end of June they may be."""
    came("Came in December", "2025-12-14")
    june = customers_of(Span(date(2026, 6, 1), date(2026, 6, 30)), ladder(NOW)).turnover
    assert (june.at_start, june.lost) == (1, 0)


def test_why_they_left_is_the_last_reason_noted_since(came: Came, kavitha: Staff) -> None:
    moved, priced, silent = (came(name, "2025-11-15") for name in ("Moved", "Too dear", "Says nothing"))
    note_departure(moved, Lost.UNKNOWN, "", by_id=kavitha.id, now=NOW - timedelta(days=9))
    note_departure(moved, Lost.MOVED, "", by_id=kavitha.id, now=NOW)
    note_departure(priced, Lost.PRICE, "", by_id=kavitha.id, now=NOW)
    again = came("Moved, came again", "2025-10-20")
    note_departure(again, Lost.MOVED, "", by_id=kavitha.id, now=NOW - timedelta(days=230))
    make_interaction(again, kind="purchase", occurred_at=NOW - timedelta(days=205))
    found = customers_of(MAY, ladder(NOW))
    assert found.reasons == {"moved": 1, "price": 1, None: 2}
    assert names(Part.LOST, reason="moved") == ["Moved"]
    assert names(Part.LOST, reason="") == ["Moved, came again", silent.name]


def test_figures_are_those_of_a_plain_count_and_each_opens_its_records(came: Came, kavitha: Staff) -> None:
    dice, visits = Random(11), {}
    for number in range(70):
        days = sorted({date(2025, 1, 1) + timedelta(dice.randrange(500)) for _ in range(dice.randrange(5))})
        contact = came(f"Guest {number}", *map(str, days))
        visits[contact.id] = days
        if days and number % 7 == 0:
            note_departure(contact, dice.choice(list(Lost)), "", by_id=kavitha.id, now=NOW)
    for span in (QUARTER, MAY, Span(date(2025, 4, 1), date(2026, 3, 31))):
        found = customers_of(span, ladder(NOW))
        assert found.turnover == _counted(list(visits.values()), span)
        stayed = stayed_in(span, ladder(NOW))
        assert (stayed.at_start, stayed.kept) == (found.turnover.at_start, found.turnover.kept)
        turnover = found.turnover
        figures = {"start": turnover.at_start, "kept": turnover.kept, "lost": turnover.lost, "end": turnover.at_end}
        figures |= {"first-time": turnover.first_time, "came-back": turnover.came_back}
        assert {part: len(_all_of(Part(part), span)) for part in figures} == figures
        assert sum(found.reasons.values()) == turnover.lost
        for reason, count in found.reasons.items():
            assert len(_all_of(Part.LOST, span, reason=reason or "")) == count


def _counted(visits: list[list[date]], span: Span) -> Turnover:
    def is_customer(days: list[date], on: date) -> bool:
        return any(0 <= (on - day).days <= 180 for day in days)

    counts = {"at_start": 0, "kept": 0, "first_time": 0, "came_back": 0}
    for days in visits:
        was, remains = is_customer(days, span.first - timedelta(1)), is_customer(days, span.last)
        counts["at_start"] += was
        counts["kept"] += was and remains
        counts["first_time"] += remains and not was and days[0] >= span.first
        counts["came_back"] += remains and not was and days[0] < span.first
    return Turnover(**counts)


def _all_of(part: Part, span: Span, **narrowed: str) -> list[int]:
    ids, place = [], None
    while True:
        page = customers_in(part, span, ladder(NOW), place, **narrowed)
        ids += [row.contact_id for row in page.rows]
        place = page.next_place
        if place is None:
            assert len(set(ids)) == len(ids)
            return ids


def test_fifty_and_more_at_the_same_instant_are_paged_without_a_gap(came: Came) -> None:
    for number in range(53):
        came(f"Guest {number}", "2026-05-20")
    assert len(_all_of(Part.FIRST_TIME, MAY)) == 53


def test_what_a_customer_is_worth(came: Came) -> None:
    asha, ravi = came("Asha", "2025-06-11"), came("Ravi", "2025-12-12")
    for contact, days in ((asha, 30), (ravi, 60)):
        at = NOW - timedelta(days=days)
        make_interaction(contact, kind="purchase", amount=500, currency="INR", occurred_at=at)
    came("Long gone", "2020-01-01")
    archived = came("Archived", "2026-06-01")
    archived.archived_at = NOW
    db.session.flush()
    refresh([row.id for row in db.session.query(Contact)], now=NOW)
    worth = worth_of_customers(ladder(NOW))
    assert (worth.customers, worth.visits, worth.spend, worth.days) == (2, 3, Decimal(1000), 366 + 182)
    assert names(Part.TODAY, Span(date(2026, 6, 12), date(2026, 6, 12))) == ["Asha", "Ravi"]


# ── The pages ──


def test_a_shop_without_visits_is_told_what_to_do(as_owner: PageClient) -> None:
    page = as_owner.get("/review/customers").text
    assert "No visit or purchase is known" in page and "No amount was noted" in page
    assert "Nobody in this period" in as_owner.get("/review/customers/list?part=lost&period=this-month").text


def test_the_owner_sees_who_stayed_and_why_others_left(as_owner: PageClient, came: Came, kavitha: Staff) -> None:
    for number in range(3):
        came(f"Stays {number}", "2025-12-20", "2026-03-01")
    lost = came("கவிதா", "2025-08-01")
    note_departure(lost, Lost.MOVED, "", by_id=kavitha.id, now=NOW)
    page = as_owner.get("/review/customers?from=2026-01-01&to=2026-03-31").text
    assert "75%" in page and "3 of 4 customers stayed" in page and "only a hint" in page
    assert "moved away" in page and "25%" in page
    records = as_owner.get("/review/customers/list?part=lost&reason=moved&from=2026-01-01&to=2026-03-31").text
    assert "கவிதா" in records and "Lost customers: moved away" in records


def test_a_period_to_come_has_no_figures(as_owner: PageClient, came: Came) -> None:
    came("Stays", "2026-06-01")
    assert "No visit or purchase is known" in as_owner.get("/review/customers?from=2027-01-01&to=2027-03-31").text
    as_owner.get("/review/customers/list?from=2027-01-01&to=2027-03-31", status=404)


def test_a_period_that_goes_on_says_so(as_owner: PageClient, came: Came) -> None:
    came("Stays", "2026-06-01")
    assert "counted as of today" in as_owner.get("/review/customers?period=this-quarter").text
    assert "counted as of today" not in as_owner.get("/review/customers?period=last-quarter").text


def test_who_asked_to_be_erased_is_counted_without_a_name(as_owner: PageClient, came: Came) -> None:
    for name in ("Blocked Person", "Erased Person"):
        block(came(name, "2026-05-10"), now=NOW)
    anonymise(db.session.query(Contact).filter_by(name="Erased Person").one(), now=NOW)
    page = as_owner.get("/review/customers/list?part=end&from=2026-05-01&to=2026-05-31").text
    assert "Blocked Person" not in page and page.count("blocked or erased") == 2


@pytest.mark.parametrize("query", ["part=nobody", "part=lost&reason=nonsense", "place=nothing"])
def test_a_damaged_list_is_not_found(as_owner: PageClient, query: str) -> None:
    as_owner.get(f"/review/customers/list?{query}", status=404)


@pytest.mark.parametrize("path", ["/review/customers", "/review/customers/list"])
def test_the_front_desk_sees_none_of_it(as_kavitha: PageClient, path: str) -> None:
    as_kavitha.get(path, status=403)


@pytest.mark.parametrize("path", ["/review/customers", "/review/customers/list?part=end&period=this-quarter"])
def test_the_pages_ask_few_questions_of_the_database(as_owner: PageClient, came: Came, path: str) -> None:
    for number in range(60):
        came(f"Guest {number}", "2026-05-20")
    with counted_queries() as reads:
        as_owner.get(path)
    assert len(reads) <= 12, reads
