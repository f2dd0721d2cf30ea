"""Saving and removing a person's own views of the board."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from crm.complaints.models import SavedView
from crm.complaints.rules import ViewNameTaken
from crm.extensions import db
from crm.shared.events import record


def save_view(staff_id: int, name: str, filters: dict[str, str], *, now: datetime) -> SavedView:
    """Keep a filter under a name; raise ViewNameTaken."""
    same = (SavedView.staff_id == staff_id, SavedView.name == name)
    if db.session.scalar(select(SavedView.id).where(*same)) is not None:
        raise ViewNameTaken
    view = SavedView(staff_id=staff_id, name=name, filters=filters)
    db.session.add(view)
    db.session.flush()
    record("saved_view.added", at=now, subject=view, actor_id=staff_id)
    return view


def remove_view(view: SavedView, *, now: datetime) -> None:
    """Forget a saved view."""
    record("saved_view.removed", at=now, subject=view, actor_id=view.staff_id)
    db.session.delete(view)
