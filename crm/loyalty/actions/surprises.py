"""The weekly suggestion of whom to surprise, giving the surprise, and leaving it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import update

from crm.extensions import db
from crm.loyalty.actions.rewards import Cause, Giving, hand_over, issue
from crm.loyalty.models.rewards import CatalogueReward, Reward, SurpriseSuggestion
from crm.loyalty.queries.rewards import reward_settings
from crm.loyalty.queries.surprises import suggestions_of_week
from crm.loyalty.rules.moments import MomentSettled
from crm.loyalty.rules.rewards import RewardKind, reason_of
from crm.loyalty.rules.surprises import Candidate, suggestions, week_of
from crm.shared.database import insert_new
from crm.shared.events import record

_OWN_STATEMENT: dict[str, Any] = {"synchronize_session": False}


def suggest(found: Iterable[Candidate], today: date, now: datetime) -> int:
    """Suggest whom of those found to surprise; a second run of the week adds nobody. Returns how many."""
    if suggestions_of_week(week_of(today)):
        return 0
    chosen = suggestions(found, today, reward_settings().surprises_a_week)
    if not chosen:
        return 0
    rows = [
        {
            "week": week_of(today), "contact_id": each.contact_id, "reason": each.reason.value,
            "number": each.number, "suggested_at": now, "is_dismissed": False, "dismissal": "",
        }
        for each in chosen
    ]  # fmt: skip
    db.session.execute(insert_new(SurpriseSuggestion), rows)
    record("surprises.suggested", at=now, week=week_of(today), count=len(rows))
    return len(rows)


def give(suggestion: SurpriseSuggestion, item: CatalogueReward, giving: Giving, *, is_handed_over: bool) -> Reward:
    """Issue the surprise and perhaps hand it over at once; raise MomentSettled for the second person."""
    cause = Cause(reason=RewardKind.SURPRISE, occurrence=suggestion.week)
    reward = issue(suggestion.contact, item, cause, giving)
    _settle(suggestion, giving)
    if is_handed_over:
        hand_over(reward, giving)
    return reward


def dismiss(suggestion: SurpriseSuggestion, reason: str, giving: Giving) -> None:
    """Leave a surprise, with a reason; raise ReasonNeeded or MomentSettled."""
    _settle(suggestion, giving, is_dismissed=True, dismissal=reason_of(reason))
    record("surprise.dismissed", at=giving.now, subject=suggestion, actor_id=giving.by_id)


def _settle(suggestion: SurpriseSuggestion, giving: Giving, **values: Any) -> None:
    is_open = (SurpriseSuggestion.id == suggestion.id, SurpriseSuggestion.settled_at.is_(None))
    values |= {"settled_at": giving.now, "settled_by_id": giving.by_id}
    statement = update(SurpriseSuggestion).where(*is_open).values(**values)
    changed = db.session.execute(statement, execution_options=_OWN_STATEMENT)
    db.session.refresh(suggestion)
    if not changed.rowcount:  # type: ignore[attr-defined]
        raise MomentSettled
