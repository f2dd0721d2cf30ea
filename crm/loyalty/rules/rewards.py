"""What the business decides about rewards: who may give one, how long it holds, how it stands.

Pure. A reward's state is worked out from its facts: nobody writes that one has expired.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from crm.shared.errors import Conflict, Refused
from crm.shared.permissions import Role

LONGEST_EXPIRY_DAYS = 1000
CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that are mistaken for another when read aloud
CODE_LENGTH = 16  # 80 bits, and only for those who are signed in
_GROUP = 4
_RANKS = {Role.FRONT_DESK: 0, Role.MANAGER: 1, Role.OWNER: 2}


class RewardKind(StrEnum):
    """What a reward of the catalogue is for."""

    BIRTHDAY = "birthday"
    ANNIVERSARY = "anniversary"
    MILESTONE = "milestone"
    REFERRAL = "referral"
    MAKE_GOOD = "make-good"
    SURPRISE = "surprise"
    WELCOME_BACK = "welcome-back"


class RewardState(StrEnum):
    """How a reward stands."""

    OPEN = "open"
    HANDED_OVER = "handed-over"
    EXPIRED = "expired"
    TAKEN_BACK = "taken-back"


class AlreadyIssued(Conflict):
    """This reward was issued for the same reason already."""


class AlreadyHandedOver(Conflict):
    """This reward was handed over already."""


class RewardExpired(Refused):
    """This reward has expired. Issue another one if it should be given all the same."""

    status = 409


class RewardTakenBack(Conflict):
    """This reward was taken back."""


class NotYoursToGive(Refused):
    """Your role does not give this reward. Ask a manager or the owner."""

    status = 403


class RewardRetired(Refused):
    """This reward is not given any more. Choose another one."""


class ReasonNeeded(Refused):
    """Write the reason in a few words."""


@dataclass(frozen=True, kw_only=True)
class RewardFacts:
    """What is known of a reward."""

    expires_on: date
    handed_over_at: datetime | None = None
    taken_back_at: datetime | None = None


def state_of(reward: RewardFacts, today: date) -> RewardState:
    """Return how a reward stands on a local date; it can still be handed over on its last day."""
    if reward.taken_back_at is not None:
        return RewardState.TAKEN_BACK
    if reward.handed_over_at is not None:
        return RewardState.HANDED_OVER
    return RewardState.EXPIRED if reward.expires_on < today else RewardState.OPEN


def last_day(issued_on: date, expiry_days: int) -> date:
    """Return the last day on which a reward can be handed over: so many days after it was issued."""
    return issued_on + timedelta(days=expiry_days)


def may_give(role: str, least_role: str) -> bool:
    """Tell whether a role may give a reward: its own and every senior one."""
    return _RANKS[Role(role)] >= _RANKS[Role(least_role)]


def may_take_back(role: str, state: RewardState) -> bool:
    """Tell whether a role may take a reward back: an open one anybody, one that was handed over a manager or owner."""
    if state is RewardState.HANDED_OVER:
        return Role(role) in {Role.MANAGER, Role.OWNER}
    return state is RewardState.OPEN


def reason_of(text: str) -> str:
    """Return a reason as written; raise ReasonNeeded for an empty one."""
    reason = text.strip()
    if not reason:
        raise ReasonNeeded
    return reason


def spoken_code(code: str) -> str:
    """Return a reward's code in groups of four, to read aloud."""
    return "-".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP))


def typed_code(text: str) -> str:
    """Return a code as it is stored from how somebody typed it; an empty text where it cannot be one."""
    code = "".join(letter for letter in text.upper() if letter.isalnum())
    return code if len(code) == CODE_LENGTH and set(code) <= set(CODE_LETTERS) else ""
