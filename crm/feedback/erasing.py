"""What stays of an erased person's feedback: that somebody was asked, and the score; no words, nobody's number."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, update

from crm.contacts.erasers import register_eraser
from crm.extensions import db
from crm.feedback.actions.asking import withdraw_mails
from crm.feedback.models import FeedbackAnswer, FeedbackInvitation


@register_eraser("feedback_invitation", "feedback_answer")
def erase_feedback(contact_ids: Sequence[int]) -> None:
    """Take person, complaint and words out of invitations and answers, and their mails out of the outbox."""
    theirs = select(FeedbackInvitation.id).where(FeedbackInvitation.contact_id.in_(contact_ids))
    withdraw_mails(list(db.session.scalars(theirs)), also_sent=True)
    nobody = {"contact_id": None, "complaint_id": None}
    for model, emptied in ((FeedbackAnswer, {"comment": ""}), (FeedbackInvitation, {"why": ""})):
        statement = update(model).where(model.contact_id.in_(contact_ids)).values(**nobody, **emptied)
        db.session.execute(statement, execution_options={"synchronize_session": False})
