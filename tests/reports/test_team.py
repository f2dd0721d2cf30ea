"""What customers praised: whose it is, whom it names, who may see the workload."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crm.accounts.models import Staff
from crm.contacts.actions.erasing import block
from crm.extensions import db
from crm.reports.queries.team import compliments, praise_in, team_of
from crm.sla.rules import Period
from tests.client import PageClient
from tests.conftest import NOW
from tests.factories.contacts import make_contact
from tests.factories.interactions import make_interaction

WEEK = Period(NOW - timedelta(days=7), NOW)


@pytest.fixture
def praise(kavitha: Staff, asha: Staff) -> None:
    """Two compliments for Kavitha and one for nobody by name within the week; one before it, one at its end."""
    contact = make_contact("María Cruz")
    for days, praised in ((1, kavitha), (7, kavitha), (2, None), (8, asha), (0, asha)):
        given = {"kind": "compliment", "note": f"so kind, {days} days ago", "praised_id": praised and praised.id}
        make_interaction(contact, asha, occurred_at=NOW - timedelta(days=days), **given)
    make_interaction(contact, asha, note="no compliment", occurred_at=NOW - timedelta(days=3))


def test_a_period_takes_its_beginning_and_leaves_its_end(praise: None, kavitha: Staff) -> None:
    rows = compliments(WEEK).rows
    assert [row.note for row in rows] == [f"so kind, {days} days ago" for days in (1, 2, 7)]
    assert [row.praised for row in rows] == [kavitha.name, None, kavitha.name]


def test_each_is_counted_by_name_with_what_they_logged(praise: None, kavitha: Staff, asha: Staff) -> None:
    found = {each.name: (each.compliments, each.entries) for each in team_of(WEEK)}
    assert found[kavitha.name] == (2, 0) and found[asha.name] == (0, 4)
    assert [each.name for each in team_of(WEEK)] == sorted(found)


def test_who_left_is_named_only_where_the_period_has_something_of_theirs(praise: None, kavitha: Staff) -> None:
    kavitha.disabled_at = NOW
    db.session.flush()
    assert kavitha.name in {each.name for each in team_of(WEEK)}
    before = Period(NOW - timedelta(days=90), NOW - timedelta(days=60))
    assert kavitha.name not in {each.name for each in team_of(before)}


def test_an_addition_is_no_second_compliment(praise: None, kavitha: Staff) -> None:
    first = compliments(WEEK).rows[0]
    contact = make_contact("Other")
    make_interaction(
        contact, kind="compliment", praised_id=kavitha.id, corrects_id=first.id, occurred_at=NOW - timedelta(hours=1)
    )
    assert len(compliments(WEEK).rows) == 3
    assert {each.name: each.compliments for each in team_of(WEEK)}[kavitha.name] == 2


def test_more_than_a_page_is_read_on(praise: None) -> None:
    seen, place = [], None
    for _page in range(3):
        page = compliments(WEEK, place, most=1)
        seen += [row.id for row in page.rows]
        place = page.next_place
    assert len(set(seen)) == 3 and place is None


def test_each_person_has_their_newest_compliments_and_how_many_there_are(praise: None, kavitha: Staff) -> None:
    found = [(each.name, each.times, [row.note for row in each.newest]) for each in praise_in(WEEK, most=1)]
    assert found == [(kavitha.name, 2, ["so kind, 1 days ago"]), (None, 1, ["so kind, 2 days ago"])]


def test_the_loyalty_report_prints_the_praise(praise: None, as_owner: PageClient, kavitha: Staff) -> None:
    page = as_owner.get("/print/loyalty?period=2026-06").text
    assert "What customers praised" in page and "so kind, 7 days ago" in page and "nobody named" in page
    assert "No compliment was noted" in as_owner.get("/print/loyalty?period=2025-06").text


# ── The page ──


def test_everybody_sees_the_praise_and_only_the_review_the_workload(
    praise: None, as_kavitha: PageClient, as_owner: PageClient, kavitha: Staff
) -> None:
    at_the_desk, of_the_owner = as_kavitha.get("/team").text, as_owner.get("/team").text
    assert "so kind, 1 days ago" in at_the_desk and "no compliment" not in at_the_desk
    assert "no ranking" not in at_the_desk and "no ranking" in of_the_owner
    assert "/team" in as_kavitha.get("/account").text
    narrowed = as_owner.get(f"/team?person={kavitha.id}").text
    assert "so kind, 1 days ago" in narrowed and "so kind, 2 days ago" not in narrowed


def test_who_asked_to_be_erased_is_not_named(as_kavitha: PageClient, kavitha: Staff) -> None:
    contact = make_contact("Blocked Person")
    make_interaction(contact, kind="compliment", note="their words", praised_id=kavitha.id)
    block(contact, now=NOW)
    page = as_kavitha.get("/team").text
    assert "Blocked Person" not in page and "their words" not in page and "blocked or erased" in page


def test_no_praise_yet_says_how_it_is_logged(as_kavitha: PageClient) -> None:
    assert "No compliment is noted in this period" in as_kavitha.get("/team").text


@pytest.mark.parametrize("query", ["person=999", "place=nothing"])
def test_what_is_not_there_is_not_found(as_kavitha: PageClient, query: str) -> None:
    as_kavitha.get(f"/team?{query}", status=404)
