"""What an export leaves behind: one line in the audit trail."""

from __future__ import annotations

from datetime import datetime

from crm.shared.errors import Refused
from crm.shared.events import record


class TextTooLong(Refused):
    """A text of one contact is too long for Excel. Export as CSV instead."""


def note_export(count: int, file_format: str, *, now: datetime, actor_id: int | None = None) -> None:
    """Note that contacts leave the program: how many, and as what."""
    record("contacts.exported", at=now, actor_id=actor_id, count=count, format=file_format)
