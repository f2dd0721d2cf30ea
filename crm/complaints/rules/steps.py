"""What each step needs, what comes next, and when it is asked whether it is really fixed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from enum import StrEnum

from .errors import (
    AlreadyOver,
    ApprovalPending,
    BadPromise,
    BadResumeDate,
    NobodyInCharge,
    NotYours,
    SameSeverity,
    StepNotNow,
)
from .kinds import Status
from .remedies import may_lower_severity
from .standing import FOLLOW_UP_TRIES, Standing

NEXT_TRY_DAYS = 1
LONGEST_TITLE = 120
_SEARCHED_DAYS = 60


class NextStep(StrEnum):
    """The one obvious thing to do next."""

    LOOK = "look"
    ANSWER = "answer"
    INVESTIGATE = "investigate"
    DECIDE = "decide"
    OFFER_REMEDY = "offer-remedy"
    GIVE_REMEDY = "give-remedy"
    RESOLVE = "resolve"
    FOLLOW_UP = "follow-up"
    NOTHING = "nothing"


def next_step(standing: Standing) -> NextStep:
    """Return what the person in front of a complaint most likely does next."""
    if standing.messages:
        return NextStep.LOOK
    if standing.unanswered_since is not None and not standing.is_over:
        return NextStep.ANSWER
    if standing.approvals:
        return NextStep.DECIDE
    if standing.status is Status.REMEDY_OFFERED and standing.remedies_owed:
        return NextStep.GIVE_REMEDY
    owes = standing.status is Status.FOLLOWED_UP and bool(standing.remedies_owed)
    return NextStep.GIVE_REMEDY if owes else _NEXT.get(standing.status, NextStep.NOTHING)


_NEXT = {
    Status.NEW: NextStep.ANSWER,
    Status.ACKNOWLEDGED: NextStep.INVESTIGATE,
    Status.REOPENED: NextStep.INVESTIGATE,
    Status.INVESTIGATING: NextStep.OFFER_REMEDY,
    Status.REMEDY_OFFERED: NextStep.RESOLVE,
    Status.RESOLVED: NextStep.FOLLOW_UP,
}


def check_open(standing: Standing) -> None:
    """Refuse work on a complaint that has ended; raise AlreadyOver."""
    if standing.is_over:
        raise AlreadyOver


def check_resolve(standing: Standing, *, in_charge_id: int | None) -> None:
    """Refuse to resolve without somebody in charge, or while a remedy waits for a yes or no."""
    check_open(standing)
    if in_charge_id is None:
        raise NobodyInCharge
    if standing.approvals:
        raise ApprovalPending


def check_follow_up(standing: Standing) -> None:
    """Refuse to follow up what is not resolved, or was followed up already."""
    if standing.status is not Status.RESOLVED:
        raise StepNotNow


def check_reopen(standing: Standing) -> None:
    """Refuse to reopen what is open, and what goes on in another complaint."""
    if not standing.is_over or standing.status is Status.DUPLICATE:
        raise StepNotNow


def check_investigate(standing: Standing) -> None:
    """Refuse to begin what has begun."""
    if standing.status not in (Status.NEW, Status.ACKNOWLEDGED, Status.REOPENED):
        raise StepNotNow


def check_severity(before: str, after: str, role: str, *, is_lowered: bool) -> None:
    """Refuse the same severity, and a lower one from anybody but a manager or the owner (rule 16)."""
    if before == after:
        raise SameSeverity
    if is_lowered and not may_lower_severity(role):
        raise NotYours


def check_promise(due_at: datetime, now: datetime) -> None:
    """Refuse a promise for a time that has passed."""
    if due_at <= now:
        raise BadPromise


def resume_day(wanted: date, today: date, cap_days: int) -> date:
    """Return the day on which a pause ends: the one wanted, no later than the cap; raise BadResumeDate."""
    if wanted <= today:
        raise BadResumeDate
    return min(wanted, today + timedelta(days=cap_days))


def follow_up_day(resolved_on: date, days: int, is_open_on: Callable[[date], bool]) -> date:
    """Return on which day to ask whether it is really fixed: so many days later, on a day we are open."""
    wanted = resolved_on + timedelta(days=days)
    later = (wanted + timedelta(days=step) for step in range(_SEARCHED_DAYS))
    return next((day for day in later if is_open_on(day)), wanted)


def next_try_day(asked_on: date, tries: int, is_open_on: Callable[[date], bool]) -> date | None:
    """Return when to ask again after no answer; None after the last try."""
    if tries + 1 >= FOLLOW_UP_TRIES:
        return None
    return follow_up_day(asked_on, NEXT_TRY_DAYS, is_open_on)


def title_of(title: str, words: str) -> str:
    """Return a title: as written, else the first line of the customer's words, cut at a word."""
    line = title.strip() or next((line.strip() for line in words.splitlines() if line.strip()), "")
    if len(line) <= LONGEST_TITLE:
        return line
    cut = line[: LONGEST_TITLE - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut[60:] else cut) + "…"
