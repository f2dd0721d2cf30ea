"""Odd time zones, and one whose name this machine does not know: pages answer, with a sentence where they must."""

from __future__ import annotations

import pytest

from crm.accounts.models import Business
from crm.extensions import db
from crm.shared.zones import UnknownZone, zone_named, zones_in_use
from crm.sla.models import CalendarVersion
from tests.client import PageClient
from tests.factories.contacts import make_contact

PAGES = (
    "/", "/contacts", "/contacts/{0}", "/contacts/{0}/complaints/new", "/key-dates", "/log", "/complaints", "/regulars",
    "/regulars/away", "/rewards", "/moments", "/surprises", "/review", "/review/breaches", "/review/clocks",
    "/settings", "/settings/opening-hours", "/settings/holidays", "/settings/past-days", "/settings/response-times",
    "/audit", "/print/promises", "/backups", "/health", "/imports", "/notices", "/account", "/staff",
)  # fmt: skip
SETTINGS = {
    "name": "Jasmine Salon", "country": "IN", "time_zone": "Asia/Kathmandu", "currency": "INR", "languages": ["en"],
    "idle_minutes": "20", "leap_day_rule": "march-1", "reminder_hour": "9", "code_page": "cp1252", "keep_years": "0",
}  # fmt: skip
SENTENCE = "This machine does not know the time zone of the business."


def test_a_zone_by_its_name() -> None:
    assert zone_named("Asia/Kathmandu").key == "Asia/Kathmandu"


def test_zones_are_offered_by_the_names_of_today() -> None:
    zones = zones_in_use()
    assert "Asia/Calcutta" in zones["Asia/Kolkata"] and "Europe/Kiev" in zones["Europe/Kyiv"]
    assert not {"Asia/Calcutta", "Europe/Kiev", "US/Eastern", "Etc/GMT+5"} & set(zones)
    assert {"UTC", "Asia/Manila", "Asia/Tehran"} <= set(zones)
    assert all(zone_named(name) for name in zones)


def test_a_browser_that_says_calcutta_finds_kolkata(anonymous: PageClient) -> None:
    page = anonymous.get("/set-up").text
    assert '<option data-former="Asia/Calcutta" selected value="Asia/Kolkata">' in page


def test_a_zone_chosen_by_its_former_name_stays(as_owner: PageClient, business: Business) -> None:
    _set(business, "Asia/Calcutta")
    assert '<option selected value="Asia/Calcutta">' in as_owner.get("/settings").text
    as_owner.post("/settings", SETTINGS | {"time_zone": "Asia/Calcutta"})
    assert business.time_zone == "Asia/Calcutta"
    refused = as_owner.post("/settings", SETTINGS | {"time_zone": "Asia/Atlantis"}, status=422)
    assert "Asia/Atlantis" not in refused.text


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../../etc/passwd", "/etc/localtime", "Asia", "Asia/Kolkata\0"])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(UnknownZone):
        zone_named(name)


def _set(business: Business, name: str) -> None:
    business.time_zone = name
    for version in db.session.query(CalendarVersion):
        version.time_zone = name
    db.session.commit()


def _answers(browser: PageClient) -> dict[str, tuple[int, str]]:
    contact = make_contact("Murugan Selvam")
    answers = {path: browser.get(path.format(contact.id), status=None) for path in PAGES}
    return {path: (answer.status_code, answer.text) for path, answer in answers.items()}


@pytest.mark.parametrize("name", ["Asia/Kathmandu", "Pacific/Chatham", "Australia/Lord_Howe", "Pacific/Apia"])
def test_every_page_in_odd_zones(as_owner: PageClient, business: Business, name: str) -> None:
    _set(business, name)
    wrong = {path: status for path, (status, _text) in _answers(as_owner).items() if status != 200}
    assert wrong == {}


def test_with_an_unknown_zone_pages_say_so_and_the_settings_repair_it(as_owner: PageClient, business: Business) -> None:
    _set(business, "Mars/Olympus")
    answers = _answers(as_owner)
    refused = {path for path, (status, _text) in answers.items() if status != 200}
    assert refused
    assert {answers[path][0] for path in refused} == {409}
    assert [path for path in refused if SENTENCE not in answers[path][1]] == []
    as_owner.post("/settings", SETTINGS)
    assert {path: status for path, (status, _text) in _answers(as_owner).items() if status != 200} == {}
