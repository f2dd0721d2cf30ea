"""The part of a contact's story that feedback tells: what was asked, and what was answered."""

from __future__ import annotations

from crm.feedback.models import FeedbackAnswer, FeedbackInvitation
from crm.timeline.told import Told, tell

# What happens at the same instant is told in this order.
tell(
    Told(
        what="feedback-1-asked",
        template="feedback/_story_asked.html",
        at=FeedbackInvitation.asked_at,
        row_id=FeedbackInvitation.id,
        contact_id=FeedbackInvitation.contact_id,
        by_id=FeedbackInvitation.asked_by_id,
        channel=FeedbackInvitation.way,
        shown={"name": FeedbackInvitation.measure, "key": FeedbackInvitation.moment, "words": FeedbackInvitation.way},
    ),
    Told(
        what="feedback-2-answered",
        template="feedback/_story_answered.html",
        at=FeedbackAnswer.answered_at,
        row_id=FeedbackAnswer.id,
        contact_id=FeedbackAnswer.contact_id,
        shown={
            "name": FeedbackAnswer.measure,
            "number": FeedbackAnswer.score,
            "words": FeedbackAnswer.comment,
            "complaint_id": FeedbackAnswer.complaint_id,
        },
    ),
)
