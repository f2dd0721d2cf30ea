"""The first start: one page, closed for ever once an owner exists."""

from __future__ import annotations

from html import unescape

from crm.accounts.models import Business, Staff
from crm.extensions import db
from crm.sla.models import CalendarVersion
from tests.client import PageClient

FORM = {
    "name": "Jasmine Salon",
    "country": "IN",
    "time_zone": "Asia/Kolkata",
    "currency": "INR",
    "languages": ["en", "ta"],
    "monday": "09:00-13:00, 14:00-18:00",
    "friday": "18:00-02:00",
    "owner_name": "Meena",
    "email": "meena@jasmine.example",
    "password": "seven lotus ponds",
    "pin": "2580",
}


def test_everything_leads_to_the_set_up_until_an_owner_exists(anonymous: PageClient) -> None:
    assert anonymous.get("/", status=302).location == "/set-up"
    assert anonymous.get("/sign-in", status=302).location == "/set-up"
    anonymous.get("/set-up")


def test_set_up_makes_the_business_and_signs_its_owner_in(anonymous: PageClient) -> None:
    anonymous.get("/set-up")
    anonymous.post("/set-up", FORM)
    assert "Jasmine Salon" in anonymous.get("/").text
    hours = db.session.query(CalendarVersion).one()
    assert hours.weekly["0"] == [["09:00", "13:00"], ["14:00", "18:00"]]
    assert hours.weekly["4"] == [["18:00", "02:00"]]
    assert hours.weekly["6"] == []
    anonymous.get("/set-up", status=404)
    anonymous.post("/set-up", FORM, status=404)


def test_mistakes_are_named_and_nothing_is_half_saved(anonymous: PageClient) -> None:
    anonymous.get("/set-up")
    bad = FORM | {"monday": "nine to five", "password": "short", "pin": "1234"}
    page = anonymous.post("/set-up", bad, status=422).text
    assert "Write opening hours as" in page and 'value="nine to five"' in page
    assert page.count('class="error"') == 3  # all at once: the hours, the password, the PIN
    assert db.session.query(Business).count() == db.session.query(Staff).count() == 0


def test_a_shop_that_never_opens_is_refused(anonymous: PageClient) -> None:
    anonymous.get("/set-up")
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    closed = FORM | dict.fromkeys(days, "")
    assert "at least one day" in anonymous.post("/set-up", closed, status=422).text


def test_each_country_proposes_its_currency_and_time_zones(anonymous: PageClient) -> None:
    page = unescape(anonymous.get("/set-up").text)
    assert '"IN": ["INR", "Asia/Kolkata"]' in page and '"IR": ["IRR", "Asia/Tehran"]' in page
    bad = unescape(anonymous.post("/set-up", FORM | {"country": "DE", "currency": "USD", "pin": "1"}, status=422).text)
    assert "data-places" not in bad  # what was chosen stays
