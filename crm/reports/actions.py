"""What the owner decides in the review: the cause of a breach, that a week is closed, what is done about causes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from crm.complaints.models import BreachReview, PreventiveAction, WeekReview
from crm.extensions import db
from crm.reports import rules
from crm.reports.queries.breaches import Week, breach_review
from crm.reports.queries.clocks import STATES, ClockLine
from crm.reports.rules import BreachCause
from crm.shared.events import record


def name_cause(line: ClockLine, cause: BreachCause, note: str, *, by_id: int, now: datetime) -> BreachReview:
    """Name why a promise was broken; the last answer counts. Raise NotBroken or NoteNeeded."""
    rules.check_cause(cause, note, is_broken=line.state in STATES["reviewed"])
    review = breach_review(line.complaint_id, line.position)
    if review is None:
        review = BreachReview(complaint_id=line.complaint_id, position=line.position)
        db.session.add(review)
    review.cause, review.note, review.at, review.by_id = cause.value, note, now, by_id
    db.session.flush()
    record("breach.cause_named", at=now, subject=review, actor_id=by_id, cause=cause.value)
    return review


def close_week(week: Week, *, today: date, by_id: int, now: datetime) -> WeekReview:
    """Close the review of a week; raise WeekNotOver or CausesMissing. Closed twice, it stays as it was."""
    rules.check_week(week.monday, today, missing=week.missing)
    if week.review is not None:
        return week.review
    review = WeekReview(monday=week.monday, closed_at=now, closed_by_id=by_id)
    db.session.add(review)
    db.session.flush()
    record("week.closed", at=now, subject=review, actor_id=by_id, monday=week.monday.isoformat())
    return review


@dataclass(frozen=True, kw_only=True)
class NewAction:
    """What is done so that a cause does not come back."""

    task: str
    due_on: date
    category_id: int | None = None
    owner_id: int | None = None


def plan_action(new: NewAction, *, by_id: int, now: datetime) -> PreventiveAction:
    """Plan a preventive action."""
    action = PreventiveAction(
        task=new.task,
        due_on=new.due_on,
        category_id=new.category_id,
        owner_id=new.owner_id or by_id,
        created_at=now,
    )
    db.session.add(action)
    db.session.flush()
    record("preventive_action.planned", at=now, subject=action, actor_id=by_id)
    return action


def finish_action(action: PreventiveAction, *, by_id: int, now: datetime) -> None:
    """Note that a preventive action is done; raise AlreadyDone."""
    if action.done_at is not None:
        raise rules.AlreadyDone
    action.done_at = now
    record("preventive_action.done", at=now, subject=action, actor_id=by_id)
