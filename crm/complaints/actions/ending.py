"""How a complaint ends and begins again: resolved, followed up, reopened, withdrawn, merged, linked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select

from crm.accounts.queries import the_business
from crm.complaints import rules
from crm.complaints.actions.recording import EventDraft, Writing, write
from crm.complaints.models import ComplaintEvent, ComplaintLink, PreventiveAction
from crm.complaints.queries.cases import Case
from crm.complaints.queries.settings import recovery_settings
from crm.complaints.rules import EventKind, FollowUpAnswer
from crm.extensions import db
from crm.interactions.rules import Direction, Outcome
from crm.shared.clock import local_date
from crm.sla.queries import calendar_at


@dataclass(frozen=True, kw_only=True)
class Resolution:
    """How it was fixed, why it happened, and what is done so that it does not come back."""

    text: str = ""
    root_cause_id: int | None = None
    root_cause: str = ""
    prevention: str = ""
    prevention_owner_id: int | None = None
    prevention_due_on: date | None = None


def resolve(case: Case, resolution: Resolution, writing: Writing) -> ComplaintEvent:
    """Resolve a complaint; raise NobodyInCharge, ApprovalPending, AlreadyOver or NoDueDate."""
    rules.check_resolve(case.standing, in_charge_id=case.complaint.in_charge_id)
    prevention = _prevention(case, resolution, writing)
    case.complaint.root_cause_id, case.complaint.root_cause = resolution.root_cause_id, resolution.root_cause
    day = rules.follow_up_day(_today(writing.now), recovery_settings().follow_up_days, _is_open_on(writing.now))
    details = {
        "follow_up_on": day.isoformat(),
        "root_cause_id": resolution.root_cause_id,
        "preventive_action_id": prevention.id if prevention else None,
    }
    return write(case, EventKind.RESOLVED, EventDraft(text=resolution.text, details=details), writing)


def _prevention(case: Case, resolution: Resolution, writing: Writing) -> PreventiveAction | None:
    if not resolution.prevention:
        return None
    if resolution.prevention_due_on is None:
        raise rules.NoDueDate
    action = PreventiveAction(
        complaint_id=case.complaint.id,
        category_id=resolution.root_cause_id or case.complaint.category_id,
        task=resolution.prevention,
        owner_id=resolution.prevention_owner_id or writing.by_id,
        due_on=resolution.prevention_due_on,
        created_at=writing.now,
    )
    db.session.add(action)
    db.session.flush()
    return action


def follow_up(case: Case, answer: FollowUpAnswer, channel: str, text: str, writing: Writing) -> ComplaintEvent:
    """Note what came of asking whether it is fixed; not satisfied reopens, two tries without answer close."""
    rules.check_follow_up(case.standing)
    is_reached = answer is not FollowUpAnswer.NO_ANSWER
    details = {"answer": answer.value}
    if not is_reached:
        tries, today = case.standing.follow_up_tries, _today(writing.now)
        next_on = rules.next_try_day(today, tries, _is_open_on(writing.now))
        details |= {"next_on": next_on.isoformat()} if next_on else {}
    draft = EventDraft(
        channel=channel,
        direction=Direction.OUT,
        outcome="" if is_reached else Outcome.NO_ANSWER,
        text=text,
        is_seen_by_customer=is_reached,
        details=details,
    )
    return write(case, EventKind.FOLLOWED_UP, draft, writing)


def reopen(case: Case, text: str, writing: Writing) -> ComplaintEvent:
    """Begin again with fresh clocks; the results so far stay. Raise StepNotNow where it is open."""
    rules.check_reopen(case.standing)
    return write(case, EventKind.REOPENED, EventDraft(text=text), writing)


def withdraw(case: Case, text: str, writing: Writing, *, is_mistake: bool = False) -> ComplaintEvent:
    """End it without a remedy: the customer took it back, or it was spam or a mistake."""
    rules.check_open(case.standing)
    kind = EventKind.CANCELLED if is_mistake else EventKind.WITHDRAWN
    return write(case, kind, EventDraft(text=text), writing)


def mark_duplicate(case: Case, kept: Case, writing: Writing) -> ComplaintEvent:
    """Merge a complaint into the one that goes on: earliest start, strictest due (rule 17)."""
    rules.check_open(case.standing)
    if kept.complaint.id == case.complaint.id or kept.standing.is_over:
        raise rules.BadDuplicate
    case.complaint.duplicate_of_id = kept.complaint.id
    details = {"complaint_id": kept.complaint.id}
    ended = write(case, EventKind.DUPLICATE, EventDraft(details=details), writing)
    taken = {"complaint_id": case.complaint.id, "event_id": ended.id}
    write(kept, EventKind.TOOK_IN, EventDraft(details=taken), replace(writing, version=None))
    return ended


def link(case: Case, other: Case, writing: Writing) -> ComplaintEvent:
    """Note that two complaints belong together; raise BadDuplicate for itself, StepNotNow the second time."""
    if other.complaint.id == case.complaint.id:
        raise rules.BadDuplicate
    first, second = sorted((case.complaint.id, other.complaint.id))
    same = (ComplaintLink.complaint_id == first, ComplaintLink.other_id == second)
    if db.session.scalar(select(ComplaintLink.id).where(*same)) is not None:
        raise rules.StepNotNow
    db.session.add(ComplaintLink(complaint_id=first, other_id=second))
    linked = write(case, EventKind.LINKED, EventDraft(details={"complaint_id": other.complaint.id}), writing)
    back = EventDraft(details={"complaint_id": case.complaint.id})
    write(other, EventKind.LINKED, back, replace(writing, version=None))
    return linked


def _today(now: datetime) -> date:
    return local_date(now, the_business().time_zone)


def _is_open_on(now: datetime) -> Callable[[date], bool]:
    calendar = calendar_at(now)
    return lambda day: calendar is None or bool(calendar.periods_on(day))
