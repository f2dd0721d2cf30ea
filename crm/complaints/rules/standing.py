"""Where a complaint stands: worked out from its events alone, so it can be worked out again at any time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from crm.contacts.rules import Channel
from crm.sla.rules import message_verdicts, true_events

from .facts import Happening, corrected, facts_of, is_from_file, is_reached
from .kinds import ENDS_WITHOUT_REMEDY, STEPS, EventKind, FollowUpAnswer, Status

FOLLOW_UP_TRIES = 2
_OPEN_STEPS = STEPS[:4]
_NO_STEP = frozenset(
    {
        EventKind.NOTED,
        EventKind.LINKED,
        EventKind.CORRECTED,
        EventKind.EXCUSED,
        EventKind.CATEGORY_CHANGED,
        EventKind.ASSIGNED,
    }
)


@dataclass
class Standing:
    """A complaint after its events: its status, cycle, and what is still owed.

    `remedies_owed` are offered, not declined and not given; `approvals` wait for a yes or no; `messages`
    came after the end and wait for a look, by event id; `verdicts` say of those that were looked at whether
    they are only thanks. `taken` are the steps of the present cycle that were really taken: some are left out.
    """

    status: Status = Status.NEW
    cycle: int = 1
    acknowledged_at: datetime | None = None
    resolved_at: datetime | None = None
    waiting_until: date | None = None
    follow_up_on: date | None = None
    follow_up_tries: int = 0
    followed_up_at: datetime | None = None
    is_satisfied: bool | None = None
    ended_at: datetime | None = None
    last_step_at: datetime | None = None
    last_heard_at: datetime | None = None
    last_contact_at: datetime | None = None
    remedies_owed: set[int] = field(default_factory=set)
    approvals: set[int] = field(default_factory=set)
    messages: dict[int, datetime] = field(default_factory=dict)
    verdicts: Mapping[str, bool] = field(default_factory=dict)
    taken: set[Status] = field(default_factory=lambda: {Status.NEW})

    @property
    def is_over(self) -> bool:
        """Tell whether it is resolved, followed up, closed, or ended without a remedy."""
        return self.status not in (*_OPEN_STEPS, Status.REOPENED)

    @property
    def unanswered_since(self) -> datetime | None:
        """Return since when the customer has waited for a word of ours."""
        if self.last_heard_at is None or (self.last_contact_at and self.last_contact_at >= self.last_heard_at):
            return None
        return self.last_heard_at


def standing_of(events: Sequence[Happening]) -> Standing:
    """Return where a complaint stands after its events, given in the order in which they were written down.

    They are read in the order in which they happened, as its clocks are: both tell of one complaint.
    """
    standing = Standing(verdicts=message_verdicts(true_events(facts_of(events))))
    for event in sorted(corrected(events), key=lambda each: each.occurred_at):
        step = _STEPS.get(event.kind)
        if step is not None:
            step(standing, event, event.occurred_at)
    steps = (event.logged_at for event in events if event.kind not in _NO_STEP)
    standing.last_step_at = max(steps, default=None)
    return standing


def closed_at(standing: Standing, *, has_running_clocks: bool) -> datetime | None:
    """Return when a complaint was done with; None while anything on it is still owed.

    A follow-up that is over closes it unless a remedy, an answer or a promise is still owed, or a message
    waits for a look.
    """
    is_done = standing.status is Status.FOLLOWED_UP or standing.status in ENDS_WITHOUT_REMEDY
    owes_remedy = standing.status is Status.FOLLOWED_UP and bool(standing.remedies_owed)
    if not is_done or owes_remedy or standing.messages or has_running_clocks:
        return None
    return standing.last_step_at


def _advance(standing: Standing, to: Status) -> None:
    """Move on to a later step of the same cycle, never back."""
    if not standing.is_over:
        standing.taken.add(to)
    if standing.status is Status.REOPENED:
        standing.status = to if to is not Status.ACKNOWLEDGED else Status.REOPENED
    elif standing.status in _OPEN_STEPS and _OPEN_STEPS.index(to) > _OPEN_STEPS.index(standing.status):
        standing.status = to


def _opened(standing: Standing, event: Happening, at: datetime) -> None:
    standing.last_heard_at = at
    _answered_in_person(standing, event, at)


def _heard(standing: Standing, event: Happening, at: datetime) -> None:
    """Take a message; after the end it waits for a look, and begins the next cycle if that says so (rule 19)."""
    verdict = standing.verdicts.get(str(event.id))
    if not verdict:  # nobody waits for an answer to a thank-you
        standing.last_heard_at = max(standing.last_heard_at or at, at)
    if standing.is_over and verdict is None:
        standing.messages[event.id] = at
    elif standing.is_over and not verdict:
        _reopened(standing, event, at)
    standing.waiting_until = None
    _answered_in_person(standing, event, at)


def _answered_in_person(standing: Standing, event: Happening, at: datetime) -> None:
    """Take somebody who stands at the counter as answered at once."""
    if event.channel == Channel.IN_PERSON:
        _contact(standing, at)


def _said(standing: Standing, event: Happening, at: datetime) -> None:
    if is_reached(event) and not event.details.get("automatic"):
        _contact(standing, at)


def _contact(standing: Standing, at: datetime) -> None:
    standing.last_contact_at = max(standing.last_contact_at or at, at)
    standing.acknowledged_at = min(standing.acknowledged_at or at, at)
    _advance(standing, Status.ACKNOWLEDGED)


def _investigated(standing: Standing, event: Happening, at: datetime) -> None:
    _advance(standing, Status.INVESTIGATING)


def _noted(standing: Standing, event: Happening, at: datetime) -> None:
    """Take a finding that is written down after the acknowledgement as looking into it."""
    if standing.status in (Status.ACKNOWLEDGED, Status.REOPENED):
        _advance(standing, Status.INVESTIGATING)


def _paused(standing: Standing, event: Happening, at: datetime) -> None:
    if not standing.is_over:
        standing.waiting_until = date.fromisoformat(event.details["resume_on"])


def _resumed(standing: Standing, event: Happening, at: datetime) -> None:
    standing.waiting_until = None


def _remedy_offered(standing: Standing, event: Happening, at: datetime) -> None:
    remedy_id = event.details["remedy_id"]
    if event.details.get("needs_approval"):
        standing.approvals.add(remedy_id)
    if not event.details.get("given"):
        standing.remedies_owed.add(remedy_id)
    _advance(standing, Status.REMEDY_OFFERED)


def _remedy_approved(standing: Standing, event: Happening, at: datetime) -> None:
    standing.approvals.discard(event.details["remedy_id"])


def _remedy_done(standing: Standing, event: Happening, at: datetime) -> None:
    standing.approvals.discard(event.details["remedy_id"])
    standing.remedies_owed.discard(event.details["remedy_id"])


def _resolved(standing: Standing, event: Happening, at: datetime) -> None:
    standing.status, standing.resolved_at, standing.waiting_until = Status.RESOLVED, at, None
    standing.taken.add(Status.RESOLVED)
    follow_up_on = event.details.get("follow_up_on")
    standing.follow_up_on = date.fromisoformat(follow_up_on) if follow_up_on else None
    standing.follow_up_tries, standing.followed_up_at, standing.is_satisfied = 0, None, None
    if is_from_file(event):
        standing.status = Status.FOLLOWED_UP  # nobody follows up what another program closed
        standing.resolved_at = None if event.details.get("undated") else at


def _followed_up(standing: Standing, event: Happening, at: datetime) -> None:
    """Take the answer; where a message had begun the next cycle before we asked, that goes on."""
    answer = event.details["answer"]
    is_asked = standing.status is Status.RESOLVED
    if answer == FollowUpAnswer.NO_ANSWER:
        if is_asked:
            _not_reached(standing, event, at)
        return
    standing.last_contact_at = max(standing.last_contact_at or at, at)
    standing.is_satisfied, standing.followed_up_at = answer == FollowUpAnswer.SATISFIED, at
    if is_asked:
        _asked(standing)
    if answer == FollowUpAnswer.NOT_SATISFIED:
        _reopened(standing, event, at)


def _not_reached(standing: Standing, event: Happening, at: datetime) -> None:
    next_on = event.details.get("next_on")
    standing.follow_up_on = date.fromisoformat(next_on) if next_on else standing.follow_up_on
    standing.follow_up_tries += 1
    if standing.follow_up_tries >= FOLLOW_UP_TRIES:
        standing.followed_up_at = at
        _asked(standing)


def _asked(standing: Standing) -> None:
    standing.status, standing.follow_up_on = Status.FOLLOWED_UP, None
    standing.taken.add(Status.FOLLOWED_UP)


def _reopened(standing: Standing, event: Happening, at: datetime) -> None:
    """Begin the next cycle if it is over."""
    if standing.is_over:
        standing.status, standing.cycle = Status.REOPENED, standing.cycle + 1
        standing.taken &= {Status.NEW, Status.ACKNOWLEDGED}
        standing.resolved_at = standing.follow_up_on = standing.ended_at = None


def _ends(status: Status) -> Step:
    def end(standing: Standing, event: Happening, at: datetime) -> None:
        standing.status, standing.ended_at = status, at
        standing.waiting_until = standing.follow_up_on = None
        standing.approvals.clear()
        standing.remedies_owed.clear()

    return end


Step = Callable[[Standing, Happening, datetime], None]
_STEPS: Mapping[str, Step] = {
    EventKind.OPENED: _opened,
    EventKind.HEARD: _heard,
    EventKind.SAID: _said,
    EventKind.ACKNOWLEDGED: _said,
    EventKind.INVESTIGATED: _investigated,
    EventKind.NOTED: _noted,
    EventKind.PAUSED: _paused,
    EventKind.RESUMED: _resumed,
    EventKind.REMEDY_OFFERED: _remedy_offered,
    EventKind.REMEDY_APPROVED: _remedy_approved,
    EventKind.REMEDY_DECLINED: _remedy_done,
    EventKind.REMEDY_GIVEN: _remedy_done,
    EventKind.RESOLVED: _resolved,
    EventKind.FOLLOWED_UP: _followed_up,
    EventKind.REOPENED: _reopened,
    EventKind.WITHDRAWN: _ends(Status.WITHDRAWN),
    EventKind.CANCELLED: _ends(Status.CANCELLED),
    EventKind.DUPLICATE: _ends(Status.DUPLICATE),
}
