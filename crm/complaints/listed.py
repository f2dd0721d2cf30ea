"""Events of complaints as the story of a contact reads them: what a row says and no more."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from crm.complaints.models import ComplaintEvent
from crm.complaints.rules import reference_of


class StoryEvent(NamedTuple):
    """An event with the title of its complaint."""

    id: int
    complaint_id: int
    kind: str
    occurred_at: datetime
    actor_id: int | None
    channel: str
    outcome: str
    text: str
    details: dict[str, Any]
    title: str

    @property
    def reference(self) -> str:
        """Return the reference of the complaint that a person can say: C-1042."""
        return reference_of(self.complaint_id)


AnyEvent = ComplaintEvent | StoryEvent
