"""The part of a contact's story that recognition tells: changes of level; rewards issued, handed over, taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Integer,
    Select,
    bindparam,
    case,
    cast,
    false,
    func,
    literal,
    null,
    select,
    union_all,
)

from crm.loyalty.models import LevelChange, RecognitionLevel
from crm.loyalty.models.rewards import Reward
from crm.shared.database import read
from crm.timeline.story import StoryItem, StoryQuestion, statement_for, story_source

_CONTACT: Any = bindparam("contact_id")
LEVEL = "level-changed"
# What happens at the same instant is told in this order.
ISSUED, HANDED_OVER, TAKEN_BACK = "reward-1-issued", "reward-2-handed-over", "reward-3-taken-back"
_MOMENTS: dict[str, tuple[Any, Any]] = {
    ISSUED: (Reward.issued_at, Reward.issued_by_id),
    HANDED_OVER: (Reward.handed_over_at, Reward.handed_over_by_id),
    TAKEN_BACK: (Reward.taken_back_at, Reward.taken_back_by_id),
}


@story_source
def reward_events(question: StoryQuestion) -> Sequence[StoryItem]:
    """Return what happened with a contact's level and rewards, newest first, in one query."""
    if question.wanted.kind or question.wanted.channel:
        return []
    statement = statement_for(question, _statement)
    return [_item(row) for row in read(statement, {"contact_id": question.contact_id})]


def _statement(question: StoryQuestion) -> CompoundSelect[Any]:
    """Return the question as a statement with the contact left open."""
    parts = [select(_told(name, question).subquery()) for name in _MOMENTS]
    parts.append(select(_levels(question).subquery()))
    return union_all(*parts).order_by("at", "what", "id")


def _told(name: str, question: StoryQuestion) -> Select[Any]:
    at, by_id = _MOMENTS[name]
    statement = select(
        literal(name).label("what"), at.label("at"), Reward.id.label("id"), Reward.name.label("name"),
        by_id.label("by_id"), literal("").label("key"), literal(0).label("way"),
    )  # fmt: skip
    mine = (Reward.contact_id == _CONTACT, at.is_not(None), question.is_after_place(name, at, Reward.id))
    if question.wanted.staff_id:
        statement = statement.where(by_id == question.wanted.staff_id)
    return statement.where(*mine).order_by(at.desc(), Reward.id.desc()).limit(question.limit)


def _levels(question: StoryQuestion) -> Select[Any]:
    """Select changes of level; `way`: 2 the first time, 1 upward, -1 back."""
    change, level = LevelChange, RecognitionLevel
    way = case((change.from_level_id.is_(None), 2), (change.is_up, 1), else_=-1)
    statement = select(
        literal(LEVEL).label("what"), change.at.label("at"), change.id.label("id"), level.name.label("name"),
        cast(null(), Integer).label("by_id"), func.coalesce(level.key, "").label("key"), way.label("way"),
    ).join(level, level.id == change.to_level_id)  # fmt: skip
    mine = (change.contact_id == _CONTACT, question.is_after_place(LEVEL, change.at, change.id))
    if question.wanted.staff_id:
        statement = statement.where(false())
    return statement.where(*mine).order_by(change.at.desc(), change.id.desc()).limit(question.limit)


def _item(row: Any) -> StoryItem:
    template = "loyalty/_level_story.html" if row.what == LEVEL else "loyalty/_story_item.html"
    return StoryItem(row.at, row.what, row.id, template, row)
