"""What the start screen shows of the day: its opening, what is to be done, key dates, who was just seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from crm.accounts.models import Business
from crm.complaints.queries.board import ListedComplaint, due_by
from crm.contacts.key_date_rules import LeapDayRule
from crm.contacts.queries.key_dates import ComingDate, coming_key_dates
from crm.interactions import queries as interactions
from crm.interactions.listed import ListedFollowUp, RecentEntry
from crm.loyalty.queries.moments import ListedMoment, moments_today
from crm.loyalty.reward_words import held_texts
from crm.shared.formatting import local
from crm.shared.paging import Page
from crm.shared.zones import zone_named
from crm.sla.queries import calendar_at
from crm.sla.today import Opening, opening_at

KEY_DATE_DAYS = 7
KEY_DATES_SHOWN = 12
COMPLAINTS_SHOWN = 10
NOTICES_SHOWN = 5


@dataclass(frozen=True)
class Day:
    """One local date of the business, with how it stands now."""

    on: date
    opening: Opening | None


@dataclass(frozen=True)
class DaySheet:
    """What is to be done, done, celebrated and just seen."""

    due: Page[ListedFollowUp]
    done: Sequence[ListedFollowUp]
    key_dates: Sequence[ComingDate]
    recent: Sequence[RecentEntry]
    complaints: Sequence[ListedComplaint] = ()
    has_more_complaints: bool = False
    moments: Sequence[ListedMoment] = ()
    held: Mapping[int, Sequence[str]] = field(default_factory=dict)

    @property
    def merged(self) -> Sequence[ListedFollowUp | ListedComplaint]:
        """Return complaints and follow-ups that are due, by time."""
        rows: list[ListedFollowUp | ListedComplaint] = [*self.complaints, *self.due.rows]
        return sorted(rows, key=_due_moment)


def _due_moment(row: ListedFollowUp | ListedComplaint) -> datetime:
    """Return when something is due on the business's clock, a whole day at its end."""
    if isinstance(row, ListedComplaint):
        return local(row.next_due_at or row.logged_at).replace(tzinfo=None)
    return datetime.combine(row.due_on, row.due_time or time.max)


def day_at(business: Business, now: datetime) -> Day:
    """Return the business's date, and until when it is open."""
    calendar = calendar_at(now)
    return Day(now.astimezone(zone_named(business.time_zone)).date(), opening_at(now, calendar) if calendar else None)


def day_sheet(business: Business, on: date, *, staff_id: int | None, place: str | None = None) -> DaySheet:
    """Return the sheet of a local date; with `staff_id` the follow-ups of that person and of nobody."""
    midnight = datetime.combine(on, time(0), zone_named(business.time_zone))
    until, most = midnight + timedelta(days=1), COMPLAINTS_SHOWN + 1
    complaints = due_by(until, staff_id=staff_id, limit=most) if not place else []
    rule = LeapDayRule(business.leap_day_rule)
    treats = moments_today(on) if not place else ()
    return DaySheet(
        complaints=complaints[:COMPLAINTS_SHOWN],
        has_more_complaints=len(complaints) > COMPLAINTS_SHOWN,
        moments=treats,
        held=held_texts([each.contact_id for each in treats], on),
        due=interactions.follow_ups_due(on, staff_id=staff_id, place=place),
        done=interactions.follow_ups_done_since(midnight, staff_id=staff_id),
        key_dates=coming_key_dates(on, KEY_DATE_DAYS, rule, limit=KEY_DATES_SHOWN, noticed=NOTICES_SHOWN),
        recent=interactions.recent_interactions(),
    )
