"""What counts as an entry: its words, when it may be dated and changed, its amount, and what follows from it.

Values of the closed sets are stored; the channels are those of the contacts.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum

from crm.contacts.rules import Channel
from crm.shared.errors import Conflict, Refused
from crm.shared.zones import zone_named

LATE_AFTER = timedelta(minutes=60)
EDIT_TIME = timedelta(minutes=15)
FAST_CLOCK = timedelta(minutes=1)
DUE_SOON = timedelta(minutes=60)
LONGEST_TASK = 240
MOST_DIGITS = 11


class Direction(StrEnum):
    """Who began: the contact, or we."""

    IN = "in"
    OUT = "out"


class Kind(StrEnum):
    """What it was about."""

    ENQUIRY = "enquiry"
    VISIT = "visit"
    PURCHASE = "purchase"
    COMPLIMENT = "compliment"
    COMPLAINT = "complaint"
    FOLLOW_UP = "follow-up"
    OTHER = "other"


class Outcome(StrEnum):
    """How a call of ours, or theirs, ended."""

    REACHED = "reached"
    NO_ANSWER = "no-answer"
    VOICEMAIL = "voicemail"


class Due(StrEnum):
    """When a follow-up is due, as it is picked."""

    TODAY = "today"
    TOMORROW = "tomorrow"
    WEEK = "week"
    DATE = "date"


class DueState(StrEnum):
    """How a follow-up stands."""

    OVERDUE = "overdue"
    SOON = "soon"
    TODAY = "today"
    LATER = "later"
    DONE = "done"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What somebody writes down; `occurred_at` None means now."""

    channel: str
    kind: str
    direction: str = Direction.IN
    outcome: str = ""
    note: str = ""
    amount: Decimal | None = None
    currency: str = ""
    praised_id: int | None = None
    occurred_at: datetime | None = None


class NotYetHappened(Refused):
    """This lies in the future. Log what has happened; note the rest as a follow-up."""


class NothingSaid(Refused):
    """Write what happened, in a few words."""


class TooLateToEdit(Refused):
    """Own entries can be changed for 15 minutes. Now add a correction; both stay in the history."""


class BadAmount(Refused):
    """Write an amount such as 2,400 or 2400.50."""


class DueInThePast(Refused):
    """This day or hour has passed. Choose a later one."""


class NoDueDate(Refused):
    """Choose the day on which it is to be done."""


class NoTask(Refused):
    """Write what is to be done."""


class EntryChanged(Conflict):
    """Somebody changed this entry in the meantime. Compare both texts and save again."""


class FollowUpChanged(Conflict):
    """Somebody changed this follow-up in the meantime. This is how it stands now."""


class AlreadyDone(Conflict):
    """Somebody has done this already."""


def moment_of(wall: datetime, time_zone: str) -> datetime:
    """Return the UTC instant of a local wall-clock reading; an ambiguous one is its first occurrence."""
    return wall.replace(tzinfo=zone_named(time_zone), fold=0).astimezone(UTC)


def occurred(at: datetime | None, now: datetime) -> datetime:
    """Return when it happened, by default now; a clock a minute fast is forgiven, the future refused."""
    if at is None:
        return now
    if at - now > FAST_CLOCK:
        raise NotYetHappened
    return min(at, now)


def is_late(occurred_at: datetime, logged_at: datetime) -> bool:
    """Tell whether an entry was written down more than 60 minutes after it happened."""
    return logged_at - occurred_at > LATE_AFTER


def may_edit(author_id: int | None, logged_at: datetime, *, by_id: int, now: datetime) -> bool:
    """Tell whether a person may still change an entry: the author, for 15 minutes."""
    return author_id == by_id and now - logged_at <= EDIT_TIME


def outcome_of(channel: str, outcome: str | None) -> str:
    """Return the outcome of a call; other channels have none."""
    return Outcome(outcome).value if channel == Channel.PHONE and outcome else ""


def check_note(kind: str, outcome: str, note: str) -> None:
    """Refuse an entry that says nothing; a visit, a purchase and an attempted call speak for themselves."""
    speaks = kind in {Kind.VISIT, Kind.PURCHASE} or outcome in {Outcome.NO_ANSWER, Outcome.VOICEMAIL}
    if not note.strip() and not speaks:
        raise NothingSaid


# ── Amounts ──

_DECIMAL_ONLY = "٫"
_GROUP_ONLY = "٬'’ \u00a0\u202f\u2009_"


