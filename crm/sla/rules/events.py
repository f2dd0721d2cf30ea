"""What happens on a case, as far as clocks care (rules 7 to 9, 12, 14 to 19).

A case is a list of these facts. `occurred_at` is when it happened, `logged_at` when it was typed
in, `ref` names the fact so that later ones can point at it. Of facts at the same instant, the
order in the list decides: a promise made in a call is listed after it, or the call would meet it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from .clocks import Clock, ClockKind, EndReason


@dataclass(frozen=True, kw_only=True)
class Event:
    """A fact on a case; by itself (notes, assignment, status changes) it touches no clock."""

    occurred_at: datetime
    logged_at: datetime | None = None
    ref: str = ""

    @property
    def known_at(self) -> datetime:
        """Return when it was written down."""
        return self.logged_at or self.occurred_at


@dataclass(frozen=True, kw_only=True)
class Received(Event):
    """The customer complained; imported history alerts nobody.

    `has_targets` is False for history that only has the promises which its source gives.
    """

    channel: str
    severity: str = "normal"
    imported: bool = False
    has_targets: bool = True


@dataclass(frozen=True, kw_only=True)
class CustomerWrote(Event):
    """The customer was heard again, on any channel."""

    channel: str


@dataclass(frozen=True, kw_only=True)
class Contacted(Event):
    """The business turned to the customer; an attempt that reached nobody has `reached=False`."""

    channel: str
    reached: bool = True
    automatic: bool = False


@dataclass(frozen=True, kw_only=True)
class Promised(Event):
    """A person said by when the customer will hear from us."""

    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class Paused(Event):
    """The resolution waits for somebody else, until a date or as long as the cap allows.

    `cap_time` is the cap that held then; None for that of the policy.
    """

    reason: str
    resume_at: datetime | None = None
    cap_time: timedelta | None = None


@dataclass(frozen=True, kw_only=True)
class Resumed(Event):
    """A person ended the pause."""


@dataclass(frozen=True, kw_only=True)
class Resolved(Event):
    """The case was resolved; that alone is no contact with the customer."""


@dataclass(frozen=True, kw_only=True)
class Reopened(Event):
    """The customer is not satisfied: the next cycle begins."""


@dataclass(frozen=True, kw_only=True)
class SeverityChanged(Event):
    """The severity was raised or lowered."""

    severity: str


@dataclass(frozen=True, kw_only=True)
class LookedAt(Event):
    """A person read a message that came after the end: only thanks, or the case goes on."""

    message_ref: str
    only_thanks: bool


@dataclass(frozen=True, kw_only=True)
class Corrected(Event):
    """A wrong channel or time of an earlier fact was put right, with a reason."""

    corrected_ref: str
    reason: str
    channel: str | None = None
    true_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class NewTermsApplied(Event):
    """The owner chose to apply the policy and calendar of this moment to the running clocks."""

    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class DuplicateTakenIn(Event):
    """A duplicate was merged into this case; `clocks` are its clocks just before that."""

    clocks: tuple[Clock, ...]


@dataclass(frozen=True, kw_only=True)
class Ended(Event):
    """The case ended without resolution: withdrawn, merged into another, or spam and mistakes."""

    reason: EndReason


@dataclass(frozen=True, kw_only=True)
class ClockExcused(Event):
    """The owner excused one breach: the clock of this kind that was started by this fact.

    `until` is when it would have been due by corrected hours; None for however late it is.
    """

    kind: ClockKind
    clock_ref: str
    reason: str
    until: datetime | None = None
