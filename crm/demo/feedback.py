"""The demo shop's feedback: some months of questions and answers, a code at the counter; low ones led to complaints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any, NamedTuple

from sqlalchemy import func, select

from crm.complaints.models import Complaint
from crm.contacts.models import Contact
from crm.contacts.rules import Channel
from crm.demo.bulk import advance_ids, insert_rows
from crm.demo.stories import Row, Shop
from crm.extensions import db
from crm.feedback.actions.settings import make_counter_link
from crm.feedback.models import FeedbackAnswer, FeedbackInvitation
from crm.feedback.queries.counter import counter_link
from crm.feedback.rules import LINK_LIFE, Measure, Moment, Way

PAST_DAYS = 120
ASKED_SHARE, MOST_ASKED = 3, 360  # one contact in so many was asked, and no more than this
COUNTER_SHARE, MOST_AT_COUNTER = 8, 90
MOST_LOW = 30
MEASURES = {Measure.CSAT: 5, Measure.NPS: 4, Measure.CES: 2}
# Scores that nobody has to be called for, and how often each is given; those below come from complaints.
SCORES = {
    Measure.CSAT: {3: 1, 4: 4, 5: 6},
    Measure.NPS: {7: 2, 8: 3, 9: 5, 10: 5},
    Measure.CES: {4: 1, 5: 3, 6: 4, 7: 4},
}
LOW_SCORES = {Measure.CSAT: (1, 2), Measure.NPS: (2, 4, 5, 6), Measure.CES: (1, 2, 3)}
COMMENTS = (
    "Asha took her time and explained everything.",
    "A little loud on Saturday, otherwise lovely.",
    "அருமையான சேவை, நன்றி.",
    "చాలా బాగుంది, మళ్లీ వస్తాను.",
    "खूप छान अनुभव.",
    "همه چیز عالی بود.",
    "Napakabait ng staff.",
)


class Low(NamedTuple):
    """A complaint that came in as a low answer."""

    id: int
    contact_id: int
    occurred_at: datetime
    words: str


def load_feedback(dice: Random, ids: range, shop: Shop) -> None:
    """Fill what a shop that asks its customers since some months would have."""
    lows = _lows(ids, shop)
    people = _people(dice, ids, {low.contact_id for low in lows})
    first_id = (db.session.scalar(select(func.max(FeedbackInvitation.id))) or 0) + 1
    asked = [_asked(dice, shop, contact_id, _moment(dice, shop)) for contact_id in people]
    asked += [_asked(dice, shop, low.contact_id, low.occurred_at - timedelta(hours=3)) for low in lows]
    invitations = [row | {"id": first_id + number} for number, row in enumerate(asked)]
    insert_rows(FeedbackInvitation, invitations)
    answers = [row for each in invitations[: len(people)] if (row := _answer(dice, shop, each)) is not None]
    answers += [_low_answer(dice, low, row) for low, row in zip(lows, invitations[len(people) :], strict=True)]
    insert_rows(FeedbackAnswer, answers)
    insert_rows(FeedbackAnswer, list(_at_counter(dice, ids, shop)))
    advance_ids(FeedbackInvitation)


def _lows(ids: range, shop: Shop) -> list[Low]:
    """Return complaints that came through the website lately, each of another contact."""
    came = (Complaint.channel == Channel.WEBSITE, Complaint.occurred_at > shop.now - timedelta(days=PAST_DAYS))
    theirs = (Complaint.contact_id.in_(select(Contact.id).where(Contact.id.between(ids[0], ids[-1]))), *came)
    columns = (Complaint.id, Complaint.contact_id, Complaint.occurred_at, Complaint.words)
    rows = db.session.execute(select(*columns).where(*theirs).order_by(Complaint.id.desc()))
    found = {contact_id: Low(number, contact_id, at, words) for number, contact_id, at, words in rows if contact_id}
    return list(found.values())[:MOST_LOW]


def _people(dice: Random, ids: range, but: set[int]) -> Sequence[int]:
    chosen = set(dice.sample(ids, k=min(len(ids) // ASKED_SHARE, MOST_ASKED))) - but
    gone = db.session.scalars(select(Contact.id).where(Contact.id.in_(chosen), Contact.archived_at.is_not(None)))
    return sorted(chosen - set(gone))


def _moment(dice: Random, shop: Shop) -> datetime:
    return shop.now - timedelta(days=dice.randrange(PAST_DAYS), minutes=dice.randrange(30, 400))


def _asked(dice: Random, shop: Shop, contact_id: int, at: datetime) -> Row:
    return {
        "contact_id": contact_id,
        "complaint_id": None,
        "measure": dice.choices(list(MEASURES), list(MEASURES.values()))[0].value,
        "way": Way.LINK.value,
        "moment": Moment.BY_HAND.value,
        "unique_key": None,
        "token_hash": f"{dice.getrandbits(256):064x}",
        "asked_at": at,
        "asked_by_id": dice.choice(shop.staff_ids),
        "expires_at": at + LINK_LIFE,
        "in_spite_of": "",
        "why": "",
    }


def _answer(dice: Random, shop: Shop, invitation: dict[str, Any]) -> Row | None:
    """Return the answer of about every second who was asked; those asked just now have not answered yet."""
    at = invitation["asked_at"] + timedelta(minutes=dice.randrange(2, 1_500))
    if dice.random() < 0.45 or at > shop.now:
        return None
    scores = SCORES[Measure(invitation["measure"])]
    score = dice.choices(list(scores), list(scores.values()))[0]
    comment = dice.choice(COMMENTS) if dice.random() < 0.3 else ""
    return _row(score, comment, at, invitation)


def _low_answer(dice: Random, low: Low, invitation: dict[str, Any]) -> Row:
    score = dice.choice(LOW_SCORES[Measure(invitation["measure"])])
    return _row(score, low.words, low.occurred_at, invitation, complaint_id=low.id)


def _at_counter(dice: Random, ids: range, shop: Shop) -> Iterator[Row]:
    """Give answers of people at the counter, of whom nothing is known."""
    link = counter_link() or make_counter_link(now=shop.now, by_id=shop.owner_id)
    nobody = {"id": None, "contact_id": None, "measure": Measure.CSAT.value}
    for _number in range(min(len(ids) // COUNTER_SHARE, MOST_AT_COUNTER)):
        score = dice.choices((2, 3, 4, 5), (1, 2, 5, 7))[0]
        yield _row(score, "", _moment(dice, shop), nobody, counter_link_id=link.id)


def _row(score: int, comment: str, at: datetime, invitation: dict[str, Any], **given: int) -> Row:
    return {
        "invitation_id": invitation["id"],
        "counter_link_id": None,
        "contact_id": invitation["contact_id"],
        "complaint_id": None,
        "measure": invitation["measure"],
        "score": score,
        "comment": comment,
        "answered_at": at,
        "edited_at": None,
        **given,
    }
