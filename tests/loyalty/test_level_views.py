"""The pages of recognition: the panel at the counter, regulars, those who stay away, settings with a rehearsal."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from crm.contacts.actions.erasing import block
from crm.contacts.models import Contact
from crm.extensions import db
from crm.loyalty.models import Departure, LevelGrant, LoyaltySettings, RecognitionLevel
from crm.shared.models import Job
from tests.client import PageClient
from tests.counting import counted_queries
from tests.factories.contacts import make_contact
from tests.loyalty.conftest import Visiting

LOG = {"channel": "in-person", "direction": "in", "kind": "visit", "note": "", "due": ""}


def give_perks(level_id: int, perks: str) -> None:
    db.session.get_one(RecognitionLevel, level_id).perks = perks
    db.session.flush()


def test_the_contact_shows_level_why_and_perks(as_kavitha: PageClient, asha_k: Contact, visiting: Visiting) -> None:
    give_perks(2, "the quiet chair")
    visiting(asha_k, *range(1, 8))
    page = as_kavitha.get(f"/contacts/{asha_k.id}").text
    assert 'tag--level">Regular' in page and "the quiet chair" in page
    assert "7 visits since 12 June 2025; needs 6" in page
    assert "Friend of the house after 5 more visits" in page
    assert "Safe until" in page
    assert "Recognised as Regular" in page


def test_a_logged_visit_changes_the_level_at_once(as_kavitha: PageClient, asha_k: Contact, visiting: Visiting) -> None:
    give_perks(2, "the quiet chair")
    visiting(asha_k, *range(1, 6))
    assert "the quiet chair" not in as_kavitha.get(f"/contacts/{asha_k.id}").text
    answer = as_kavitha.post(f"/contacts/{asha_k.id}/interactions", LOG, htmx=True, status=200).text
    assert "the quiet chair" in answer and "6 visits since" in answer


def test_search_and_regulars_name_the_level(as_kavitha: PageClient, asha_k: Contact, visiting: Visiting) -> None:
    visiting(asha_k, *range(1, 7))
    page = as_kavitha.get("/regulars").text
    assert "Anjali Kumar" in page and "6 visits in 12 months" in page
    assert "Nobody holds this level" in as_kavitha.get("/regulars?level=4").text
    assert "Anjali" in as_kavitha.get("/regulars?level=nonsense").text
    as_kavitha.get("/regulars?from=damaged", status=404)


def test_regulars_come_page_by_page_with_a_fixed_number_of_queries(as_kavitha: PageClient, visiting: Visiting) -> None:
    for number in range(51):
        visiting(make_contact(f"Person {number:02}"), *range(1, 7))
    with counted_queries() as statements:
        first = as_kavitha.get("/regulars").text
    assert len(statements) <= 12
    assert first.count('<li><div><strong><a href="/contacts/') == 50
    older = first.split('class="rows__more"><a class="button" href="')[1].split('"')[0].replace("&amp;", "&")
    assert as_kavitha.get(older).text.count('<li><div><strong><a href="/contacts/') == 1


def test_the_lost_are_listed_without_a_habit_too(as_kavitha: PageClient, asha_k: Contact, visiting: Visiting) -> None:
    visiting(asha_k, 181)
    page = as_kavitha.get("/regulars/away?show=lost").text
    assert "Anjali" in page and "No visit for more than 180 days." in page and "usually" not in page


def test_who_stays_away_is_called_or_noted_as_left(as_kavitha: PageClient, asha_k: Contact, visiting: Visiting) -> None:
    assert "Nobody is overdue" in as_kavitha.get("/regulars/away").text
    visiting(asha_k, 61, 51, 41, 31)
    page = as_kavitha.get("/regulars/away").text
    assert "31 days since the last visit" in page and "usually 10 days" in page
    assert f'/contacts/{asha_k.id}#note"' in page
    assert "Anjali" in as_kavitha.get("/regulars/away?show=at-risk").text
    assert "Anjali" not in as_kavitha.get("/regulars/away?show=lost").text
    path = f"/contacts/{asha_k.id}/recognition"
    as_kavitha.post(f"{path}/departures", {"reason": "nonsense", "form_key": "k0"}, status=422)
    for _again in range(2):
        as_kavitha.post(f"{path}/departures", {"reason": "moved", "note": "to Madurai", "form_key": "k1"})
    assert db.session.query(Departure).count() == 1
    assert "to Madurai" in as_kavitha.get(path).text
    assert "Nobody is overdue" in as_kavitha.get("/regulars/away").text


def test_referrals_are_listed_and_shown_on_both(as_kavitha: PageClient, asha_k: Contact, visiting: Visiting) -> None:
    assert "Nobody yet" in as_kavitha.get("/regulars/referrals").text
    newcomer = make_contact("Priya Nair", referred_by_id=asha_k.id)
    assert "not bought yet" in as_kavitha.get("/regulars/referrals").text
    visiting(newcomer, 1)
    assert "first bought yesterday" in as_kavitha.get("/regulars/referrals").text
    assert "Priya Nair" in as_kavitha.get(f"/contacts/{asha_k.id}").text
    assert "Anjali Kumar" in as_kavitha.get(f"/contacts/{newcomer.id}").text


def test_a_manager_gives_a_level_by_hand(as_manager: PageClient, asha_k: Contact, now: datetime) -> None:
    path = f"/contacts/{asha_k.id}/recognition"
    grant = {"level_id": "4", "reason": "brought the choir", "until_on": "2026-12-31", "form_key": "g1"}
    for _again in range(2):
        as_manager.post(f"{path}/grants", grant)
    found = db.session.query(LevelGrant).one()
    assert found.until_on == date(2026, 12, 31)
    assert "Given by hand until 31 December" in as_manager.get(f"/contacts/{asha_k.id}").text
    as_manager.post(f"{path}/grants", grant | {"form_key": "g2", "until_on": "2026-06-12"}, status=422)
    as_manager.post(f"{path}/grants", grant | {"form_key": "g3", "reason": ""}, status=422)
    as_manager.post(f"{path}/grants", grant | {"form_key": "g4", "level_id": "1"}, status=422)
    as_manager.post(f"{path}/grants/{found.id}/ending")
    as_manager.post(f"{path}/grants/{found.id}/ending", status=409)
    assert "No visit yet" in as_manager.get(f"/contacts/{asha_k.id}").text


def test_the_front_desk_gives_no_levels(as_kavitha: PageClient, asha_k: Contact, now: datetime) -> None:
    path = f"/contacts/{asha_k.id}/recognition"
    page = as_kavitha.get(path).text
    assert "Give the level" not in page
    grant = {"level_id": "4", "reason": "cousin", "until_on": "2026-12-31"}
    as_kavitha.post(f"{path}/grants", grant, status=403)
    as_kavitha.get("/settings/levels", status=403)
    as_kavitha.post("/settings/levels", {}, status=403)
    as_kavitha.post("/settings/levels/rehearsal", {}, status=403)
    assert db.session.query(LevelGrant).count() == 0


def test_nobody_without_a_page_has_recognition(as_kavitha: PageClient, asha_k: Contact, now: datetime) -> None:
    as_kavitha.get("/contacts/999999/recognition", status=404)
    block(asha_k, now=now)
    as_kavitha.get(f"/contacts/{asha_k.id}/recognition", status=404)


SETTINGS: dict[str, Any] = {
    "version": "1",
    "grace_days": "60",
    "lost_days": "180",
    "level-0-id": "1",
    "level-0-name": "Guest",
    "level-0-place": "1",
    "level-1-id": "2",
    "level-1-name": "Regular",
    "level-1-place": "2",
    "level-1-perks": "tea and the quiet chair",
    "level-1-way-0-visits": "3",
    "level-1-way-0-months": "12",
    "level-1-way-1-spend": "50,000",
    "level-2-id": "3",
    "level-2-name": "Old friend",
    "level-2-place": "3",
    "level-2-way-0-visits": "௧௨",
    "level-2-way-0-years": "3",
    "level-3-id": "4",
    "level-3-name": "Champion",
    "level-3-place": "4",
    "level-3-removed": "yes",
}


def test_the_owner_rehearses_and_saves_levels(as_owner: PageClient, asha_k: Contact, visiting: Visiting) -> None:
    assert "Friend of the house" in as_owner.get("/settings/levels").text
    visiting(asha_k, 1, 2, 3)
    page = as_owner.post("/settings/levels/rehearsal", SETTINGS, status=200).text
    assert "1 would rise at once to Regular" in page and "Anjali Kumar" in page
    assert "12 visits in 12 months and 3 years with us" in page and "₹50,000 spent in 12 months" in page
    assert db.session.get_one(LoyaltySettings, 1).version == 1
    as_owner.post("/settings/levels", SETTINGS)
    names = [level.name for level in db.session.query(RecognitionLevel).filter_by(retired_at=None)]
    assert sorted(names) == ["Guest", "Old friend", "Regular"]
    assert db.session.get_one(RecognitionLevel, 2).key == "regular"
    assert db.session.get_one(RecognitionLevel, 3).key is None
    assert db.session.query(Job).filter_by(unique_key="standings:version-2").count() == 1
    assert "tea and the quiet chair" in as_owner.get("/settings/levels?saved=yes").text
    stale = as_owner.post("/settings/levels", SETTINGS | {"level-1-name": "Neighbour"}, status=409).text
    assert "Neighbour" in stale and "It says now" in stale


@pytest.mark.parametrize(
    "wrong",
    [
        {"level-1-way-0-visits": "many"},
        {"level-1-way-0-visits": "0"},
        {"level-1-way-1-spend": "lots"},
        {"level-1-name": "guest"},
        {"level-0-way-0-visits": "3"},
        {"grace_days": "never"},
        {"lost_days": "5"},
    ],
)
def test_levels_that_make_no_sense_change_nothing(as_owner: PageClient, wrong: dict[str, str]) -> None:
    for path in ("/settings/levels", "/settings/levels/rehearsal"):
        page = as_owner.post(path, SETTINGS | wrong, status=422).text
        assert next(iter(wrong.values())) in page
    assert db.session.get_one(LoyaltySettings, 1).version == 1


def test_the_plain_list_names_the_level_in_one_query_for_all(as_kavitha: PageClient, visiting: Visiting) -> None:
    def queries() -> int:
        with counted_queries() as statements:
            assert as_kavitha.get("/contacts").text.count("tag--level") == len(named)
        return len(statements)

    named = [make_contact("Guest Only"), make_contact("Regular 1")][1:]
    visiting(named[0], *range(1, 7))
    one = queries()
    for number in range(2, 12):
        named.append(make_contact(f"Regular {number}"))
        visiting(named[-1], *range(1, 7))
    assert queries() == one <= 12
