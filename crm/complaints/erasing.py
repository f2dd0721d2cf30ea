"""What stays of an erased person's complaints: what happened when, and what it cost, without any words."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, update

from crm.complaints.models import BreachReview, Complaint, ComplaintEvent, PreventiveAction, Remedy
from crm.contacts.erasers import register_eraser
from crm.extensions import db


@register_eraser("complaint", "complaint_event", "remedy", "breach_review", "preventive_action")
def erase_complaints(contact_ids: Sequence[int]) -> None:
    """Empty every text that may speak of the person; kinds, times, clocks and costs stay."""
    theirs = select(Complaint.id).where(Complaint.contact_id.in_(contact_ids))
    statements = (
        update(ComplaintEvent).where(ComplaintEvent.complaint_id.in_(theirs)).values(text="", reason=""),
        update(Remedy).where(Remedy.complaint_id.in_(theirs)).values(description=""),
        update(BreachReview).where(BreachReview.complaint_id.in_(theirs)).values(note=""),
        update(PreventiveAction).where(PreventiveAction.complaint_id.in_(theirs)).values(task=""),
        update(Complaint).where(Complaint.contact_id.in_(contact_ids)).values(title="", words="", root_cause=""),
    )
    for statement in statements:
        db.session.execute(statement, execution_options={"synchronize_session": False})