def parse_amount(text: str, decimals: int = 2) -> Decimal | None:
    """Return a typed amount in any script's digits, None for an empty text; raise BadAmount.

    `decimals` are those of the currency: with two, one separator before three digits groups thousands.
    """
    plain = _plain_digits(text)
    if not plain:
        return None
    whole, fraction = _split_fraction(plain, decimals)
    digits = whole.replace(",", "").replace(".", "")
    if not digits.isascii() or not digits.isdigit() or len(digits) > MOST_DIGITS or not _is_grouped(whole):
        raise BadAmount
    if len(fraction) > decimals or (fraction and not fraction.isdigit()):
        raise BadAmount
    return Decimal(f"{digits}.{fraction or '0'}").quantize(Decimal(1).scaleb(-decimals))


def _plain_digits(text: str) -> str:
    """Return the text with ASCII digits, one sign for decimals, no spaces and no currency signs."""
    kept = []
    for character in text.strip():
        value = unicodedata.decimal(character, None)
        if value is not None:
            kept.append(str(value))
        elif character == _DECIMAL_ONLY:
            kept.append("٫")
        elif character not in _GROUP_ONLY and unicodedata.category(character) not in {"Sc", "Cf"}:
            kept.append("," if character == "،" else character)
    return "".join(kept)


def _split_fraction(text: str, decimals: int) -> tuple[str, str]:
    if _DECIMAL_ONLY in text:
        whole, _sign, fraction = text.partition(_DECIMAL_ONLY)
        return whole, fraction
    last = max(text.rfind(","), text.rfind("."))
    if last < 0:
        return text, ""
    sign, other = text[last], "," if text[last] == "." else "."
    follows = len(text) - last - 1
    groups = text.count(sign) > 1 or (other not in text and follows == 3 and (decimals != 3 or sign == ","))
    return (text, "") if groups else (text[:last], text[last + 1 :])


def _is_grouped(whole: str) -> bool:
    """Tell whether separators stand where thousands or lakhs do, and are all the same; no group comes after a 0."""
    signs = {sign for sign in ",." if sign in whole}
    if not signs:
        return True
    if len(signs) > 1:
        return False
    first, *groups = whole.split(signs.pop())
    is_begun = 1 <= len(first) <= 3 and not first.startswith("0")
    return is_begun and len(groups[-1]) == 3 and all(len(group) in {2, 3} for group in groups)


# ── Follow-ups ──


@dataclass(frozen=True)
class DueDay:
    """The day, and perhaps the hour, by which a follow-up is to be done, on the business's clock."""

    on: date
    at: time | None = None


@dataclass(frozen=True, kw_only=True)
class Task:
    """What is to be done next, by when, and by whom (None: nobody yet)."""

    task: str
    due: DueDay
    assignee_id: int | None = None


def due_day(choice: str, on: date | None, at: time | None, *, now_local: datetime) -> DueDay:
    """Return the day that was picked; raise NoDueDate or, for a day or hour that has passed, DueInThePast."""
    today = now_local.date()
    days = {Due.TODAY: 0, Due.TOMORROW: 1, Due.WEEK: 7}
    due_on = today + timedelta(days[Due(choice)]) if choice in days else on
    if due_on is None:
        raise NoDueDate
    if due_on < today or (due_on == today and at is not None and at < now_local.time().replace(second=0)):
        raise DueInThePast
    return DueDay(due_on, at)


def task_of(task: str, note: str) -> str:
    """Return what is to be done: as written, else the first line of the note; raise NoTask."""
    found = task.strip() or next((line.strip() for line in note.splitlines() if line.strip()), "")
    if not found:
        raise NoTask
    return found if len(found) <= LONGEST_TASK else found[: LONGEST_TASK - 1] + "…"


def due_state(due_on: date, due_time: time | None, *, now_local: datetime, is_done: bool = False) -> DueState:
    """Return how a follow-up stands at a local time; it is overdue after its hour, or after its day."""
    if is_done:
        return DueState.DONE
    today = now_local.date()
    if due_on != today:
        return DueState.OVERDUE if due_on < today else DueState.LATER
    if due_time is None:
        return DueState.TODAY
    left = datetime.combine(due_on, due_time) - now_local.replace(tzinfo=None)
    if left < timedelta(0):
        return DueState.OVERDUE
    return DueState.SOON if left <= DUE_SOON else DueState.TODAY
