"""The clocks of one case while its facts are read one after the other (rules 7 to 20)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from .calendars import BusinessCalendar
from .clocks import Bound, Clock, ClockKind, EndReason, Pause, PauseEnd, clock_due_at
from .events import (
    ClockExcused,
    CustomerWrote,
    Event,
    NewTermsApplied,
    Paused,
    Promised,
    SeverityChanged,
)
from .targets import Policy, Severity, SlaTarget
from .versions import Version, version_at

RESPONSES = (ClockKind.FIRST_RESPONSE, ClockKind.NEXT_RESPONSE)


@dataclass
class Case:
    """What is known of a case after some of its facts.

    `answers` are when a person answered, `owed` the responses that an end cut short, `covered` names by its
    fact which clock a message waits under that started none.
    """

    policies: Sequence[Version[Policy]]
    calendars: Sequence[Version[BusinessCalendar]]
    verdicts: Mapping[str, bool]
    clocks: list[Clock] = field(default_factory=list)
    waiting: list[CustomerWrote] = field(default_factory=list)
    cycle: int = 1
    channel: str = ""
    severity: str = Severity.NORMAL.value
    policy: Policy = field(default_factory=Policy)
    answers: list[datetime] = field(default_factory=list)
    owed: list[Clock] = field(default_factory=list)
    covered: dict[str, str] = field(default_factory=dict)
    is_over: bool = False
    imported: bool = False

    @property
    def is_answered(self) -> bool:
        """Tell whether a person has answered the complaint."""
        return bool(self.answers)

    def start_response(self, event: Event, channel: str) -> None:
        """Start a response clock for a message unless one of its channel already runs: that one covers it."""
        running = next((clock for clock in self._running(*RESPONSES) if clock.channel == channel), None)
        if running is not None:
            self.covered[event.ref] = running.ref
            return
        kind = ClockKind.NEXT_RESPONSE if self.is_answered else ClockKind.FIRST_RESPONSE
        policy = self._policy_version(event)
        self._start(event, kind, policy.value.response_to(channel), policy, channel)

    def start_resolution(self, event: Event) -> None:
        """Start the resolution clock of a cycle by the severity."""
        policy = self._policy_version(event)
        self.policy = policy.value
        target = policy.value.resolution[self.severity]
        self._start(event, ClockKind.RESOLUTION, target, policy, self.channel)

    def start_promise(self, event: Promised) -> None:
        """Start the clock of what a person said."""
        policy = self._policy_version(event)
        clock = self._new(event, ClockKind.PROMISE, policy)
        self.clocks.append(replace(clock, promised_due_at=event.due_at))

    def answer(self, at: datetime) -> None:
        """Stop what waits for an answer: a person has talked with the customer."""
        self.answers.append(at)
        self.owed.clear()
        self._change(RESPONSES, lambda clock: replace(clock, stopped_at=at))

    def keep_promises(self, at: datetime) -> None:
        """Stop the promises made before this contact."""
        self._change((ClockKind.PROMISE,), lambda clock: replace(clock, stopped_at=at))

    def pause(self, event: Paused) -> None:
        """Let the resolution wait, no longer than the cap; a wait that is still open ends there."""
        start = event.occurred_at
        self.end_pause(start, PauseEnd.HAND)
        cap = start + (event.cap_time or self.policy.pause_cap_time)
        is_capped = event.resume_at is None or event.resume_at > cap
        ends_at = cap if is_capped or event.resume_at is None else event.resume_at
        ended_by = PauseEnd.CAP if is_capped else PauseEnd.DATE
        pause = Pause(start, max(start, ends_at), event.reason, ended_by)
        self._change((ClockKind.RESOLUTION,), lambda clock: replace(clock, pauses=(*clock.pauses, pause)))

    def end_pause(self, at: datetime, ended_by: PauseEnd) -> None:
        """End the pauses of the resolution that are still open."""

        def ended(pause: Pause) -> Pause:
            return replace(pause, ends_at=at, ended_by=ended_by) if pause.holds(at) else pause

        self._change((ClockKind.RESOLUTION,), lambda clock: _with_pauses(clock, ended))

    def stop_resolution(self, at: datetime) -> None:
        """Resolve: the responses that are owed stay owed."""
        self.is_over = True
        self._change((ClockKind.RESOLUTION,), lambda clock: replace(clock, stopped_at=at))

    def go_on(self, event: CustomerWrote) -> None:
        """Take a message that asks for an answer; after the end it begins the next cycle."""
        if self.is_over:
            self.reopen(event)
            self.owed.clear()
        self.start_response(event, event.channel)

    def reopen(self, event: Event) -> None:
        """Begin the next cycle."""
        self.is_over = False
        self.cycle += 1
        self.start_resolution(event)

    def owe_again(self, event: Event) -> None:
        """Start the response afresh that an end cut short; of several the strictest."""
        if self.owed:
            self.start_response(event, min(self.owed, key=clock_due_at).channel)
            self.owed.clear()

    def change_severity(self, event: SeverityChanged) -> None:
        """Give the running resolution the target of another severity; a breach stays one."""
        is_raised = Severity(event.severity).rank > Severity(self.severity).rank
        target = self.policy.resolution[event.severity]
        at = event.occurred_at

        def changed(clock: Clock) -> Clock:
            if event.severity == self.severity or clock_due_at(clock) < at:
                return clock
            return self._raised(clock, target, at) if is_raised else _lowered(clock, target)

        self._change((ClockKind.RESOLUTION,), changed)
        self.severity = event.severity

    def _raised(self, clock: Clock, target: SlaTarget, at: datetime) -> Clock:
        return replace(
            clock,
            target=target,
            floor_from=at,
            floor_time=self.policy.raised_floor_time,
            ceiling=Bound(clock, at),
            merged=(),
        )

    def apply_new_terms(self, event: NewTermsApplied) -> None:
        """Give running clocks that are not overdue the policy and calendar of this moment."""
        at = event.occurred_at
        policy = version_at(self.policies, at, known_at=event.known_at)
        calendar = version_at(self.calendars, at, known_at=event.known_at)
        self.policy = policy.value

        def renewed(clock: Clock) -> Clock:
            return with_new_terms(clock, self.severity, policy, calendar, at)

        self._change(tuple(ClockKind), renewed)

    def take_in(self, other: Clock, at: datetime) -> None:
        """Merge a clock of a duplicate: earliest start, strictest due; of two responses that of the same channel."""
        if not other.is_running:
            return
        twins = [clock for clock in self._running(*ClockKind) if _are_twins(clock, other)]
        twins.sort(key=lambda clock: clock.channel != other.channel)
        if other.kind is ClockKind.PROMISE:
            self.clocks.append(replace(other, cycle=self.cycle))
        elif twins:
            self.clocks[self.clocks.index(twins[0])] = _merged(twins[0], other, at)
        elif other.kind in RESPONSES:
            self._take_in_response(other)

    def _take_in_response(self, other: Clock) -> None:
        """Keep the answer that a duplicate waits for; one given here is an answer to it too, if late a late one."""
        has_answer = any(at < other.started_at for at in self.answers)
        kind = ClockKind.NEXT_RESPONSE if has_answer else ClockKind.FIRST_RESPONSE
        taken = replace(other, kind=kind, cycle=self.cycle)
        answered_at = next((at for at in self.answers if at >= other.started_at), None)
        if answered_at is None:
            self.clocks.append(taken)
        elif answered_at > clock_due_at(other):
            self.clocks.append(replace(taken, stopped_at=answered_at))

    def end_all(self, at: datetime, reason: EndReason) -> None:
        """End every running clock without it being kept."""
        self.is_over = True
        self.owed += self._running(*RESPONSES)
        self.end_pause(at, PauseEnd.RESOLVED)
        self._change(tuple(ClockKind), lambda clock: replace(clock, stopped_at=at, end_reason=reason))

    def excuse(self, event: ClockExcused) -> None:
        """Mark one clock as excused; the breach itself stays visible in its times.

        A message that was logged later may have started that clock since: it is the one that covers the old start.
        """
        ref = self.covered.get(event.clock_ref, event.clock_ref)
        kinds = RESPONSES if event.kind in RESPONSES else (event.kind,)
        for place, clock in enumerate(self.clocks):
            if clock.kind in kinds and clock.ref == ref:
                self.clocks[place] = replace(clock, excused_at=event.occurred_at, excused_until=event.until)

    def _start(
        self,
        event: Event,
        kind: ClockKind,
        target: SlaTarget,
        policy: Version[Policy],
        channel: str,
    ) -> None:
        clock = self._new(event, kind, policy)
        self.clocks.append(replace(clock, target=target, channel=channel))

    def _new(self, event: Event, kind: ClockKind, policy: Version[Policy]) -> Clock:
        calendar = version_at(self.calendars, event.occurred_at, known_at=event.known_at)
        return Clock(
            kind,
            event.occurred_at,
            calendar.value,
            cycle=self.cycle,
            channel=self.channel,
            ref=event.ref,
            policy_version=policy.label,
            calendar_version=calendar.label,
            imported=self.imported,
        )

    def _policy_version(self, event: Event) -> Version[Policy]:
        return version_at(self.policies, event.occurred_at, known_at=event.known_at)

    def _running(self, *kinds: ClockKind) -> list[Clock]:
        return [clock for clock in self.clocks if clock.is_running and clock.kind in kinds]

    def _change(self, kinds: Sequence[ClockKind], change: Callable[[Clock], Clock]) -> None:
        self.clocks = [change(clock) if clock.is_running and clock.kind in kinds else clock for clock in self.clocks]


def _with_pauses(clock: Clock, change: Callable[[Pause], Pause]) -> Clock:
    """Return a clock with its pauses changed, in the limits that it has from other terms too."""

    def limit(bound: Bound) -> Bound:
        return replace(bound, clock=_with_pauses(bound.clock, change))

    return replace(
        clock,
        pauses=tuple(map(change, clock.pauses)),
        ceiling=clock.ceiling and limit(clock.ceiling),
        merged=tuple(map(limit, clock.merged)),
    )


def _lowered(clock: Clock, target: SlaTarget) -> Clock:
    """Return a clock with a looser target; what a duplicate promised is kept."""
    own = tuple(replace(bound, clock=_lowered(bound.clock, target)) for bound in clock.merged[:1])
    return replace(clock, target=target, floor_from=None, ceiling=None, merged=own + clock.merged[1:])


def with_new_terms(
    clock: Clock, severity: str, policy: Version[Policy], calendar: Version[BusinessCalendar], at: datetime
) -> Clock:
    """Return a running clock on other terms; a promise and what is overdue keep theirs (rule 20)."""
    if clock.kind is ClockKind.PROMISE or clock_due_at(clock) < at:
        return clock
    is_response = clock.kind in RESPONSES
    return replace(
        clock,
        target=policy.value.response_to(clock.channel) if is_response else policy.value.resolution[severity],
        ceiling=None,
        merged=(),
        calendar=calendar.value,
        policy_version=policy.label,
        calendar_version=calendar.label,
    )


def _are_twins(clock: Clock, other: Clock) -> bool:
    """Tell whether two clocks of duplicates promise the same: an answer, which any channel may bring, or an end."""
    if clock.kind in RESPONSES:
        return other.kind in RESPONSES
    return clock.kind is other.kind is ClockKind.RESOLUTION


def _merged(clock: Clock, other: Clock, at: datetime) -> Clock:
    return replace(
        clock,
        started_at=min(clock.started_at, other.started_at),
        floor_from=None,
        ceiling=None,
        merged=(Bound(clock, at), Bound(other, at)),
    )
