"""Questions to customers and their answers, made as the pages make them."""

from __future__ import annotations

from typing import Any

from crm.accounts.models import Staff
from crm.contacts.actions.consent import record_consent
from crm.contacts.models import Contact
from crm.feedback.actions.answering import Given, answer
from crm.feedback.actions.asking import Asking, Question, ask
from crm.feedback.models import FeedbackAnswer, FeedbackInvitation
from crm.feedback.rules import Measure, Way
from crm.shared import clock
from tests.factories.contacts import make_contact

HOST = "http://127.0.0.1:8000"


def asking(staff: Staff | None, **given: Any) -> Asking:
    """Return that a person asks now."""
    now = clock.now()
    values: dict[str, Any] = {"now": now, "today": clock.local_date(now, "Asia/Kolkata"), "public_url": HOST}
    return Asking(**(values | {"by_id": staff.id if staff else None} | given))


def make_reachable(name: str = "Meena Kumari", **given: Any) -> Contact:
    """Make a contact with an email address who allowed being asked by email."""
    contact = make_contact(name, **({"email": "meena@example.com"} | given))
    record_consent(contact, channel="email", purpose="feedback", is_given=True, now=clock.now())
    return contact


def make_invitation(
    contact: Contact, staff: Staff | None, measure: Measure = Measure.CSAT, way: Way = Way.LINK, **given: Any
) -> tuple[FeedbackInvitation, str]:
    """Ask a contact with a link to hand over, unless given otherwise; returns the token too."""
    names = ("complaint_id", "moment", "unique_key")
    question = Question(measure=measure, way=way, **{name: given.pop(name) for name in names if name in given})
    return ask(contact, question, asking(staff, **given))


def make_answer(
    contact: Contact, staff: Staff, score: int, measure: Measure = Measure.CSAT, comment: str = "", **given: Any
) -> FeedbackAnswer:
    """Ask a contact and let them answer at once."""
    invitation, _token = make_invitation(contact, staff, measure, **given)
    return answer(invitation, Given(score=score, comment=comment), now=clock.now())
