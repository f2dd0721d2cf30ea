"""How the business stands now: open until, closed and opening, round the clock, and the stored calendar."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from crm.accounts.models import Business
from crm.extensions import db
from crm.sla.models import CalendarVersion
from crm.sla.queries import calendar_at
from crm.sla.rules import BusinessCalendar
from crm.sla.today import opening_at

HOURS = ((time(9), time(13)), (time(14), time(20)))
SHOP = BusinessCalendar("Asia/Kolkata", {day: HOURS for day in range(6)})
BAR = BusinessCalendar("Asia/Kolkata", {day: ((time(18), time(2)),) for day in range(7)})
ALWAYS = BusinessCalendar("Asia/Kolkata", {day: ((time(0), time(0)),) for day in range(7)})


def _ist(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 6, day, hour, minute, tzinfo=UTC) - timedelta(hours=5, minutes=30)


@pytest.mark.parametrize(
    ("calendar", "at", "is_open", "closes", "opens", "day_ends"),
    [
        (SHOP, _ist(12, 16, 30), True, _ist(12, 20), None, _ist(12, 20)),
        (SHOP, _ist(12, 12, 59), True, _ist(12, 13), None, _ist(12, 20)),
        (SHOP, _ist(12, 13), False, None, _ist(12, 14), _ist(12, 20)),
        (SHOP, _ist(13, 20), False, None, _ist(15, 9), _ist(13, 20)),
        (SHOP, _ist(14, 10), False, None, _ist(15, 9), None),
        (BAR, _ist(13, 1), True, _ist(13, 2), None, _ist(14, 2)),
        (ALWAYS, _ist(13, 1), True, None, None, _ist(14, 0)),
    ],
)
def test_how_the_business_stands(
    calendar: BusinessCalendar,
    at: datetime,
    is_open: bool,
    closes: datetime | None,
    opens: datetime | None,
    day_ends: datetime | None,
) -> None:
    found = opening_at(at, calendar)
    assert (found.is_open, found.closes_at, found.opens_at, found.day_ends_at) == (is_open, closes, opens, day_ends)


def test_a_calendar_that_never_opens_again() -> None:
    once = BusinessCalendar("Asia/Kolkata", {}, {_ist(1, 12).date(): HOURS})
    assert opening_at(_ist(12, 12), once).opens_at is None


def test_the_version_that_holds_then(business: Business, now: datetime) -> None:
    late = CalendarVersion(
        valid_from=now, time_zone="Asia/Kolkata", weekly={"4": [["08:00", "12:00"]]}, exceptions={}, created_at=now
    )
    late.exceptions = {"2026-06-19": {"periods": [], "name": "Festival"}}
    db.session.add(late)
    db.session.flush()
    before, after = calendar_at(now - timedelta(seconds=1)), calendar_at(now)
    assert before is not None and after is not None
    assert before.weekly[0] == ((time(9), time(20)),)
    assert after.weekly[4] == ((time(8), time(12)),) and after.periods_on(_ist(19, 12).date()) == ()
    assert calendar_at(now - timedelta(days=5000)) == before
