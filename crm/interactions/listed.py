"""Entries and follow-ups as lists read them: what a row says and no more, which takes half the time of whole ones."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import NamedTuple

from crm.interactions.models import Interaction


class ListedFollowUp(NamedTuple):
    """A follow-up with the names of its contact and people."""

    id: int
    contact_id: int
    task: str
    due_on: date
    due_time: time | None
    assignee_id: int | None
    done_at: datetime | None
    version: int
    contact_name: str
    assignee_name: str | None
    done_by_name: str | None

    @property
    def is_done(self) -> bool:
        """Tell whether somebody has seen to it."""
        return self.done_at is not None


class RecentEntry(NamedTuple):
    """The latest entry of a contact just seen."""

    contact_id: int
    occurred_at: datetime
    channel: str
    direction: str
    kind: str
    note: str
    contact_name: str
    staff_name: str | None


class StoryEntry(NamedTuple):
    """An entry as the story of its contact tells it, with the complaint that was opened from it."""

    id: int
    occurred_at: datetime
    logged_at: datetime
    channel: str
    direction: str
    kind: str
    outcome: str
    note: str
    amount: Decimal | None
    currency: str
    is_late: bool
    staff_id: int | None
    praised_id: int | None
    edited_at: datetime | None
    complaint_id: int | None


class StoryAddition(NamedTuple):
    """What was added to an entry later."""

    id: int
    note: str
    logged_at: datetime
    staff_id: int | None


AnyEntry = Interaction | RecentEntry | StoryEntry
