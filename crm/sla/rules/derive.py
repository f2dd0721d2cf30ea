"""From facts to clocks: the one place that decides what starts, stops, pauses and moves a clock.

`derive_clocks` reads a case's events and returns its clocks. It is pure, so the clocks can be
worked out again at any time, and a correction is a new event that changes what comes out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import singledispatch

from crm.contacts.rules.closed_sets import Channel

from .calendars import BusinessCalendar
from .case import Case
from .clocks import Clock, EndReason, PauseEnd
from .events import (
    ClockExcused,
    Contacted,
    Corrected,
    CustomerWrote,
    DuplicateTakenIn,
    Ended,
    Event,
    LookedAt,
    NewTermsApplied,
    Paused,
    Promised,
    Received,
    Reopened,
    Resolved,
    Resumed,
    SeverityChanged,
)
from .openings import EPOCH
from .targets import Policy
from .versions import Version


@dataclass(frozen=True)
class Derivation:
    """The clocks of a case, and its messages after the end that nobody has looked at yet."""

    clocks: tuple[Clock, ...]
    waiting: tuple[CustomerWrote, ...]


def derive_clocks(
    events: Sequence[Event],
    policy: Policy | Sequence[Version[Policy]],
    calendar: BusinessCalendar | Sequence[Version[BusinessCalendar]],
) -> tuple[Clock, ...]:
    """Return all clocks that the events of one case started, in the order of their starts."""
    return derive(events, policy, calendar).clocks


def derive(
    events: Sequence[Event],
    policy: Policy | Sequence[Version[Policy]],
    calendar: BusinessCalendar | Sequence[Version[BusinessCalendar]],
) -> Derivation:
    """Return the clocks of one case together with the messages that wait for a look."""
    policies = (Version(policy, EPOCH),) if isinstance(policy, Policy) else policy
    ordered = true_events(events)
    case = Case(policies, _versions(calendar), message_verdicts(ordered))
    for event in ordered:
        _apply(event, case)
    return Derivation(tuple(case.clocks), tuple(case.waiting))


def _versions(
    calendar: BusinessCalendar | Sequence[Version[BusinessCalendar]],
) -> Sequence[Version[BusinessCalendar]]:
    return (Version(calendar, EPOCH),) if isinstance(calendar, BusinessCalendar) else calendar


def true_events(events: Sequence[Event]) -> list[Event]:
    """Return events as they truly were, corrections put in, in the order in which they happened."""
    corrections: dict[str, list[Corrected]] = {}
    for event in events:
        if isinstance(event, Corrected):
            corrections.setdefault(event.corrected_ref, []).append(event)
    corrected = [_corrected(event, corrections.get(event.ref, ())) for event in events]
    return sorted(corrected, key=lambda event: event.occurred_at)


def _corrected(event: Event, corrections: Sequence[Corrected]) -> Event:
    for correction in corrections if event.ref else ():
        if correction.true_at is not None:
            known_at = event.known_at
            event = replace(event, occurred_at=correction.true_at, logged_at=known_at)
        if correction.channel and isinstance(event, Received | CustomerWrote | Contacted):
            event = replace(event, channel=correction.channel)
    return event


def message_verdicts(ordered: Sequence[Event]) -> dict[str, bool]:
    """Return for each message that was looked at whether it was only thanks, from events in their true order.

    Whoever reopens a case says of every message before that the case goes on.
    """
    verdicts: dict[str, bool] = {}
    heard: list[str] = []
    for event in ordered:
        if isinstance(event, CustomerWrote):
            heard.append(event.ref)
        elif isinstance(event, Reopened):
            verdicts |= dict.fromkeys(heard, False)
    looks = {event.message_ref: event.only_thanks for event in ordered if isinstance(event, LookedAt)}
    return verdicts | looks


@singledispatch
def _apply(event: Event, case: Case) -> None:
    """Let one fact change the clocks; most facts change none."""


@_apply.register
def _(event: Received, case: Case) -> None:
    case.severity, case.imported = event.severity, event.imported
    case.channel = event.channel
    case.answers.clear()
    if not event.has_targets:
        return
    case.start_response(event, event.channel)
    case.start_resolution(event)
    if event.channel == Channel.IN_PERSON:
        case.answer(event.occurred_at)


@_apply.register
def _(event: CustomerWrote, case: Case) -> None:
    is_thanks = case.verdicts.get(event.ref)
    if case.is_over and is_thanks is None:
        case.waiting.append(event)
    else:
        case.end_pause(event.occurred_at, PauseEnd.MESSAGE)
        if not is_thanks:
            case.go_on(event)
    if event.channel == Channel.IN_PERSON:
        case.answer(event.occurred_at)


@_apply.register
def _(event: Contacted, case: Case) -> None:
    if event.reached and not event.automatic:
        case.answer(event.occurred_at)
        case.keep_promises(event.occurred_at)


@_apply.register
def _(event: Promised, case: Case) -> None:
    case.start_promise(event)


@_apply.register
def _(event: Paused, case: Case) -> None:
    case.pause(event)


@_apply.register
def _(event: Resumed, case: Case) -> None:
    case.end_pause(event.occurred_at, PauseEnd.HAND)


@_apply.register
def _(event: Resolved, case: Case) -> None:
    case.end_pause(event.occurred_at, PauseEnd.RESOLVED)
    case.stop_resolution(event.occurred_at)


@_apply.register
def _(event: Reopened, case: Case) -> None:
    if case.is_over:
        case.reopen(event)
        case.owe_again(event)


@_apply.register
def _(event: SeverityChanged, case: Case) -> None:
    case.change_severity(event)


@_apply.register
def _(event: NewTermsApplied, case: Case) -> None:
    case.apply_new_terms(event)


@_apply.register
def _(event: DuplicateTakenIn, case: Case) -> None:
    for clock in event.clocks:
        case.take_in(clock, event.occurred_at)


@_apply.register
def _(event: Ended, case: Case) -> None:
    reason = EndReason.CANCELLED if event.reason is EndReason.DONE else event.reason
    case.end_all(event.occurred_at, reason)


@_apply.register
def _(event: ClockExcused, case: Case) -> None:
    case.excuse(event)
