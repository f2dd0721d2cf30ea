"""Service recovery over a period: fixed at once, satisfied, come back, and what it cost; with their records."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, load_only

from crm.complaints.models import Complaint, ComplaintClock, ComplaintEvent, Remedy
from crm.complaints.rules import EventKind, FollowUpAnswer
from crm.contacts.models import Contact
from crm.extensions import db
from crm.shared.database import read
from crm.shared.paging import PAGE_SIZE, Page, after_number, page_of
from crm.sla.rules import ClockKind, ClockState, Period, is_reopened_soon

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


ANSWERS = (Measure.SATISFIED, Measure.NOT_SATISFIED, Measure.NO_ANSWER)


class Resolved(NamedTuple):
    """How many complaints of a root cause were resolved in a period, and of them in one cycle."""

    cause_id: int | None
    cases: int
    first_fix: int


@dataclass(frozen=True)
class RecoveryFigures:
    """Numbers over a period: complaints; answers to whether it is really fixed; remedies handed over.

    Each round of a complaint has its own answer, and it stays when a later round ends otherwise (rule 18), so
    one complaint can be among `not_satisfied` and `satisfied`. `no_answer` counts rounds given up after two tries.
    `root_causes` counts the resolved ones by their root cause, where it was named.
    """

    received: int
    resolved: int
    first_fix: int
    reopened_soon: int
    satisfied: int
    not_satisfied: int
    no_answer: int
    remedies: int
    cost: Decimal
    root_causes: Mapping[int | None, int]

    @property
    def asked(self) -> int:
        """Return how often customers said whether they are satisfied."""
        return self.satisfied + self.not_satisfied

    @property
    def recovery_rate(self) -> float | None:
        """Return the share of those answers that were "satisfied"; None without any."""
        return self.satisfied / self.asked if self.asked else None

    @property
    def first_fix_rate(self) -> float | None:
        """Return the share of resolved complaints that needed one cycle."""
        return self.first_fix / self.resolved if self.resolved else None


def recovery_figures(period: Period) -> RecoveryFigures:
    """Return how well complaints were recovered in a period."""
    answers, resolved = _answers(period), resolved_by_cause(period)
    received, remedies, cost = read(_counts(period)).one()
    return RecoveryFigures(
        received=received,
        resolved=sum(each.cases for each in resolved),
        first_fix=sum(each.first_fix for each in resolved),
        reopened_soon=len(_reopened_soon(period)),
        satisfied=answers[FollowUpAnswer.SATISFIED],
        not_satisfied=answers[FollowUpAnswer.NOT_SATISFIED],
        no_answer=answers[FollowUpAnswer.NO_ANSWER],
        remedies=remedies,
        cost=Decimal(cost),
        root_causes=named_causes(resolved),
    )


def resolved_by_cause(period: Period) -> list[Resolved]:
    """Return how many complaints were resolved in a period, by root cause."""
    first = func.sum(case((Complaint.cycle == 1, 1), else_=0))
    statement = select(Complaint.root_cause_id, func.count(), first).where(resolved_in(period))
    return [Resolved._make(row) for row in read(statement.group_by(Complaint.root_cause_id))]


def named_causes(resolved: Iterable[Resolved]) -> dict[int | None, int]:
    """Return how many complaints were resolved by their root cause, where it was named."""
    return {each.cause_id: each.cases for each in resolved if each.cause_id is not None}


def _counts(period: Period) -> Select[Any]:
    """Return the statement that counts complaints received, and remedies with their cost."""
    given = (Remedy.given_at >= period.start, Remedy.given_at < period.end)
    cost = func.coalesce(func.sum(Remedy.cost), 0)
    received = select(func.count()).select_from(Complaint).where(received_in(period)).scalar_subquery()
    return select(received, func.count(), cost).select_from(Remedy).where(*given)


def _answers(period: Period) -> Counter[str]:
    """Return how often each answer was given to whether it is really fixed; a first try without answer is none."""
    answer = ComplaintEvent.details["answer"].as_string()
    rows = read(select(answer, func.count()).where(_answered(period)).group_by(answer))
    return Counter({name: count for name, count in rows})


def _reopened_soon(period: Period) -> list[int]:
    """Return complaints resolved in a period that came back within seven days, by the rule of the clocks."""
    clock, cycles = ComplaintClock, defaultdict(list)
    again = select(clock.complaint_id).join(Complaint, Complaint.id == clock.complaint_id)
    again = again.where(*_ended_well(period), Complaint.cycle > 1)
    of_cases = select(clock.complaint_id, clock.started_at, clock.stopped_at)
    kind = func.coalesce(clock.kind, "")  # by an index on the kind alone SQLite would walk through every resolution
    of_cases = of_cases.where(clock.complaint_id.in_(again), kind == ClockKind.RESOLUTION)
    for complaint_id, started_at, stopped_at in read(of_cases.order_by(clock.complaint_id, clock.cycle)):
        cycles[complaint_id].append((started_at, stopped_at))
    return [complaint_id for complaint_id, each in cycles.items() if is_reopened_soon(each)]


def complaints_of(
    measure: Measure, period: Period, place: str | None = None, *, category_id: int | None = None
) -> Page[Complaint]:
    """Return a page of the complaints behind a figure, the newest first; `category_id` for figures of a category.

    A complaint with two answers in the period is there twice, as it is counted.
    """
    number: Any = ComplaintEvent.id if measure in ANSWERS else Complaint.id
    statement: Select[Any] = select(Complaint, number).outerjoin(Complaint.contact)
    if measure in ANSWERS:
        statement = statement.join(ComplaintEvent, ComplaintEvent.complaint_id == Complaint.id)
    names = load_only(Contact.id, Contact.name, Contact.blocked_at, Contact.erased_at)
    loads = (contains_eager(Complaint.contact).options(names), joinedload(Complaint.in_charge))
    narrowed = statement.options(*loads).where(_measured(measure, period, category_id), after_number(place, number))
    rows = db.session.execute(narrowed.order_by(number.desc()).limit(PAGE_SIZE + 1)).all()
    found = page_of(rows, PAGE_SIZE, lambda row: [row[1]])
    return Page([row[0] for row in found.rows], found.next_place)


def remedies_given(period: Period, place: str | None = None) -> Page[Remedy]:
    """Return a page of the remedies handed over in a period, with their complaints, the newest first."""
    given = (Remedy.given_at >= period.start, Remedy.given_at < period.end)
    statement = select(Remedy).where(*given, after_number(place, Remedy.id)).order_by(Remedy.id.desc())
    loads = (joinedload(Remedy.complaint), joinedload(Remedy.offered_by))
    rows: Sequence[Remedy] = db.session.scalars(statement.options(*loads).limit(PAGE_SIZE + 1)).all()
    return page_of(rows, PAGE_SIZE, lambda row: [row.id])


def _measured(measure: Measure, period: Period, category_id: int | None) -> ColumnElement[bool]:
    if measure in ANSWERS:
        return and_(_answered(period), ComplaintEvent.details["answer"].as_string() == measure.value)
    conditions: dict[Measure, Callable[[], ColumnElement[bool]]] = {
        Measure.RECEIVED: lambda: received_in(period),
        Measure.RESOLVED: lambda: resolved_in(period),
        Measure.FIRST_FIX: lambda: and_(resolved_in(period), Complaint.cycle == 1),
        Measure.REOPENED_SOON: lambda: Complaint.id.in_(_reopened_soon(period)),
        Measure.ABOUT: lambda: and_(received_in(period), Complaint.category_id.is_not_distinct_from(category_id)),
        Measure.CAUSED_BY: lambda: and_(resolved_in(period), Complaint.root_cause_id == category_id),
    }
    return conditions[measure]()


def received_in(period: Period) -> ColumnElement[bool]:
    """Return the condition that a complaint came in a period."""
    return and_(Complaint.occurred_at >= period.start, Complaint.occurred_at < period.end)


def resolved_in(period: Period) -> ColumnElement[bool]:
    """Return the condition that a complaint was resolved in a period at least once.

    What another program resolved has no clock of ours for it; where its date is known, it was resolved then.
    """
    here = Complaint.id.in_(select(ComplaintClock.complaint_id).where(*_ended_well(period)))
    in_period = (Complaint.resolved_at >= period.start, Complaint.resolved_at < period.end)
    return or_(here, and_(Complaint.source != "", *in_period))


def _ended_well(period: Period) -> tuple[ColumnElement[bool], ...]:
    clock = ComplaintClock
    in_period = (clock.stopped_at >= period.start, clock.stopped_at < period.end)
    return (*in_period, clock.kind == ClockKind.RESOLUTION, clock.result.in_(_ENDED_WELL))


def _answered(period: Period) -> ColumnElement[bool]:
    """Return the condition that an event is an answer to whether it is fixed, or the second try without one."""
    event = ComplaintEvent
    in_period = (event.kind == EventKind.FOLLOWED_UP, event.occurred_at >= period.start, event.occurred_at < period.end)
    return and_(*in_period, event.details["next_on"].as_string().is_(None))
