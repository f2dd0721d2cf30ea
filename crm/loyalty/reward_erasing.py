"""What stays of an erased person's rewards: what was given when, and what it cost, without any words."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, update

from crm.contacts.erasers import register_eraser
from crm.extensions import db
from crm.loyalty.models.rewards import Bereavement, Moment, Reward, SurpriseSuggestion, TactDecision


@register_eraser("reward", "moment", "surprise_suggestion", "bereavement", "tact_decision")
def erase_rewards(contact_ids: Sequence[int]) -> None:
    """Empty every text; take away moments, suggestions and notes of mourning, which nobody can see to any more."""
    statements = (
        update(Reward).where(Reward.contact_id.in_(contact_ids)).values(note="", take_back_reason=""),
        update(TactDecision).where(TactDecision.contact_id.in_(contact_ids)).values(why=""),
        delete(Moment).where(Moment.contact_id.in_(contact_ids)),
        delete(SurpriseSuggestion).where(SurpriseSuggestion.contact_id.in_(contact_ids)),
        delete(Bereavement).where(Bereavement.contact_id.in_(contact_ids)),
    )
    for statement in statements:
        db.session.execute(statement, execution_options={"synchronize_session": False})
