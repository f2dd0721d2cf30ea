"""What the contact page reads beside the contact itself: its entries, and what the quick log offers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, bindparam, literal, null, select, union_all
from sqlalchemy.orm import aliased

from crm.accounts.models import Staff
from crm.complaints.models import Complaint
from crm.interactions.listed import StoryAddition, StoryEntry
from crm.interactions.models import CannedNote, Interaction
from crm.shared.database import columns_of, read
from crm.timeline.story import StoryFilter, StoryItem, StoryQuestion, statement_for, story_source

ENTRY = "interaction"
_STAFF, _NOTE = "staff", "note"
_ENTRY_WIDTH = len(StoryEntry._fields)


@dataclass(frozen=True)
class Person:
    """Somebody who works here, or did."""

    id: int
    name: str
    is_active: bool


@dataclass
class Desk:
    """What the quick log offers, and the names of everybody who ever logged."""

    people: dict[int, Person] = field(default_factory=dict)
    canned_notes: list[str] = field(default_factory=list)

    @property
    def active(self) -> list[Person]:
        """Return those who may be named, by name."""
        return sorted((person for person in self.people.values() if person.is_active), key=lambda person: person.name)


def desk() -> Desk:
    """Return the staff and the canned notes in one query."""
    found = Desk()
    for row in read(_desk_statement()).all():
        if row.part == _STAFF:
            found.people[row.id] = Person(row.id, row.name, row.disabled_at is None)
        else:
            found.canned_notes.append(row.name)
    return found


@cache
def _desk_statement() -> CompoundSelect[*tuple[Any, ...]]:
    staff = select(literal(_STAFF).label("part"), Staff.id, literal(0).label("position"), Staff.name, Staff.disabled_at)
    notes = select(literal(_NOTE), CannedNote.id, CannedNote.position, CannedNote.text, null())
    return union_all(staff, notes).order_by("part", "position", "id")


@story_source
def entries(question: StoryQuestion) -> Sequence[StoryItem]:
    """Return entries with what was added to them, newest first, in one query."""
    additions: dict[int, list[StoryAddition]] = {}
    found: dict[int, StoryEntry] = {}
    for row in read(statement_for(question, _entries), {"contact_id": question.contact_id}).all():
        entry, added = StoryEntry._make(row[:_ENTRY_WIDTH]), StoryAddition._make(row[_ENTRY_WIDTH:])
        found[entry.id] = entry
        additions.setdefault(entry.id, []).extend([added] if added.id is not None else [])
    return [
        StoryItem(entry.occurred_at, ENTRY, entry.id, "timeline/_entry.html", entry, additions[entry.id])
        for entry in found.values()
    ]


def _entries(question: StoryQuestion) -> Select[*tuple[Any, ...]]:
    shown = select(Interaction.id).where(
        Interaction.contact_id == bindparam("contact_id"),
        Interaction.corrects_id.is_(None),
        question.is_after_place(ENTRY, Interaction.occurred_at, Interaction.id),
        *_conditions(question.wanted),
    )
    newest_first = (Interaction.occurred_at.desc(), Interaction.id.desc())
    page = shown.order_by(*newest_first).limit(question.limit).subquery()
    addition = aliased(Interaction)
    return (
        select(*columns_of(Interaction, StoryEntry), Complaint.id, *columns_of(addition, StoryAddition))
        .join(page, page.c.id == Interaction.id)
        .outerjoin(Complaint, Complaint.interaction_id == Interaction.id)
        .outerjoin(addition, addition.corrects_id == Interaction.id)
        .order_by(*newest_first, addition.id)
    )


def _conditions(wanted: StoryFilter) -> list[ColumnElement[bool]]:
    pairs = (
        (Interaction.kind, wanted.kind),
        (Interaction.channel, wanted.channel),
        (Interaction.staff_id, wanted.staff_id),
    )
    return [column == value for column, value in pairs if value]
