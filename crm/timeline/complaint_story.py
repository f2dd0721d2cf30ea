"""The part of a contact's story that complaints tell: every event of every complaint."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, bindparam, select

from crm.complaints.listed import StoryEvent
from crm.complaints.models import Complaint, ComplaintEvent
from crm.complaints.words import Names, event_icon, event_line
from crm.interactions.rules import Kind
from crm.shared.database import columns_of, read
from crm.timeline.story import StoryItem, StoryQuestion, statement_for, story_source

COMPLAINT = "complaint"


@story_source
def complaint_events(question: StoryQuestion) -> Sequence[StoryItem]:
    """Return the events of a contact's complaints, newest first, in one query."""
    if question.wanted.kind not in ("", Kind.COMPLAINT):
        return []
    statement = statement_for(question, _events)
    return [
        StoryItem(
            event.occurred_at,
            COMPLAINT,
            event.id,
            "complaints/_story_item.html",
            event,
            (event_icon, event_line, Names),
        )
        for event in map(StoryEvent._make, read(statement, {"contact_id": question.contact_id}).all())
    ]


def _events(question: StoryQuestion) -> Select[*tuple[Any, ...]]:
    wanted = question.wanted
    statement = (
        select(*columns_of(ComplaintEvent, StoryEvent), Complaint.title)
        .join(ComplaintEvent.complaint)
        .where(Complaint.contact_id == bindparam("contact_id"))
        .where(question.is_after_place(COMPLAINT, ComplaintEvent.occurred_at, ComplaintEvent.id))
        .order_by(ComplaintEvent.occurred_at.desc(), ComplaintEvent.id.desc())
        .limit(question.limit)
    )
    if wanted.channel:
        statement = statement.where(ComplaintEvent.channel == wanted.channel)
    if wanted.staff_id:
        statement = statement.where(ComplaintEvent.actor_id == wanted.staff_id)
    return statement
