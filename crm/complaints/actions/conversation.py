"""What is said to and by the customer, internal notes, and putting a wrong channel or time right."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from crm.complaints import rules
from crm.complaints.actions.recording import EventDraft, Writing, write
from crm.complaints.models import ComplaintEvent
from crm.complaints.queries.cases import Case, derivation_of
from crm.complaints.rules import EventKind, Happening
from crm.interactions.rules import Direction, occurred, outcome_of
from crm.sla.rules import breaches_removed, late_entry_needs_reason

CORRECTABLE = frozenset({EventKind.OPENED, EventKind.HEARD, EventKind.SAID, EventKind.ACKNOWLEDGED})
_NEW = 2**62
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class Said:
    """One turn of the conversation; `occurred_at` None means now, `promise_at` is by when we will be back."""

    channel: str
    text: str = ""
    outcome: str = ""
    occurred_at: datetime | None = None
    reason: str = ""
    promise_at: datetime | None = None


def say(case: Case, said: Said, writing: Writing, *, kind: EventKind = EventKind.SAID) -> ComplaintEvent:
    """Note that we turned to the customer; raise NothingSaid, BadPromise, ReasonNeeded or BeforeComplaint."""
    outcome = outcome_of(said.channel, said.outcome)
    if not said.text and outcome in ("", "reached"):
        raise rules.NothingSaid
    if said.promise_at is not None:
        rules.check_promise(said.promise_at, writing.now)
    details = {"due_at": said.promise_at.isoformat()} if said.promise_at else {}
    draft = EventDraft(
        channel=said.channel, direction=Direction.OUT, outcome=outcome, text=said.text, details=details,
        is_seen_by_customer=outcome in ("", "reached"),
    )  # fmt: skip
    return write(case, kind, _dated(case, kind, draft, said, writing.now), writing)


def acknowledge(case: Case, said: Said, writing: Writing) -> ComplaintEvent:
    """Tell the customer that we are on it; it is the first response."""
    return say(case, said, writing, kind=EventKind.ACKNOWLEDGED)


def hear(case: Case, said: Said, writing: Writing) -> ComplaintEvent:
    """Note what the customer said; after the end it waits for a look. Raise NothingSaid or ReasonNeeded."""
    if not said.text:
        raise rules.NothingSaid
    draft = EventDraft(channel=said.channel, direction=Direction.IN, text=said.text, is_seen_by_customer=True)
    return write(case, EventKind.HEARD, _dated(case, EventKind.HEARD, draft, said, writing.now), writing)


def converse(case: Case, said: Said, writing: Writing, *, direction: str) -> ComplaintEvent:
    """Note a turn of the conversation; the first word of ours on a new complaint acknowledges it."""
    if direction == Direction.IN:
        return hear(case, said, writing)
    is_first = case.standing.status is rules.Status.NEW
    return acknowledge(case, said, writing) if is_first else say(case, said, writing)


def note(case: Case, text: str, writing: Writing) -> ComplaintEvent:
    """Write an internal note, which the customer never sees."""
    if not text:
        raise rules.NothingSaid
    return write(case, EventKind.NOTED, EventDraft(text=text), writing)


def look_at(case: Case, event_id: int, writing: Writing, *, only_thanks: bool) -> ComplaintEvent:
    """Say of a message that came after the end whether it is only thanks or the case goes on (rule 19)."""
    if event_id not in case.standing.messages:
        raise rules.MessageLookedAt
    details = {"event_id": event_id, "only_thanks": only_thanks}
    return write(case, EventKind.LOOKED_AT, EventDraft(details=details), writing)


def correct(
    case: Case, event_id: int, writing: Writing, *, channel: str, true_at: datetime | None, reason: str
) -> ComplaintEvent:
    """Put the channel or time of a fact right, with a reason; both stay in the history (rule 15)."""
    fact = next((each for each in rules.corrected(case.happenings) if each.id == event_id), None)
    if fact is None or fact.kind not in CORRECTABLE:
        raise rules.StepNotNow
    if not reason:
        raise rules.ReasonNeeded
    at = _typed(case, true_at, writing.now, before_id=event_id) if true_at else fact.occurred_at
    changes = {"channel": channel} if channel and channel != fact.channel else {}
    changes |= {"true_at": at.isoformat()} if at != fact.occurred_at else {}
    if not changes:
        raise rules.NothingToCorrect
    if at != fact.occurred_at:
        _refuse_out_of_order(case, fact, at)
    details = {"event_id": event_id, **changes}
    removed = _removed(case, _draft(EventKind.CORRECTED, writing.now, writing.now, details), writing.now)
    draft = EventDraft(reason=reason, is_late=bool(removed), details=details | {"removed": removed})
    if fact.kind == EventKind.OPENED:
        case.complaint.channel, case.complaint.occurred_at = channel or fact.channel, at
    return write(case, EventKind.CORRECTED, draft, writing)


def _dated(case: Case, kind: EventKind, draft: EventDraft, said: Said, now: datetime) -> EventDraft:
    """Date an entry; one that is late or makes a broken promise kept needs a reason (rule 32)."""
    at = _typed(case, said.occurred_at, now)
    if at < case.received_at:
        raise rules.BeforeComplaint
    happening = replace(_draft(kind, at, now, dict(draft.details or {})), channel=said.channel, outcome=draft.outcome)
    removed = _removed(case, happening, now) if at < now else []
    is_late = late_entry_needs_reason(at, now, removes_breach=bool(removed))
    if is_late and not said.reason:
        raise rules.ReasonNeeded
    details = dict(draft.details or {}) | ({"removed": removed} if removed else {})
    reason = said.reason if is_late else ""
    return replace(draft, occurred_at=at, reason=reason, is_late=is_late, details=details)


def _typed(case: Case, typed: datetime | None, now: datetime, *, before_id: int = _NEW) -> datetime:
    """Return when something happened; a time typed to the minute lies after what was written before in that minute."""
    at = occurred(typed, now)
    if at.second or at.microsecond:
        return at
    earlier = [each.occurred_at for each in rules.corrected(case.happenings) if each.id < before_id]
    return max((each for each in earlier if at <= each < at + _MINUTE), default=at)


def _refuse_out_of_order(case: Case, fact: Happening, at: datetime) -> None:
    """Refuse to put an entry before the complaint, or the complaint after what happened to it."""
    if fact.kind != EventKind.OPENED and at < case.received_at:
        raise rules.BeforeComplaint
    others = [each.occurred_at for each in rules.corrected(case.happenings) if each.id != fact.id]
    if fact.kind == EventKind.OPENED and at > min(others, default=at):
        raise rules.AfterItsStory


def _draft(kind: EventKind, at: datetime, now: datetime, details: dict[str, object]) -> Happening:
    return Happening(id=_NEW, kind=kind, occurred_at=at, logged_at=now, details=details)


def _removed(case: Case, happening: Happening, now: datetime) -> list[str]:
    """Return the kinds of the clocks that were broken and would not be any more."""
    after = derivation_of([*case.happenings, happening]).clocks
    return [before.kind.value for before, _changed in breaches_removed(case.derivation.clocks, after, now)]
