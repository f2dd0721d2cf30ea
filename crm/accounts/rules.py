"""What the business decides about its people: passwords, PINs, locking, throttling, links."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from crm.shared.errors import Conflict, Refused

PASSWORD_MIN = 8
PASSWORD_MAX = 128
PIN_FAILURES_ALLOWED = 5
ABSOLUTE_SESSION = timedelta(hours=12)
MAX_IDLE_MINUTES = 30
SEEN_STEP = timedelta(minutes=1)
RESET_LIFE = timedelta(hours=1)
INVITATION_LIFE = timedelta(hours=72)
LONGEST_WAIT = timedelta(minutes=5)
PIN_WINDOW = timedelta(days=1)
LONGEST_PIN_WAIT = timedelta(hours=4)
REFUSAL_NOTED_AGAIN = timedelta(minutes=15)


class SignInRefused(Refused):
    """The email address or the password is not right."""


class SignInThrottled(Refused):
    """Too many failed attempts. Wait some minutes and try again."""

    status = 429


class BadPin(Refused):
    """A PIN has 4 to 8 digits and is not a simple row such as 1234 or 0000."""


class LinkVoid(Refused):
    """This link was used, replaced or is too old. Ask the owner for a new one."""

    status = 410


class SetUpClosed(Refused):
    """The business is set up already."""

    status = 404


class OwnerFirst(Refused):
    """The first person has to be an owner; an owner can then add the others."""


class EmailTaken(Conflict):
    """Somebody with this email address is on the list already."""


class LastOwner(Refused):
    """The business needs at least one owner who can sign in."""


class SessionState(StrEnum):
    """What a session still is at a moment."""

    ACTIVE = "active"
    LOCKED = "locked"
    ENDED = "ended"


def session_state(
    *, started_at: datetime, seen_at: datetime, locked_at: datetime | None, idle_minutes: int, now: datetime
) -> SessionState:
    """Return whether a session is active, locked after idle time, or ended.

    A clock set back by less than the idle time changes nothing; beyond that nobody knows how long the screen was
    left, so that a time ahead counts like one long ago.
    """
    if abs(now - started_at) >= ABSOLUTE_SESSION:
        return SessionState.ENDED
    idle = timedelta(minutes=min(idle_minutes, MAX_IDLE_MINUTES))
    if locked_at is not None or abs(now - seen_at) >= idle:
        return SessionState.LOCKED
    return SessionState.ACTIVE


@dataclass(frozen=True, kw_only=True)
class Limit:
    """How many attempts may fail before further ones have to wait, of an account, an address or a person's PIN."""

    scope: str
    allowed: int
    window: timedelta
    longest_wait: timedelta = LONGEST_WAIT
    is_shared: bool = False


def sign_in_limits(
    account: str, address: str, browser: str | None, *, own: int, shared: int, window: timedelta
) -> list[Limit]:
    """Return what limits the passwords tried for an account.

    A browser in which the person signed in before is on its own: what fails elsewhere never holds it back. For any
    other, the account is counted for its address, and more generously for all addresses together, so that a guesser
    in one place does not lock the person out in another.
    """
    if browser is not None:
        return [Limit(scope=f"browser:{browser}:{account}", allowed=own, window=window)]
    return [
        Limit(scope=f"account:{account}:{address}", allowed=own, window=window),
        Limit(scope=f"account:{account}", allowed=shared, window=window),
        Limit(scope=f"address:{address}", allowed=shared, window=window, is_shared=True),
    ]


def pin_limits(staff_id: int, address: str, *, own: int, shared: int, window: timedelta) -> list[Limit]:
    """Return what limits the PINs tried for a person, in whatever browser.

    A PIN is short, so that its failures count for a day and the waits grow longer; the password opens again at once.
    """
    return [
        Limit(scope=pin_scope(staff_id), allowed=own, window=PIN_WINDOW, longest_wait=LONGEST_PIN_WAIT),
        Limit(scope=f"pin-address:{address}", allowed=shared, window=window, is_shared=True),
    ]


def failures_kept_for(window: timedelta) -> timedelta:
    """Return how long failed attempts are kept: as long as the longest window in which any of them counts."""
    return max(window, PIN_WINDOW)


def pin_scope(staff_id: int) -> str:
    """Return what the failed PINs of a person are counted under."""
    return f"pin:{staff_id}"


def retry_after(
    failures: Sequence[datetime],
    *,
    allowed: int,
    window: timedelta,
    now: datetime,
    longest_wait: timedelta = LONGEST_WAIT,
) -> timedelta | None:
    """Return how long to wait before the next attempt, or None when it may be made now.

    After the allowed failures within the window each further one doubles the wait, from 15 seconds up
    to the longest: a guesser is slowed, an owner is never locked out for long.
    """
    recent = sorted(at for at in failures if timedelta(0) <= now - at < window)
    beyond = len(recent) - allowed
    if beyond < 0:
        return None
    wait = min(timedelta(seconds=15) * 2 ** min(beyond, 10), longest_wait)
    left = recent[-1] + wait - now
    return left if left > timedelta(0) else None


def password_problem(password: str, *, common: Iterable[str] | None = None, own_words: Iterable[str] = ()) -> str:
    """Return why a password is refused, as a key for a sentence, or an empty text.

    Lengths as in OWASP ASVS 5.0 V6.2; no rules about kinds of characters.
    """
    if len(password) < PASSWORD_MIN:
        return "short"
    if len(password) > PASSWORD_MAX:
        return "long"
    folded = password.casefold()
    if common is not None and folded in common:
        return "common"
    if any(len(word) >= 4 and word.casefold() in folded for word in own_words):
        return "own-words"
    return ""


def asks_for_pin(kind: str, *, has_pin: bool) -> bool:
    """Tell whether the page of an access link asks for a PIN: an invitation's does, of a person without one."""
    return kind == "invitation" and not has_pin


def check_pin(pin: str) -> str:
    """Return a PIN; raise BadPin for one that is no row of 4 to 8 digits or easy to guess."""
    digits = pin.strip()
    is_digits = digits.isascii() and digits.isdigit() and 4 <= len(digits) <= 8
    steps = {ord(after) - ord(before) for before, after in pairwise(digits)}
    if not is_digits or steps in ({0}, {1}, {-1}):
        raise BadPin
    return digits
