"""Service recovery over a period: fixed at once, satisfied, come back, and what it cost; with their records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import contains_eager, joinedload, load_only

from crm.complaints.models import Complaint, ComplaintClock, ComplaintEvent, Remedy
from crm.complaints.rules import EventKind
from crm.contacts.models import Contact
from crm.extensions import db
from crm.shared.paging import PAGE_SIZE, BadPlace, Page, decode_place, page_of
from crm.sla.rules import ClockKind, ClockState, Period, is_reopened_soon

IDS_AT_ONCE = 500
_ENDED_WELL = (ClockState.MET.value, ClockState.MET_LATE.value, ClockState.EXCUSED.value)


class Measure(StrEnum):
    """What a list of complaints behind a figure has in common."""

    RECEIVED = "received"
    RESOLVED = "resolved"
    FIRST_FIX = "first-fix"
    REOPENED_SOON = "reopened-soon"
    SATISFIED = "satisfied"
    NOT_SATISFIED = "not-satisfied"
    NO_ANSWER = "no-answer"
    ABOUT = "about"
    CAUSED_BY = "caused-by"


OF_A_CATEGORY = (Measure.ABOUT, Measure.CAUSED_BY)


@dataclass(frozen=True)
class RecoveryFigures:
    """Numbers of complaints over a period; `cost` of the remedies handed over in it."""

    received: int
    resolved: int
    first_fix: int
    reopened_soon: int
    satisfied: int
    not_satisfied: int
    no_answer: int
    remedies: int
    cost: Decimal

    @property
    def asked(self) -> int:
        """Return how many customers said whether they are satisfied."""
        return self.satisfied + self.not_satisfied

    @property
    def recovery_rate(self) -> float | None:
        """Return the share of those asked who are satisfied; None if nobody was."""
        return self.satisfied / self.asked if self.asked else None

    @property
    def first_fix_rate(self) -> float | None:
        """Return the share of resolved complaints that needed one cycle."""
        return self.first_fix / self.resolved if self.resolved else None


def recovery_figures(period: Period) -> RecoveryFigures:
    """Return how well complaints were recovered in a period."""
    cycles = _cycles_of_resolved(period)
    answers = dict(
        db.session.execute(
            select(Complaint.is_satisfied, func.count()).where(_followed_up(period)).group_by(Complaint.is_satisfied)
        ).all()
    )
    back = select(func.count()).select_from(ComplaintClock).join(ComplaintEvent).where(*_came_back(period))
    given = (Remedy.given_at >= period.start, Remedy.given_at < period.end)
    remedies = select(func.count(), func.coalesce(func.sum(Remedy.cost), 0)).where(*given)
    count, cost = db.session.execute(remedies).one()
    return RecoveryFigures(
        received=_count(received_in(period)),
        resolved=len(cycles),
        first_fix=sum(cycle == 1 for cycle in cycles.values()),
        reopened_soon=len(_reopened_soon([each for each, cycle in cycles.items() if cycle > 1])),
        satisfied=answers.get(True, 0),
        not_satisfied=db.session.scalar(back) or 0,
        no_answer=answers.get(None, 0),
        remedies=count,
        cost=Decimal(cost),
    )


def _cycles_of_resolved(period: Period) -> dict[int, int]:
    """Return the complaints resolved in a period with the cycle that each is in."""
    columns = (ComplaintClock.complaint_id, Complaint.cycle)
    ended = select(*columns).join(Complaint, Complaint.id == ComplaintClock.complaint_id).where(*_ended_well(period))
    return {row[0]: row[1] for row in db.session.connection().execute(ended)}


def _reopened_soon(complaint_ids: Sequence[int]) -> list[int]:
    """Return those that came back within seven days, by the rule of the clocks."""
    clock, cycles = ComplaintClock, defaultdict(list)
    columns = (clock.complaint_id, clock.started_at, clock.stopped_at)
    for start in range(0, len(complaint_ids), IDS_AT_ONCE):
        some = clock.complaint_id.in_(complaint_ids[start : start + IDS_AT_ONCE])
        of_cases = select(*columns).where(some, clock.kind == ClockKind.RESOLUTION)
        for row in db.session.connection().execute(of_cases.order_by(clock.complaint_id, clock.cycle)):
            cycles[row[0]].append((row[1], row[2]))
    return [complaint_id for complaint_id, each in cycles.items() if is_reopened_soon(each)]


def complaints_of(
    measure: Measure, period: Period, place: str | None = None, *, category_id: int | None = None
) -> Page[Complaint]:
    """Return a page of the complaints behind a figure, the newest first; `category_id` for figures of a category."""
    condition = _measured(measure, period, category_id)
    statement: Select[Any] = select(Complaint).outerjoin(Complaint.contact).where(condition)
    names = load_only(Contact.id, Contact.name, Contact.blocked_at, Contact.erased_at)
    loads = (contains_eager(Complaint.contact).options(names), joinedload(Complaint.in_charge))
    ordered = statement.options(*loads).where(_before(place)).order_by(Complaint.id.desc()).limit(PAGE_SIZE + 1)
    return page_of(db.session.scalars(ordered).all(), PAGE_SIZE, lambda row: [row.id])


def remedies_given(period: Period, place: str | None = None) -> Page[Remedy]:
    """Return a page of the remedies handed over in a period, with their complaints, the newest first."""
    given = (Remedy.given_at >= period.start, Remedy.given_at < period.end)
    statement = select(Remedy).where(*given, _before(place, Remedy.id)).order_by(Remedy.id.desc())
    loads = (joinedload(Remedy.complaint), joinedload(Remedy.offered_by))
    rows: Sequence[Remedy] = db.session.scalars(statement.options(*loads).limit(PAGE_SIZE + 1)).all()
    return page_of(rows, PAGE_SIZE, lambda row: [row.id])


def _measured(measure: Measure, period: Period, category_id: int | None) -> ColumnElement[bool]:
    if measure is Measure.REOPENED_SOON:
        cycles = _cycles_of_resolved(period)
        return Complaint.id.in_(_reopened_soon([each for each, cycle in cycles.items() if cycle > 1]))
    return {
        Measure.RECEIVED: lambda: received_in(period),
        Measure.RESOLVED: lambda: resolved_in(period),
        Measure.FIRST_FIX: lambda: and_(resolved_in(period), Complaint.cycle == 1),
        Measure.SATISFIED: lambda: and_(_followed_up(period), Complaint.is_satisfied.is_(True)),
        Measure.NOT_SATISFIED: lambda: _not_satisfied(period),
        Measure.ABOUT: lambda: and_(received_in(period), Complaint.category_id.is_not_distinct_from(category_id)),
        Measure.CAUSED_BY: lambda: and_(resolved_in(period), Complaint.root_cause_id == category_id),
        Measure.NO_ANSWER: lambda: and_(_followed_up(period), Complaint.is_satisfied.is_(None)),
    }[measure]()


def received_in(period: Period) -> ColumnElement[bool]:
    """Return the condition that a complaint came in a period."""
    return and_(Complaint.occurred_at >= period.start, Complaint.occurred_at < period.end)


def resolved_in(period: Period) -> ColumnElement[bool]:
    """Return the condition that a complaint was resolved in a period at least once."""
    return Complaint.id.in_(select(ComplaintClock.complaint_id).where(*_ended_well(period)))


def _ended_well(period: Period) -> tuple[ColumnElement[bool], ...]:
    clock = ComplaintClock
    in_period = (clock.stopped_at >= period.start, clock.stopped_at < period.end)
    return (*in_period, clock.kind == ClockKind.RESOLUTION, clock.result.in_(_ENDED_WELL))


def _followed_up(period: Period) -> ColumnElement[bool]:
    return and_(Complaint.followed_up_at >= period.start, Complaint.followed_up_at < period.end)


def _not_satisfied(period: Period) -> ColumnElement[bool]:
    clocks = select(ComplaintClock.complaint_id).join(ComplaintEvent).where(*_came_back(period))
    return Complaint.id.in_(clocks)


def _came_back(period: Period) -> tuple[ColumnElement[bool], ...]:
    """Not satisfied when asked: the answer began the next cycle, and stays when that one ends well (rule 18)."""
    clock = ComplaintClock
    ended = or_(clock.stopped_at.is_(None), clock.stopped_at >= period.start)  # what the index knows
    in_period = (ended, clock.started_at >= period.start, clock.started_at < period.end)
    is_next = (clock.kind == ClockKind.RESOLUTION, clock.cycle > 1)
    return (*in_period, *is_next, ComplaintEvent.kind == EventKind.FOLLOWED_UP)


def _count(condition: ColumnElement[bool]) -> int:
    return db.session.scalar(select(func.count()).select_from(Complaint).where(condition)) or 0


def _before(place: str | None, column: Any = Complaint.id) -> ColumnElement[bool]:
    key = decode_place(place, 1)
    if key is None:
        return true()
    if not isinstance(key[0], int):
        raise BadPlace
    condition: ColumnElement[bool] = column < key[0]
    return condition
