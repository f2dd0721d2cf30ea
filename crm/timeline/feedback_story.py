"""The part of a contact's story that feedback tells: what was asked, and what was answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import CompoundSelect, Integer, Select, bindparam, cast, false, literal, null, select, union_all

from crm.feedback.models import FeedbackAnswer, FeedbackInvitation
from crm.feedback.rules import Way
from crm.shared.database import read
from crm.timeline.story import StoryItem, StoryQuestion, statement_for, story_source

_CONTACT: Any = bindparam("contact_id")
# What happens at the same instant is told in this order.
ASKED, ANSWERED = "feedback-1-asked", "feedback-2-answered"


@story_source
def feedback_events(question: StoryQuestion) -> Sequence[StoryItem]:
    """Return what a contact was asked and answered, newest first, in one query."""
    if question.wanted.kind or question.wanted.channel not in ("", Way.EMAIL):
        return []
    statement = statement_for(question, _statement)
    return [
        StoryItem(row.at, row.what, row.id, "feedback/_story_item.html", row)
        for row in read(statement, {"contact_id": question.contact_id})
    ]


def _statement(question: StoryQuestion) -> CompoundSelect[Any]:
    """Return the question as a statement with the contact left open."""
    parts = [select(part.subquery()) for part in (_asked(question), _answered(question))]
    return union_all(*parts).order_by("at", "what", "id")


def _asked(question: StoryQuestion) -> Select[Any]:
    asked, no_number = FeedbackInvitation, cast(null(), Integer)
    statement: Any = select(
        literal(ASKED).label("what"), asked.asked_at.label("at"), asked.id.label("id"), asked.measure.label("measure"),
        asked.way.label("way"), asked.moment.label("moment"), asked.asked_by_id.label("by_id"),
        no_number.label("score"), literal("").label("comment"), no_number.label("complaint_id"),
    )  # fmt: skip
    mine = (asked.contact_id == _CONTACT, question.is_after_place(ASKED, asked.asked_at, asked.id))
    if question.wanted.staff_id:
        statement = statement.where(asked.asked_by_id == question.wanted.staff_id)
    if question.wanted.channel:
        statement = statement.where(asked.way == question.wanted.channel)
    return statement.where(*mine).order_by(asked.asked_at.desc(), asked.id.desc()).limit(question.limit)


def _answered(question: StoryQuestion) -> Select[Any]:
    given = FeedbackAnswer
    statement: Any = select(
        literal(ANSWERED).label("what"), given.answered_at.label("at"), given.id.label("id"),
        given.measure.label("measure"), literal("").label("way"), literal("").label("moment"),
        cast(null(), Integer).label("by_id"), given.score.label("score"), given.comment.label("comment"),
        given.complaint_id.label("complaint_id"),
    )  # fmt: skip
    mine = (given.contact_id == _CONTACT, question.is_after_place(ANSWERED, given.answered_at, given.id))
    if question.wanted.staff_id or question.wanted.channel:
        statement = statement.where(false())
    return statement.where(*mine).order_by(given.answered_at.desc(), given.id.desc()).limit(question.limit)
