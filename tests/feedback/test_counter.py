"""The QR code at the counter: one at a time, answers without a name, not to be flooded from one address."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from crm.accounts.models import Staff
from crm.complaints.models import Complaint
from crm.extensions import db
from crm.feedback import rules
from crm.feedback.actions.settings import make_counter_link
from crm.feedback.models import CounterLink, FeedbackAnswer
from crm.feedback.paths import counter_path
from crm.feedback.queries.counter import counter_link
from crm.shared.models import AuditEvent
from tests.client import PageClient
from tests.conftest import NOW

PAGE = "/review/feedback/counter"
LINK = re.compile(r'value="http://127\.0\.0\.1:8000(/feedback/counter/[^"]+)"')


def _count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def _path(staff: Staff) -> str:
    return counter_path(make_counter_link(now=NOW, by_id=staff.id).token)


def test_the_manager_makes_the_link_and_a_new_one_ends_it(as_manager: PageClient, anonymous: PageClient) -> None:
    assert "Make the link" in as_manager.get(PAGE).text and counter_link() is None
    as_manager.post(PAGE)
    page = as_manager.get(PAGE).text
    first = LINK.search(page)
    assert first is not None and "data:image/png" in page and "Make a new link" in page
    assert "How satisfied were you with us?" in anonymous.get(first[1]).text
    as_manager.post(PAGE)
    second = LINK.search(as_manager.get(PAGE).text)
    assert second is not None and second[1] != first[1]
    for path in (first[1], counter_path("x" * 65), counter_path("முருகன்"), counter_path("%ff%fe"), counter_path("'")):
        anonymous.get(path, status=404)
    anonymous.get("/sign-in")
    anonymous.post(first[1], {"score": "5"}, status=404)
    assert _count(CounterLink) == 2 and _count(FeedbackAnswer) == 0
    made = select(func.count()).select_from(AuditEvent).where(AuditEvent.action == "counter_link.made")
    assert db.session.scalar(made) == 2


def test_the_front_desk_does_not_change_it(as_kavitha: PageClient) -> None:
    as_kavitha.get(PAGE, status=403)
    as_kavitha.post(PAGE, status=403)
    assert _count(CounterLink) == 0


def test_an_answer_has_no_name_and_opens_no_complaint(anonymous: PageClient, owner: Staff) -> None:
    path = _path(owner)
    question = anonymous.get(path)
    assert question.headers["Referrer-Policy"] == "no-referrer" and "noindex" in question.headers["X-Robots-Tag"]
    form = {"score": "1", "comment": "<i>cold</i>", "form_key": "k" * 30}
    for _time in range(2):
        thanks = anonymous.post(path, form)
    assert "Thank you. Your answer has arrived." in anonymous.get(thanks.location).text
    stored = db.session.scalars(select(FeedbackAnswer)).one()
    assert (stored.score, stored.comment, stored.measure) == (1, "<i>cold</i>", "csat")
    assert (stored.contact_id, stored.invitation_id, stored.counter_link_id) == (None, None, counter_link().id)  # type: ignore[union-attr]
    assert _count(Complaint) == 0


@pytest.mark.parametrize("form", [{}, {"score": "6"}, {"score": "4", "comment": "w" * 5_001}, {"csrf_token": "bad"}])
def test_what_cannot_be_taken_comes_back(anonymous: PageClient, owner: Staff, form: dict[str, str]) -> None:
    path = _path(owner)
    anonymous.get(path)
    page = anonymous.post(path, {"comment": "my words"} | form, status=422).text
    assert form.get("comment", "my words") in page and _count(FeedbackAnswer) == 0


def test_one_address_cannot_flood_it_and_keeps_its_words(anonymous: PageClient, owner: Staff) -> None:
    path = _path(owner)
    anonymous.get(path)
    for _number in range(rules.COUNTER_ANSWERS):
        anonymous.post(path, {"score": "5"})
    page = anonymous.post(path, {"score": "1", "comment": "my words"}, status=429).text
    assert "my words" in page and "Too many answers" in page
    assert _count(FeedbackAnswer) == rules.COUNTER_ANSWERS
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        anonymous.post(path, {"score": "4"})
    assert _count(FeedbackAnswer) == rules.COUNTER_ANSWERS + 1
