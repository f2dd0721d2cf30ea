"""The week's broken promises, why they are excused, what is closed, and late or corrected entries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import and_, func, select
from sqlalchemy.orm import joinedload

from crm.complaints.models import BreachReview, Complaint, ComplaintClock, ComplaintEvent, WeekReview
from crm.complaints.rules import EventKind
from crm.extensions import db
from crm.reports.queries.clocks import ROWS_AT_ONCE, ClockFilter, ClockLine, conditions
from crm.shared.paging import PAGE_SIZE, Page, after_number, page_of
from crm.sla.queries import start_of_day
from crm.sla.rules import Period


@dataclass(frozen=True)
class Week:
    """A week with its broken promises that still ask for a cause, and whether its review is closed."""

    monday: date
    broken: int
    missing: int
    review: WeekReview | None

    @property
    def sunday(self) -> date:
        """Return its last day."""
        return self.monday + timedelta(days=6)


def week_of(monday: date, zone: ZoneInfo, now: datetime) -> Week:
    """Return how the review of a week stands."""
    period = Period(start_of_day(monday), start_of_day(monday + timedelta(days=6), end=True))
    clock, cause = ComplaintClock, BreachReview
    theirs = and_(cause.complaint_id == clock.complaint_id, cause.position == clock.position, cause.cause != "")
    counts = select(func.count(), func.count(cause.id)).select_from(clock).outerjoin(cause, theirs)
    asked = ClockFilter(period=period, zone=zone, state="broken")
    broken, named = db.session.execute(counts.where(*conditions(asked, now))).one()
    review = db.session.scalar(select(WeekReview).where(WeekReview.monday == monday))
    return Week(monday, broken, broken - named, review)


def breach_review(complaint_id: int, position: int) -> BreachReview | None:
    """Return what the review says of a clock."""
    where = (BreachReview.complaint_id == complaint_id, BreachReview.position == position)
    return db.session.scalar(select(BreachReview).where(*where))


def excuses(lines: Sequence[ClockLine]) -> dict[int, ComplaintEvent]:
    """Return by clock why it is excused, and by whom."""
    wanted = {(line.complaint_id, line.kind, line.event_id): line.id for line in lines}
    of_them = select(ComplaintEvent).where(ComplaintEvent.kind == EventKind.EXCUSED)
    of_them = of_them.where(ComplaintEvent.complaint_id.in_({line.complaint_id for line in lines}))
    found: dict[int, ComplaintEvent] = {}
    for event in db.session.scalars(of_them.options(joinedload(ComplaintEvent.actor)).order_by(ComplaintEvent.id)):
        clock_id = wanted.get((event.complaint_id, event.details["clock"], event.details["event_id"]))
        if clock_id is not None:
            found[clock_id] = event
    return found


@dataclass(frozen=True)
class LateEntry:
    """An entry written down late, or one that turned a broken promise into a kept one."""

    event: ComplaintEvent
    title: str

    @property
    def removed(self) -> list[str]:
        """Return the kinds of the clocks whose breach it removed."""
        kinds: list[str] = self.event.details.get("removed") or []
        return kinds


def late_entries(period: Period, place: str | None = None, *, only_changed: bool = False) -> Page[LateEntry]:
    """Return a page of late or corrected entries of a period, the newest first (rules 15 and 32)."""
    entries: list[LateEntry] = []
    for entry in _late(period, place):
        if entry.removed or not only_changed:
            entries.append(entry)
        if len(entries) > PAGE_SIZE:
            break
    return page_of(entries, PAGE_SIZE, lambda entry: [entry.event.id])


def _late(period: Period, place: str | None) -> Iterator[LateEntry]:
    event = ComplaintEvent
    in_period = (event.is_late, event.logged_at >= period.start, event.logged_at < period.end)
    after = after_number(place, ComplaintEvent.id)
    while True:
        statement = select(event, Complaint.title).join(Complaint, Complaint.id == event.complaint_id)
        ordered = statement.where(*in_period, after).order_by(event.id.desc()).limit(ROWS_AT_ONCE)
        rows = db.session.execute(ordered.options(joinedload(event.actor))).all()
        yield from (LateEntry(row[0], row[1]) for row in rows)
        if len(rows) < ROWS_AT_ONCE:
            return
        after = event.id < rows[-1][0].id
