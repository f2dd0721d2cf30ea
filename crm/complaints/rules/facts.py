"""From the events of a complaint to the facts that its clocks are worked out from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from crm.interactions.rules import Outcome
from crm.sla.rules import (
    Clock,
    ClockExcused,
    ClockKind,
    Contacted,
    Corrected,
    CustomerWrote,
    DuplicateTakenIn,
    Ended,
    EndReason,
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

from .kinds import EventKind, FollowUpAnswer


@dataclass(frozen=True, kw_only=True)
class Happening:
    """One event of a complaint, apart from where it is stored."""

    id: int
    kind: str
    occurred_at: datetime
    logged_at: datetime
    channel: str = ""
    outcome: str = ""
    reason: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


TakenIn = Mapping[int, tuple[Clock, ...]]


def facts_of(events: Sequence[Happening], taken_in: TakenIn | None = None) -> list[Event]:
    """Return what the clocks need to know, in the order of the events.

    `taken_in` has, by the id of the event that took a duplicate in, that duplicate's clocks just before.
    """
    return [fact for event in events for fact in _facts(event, taken_in or {})]


def _facts(event: Happening, taken_in: TakenIn) -> Iterator[Event]:
    common: dict[str, Any] = {
        "occurred_at": event.occurred_at,
        "logged_at": event.logged_at,
        "ref": str(event.id),
    }
    if event.kind == EventKind.TOOK_IN:
        yield DuplicateTakenIn(**common, clocks=taken_in.get(event.id, ()))
    make = _MAKERS.get(event.kind)
    if make is not None:
        yield from make(event, common)


def corrected(events: Sequence[Happening]) -> list[Happening]:
    """Return events as they truly were: later corrections of channel and time put in."""
    changes: dict[int, dict[str, Any]] = {}
    for event in events:
        if event.kind == EventKind.CORRECTED:
            changes.setdefault(event.details["event_id"], {}).update(_true_values(event.details))
    return [replace(event, **changes.get(event.id, {})) for event in events]


def _true_values(details: Mapping[str, Any]) -> dict[str, Any]:
    true_at, channel = details.get("true_at"), details.get("channel")
    values: dict[str, Any] = {"occurred_at": datetime.fromisoformat(true_at)} if true_at else {}
    return values | ({"channel": channel} if channel else {})


def is_from_file(event: Happening) -> bool:
    """Tell whether an event stands in the log of another program, which kept its own promises only."""
    return bool(event.details.get("from_file"))


def is_reached(event: Happening) -> bool:
    """Tell whether a contact reached the customer; only a call can fail to."""
    return event.outcome in ("", Outcome.REACHED)


def _opened(event: Happening, common: dict[str, Any]) -> Iterator[Event]:
    details = event.details
    is_imported, from_file = bool(details.get("imported")), is_from_file(event)
    targets: dict[str, Any] = {"imported": is_imported, "has_targets": not from_file}
    yield Received(**common, channel=event.channel, severity=details["severity"], **targets)


def _heard(event: Happening, common: dict[str, Any]) -> Iterator[Event]:
    yield CustomerWrote(**common, channel=event.channel)


def _said(event: Happening, common: dict[str, Any]) -> Iterator[Event]:
    if is_from_file(event):
        return  # the due date of a log is kept when the complaint is closed, not at the first answer
    is_automatic = bool(event.details.get("automatic"))
    yield Contacted(**common, channel=event.channel, reached=is_reached(event), automatic=is_automatic)
    yield from _promised(event, common)


def _promised(event: Happening, common: dict[str, Any]) -> Iterator[Event]:
    due = event.details.get("due_at")
    if due:
        yield Promised(**common, due_at=datetime.fromisoformat(due))


def _paused(event: Happening, common: dict[str, Any]) -> Iterator[Event]:
    resume_at = event.details.get("resume_at")
    until = datetime.fromisoformat(resume_at) if resume_at else None
    cap_days = event.details.get("cap_days")
    cap_time = timedelta(days=cap_days) if cap_days else None
    yield Paused(**common, reason=event.details.get("reason", ""), resume_at=until, cap_time=cap_time)


def _resumed(event: Happening, common: dict[str, Any]) -> Iterator[Event]:
    yield Resumed(**common)


def _severity_changed(event: Happening, common: dict[str, Any]) -> Iterator[Event]:
    yield SeverityChanged(**common, severity=event.details["after"])


def _resolved(event: Happening, common: dict[str, Any]) -> Iterator[Event]:
    """Closing keeps the due date of a log; without a date nobody knows whether it was kept."""
    if event.details.get("undated"):
        yield Ended(**common, reason=EndReason.CANCELLED)
        return
    if is_from_file(event):
        yield Contacted(**common, channel=event.channel)
    yield Resolved(**common)


def _followed_up(event: Happening, common: dict[str, Any]) -> Iterator[Event]:
    """Asking is a contact; somebody who is not satisfied reopens the case."""
    answer = event.details["answer"]
    yield Contacted(**common, channel=event.channel, reached=answer != FollowUpAnswer.NO_ANSWER)
    if answer == FollowUpAnswer.NOT_SATISFIED:
        yield Reopened(**common)


def _reopened(event: Happening, common: dict[str, Any]) -> Iterator[Event]:
    yield Reopened(**common)


def _ended(reason: EndReason) -> Maker:
    def make(event: Happening, common: dict[str, Any]) -> Iterator[Event]:
        yield Ended(**common, reason=reason)

    return make


def _looked_at(event: Happening, common: dict[str, Any]) -> Iterator[Event]:
    details = event.details
    yield LookedAt(**common, message_ref=str(details["event_id"]), only_thanks=bool(details["only_thanks"]))


def _corrected(event: Happening, common: dict[str, Any]) -> Iterator[Event]:
    true_at = event.details.get("true_at")
    yield Corrected(
        **common,
        corrected_ref=str(event.details["event_id"]),
        reason=event.reason,
        channel=event.details.get("channel"),
        true_at=datetime.fromisoformat(true_at) if true_at else None,
    )


def _excused(event: Happening, common: dict[str, Any]) -> Iterator[Event]:
    kind, ref = ClockKind(event.details["clock"]), str(event.details["event_id"])
    until = event.details.get("until")
    excused_until = datetime.fromisoformat(until) if until else None
    yield ClockExcused(**common, kind=kind, clock_ref=ref, reason=event.reason, until=excused_until)


def _terms_applied(event: Happening, common: dict[str, Any]) -> Iterator[Event]:
    yield NewTermsApplied(**common, reason=event.reason)


Maker = Callable[[Happening, dict[str, Any]], Iterator[Event]]
_MAKERS: Mapping[str, Maker] = {
    EventKind.OPENED: _opened,
    EventKind.HEARD: _heard,
    EventKind.SAID: _said,
    EventKind.ACKNOWLEDGED: _said,
    EventKind.PROMISED: _promised,
    EventKind.PAUSED: _paused,
    EventKind.RESUMED: _resumed,
    EventKind.SEVERITY_CHANGED: _severity_changed,
    EventKind.RESOLVED: _resolved,
    EventKind.FOLLOWED_UP: _followed_up,
    EventKind.REOPENED: _reopened,
    EventKind.WITHDRAWN: _ended(EndReason.WITHDRAWN),
    EventKind.CANCELLED: _ended(EndReason.CANCELLED),
    EventKind.DUPLICATE: _ended(EndReason.MERGED),
    EventKind.LOOKED_AT: _looked_at,
    EventKind.CORRECTED: _corrected,
    EventKind.EXCUSED: _excused,
    EventKind.TERMS_APPLIED: _terms_applied,
}
