"""Stored versions as the rules take them: defaults first, later saved ones win, usual dates are usual."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from crm.accounts.models import Business
from crm.extensions import db
from crm.sla import listings, queries
from crm.sla.models import CalendarVersion, PolicyVersion
from crm.sla.rules import CountingMode, Policy, version_at


def _calendar(valid_from: datetime, now: datetime, **given: object) -> CalendarVersion:
    values: dict[str, object] = {"weekly": {"0": [["10:00", "12:00"]]}, "exceptions": {}} | given
    version = CalendarVersion(valid_from=valid_from, time_zone="Asia/Kolkata", created_at=now, **values)
    db.session.add(version)
    db.session.flush()
    return version


def test_without_targets_the_defaults_hold(business: Business, now: datetime) -> None:
    [version] = queries.policy_versions()
    assert (version.value, version.label) == (Policy(), "default")
    assert queries.policy_at(now) == Policy()


def test_the_first_targets_do_not_reach_back_before_they_were_set(business: Business, now: datetime) -> None:
    stored = {"mode": "open_hours", "length": 900, "min_open_time": 0}
    db.session.add(PolicyVersion(valid_from=now, responses={"text": stored}, resolutions={}, created_at=now))
    db.session.flush()
    assert queries.policy_at(now - timedelta(seconds=1)).response["text"].length == timedelta(hours=2)
    target = queries.policy_at(now).response["text"]
    assert (target.mode, target.length) == (CountingMode.OPEN_HOURS, timedelta(minutes=15))
    assert queries.policy_at(now).response["email"] == Policy().response["email"]
    assert queries.newest_id(PolicyVersion) > 0


def test_of_two_calendars_from_one_instant_the_later_saved_holds(business: Business, now: datetime) -> None:
    _calendar(now, now)
    last = _calendar(now, now, weekly={"1": [["10:00", "12:00"]]})
    assert queries.calendar_version_at(now) is last
    assert version_at(queries.calendar_versions(), now).label == str(last.id)
    assert queries.effective_calendars()[-1] is last and len(queries.effective_calendars()) == 2


def test_a_date_decided_as_usual_is_no_exception(business: Business, now: datetime) -> None:
    days = {"2026-06-15": {"periods": None, "name": "Fair"}, "2026-06-22": {"periods": [], "name": "Closed"}}
    version = _calendar(now, now, exceptions=days)
    calendar = queries.calendar_of(version)
    assert calendar.periods_on(date(2026, 6, 15)) == calendar.weekly[0]
    assert calendar.periods_on(date(2026, 6, 22)) == ()
    assert queries.holiday_names(version) == {date(2026, 6, 15): "Fair", date(2026, 6, 22): "Closed"}


def test_the_next_60_days_follow_each_days_version(business: Business, now: datetime) -> None:
    _calendar(queries.start_of_day(date(2026, 6, 29)), now)
    ahead = {each.on: each.periods for each in listings.days_ahead(date(2026, 6, 12))}
    assert len(ahead) == 60
    assert ahead[date(2026, 6, 22)] == [["09:00", "20:00"]] and ahead[date(2026, 6, 29)] == [["10:00", "12:00"]]
    assert ahead[date(2026, 6, 30)] == []


def test_versions_that_only_differ_in_dates_are_listed_once(business: Business, now: datetime) -> None:
    first = queries.effective_calendars()[0]
    _calendar(now, now, weekly=first.weekly, exceptions={"2026-06-15": {"periods": [], "name": ""}})
    later = _calendar(now + timedelta(days=9), now)
    listed = listings.versions_of_hours(now)
    assert [(each.version.id, each.is_present, each.is_ahead) for each in listed] == [
        (later.id, False, True),
        (first.id, True, False),
    ]
