"""Honest records: late entries, corrections that change a result, the promise slip (15, 31, 32)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from crm.contacts.rules.closed_sets import Channel

from .clocks import Clock, ClockKind, ClockState, clock_state
from .errors import FutureEntryError
from .openings import instant, micros
from .targets import Severity, Translate, unchanged
from .wording import MomentText, english_moment, english_weekday_time

LATE_ENTRY_TIME = timedelta(minutes=60)
NEAR = timedelta(days=6)
LATE_STATES = (ClockState.BREACHED, ClockState.MET_LATE)


def late_entry_needs_reason(occurred_at: datetime, logged_at: datetime, *, removes_breach: bool = False) -> bool:
    """Tell whether an entry needs a reason: over 60 minutes late, or a breach becomes met.

    Raises FutureEntryError if it would lie in the future.
    """
    late = instant(micros(logged_at)) - instant(micros(occurred_at))
    if late < timedelta(0):
        raise FutureEntryError
    return removes_breach or late > LATE_ENTRY_TIME


def breaches_removed(
    before: Iterable[Clock], after: Iterable[Clock], now: datetime
) -> tuple[tuple[Clock, Clock | None], ...]:
    """Return the clocks that were broken before an entry or correction and are not after it.

    Clocks are matched by kind and the fact that started them; a corrected channel is the same clock.
    One that is gone is followed by the new one of its kind and channel that an earlier message
    started; without that it is listed with None.
    """
    old = {_name(clock): clock for clock in before}
    new = {_name(clock): clock for clock in after}
    started = {(name[0], clock.channel): clock for name, clock in new.items() if name not in old}
    pairs = ((clock, new.get(name) or started.get((name[0], clock.channel))) for name, clock in old.items())
    return tuple((clock, changed) for clock, changed in pairs if _is_late(clock, now) and not _is_late(changed, now))


def _name(clock: Clock) -> tuple[ClockKind, str]:
    """Return which promise it is; an answer that is owed may turn out to be the first or a later one."""
    is_first = clock.kind is ClockKind.FIRST_RESPONSE
    return ClockKind.NEXT_RESPONSE if is_first else clock.kind, clock.ref


def _is_late(clock: Clock | None, now: datetime) -> bool:
    return clock is not None and clock_state(clock, now) in LATE_STATES


def is_lowered(old_severity: str, new_severity: str) -> bool:
    """Tell whether a severity is lowered: only a manager or the owner may (rule 16)."""
    return Severity(new_severity).rank < Severity(old_severity).rank


def promise_slip(
    due: datetime,
    reference: str,
    time_zone: str,
    channel: str = Channel.PHONE,
    *,
    now: datetime | None = None,
    translate: Translate = unchanged,
    moment_text: MomentText = english_moment,
) -> str:
    """Say a deadline as a promise: "We will call you by Wed 17:00. Your reference: C-104."

    The weekday alone is said if the deadline is less than six days after `now`; else the date.
    """
    sentences = {
        Channel.PHONE.value: translate("We will call you by %(due)s."),
        Channel.IN_PERSON.value: translate("We will get back to you by %(due)s."),
    }
    sentence = sentences.get(channel, translate("We will write to you by %(due)s."))
    is_near = now is not None and due - now < NEAR
    local = due.astimezone(ZoneInfo(time_zone))
    text = english_weekday_time(local, translate) if is_near else moment_text(local)
    promise = sentence % {"due": text}
    return promise + " " + translate("Your reference: %(reference)s.") % {"reference": reference}
