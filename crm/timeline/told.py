"""What several domains tell of a contact in one line each: rows of one shape, asked for together in one query.

A domain that has more to show of each thing, as entries and complaints do, is a source of its own (`story`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import CompoundSelect, Integer, Select, bindparam, cast, literal, null, select, union_all

from crm.shared.database import read
from crm.timeline.story import StoryFilter, StoryItem, StoryQuestion, statement_for, story_source

_NO_NUMBER = cast(null(), Integer)
_NOTHING: Mapping[str, Any] = {
    "name": literal(""),
    "key": literal(""),
    "words": literal(""),
    "number": _NO_NUMBER,
    "complaint_id": _NO_NUMBER,
}


@dataclass(frozen=True, kw_only=True)
class Told:
    """One kind of thing that happens to a contact, in columns of its table, and the partial that tells it.

    `what` also orders what happened at the same instant. Without a `by_id` it is left out where a person is asked for,
    without a `channel` where one is. `shown` fills name, key, words, number and complaint_id of the row.
    """

    what: str
    template: str
    at: Any
    row_id: Any
    contact_id: Any
    by_id: Any = None
    channel: Any = None
    joined: Sequence[tuple[Any, Any]] = ()
    shown: Mapping[str, Any] = field(default_factory=dict)

    def is_in(self, wanted: StoryFilter) -> bool:
        """Tell whether it can be among what is asked for."""
        return not (wanted.staff_id and self.by_id is None) and not (wanted.channel and self.channel is None)


_told: dict[str, Told] = {}


def tell(*told: Told) -> None:
    """Register what is told in a line."""
    _told.update({each.what: each for each in told})


@story_source
def told_events(question: StoryQuestion) -> Sequence[StoryItem]:
    """Return what is told in a line, newest first, in one query."""
    if question.wanted.kind or not any(each.is_in(question.wanted) for each in _told.values()):
        return []
    statement = statement_for(question, _statement)
    return [
        StoryItem(row.at, row.what, row.id, _told[row.what].template, row)
        for row in read(statement, {"contact_id": question.contact_id})
    ]


def _statement(question: StoryQuestion) -> CompoundSelect[Any]:
    """Return the question as a statement with the contact left open."""
    parts = [_part(each, question) for each in _told.values() if each.is_in(question.wanted)]
    return union_all(*(select(part.subquery()) for part in parts)).order_by("at", "what", "id")


def _part(told: Told, question: StoryQuestion) -> Select[Any]:
    wanted, shown = question.wanted, {**_NOTHING, **told.shown}
    by_id = _NO_NUMBER if told.by_id is None else told.by_id
    whose = (literal(told.what).label("what"), told.at.label("at"), told.row_id.label("id"), by_id.label("by_id"))
    statement: Select[Any] = select(*whose, *(column.label(name) for name, column in shown.items()))
    for target, condition in told.joined:
        statement = statement.join(target, condition)
    mine = (told.contact_id == bindparam("contact_id"), told.at.is_not(None))
    statement = statement.where(*mine, question.is_after_place(told.what, told.at, told.row_id))
    if wanted.staff_id:
        statement = statement.where(told.by_id == wanted.staff_id)
    if wanted.channel:
        statement = statement.where(told.channel == wanted.channel)
    return statement.order_by(told.at.desc(), told.row_id.desc()).limit(question.limit)
