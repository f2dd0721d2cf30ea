"""What complaints are about and why they happened, and whether what was done about it helped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from crm.complaints.models import Complaint, PreventiveAction
from crm.extensions import db
from crm.reports.queries.recovery import named_causes, received_in, resolved_by_cause
from crm.reports.rules import EFFECT_DAYS, Effect, ParetoRow, effect, pareto
from crm.shared.database import read
from crm.sla.queries import start_of_day
from crm.sla.rules import Period

ACTIONS_SHOWN = 50


@dataclass(frozen=True)
class PlannedAction:
    """A preventive action, and once it is done what became of its cause."""

    action: PreventiveAction
    effect: Effect | None


def by_category(period: Period) -> list[ParetoRow[int]]:
    """Return what the complaints of a period are about, by category."""
    category = Complaint.category_id
    rows = read(select(category, func.count()).where(received_in(period)).group_by(category))
    return pareto({category_id: count for category_id, count in rows})


def by_root_cause(period: Period) -> list[ParetoRow[int]]:
    """Return why the complaints that were resolved in a period had happened, where the root cause was named."""
    return pareto(named_causes(resolved_by_cause(period)))


def planned_actions(today: date, zone: ZoneInfo) -> list[PlannedAction]:
    """Return the preventive actions: those to do by their day, then those done, the latest first."""
    loads = joinedload(PreventiveAction.owner)
    to_do = select(PreventiveAction).where(PreventiveAction.done_at.is_(None)).order_by(PreventiveAction.due_on)
    done = select(PreventiveAction).where(PreventiveAction.done_at.is_not(None))
    open_ones = db.session.scalars(to_do.options(loads).limit(ACTIONS_SHOWN)).all()
    finished = db.session.scalars(
        done.options(loads).order_by(PreventiveAction.done_at.desc()).limit(ACTIONS_SHOWN)
    ).all()
    effects = _effects(finished, today, zone)
    return [PlannedAction(each, effects.get(each.id)) for each in (*open_ones, *finished)]


def actions_of(period: Period) -> Sequence[PreventiveAction]:
    """Return the actions that were planned or done in a period; for reports."""
    action = PreventiveAction
    planned = (action.created_at >= period.start) & (action.created_at < period.end)
    done = (action.done_at >= period.start) & (action.done_at < period.end)
    statement = select(action).where(planned | done).order_by(action.due_on, action.id)
    return db.session.scalars(statement.options(joinedload(action.owner))).all()


def _effects(actions: Sequence[PreventiveAction], today: date, zone: ZoneInfo) -> dict[int, Effect]:
    days = {each.id: each.done_at.astimezone(zone).date() for each in actions if each.done_at and each.category_id}
    if not days:
        return {}
    margin = timedelta(days=EFFECT_DAYS)
    cause = func.coalesce(Complaint.root_cause_id, Complaint.category_id)
    since, until = start_of_day(min(days.values()) - margin), start_of_day(max(days.values()) + margin)
    came = select(cause, Complaint.occurred_at).where(Complaint.occurred_at >= since, Complaint.occurred_at < until)
    by_cause: dict[int, list[date]] = {}
    for category_id, at in db.session.execute(came.where(cause.in_({each.category_id for each in actions}))):
        by_cause.setdefault(category_id, []).append(at.astimezone(zone).date())
    return {
        each.id: effect(by_cause.get(each.category_id, []), days[each.id], today)
        for each in actions
        if each.category_id and each.id in days
    }
