"""The part of a contact's story that rewards tell: issued, handed over, taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, literal, select, union_all

from crm.extensions import db
from crm.loyalty.models.rewards import Reward
from crm.timeline.story import StoryItem, StoryQuestion, story_source

# What happens at the same instant is told in this order.
ISSUED, HANDED_OVER, TAKEN_BACK = "reward-1-issued", "reward-2-handed-over", "reward-3-taken-back"
_MOMENTS: dict[str, tuple[Any, Any]] = {
    ISSUED: (Reward.issued_at, Reward.issued_by_id),
    HANDED_OVER: (Reward.handed_over_at, Reward.handed_over_by_id),
    TAKEN_BACK: (Reward.taken_back_at, Reward.taken_back_by_id),
}


@story_source
def reward_events(question: StoryQuestion) -> Sequence[StoryItem]:
    """Return what happened with a contact's rewards, newest first, in one query."""
    if question.wanted.kind or question.wanted.channel:
        return []
    parts = [select(_told(name, question).subquery()) for name in _MOMENTS]
    rows = db.session.execute(union_all(*parts).order_by("at", "what", "id"))
    return [_item(row) for row in rows]


def _told(name: str, question: StoryQuestion) -> Select[Any]:
    at, by_id = _MOMENTS[name]
    statement = select(
        literal(name).label("what"), at.label("at"), Reward.id.label("id"), Reward.name.label("name"),
        by_id.label("by_id"),
    )  # fmt: skip
    mine = (Reward.contact_id == question.contact_id, at.is_not(None), question.is_after_place(name, at, Reward.id))
    if question.wanted.staff_id:
        statement = statement.where(by_id == question.wanted.staff_id)
    return statement.where(*mine).order_by(at.desc(), Reward.id.desc()).limit(question.limit)


def _item(row: Any) -> StoryItem:
    return StoryItem(row.at, row.what, row.id, "loyalty/_story_item.html", row)
