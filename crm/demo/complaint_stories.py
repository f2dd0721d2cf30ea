"""The course of made-up complaints: who said and did what and when, in the order in which it happened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from crm.complaints.rules import EventKind, FollowUpAnswer, RemedyKind
from crm.contacts.rules import Channel
from crm.demo.complaint_texts import ANSWERS, FIXES, PREVENTIONS, TROUBLES, Trouble
from crm.demo.stories import Shop
from crm.interactions.rules import Direction, Outcome
from crm.sla.rules import BusinessCalendar, Severity, next_opening

YEAR = timedelta(days=365)
_CHANNELS = (
    Channel.PHONE, Channel.TEXT, Channel.IN_PERSON, Channel.EMAIL, Channel.MESSAGING, Channel.SOCIAL, Channel.WEBSITE
)  # fmt: skip
_CHANNEL_SHARES = (24, 18, 16, 14, 14, 8, 6)
_SEVERITIES = (Severity.LOW, Severity.NORMAL, Severity.HIGH, Severity.URGENT)
_ALLOWED_MINUTES = {Channel.PHONE: 240, Channel.TEXT: 110, Channel.MESSAGING: 110, Channel.SOCIAL: 220}
_MINUTES_TO_FIX = {Severity.LOW: 9000, Severity.NORMAL: 4000, Severity.HIGH: 1100, Severity.URGENT: 300}
_GOES_ON = (EventKind.SAID, EventKind.HEARD, EventKind.PAUSED, EventKind.PROMISED, EventKind.NOTED)


@dataclass
class Turn:
    """One event to be: its kind, when it happened, what it says."""

    kind: EventKind
    at: datetime
    by_id: int | None = None
    logged_at: datetime | None = None
    values: dict[str, Any] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)


@dataclass
class Course:
    """A made-up complaint: what it is about, who is in charge, and its turns up to now."""

    trouble: Trouble
    channel: Channel
    severity: Severity
    in_charge_id: int | None
    turns: list[Turn]
    prevention: str = ""


def course(dice: Random, shop: Shop, calendar: BusinessCalendar, *, is_recent: bool) -> Course:
    """Return one complaint of the last twelve months; a recent one is still being worked on."""
    age = timedelta(days=9) if is_recent else YEAR
    start = shop.now - timedelta(minutes=int(dice.random() * age.total_seconds() / 60))
    channel = dice.choices(_CHANNELS, _CHANNEL_SHARES)[0]
    if channel in (Channel.PHONE, Channel.IN_PERSON):
        start = min(start, shop.now) if (moved := _in_hours(start, dice, calendar)) > shop.now else moved
    by_id = dice.choice(shop.staff_ids)
    severity = dice.choices(_SEVERITIES, (18, 52, 24, 6))[0]
    made = Course(dice.choice(TROUBLES), channel, severity, by_id, [])
    turns = [turn for turn in _turns(dice, made, start, shop, calendar) if turn.at <= shop.now]
    turns.sort(key=lambda turn: turn.at)
    made.turns = turns[: dice.randrange(1, 5)] if is_recent else turns
    if len(made.turns) == 1 and dice.random() < 0.5:
        made.in_charge_id = None
    return made


def _in_hours(at: datetime, dice: Random, calendar: BusinessCalendar) -> datetime:
    opened = next_opening(at, calendar)
    return opened if opened <= at else opened + timedelta(minutes=dice.randrange(300))


def _turns(dice: Random, made: Course, start: datetime, shop: Shop, calendar: BusinessCalendar) -> Iterator[Turn]:
    """Yield everything that happens to a complaint from its first word to its follow-up."""
    at, by_id = start, made.in_charge_id
    opened = {"severity": made.severity.value, "category_id": None, "in_charge_id": by_id}
    yield _heard(EventKind.OPENED, at, made, made.trouble.words, by_id, opened, dice)
    fate = dice.random()
    if fate < 0.03:
        kind = EventKind.WITHDRAWN if fate < 0.02 else EventKind.CANCELLED
        yield Turn(kind, _later(at, 1500, dice, calendar), by_id)
        return
    at = _later(at, _minutes_to_answer(dice, made.channel), dice, calendar)
    yield _said(EventKind.ACKNOWLEDGED, at, made.channel, dice.choice(ANSWERS), by_id)
    at = _later(at, dice.randrange(20, 240), dice, calendar)
    yield Turn(EventKind.INVESTIGATED, at, by_id, values={"text": "Asked who was there that day."})
    for kind in dice.sample(_GOES_ON, dice.randrange(0, 3)):
        at = _later(at, dice.randrange(30, 400), dice, calendar)
        yield from _more(kind, at, made, by_id, dice)
    at = _later(at, dice.randrange(40, 500), dice, calendar)
    yield from _remedy(dice, at, by_id, shop)
    last = 1 if dice.random() < 0.12 else 0
    for cycle in range(last + 1):
        at = _later(at, dice.randrange(30, _MINUTES_TO_FIX[made.severity]), dice, calendar)
        yield _resolved(at, by_id, dice)
        at = _later(at, 3 * 1440 + dice.randrange(600), dice, calendar)
        yield _follow_up(at, by_id, dice, is_fixed=cycle == last)


def _minutes_to_answer(dice: Random, channel: Channel) -> int:
    allowed = _ALLOWED_MINUTES.get(channel, 900)
    is_late = dice.random() < 0.1
    return allowed + dice.randrange(20, 900) if is_late else dice.randrange(3, max(6, allowed * 2 // 3))


def _later(at: datetime, minutes: int, dice: Random, calendar: BusinessCalendar) -> datetime:
    """Return a later instant at which somebody is there."""
    wanted = at + timedelta(minutes=minutes)
    opened = next_opening(wanted, calendar)
    return wanted if opened <= wanted else opened + timedelta(minutes=dice.randrange(2, 45))


def _heard(
    kind: EventKind, at: datetime, made: Course, text: str, by_id: int | None, details: dict[str, Any], dice: Random
) -> Turn:
    is_late = dice.random() < 0.03
    logged_at = at + timedelta(minutes=dice.randrange(70, 300)) if is_late else at
    values = {"channel": made.channel.value, "direction": Direction.IN.value, "text": text, "is_seen_by_customer": True}
    late = {"is_late": True, "reason": "Written on paper; the counter was full."} if is_late else {}
    return Turn(kind, at, by_id, logged_at, values | late, details)


def _said(kind: EventKind, at: datetime, channel: Channel, text: str, by_id: int | None) -> Turn:
    outcome = Outcome.REACHED.value if channel is Channel.PHONE else ""
    values = {"channel": channel.value, "direction": Direction.OUT.value, "outcome": outcome, "text": text}
    return Turn(kind, at, by_id, values=values | {"is_seen_by_customer": True})


def _more(kind: EventKind, at: datetime, made: Course, by_id: int | None, dice: Random) -> Iterator[Turn]:
    if kind is EventKind.HEARD:
        yield _heard(kind, at, made, "Is there any news?", by_id, {}, dice)
        later = at + timedelta(minutes=dice.choice((15, 40, 60, 90, 400)))
        yield _said(EventKind.SAID, later, made.channel, "Yes: we call you tomorrow.", by_id)
    elif kind is EventKind.SAID:
        yield _said(kind, at, made.channel, "A short word in between: we are on it.", by_id)
    elif kind is EventKind.PROMISED:
        due = {"due_at": (at + timedelta(minutes=dice.choice((180, 300, 1500)))).isoformat()}
        yield Turn(kind, at, by_id, values={"text": "We call back", "is_seen_by_customer": True}, details=due)
        kept = at + timedelta(minutes=dice.choice((100, 120, 170, 290, 1600)))
        yield _said(EventKind.SAID, kept, Channel.PHONE, "Called back as promised.", by_id)
    elif kind is EventKind.PAUSED:
        until = at + timedelta(days=2)
        details = {"reason": "customer", "resume_on": until.date().isoformat(), "resume_at": until.isoformat()}
        yield Turn(kind, at, by_id, values={"text": "She is travelling."}, details=details)
    else:
        yield Turn(kind, at, by_id, values={"text": "The tube had no date on it."})


def _remedy(dice: Random, at: datetime, by_id: int | None, shop: Shop) -> Iterator[Turn]:
    kind = dice.choice((RemedyKind.APOLOGY, RemedyKind.REDO, RemedyKind.REFUND, RemedyKind.DISCOUNT, RemedyKind.GIFT))
    cost = 0 if kind in (RemedyKind.APOLOGY, RemedyKind.REDO) else dice.randrange(2, 40) * 50
    needs_approval = cost > 1500
    details = {"remedy": kind.value, "cost": str(cost), "currency": shop.currency}
    flags = {"needs_approval": needs_approval, "given": not needs_approval}
    yield Turn(EventKind.REMEDY_OFFERED, at, by_id, details=details | flags)
    if needs_approval:
        yield Turn(EventKind.REMEDY_APPROVED, at + timedelta(minutes=40), shop.owner_id, details=dict(details))
        yield Turn(EventKind.REMEDY_GIVEN, at + timedelta(minutes=55), by_id, details=dict(details))


def _resolved(at: datetime, by_id: int | None, dice: Random) -> Turn:
    details = {"follow_up_on": (at + timedelta(days=3)).date().isoformat(), "preventive_action_id": None}
    prevention = dice.choice(PREVENTIONS) if dice.random() < 0.04 else ""
    return Turn(
        EventKind.RESOLVED, at, by_id, values={"text": dice.choice(FIXES)}, details=details | {"plan": prevention}
    )


def _follow_up(at: datetime, by_id: int | None, dice: Random, *, is_fixed: bool) -> Turn:
    answer = FollowUpAnswer.SATISFIED if is_fixed else FollowUpAnswer.NOT_SATISFIED
    turn = _said(EventKind.FOLLOWED_UP, at, Channel.PHONE, "Called to ask whether it is fine now.", by_id)
    turn.details = {"answer": answer.value}
    return turn
