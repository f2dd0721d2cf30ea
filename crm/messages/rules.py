"""What becomes of a message: when it is tried again, when it is given up, how it is named."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from email_validator import EmailNotValidError, validate_email

from crm.shared.errors import Refused

LEASE = timedelta(minutes=5)
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=6)
GIVE_UP_AFTER = timedelta(days=3)
LEAST_TRIES = 8  # within about an hour


class Transport(StrEnum):
    """How a message leaves the house."""

    MAIL = "mail"
    APPRISE = "apprise"


class MessageState(StrEnum):
    """Where a message is."""

    NEW = "new"
    SENT = "sent"
    DEAD = "dead"


class Outcome(StrEnum):
    """What came of one try."""

    SENT = "sent"
    RETRY = "retry"
    REFUSED = "refused"


class BadAddress(Refused):
    """Write one email address, or an address of a service of the internet such as tgram://token/chat for Telegram."""


def next_try(attempts: int, *, created_at: datetime, now: datetime) -> datetime | None:
    """Return when to try again after a number of failed attempts, or None to give the message up.

    The wait doubles from 30 seconds to 6 hours; after three days and eight attempts a person has to look: a
    machine that was off for days, or whose clock was set, tries for an hour at least.
    """
    if attempts >= LEAST_TRIES and abs(now - created_at) >= GIVE_UP_AFTER:
        return None
    return now + min(FIRST_WAIT * 2 ** min(attempts - 1, 20), LONGEST_WAIT)


def message_id(token: str, public_host: str) -> str:
    """Return a message's own Message-ID; a repeat carries the same."""
    return f"<{token}@{public_host}>"


def goes_by_mail(recipient: str) -> bool:
    """Tell an email address from an Apprise address."""
    return "@" in recipient and "://" not in recipient


def is_mail_address(text: str) -> bool:
    """Tell whether a text is one email address, by the measure of the addresses that staff sign in with."""
    try:
        validate_email(text, check_deliverability=False)
    except EmailNotValidError:
        return False
    return True
