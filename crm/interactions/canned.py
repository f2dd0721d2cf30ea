"""The texts that the front desk writes often: one a line, in the order in which their buttons stand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select

from crm.extensions import db
from crm.interactions.models import CannedNote
from crm.shared.errors import Refused
from crm.shared.events import record

LONGEST = 240
MOST = 40


class TooManyNotes(Refused):
    """Keep it to 40 texts of 240 characters; more are not found in ten seconds."""


def canned_notes() -> Sequence[str]:
    """Return the texts in their order."""
    return db.session.scalars(select(CannedNote.text).order_by(CannedNote.position, CannedNote.id)).all()


def change_canned_notes(lines: str, *, now: datetime) -> None:
    """Replace the texts by the lines given; raise TooManyNotes."""
    wanted = _texts(lines)
    if len(wanted) > MOST or any(len(text) > LONGEST for text in wanted):
        raise TooManyNotes
    db.session.execute(delete(CannedNote))
    db.session.add_all(CannedNote(text=text, position=position) for position, text in enumerate(wanted))
    record("canned_notes.changed", at=now, count=len(wanted))


def _texts(lines: str) -> list[str]:
    return list(dict.fromkeys(" ".join(line.split()) for line in lines.splitlines() if line.strip()))
