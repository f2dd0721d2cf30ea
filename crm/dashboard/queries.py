"""What the start screen shows of the day: its opening, what is to be done, key dates, who was just seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from crm.accounts.models import Business
from crm.contacts.key_date_rules import LeapDayRule
from crm.contacts.queries.key_dates import ComingDate, coming_key_dates, noticed_key_dates
from crm.interactions import queries as interactions
from crm.interactions.models import FollowUp, Interaction
from crm.shared.paging import Page
from crm.sla.queries import calendar_at
from crm.sla.today import Opening, opening_at

KEY_DATE_DAYS = 7
KEY_DATES_SHOWN = 12
NOTICES_SHOWN = 5


@dataclass(frozen=True)
class Day:
    """One local date of the business, with how it stands now."""

    on: date
    opening: Opening | None


@dataclass(frozen=True)
class DaySheet:
    """What is to be done, done, celebrated and just seen."""

    due: Page[FollowUp]
    done: Sequence[FollowUp]
    key_dates: Sequence[ComingDate]
    recent: Sequence[Interaction]


def day_at(business: Business, now: datetime) -> Day:
    """Return the business's date, and until when it is open."""
    calendar = calendar_at(now)
    return Day(now.astimezone(ZoneInfo(business.time_zone)).date(), opening_at(now, calendar) if calendar else None)


def day_sheet(business: Business, on: date, *, staff_id: int | None, place: str | None = None) -> DaySheet:
    """Return the sheet of a local date; with `staff_id` the follow-ups of that person and of nobody."""
    midnight = datetime.combine(on, time(0), ZoneInfo(business.time_zone))
    return DaySheet(
        due=interactions.follow_ups_due(on, staff_id=staff_id, place=place),
        done=interactions.follow_ups_done_since(midnight, staff_id=staff_id),
        key_dates=_key_dates(on, LeapDayRule(business.leap_day_rule)),
        recent=interactions.recent_interactions(),
    )


def _key_dates(on: date, rule: LeapDayRule) -> list[ComingDate]:
    """Return the dates of the week, and the later ones of which notice was wanted by now."""
    week = coming_key_dates(on, KEY_DATE_DAYS, rule, limit=KEY_DATES_SHOWN)
    return [*week, *noticed_key_dates(on, beyond_days=KEY_DATE_DAYS, rule=rule, limit=NOTICES_SHOWN)]
