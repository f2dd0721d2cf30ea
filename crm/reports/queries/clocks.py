"""Stored clocks for figures and lists: one way to say how a clock stands, one way to narrow them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, select, true

from crm.accounts.models import Staff
from crm.complaints.models import BreachReview, Complaint, ComplaintClock
from crm.contacts.models import Contact
from crm.extensions import db
from crm.shared.paging import PAGE_SIZE, Page, after_place, after_row, page_of
from crm.sla.rules import ClockState, Period

ROWS_AT_ONCE = 500
NONE = "-"  # in an address: without a channel
STATES: dict[str, tuple[ClockState, ...]] = {
    "counted": (ClockState.MET, ClockState.MET_LATE, ClockState.BREACHED),
    "broken": (ClockState.MET_LATE, ClockState.BREACHED),
    "reviewed": (ClockState.MET_LATE, ClockState.BREACHED, ClockState.EXCUSED),
    "met": (ClockState.MET,),
    "met-late": (ClockState.MET_LATE,),
    "overdue": (ClockState.BREACHED,),
    "excused": (ClockState.EXCUSED,),
    "cancelled": (ClockState.CANCELLED,),
    "merged": (ClockState.MERGED,),
    "open": (ClockState.RUNNING,),
}


@dataclass(frozen=True, kw_only=True)
class ClockFilter:
    """Which clocks due in a period are meant; empty values mean all, 0 as an id means none set.

    `weekday` (0 is Monday) and `hour` are those at which the clock started, on the business's clock.
    """

    period: Period
    zone: ZoneInfo
    state: str = ""
    channel: str = ""
    kind: str = ""
    category_id: int | None = None
    staff_id: int | None = None
    weekday: int | None = None
    hour: int | None = None

    @property
    def is_about_complaints(self) -> bool:
        """Tell whether clocks are narrowed by what their complaints say."""
        return self.category_id is not None or self.staff_id is not None

    def is_at(self, started_at: datetime) -> bool:
        """Tell whether a clock started on the weekday and in the hour asked for."""
        there = started_at.astimezone(self.zone)
        is_day = self.weekday is None or there.weekday() == self.weekday
        return is_day and (self.hour is None or there.hour == self.hour)


def state_at(now: datetime) -> ColumnElement[str]:
    """Return how a stored clock stands: its result, else breached past its due time, else running.

    The same answer as `clock_state` of the derived clock, apart from what kind of running it is.
    """
    clock = ComplaintClock
    return case(
        (clock.result != "", clock.result),
        (clock.due_at < now, ClockState.BREACHED.value),
        else_=ClockState.RUNNING.value,
    )


def conditions(asked: ClockFilter, now: datetime) -> list[ColumnElement[bool]]:
    """Return what narrows a read of clocks joined with their complaints; weekday and hour come after it."""
    clock = ComplaintClock
    wanted: list[ColumnElement[bool]] = [clock.due_at >= asked.period.start, clock.due_at < asked.period.end]
    if asked.state in STATES:
        wanted.append(state_at(now).in_([state.value for state in STATES[asked.state]]))
    if asked.channel:
        wanted.append(clock.channel == ("" if asked.channel == NONE else asked.channel))
    if asked.kind:
        wanted.append(clock.kind == asked.kind)
    if asked.category_id is not None:
        wanted.append(_is(Complaint.category_id, asked.category_id))
    if asked.staff_id is not None:
        wanted.append(_is(Complaint.in_charge_id, asked.staff_id))
    return wanted


def _is(column: Any, wanted: int) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = column == wanted if wanted else column.is_(None)
    return condition


@dataclass(frozen=True)
class ClockLine:
    """One clock of a list, with its complaint and what the review says of it."""

    id: int
    complaint_id: int
    position: int
    event_id: int
    kind: str
    channel: str
    started_at: datetime
    due_at: datetime
    stopped_at: datetime | None
    state: ClockState
    title: str
    contact: str | None
    in_charge: str | None
    cause: str
    note: str


def clock_lines(asked: ClockFilter, now: datetime, place: str | None = None) -> Page[ClockLine]:
    """Return a page of clocks with their complaints, the latest due first."""
    lines: list[ClockLine] = []
    for line in _matching(asked, now, after_place(place, ComplaintClock.due_at, ComplaintClock.id)):
        lines.append(line)
        if len(lines) > PAGE_SIZE:
            break
    return page_of(lines, PAGE_SIZE, lambda line: [line.due_at.isoformat(), line.id])


def clock_line(clock_id: int, now: datetime) -> ClockLine | None:
    """Return one clock with its complaint and what the review says of it."""
    row = db.session.execute(_lines(now).where(ComplaintClock.id == clock_id)).first()
    return None if row is None else _line(row)


def all_lines(asked: ClockFilter, now: datetime) -> list[ClockLine]:
    """Return every clock that is meant; for a printed report, the first due first."""
    return list(_matching(asked, now, true()))[::-1]


def count_lines(asked: ClockFilter, now: datetime) -> int:
    """Return how many clocks `all_lines` has, where neither weekday nor hour are asked for."""
    clocks = select(func.count()).select_from(ComplaintClock).join(Complaint)
    return db.session.scalar(clocks.where(*conditions(asked, now))) or 0


def _matching(asked: ClockFilter, now: datetime, after: ColumnElement[bool]) -> Iterator[ClockLine]:
    """Yield lines in parts, so that a rare hour is found without holding a quarter in memory."""
    while True:
        statement = _lines(now).where(*conditions(asked, now), after)
        order = (ComplaintClock.due_at.desc(), ComplaintClock.id.desc())
        rows = db.session.execute(statement.order_by(*order).limit(ROWS_AT_ONCE)).all()
        for row in rows:
            if asked.is_at(row.started_at):
                yield _line(row)
        if len(rows) < ROWS_AT_ONCE:
            return
        after = after_row(ComplaintClock.due_at, ComplaintClock.id, rows[-1].due_at, rows[-1].id)


def _lines(now: datetime) -> Select[Any]:
    clock, review = ComplaintClock, BreachReview
    columns: Sequence[Any] = (
        clock.id,
        clock.complaint_id,
        clock.position,
        clock.event_id,
        clock.kind,
        clock.channel,
        clock.started_at,
        clock.due_at,
        clock.stopped_at,
        state_at(now).label("state"),
        Complaint.title,
        Contact.name.label("contact"),
        Staff.name.label("in_charge"),
        review.cause,
        review.note,
    )
    is_theirs = and_(review.complaint_id == clock.complaint_id, review.position == clock.position)
    return (
        select(*columns)
        .select_from(clock)
        .join(Complaint, Complaint.id == clock.complaint_id)
        .outerjoin(Contact, Contact.id == Complaint.contact_id)
        .outerjoin(Staff, Staff.id == Complaint.in_charge_id)
        .outerjoin(review, is_theirs)
    )


def _line(row: Row[Any]) -> ClockLine:
    values: dict[str, Any] = dict(row._mapping)
    known = {"state": ClockState(row.state), "cause": row.cause or "", "note": row.note or ""}
    return ClockLine(**(values | known))
