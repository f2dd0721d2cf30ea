"""What stays of an erased person's history: channel, kind, time and amount, so that figures stay true."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, update

from crm.contacts.erasers import register_eraser
from crm.extensions import db
from crm.interactions.models import FollowUp, Interaction


@register_eraser("interaction", "follow_up")
def erase_interactions(contact_ids: Sequence[int]) -> None:
    """Empty the words of entries and take away follow-ups, which nobody can see to any more."""
    entries = update(Interaction).where(Interaction.contact_id.in_(contact_ids)).values(note="")
    follow_ups = delete(FollowUp).where(FollowUp.contact_id.in_(contact_ids))
    for statement in (entries, follow_ups):
        db.session.execute(statement, execution_options={"synchronize_session": False})
