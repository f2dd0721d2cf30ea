"""The figures of feedback over a period, and the answers and questions behind them.

An answer counts in the period in which it came; the response rate is of those who were asked in the period, whenever
they answered.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, select

from crm.contacts.models import Contact
from crm.feedback.models import FeedbackAnswer, FeedbackInvitation
from crm.feedback.rules import Band, Measure, Response, Scores, scores_of
from crm.shared.database import read
from crm.shared.paging import PAGE_SIZE, Page, after_place, page_of
from crm.sla.rules import Period


class ListedAnswer(NamedTuple):
    """One answer as a list shows it; without an invitation it was given at the counter.

    `contact` is None also for whoever is blocked or erased.
    """

    id: int
    answered_at: datetime
    measure: str
    score: int
    comment: str
    complaint_id: int | None
    invitation_id: int | None
    contact_id: int | None
    contact: str | None


class ListedQuestion(NamedTuple):
    """One question as a list shows it, with the score where it was answered; `contact` None: blocked or erased."""

    id: int
    asked_at: datetime
    measure: str
    way: str
    moment: str
    contact_id: int | None
    contact: str | None
    score: int | None


def scores_in(period: Period) -> dict[Measure, Scores]:
    """Return how often each score was given in a period, by measure; one query."""
    given = FeedbackAnswer
    counted = select(given.measure, given.score, func.count()).where(_within(given.answered_at, period))
    counts: dict[Measure, dict[int, int]] = {measure: {} for measure in Measure}
    for measure, score, count in read(counted.group_by(given.measure, given.score)):
        counts[Measure(measure)][score] = count
    return {measure: Scores(measure, each) for measure, each in counts.items()}


def responses_in(period: Period) -> Mapping[Measure, Response]:
    """Return how many were asked in a period and have answered since, by measure; one query."""
    asked = FeedbackInvitation
    counted = select(asked.measure, func.count(), func.count(FeedbackAnswer.id)).outerjoin(asked.answer)
    rows = read(counted.where(_within(asked.asked_at, period)).group_by(asked.measure))
    found = {Measure(measure): Response(count, answered) for measure, count, answered in rows}
    return {measure: found.get(measure, Response()) for measure in Measure}


def answers_in(period: Period, measure: Measure, band: Band, place: str | None = None) -> Page[ListedAnswer]:
    """Return a page of the answers behind a figure, the latest first."""
    given, (least, most) = FeedbackAnswer, scores_of(measure, band)
    statement = (
        select(
            *(getattr(given, name) for name in ListedAnswer._fields[:-1]),
            Contact.name,
        )
        .outerjoin(Contact, _named(given))
        .where(_within(given.answered_at, period), given.measure == measure, given.score.between(least, most))
        .where(after_place(place, given.answered_at, given.id))
        .order_by(given.answered_at.desc(), given.id.desc())
    )
    rows = [ListedAnswer._make(row) for row in read(statement.limit(PAGE_SIZE + 1))]
    return page_of(rows, PAGE_SIZE, lambda row: [row.answered_at.isoformat(), row.id])


def questions_in(period: Period, measure: Measure, place: str | None = None) -> Page[ListedQuestion]:
    """Return a page of those who were asked, the latest first."""
    asked = FeedbackInvitation
    statement = (
        select(
            *(getattr(asked, name) for name in ListedQuestion._fields[:-2]),
            Contact.name,
            FeedbackAnswer.score,
        )
        .outerjoin(Contact, _named(asked))
        .outerjoin(asked.answer)
        .where(_within(asked.asked_at, period), asked.measure == measure, after_place(place, asked.asked_at, asked.id))
        .order_by(asked.asked_at.desc(), asked.id.desc())
    )
    rows = [ListedQuestion._make(row) for row in read(statement.limit(PAGE_SIZE + 1))]
    return page_of(rows, PAGE_SIZE, lambda row: [row.asked_at.isoformat(), row.id])


def _named(model: Any) -> ColumnElement[bool]:
    """Return the condition for the contact of a row that may be named."""
    return and_(Contact.id == model.contact_id, Contact.blocked_at.is_(None))


def _within(column: Any, period: Period) -> ColumnElement[bool]:
    return and_(column >= period.start, column < period.end)
