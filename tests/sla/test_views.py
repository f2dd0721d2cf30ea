"""The settings of opening hours, public holidays and response times, as a browser sees them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from crm.accounts.models import Business
from crm.extensions import db
from crm.shared.models import AuditEvent
from crm.sla import queries
from crm.sla.models import CalendarVersion, PolicyVersion
from crm.sla.rules import CountingMode
from tests.client import PageClient
from tests.sla.typed_targets import typed_targets

HOURS, HOLIDAYS, TIMES = "/settings/opening-hours", "/settings/holidays", "/settings/response-times"
PAGES = [HOURS, HOLIDAYS, TIMES, f"{TIMES}/targets", "/settings/past-days", "/settings/running-clocks"]


@pytest.mark.parametrize("path", PAGES)
def test_pages_open_for_the_owner_only(as_owner: PageClient, as_manager: PageClient, path: str) -> None:
    as_owner.get(path)
    as_manager.get(path, status=403)


WEEK = {day: "09:00-18:00" for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday")}


def _versions() -> int:
    return db.session.scalar(select(func.count()).select_from(CalendarVersion)) or 0


def test_saving_the_week_adds_a_version_and_keeps_the_dates(as_owner: PageClient, now: datetime) -> None:
    as_owner.post(f"{HOURS}/days", {"on": "2026-08-15", "kind": "closed", "name": "Independence Day"})
    as_owner.post(HOURS, WEEK | {"sunday": "२२:००-०२:००"})
    version = queries.calendar_version_at(now)
    assert version is not None
    assert version.weekly["0"] == [["09:00", "18:00"]] and version.weekly["6"] == [["22:00", "02:00"]]
    assert version.exceptions["2026-08-15"]["name"] == "Independence Day"
    page = as_owner.get(HOURS).text
    assert "Independence Day" in page and "22:00-02:00" in page and "holds now" in page


def test_hours_from_a_later_day_wait_for_it(as_owner: PageClient, business: Business, now: datetime) -> None:
    as_owner.post(HOURS, WEEK | {"valid_from": "2026-07-01"})
    present, later = queries.calendar_version_at(now), queries.calendar_version_at(now + timedelta(days=30))
    assert present is not None and later is not None
    assert present.weekly["0"] == [["09:00", "20:00"]] and later.weekly["0"] == [["09:00", "18:00"]]
    assert "to come" in as_owner.get(HOURS).text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"monday": "9 till late"}, "Write opening hours as 09:00-13:00"),
        ({"monday": "09:00-13:00, 12:00-18:00"}, "09:00-13:00 and 12:00-18:00 overlap."),
        ({"monday": "22:00-10:00"}, "Monday 22:00-10:00 and Tuesday 09:00-18:00 overlap."),
        ({"sunday": "22:00-10:00"}, "Sunday 22:00-10:00 and Monday 09:00-18:00 overlap."),
        (dict.fromkeys(WEEK, ""), "Name at least one day"),
        ({"valid_from": "2026-06-01"}, "Choose a day to come"),
        ({"valid_from": "soon"}, "Not a valid date value"),
    ],
)
def test_bad_hours_change_nothing_and_stay_typed(as_owner: PageClient, typed: dict[str, str], sentence: str) -> None:
    before = _versions()
    page = as_owner.post(HOURS, WEEK | typed, status=422).text
    assert sentence in page
    assert all(f'value="{value}"' in page for value in typed.values() if value)
    assert _versions() == before


def test_the_same_form_sent_twice_saves_once(as_owner: PageClient, owner: object) -> None:
    before = _versions()
    for _time in range(2):
        as_owner.post(HOURS, WEEK | {"form_key": "k" * 20})
    assert _versions() == before + 1


def test_hours_that_somebody_else_changed_are_409_with_both(as_owner: PageClient, owner: object) -> None:
    seen = queries.newest_id(CalendarVersion)
    as_owner.post(HOURS, WEEK | {"seen": str(seen)})
    page = as_owner.post(HOURS, WEEK | {"monday": "11:00-12:00", "seen": str(seen)}, status=409).text
    assert "Somebody else changed this" in page and 'value="11:00-12:00"' in page and "09:00-18:00" in page
    newest = queries.newest_id(CalendarVersion)
    assert f'value="{newest}"' in page


def test_a_date_with_hours_of_its_own_and_taking_it_back(as_owner: PageClient, now: datetime) -> None:
    as_owner.post(f"{HOURS}/days", {"on": "2026-06-21", "kind": "hours", "hours": "10:00-12:00", "name": "Fair"})
    page = as_owner.get(HOURS).text
    assert "extra opening" in page and "10:00-\N{WORD JOINER}12:00" in page
    as_owner.post(f"{HOURS}/withdrawals", {"on": "2026-06-21"})
    version = queries.calendar_version_at(now)
    assert version is not None and version.exceptions == {}
    as_owner.post(f"{HOURS}/withdrawals", {"on": "never"}, status=404)


def test_a_date_without_hours_is_422(as_owner: PageClient) -> None:
    before = _versions()
    page = as_owner.post(f"{HOURS}/days", {"on": "2026-06-21", "kind": "hours", "name": "Fair"}, status=422).text
    assert "Write the hours of that day" in page and 'value="Fair"' in page
    as_owner.post(f"{HOURS}/days", {"on": "", "kind": "closed"}, status=422)
    page = as_owner.post(
        f"{HOURS}/days", {"on": "2026-06-15", "kind": "hours", "hours": "20:00-10:00"}, status=422
    ).text
    assert "run into those of the day before or after" in page
    assert _versions() == before


def test_a_past_date_leads_to_its_own_page(as_owner: PageClient) -> None:
    answer = as_owner.post(f"{HOURS}/days", {"on": "2026-06-01", "kind": "closed", "name": "Strike"})
    assert answer.location.startswith("/settings/past-days?on=2026-06-01")
    page = as_owner.get(answer.location).text
    assert "No deadline changes" in page and 'value="Strike"' in page
    data = {"on": "2026-06-01", "kind": "closed", "name": "Strike"}
    assert "Please fill this in." in as_owner.post("/settings/past-days", data, status=422).text
    as_owner.post("/settings/past-days", data | {"reason": "Nobody could come"})
    assert "Nobody could come" in as_owner.get(HOURS).text
    as_owner.get("/settings/past-days?on=2026-06-13&kind=closed", status=422)
    as_owner.get("/settings/past-days?on=x", status=422)


def test_holidays_are_proposed_and_confirmed(as_owner: PageClient, business: Business, now: datetime) -> None:
    as_owner.post(f"{HOLIDAYS}/region", {"region": "TN"})
    page = as_owner.get(HOLIDAYS).text
    assert "Independence Day" in page and "Pongal" in page and "estimated" in page and "Tamil Nadu" in page
    data = {
        "day_20260815-kind": "closed",
        "day_20261002-kind": "usual",
        "day_20261108-kind": "hours",
        "day_20261108-hours": "09:00-12:00",
    }
    as_owner.post(HOLIDAYS, data)
    version = queries.calendar_version_at(now)
    assert version is not None
    days = {on: each["periods"] for on, each in version.exceptions.items()}
    assert days == {"2026-08-15": [], "2026-10-02": None, "2026-11-08": [["09:00", "12:00"]]}
    calendar = queries.calendar_of(version)
    assert calendar.periods_on(date(2026, 8, 15)) == () and calendar.periods_on(date(2026, 10, 2)) != ()
    page = as_owner.get(HOLIDAYS).text
    assert page.count("decided</span>") == 3
    before = _versions()
    as_owner.post(HOLIDAYS, data)
    assert _versions() == before


def test_all_that_is_not_decided_is_closed_with_one_button(as_owner: PageClient, now: datetime) -> None:
    as_owner.post(HOLIDAYS, {"day_20260815-kind": "usual", "every": "closed"})
    version = queries.calendar_version_at(now)
    assert version is not None and version.exceptions["2026-08-15"]["periods"] is None
    assert version.exceptions["2026-10-02"]["periods"] == []


def test_bad_holiday_hours_are_422(as_owner: PageClient) -> None:
    before = _versions()
    page = as_owner.post(HOLIDAYS, {"day_20260815-kind": "hours", "day_20260815-hours": "soon"}, status=422).text
    assert 'value="soon"' in page and "Write opening hours as" in page
    as_owner.post(f"{HOLIDAYS}/region", {"region": "Mars"}, status=422)
    assert _versions() == before


def test_a_country_without_data_says_so(as_owner: PageClient, business: Business) -> None:
    business.country = "AC"
    db.session.flush()
    assert "You can always add your own" in as_owner.get(HOLIDAYS).text


def test_targets_are_sentences_with_an_example_for_now(as_owner: PageClient, owner: object) -> None:
    page = as_owner.get(TIMES).text
    assert "<strong>Email</strong>: within 24 hours, counted on days we are open" in page
    assert "Received now it would be due Sat 16:30" in page


def test_a_target_is_explained(as_owner: PageClient, owner: object) -> None:
    page = as_owner.get(f"{TIMES}?at=2026-06-13T19:00&target=response:text").text
    assert "counts 1 hour" in page and "Due Mon, 15 Jun 2026, 10:00" in page
    assert "Choose a date" in as_owner.get(f"{TIMES}?at=&target=response:text").text


def test_a_change_is_rehearsed_and_then_saved(as_owner: PageClient, owner: object, now: datetime) -> None:
    typed = typed_targets(**{"response_text-length": "30", "response_text-unit": "minutes"})
    page = as_owner.get(f"{TIMES}/rehearsal", query_string=typed).text
    assert "No text messages were answered in the last 90 days" in page and "No running clock would move" in page
    assert "within 30 minutes, counted in opening hours" in page
    as_owner.post(TIMES, typed)
    target = queries.policy_at(now).response["text"]
    assert (target.mode, target.length) == (CountingMode.OPEN_HOURS, timedelta(minutes=30))
    assert "within 30 minutes" in as_owner.get(TIMES).text
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "targets.changed")).one()
    assert event.details == {"names": ["response:text"], "moved": 0}


def test_targets_typed_badly_are_422(as_owner: PageClient, owner: object) -> None:
    typed = typed_targets(**{"response_text-length": ""})
    assert "Say how long." in as_owner.get(f"{TIMES}/rehearsal", query_string=typed, status=422).text
    typed = typed_targets(**{"resolution_low-length": "900"})
    assert "A year at most." in as_owner.post(TIMES, typed, status=422).text
    assert db.session.scalar(select(func.count()).select_from(PolicyVersion)) == 0


def test_targets_unchanged_say_so(as_owner: PageClient, owner: object) -> None:
    assert "nothing would change" in as_owner.get(f"{TIMES}/rehearsal", query_string=typed_targets()).text


def test_targets_from_a_later_day(as_owner: PageClient, owner: object, now: datetime) -> None:
    typed = typed_targets(**{"response_text-length": "1", "valid_from": "2026-07-01"})
    assert "you can move it on that day" in as_owner.get(f"{TIMES}/rehearsal", query_string=typed).text
    as_owner.post(TIMES, typed)
    assert queries.policy_at(now).response["text"].length == timedelta(hours=2)
    assert "From 1 Jul 2026" in as_owner.get(TIMES).text


def test_targets_that_somebody_else_changed_are_409(as_owner: PageClient, owner: object) -> None:
    typed = typed_targets(**{"response_text-length": "1", "seen": "0"})
    as_owner.post(TIMES, typed)
    page = as_owner.post(TIMES, typed | {"response_text-length": "3"}, status=409).text
    assert "within 1 hour" in page and "within 3 hours" in page
