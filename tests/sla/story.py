"""Words in which tests of clocks tell what happened: a complaint by email on Monday morning."""

from __future__ import annotations

from datetime import datetime

from crm.sla.rules import (
    Channel,
    Clock,
    ClockKind,
    Contacted,
    CustomerWrote,
    Event,
    Policy,
    Received,
    Resolved,
    derive_clocks,
)
from tests.sla.test_rules_cases import OFFICE, at

POLICY = Policy()


def june(text: str) -> datetime:
    """Read "15 09:00" as that day of June 2026 in New York; the 15th is a Monday."""
    return at(f"2026-06-{text}")


def clocks(*events: Event) -> tuple[Clock, ...]:
    """Return the clocks of a case."""
    return derive_clocks(events, POLICY, OFFICE)


def only(kind: ClockKind, *events: Event, cycle: int = 1) -> Clock:
    """Return the one clock of a kind in a cycle."""
    found = [clock for clock in clocks(*events) if clock.kind is kind and clock.cycle == cycle]
    assert len(found) == 1, found
    return found[0]


def contact(text: str, *, reached: bool = True, automatic: bool = False) -> Contacted:
    """Return a call to the customer."""
    return Contacted(occurred_at=june(text), channel=Channel.PHONE, reached=reached, automatic=automatic)


def message(text: str, channel: str = Channel.EMAIL, ref: str = "m") -> CustomerWrote:
    """Return a message of the customer."""
    return CustomerWrote(occurred_at=june(text), channel=channel, ref=ref)


START = Received(occurred_at=june("15 09:00"), channel=Channel.EMAIL, ref="r")
DONE = (START, contact("15 10:00"), Resolved(occurred_at=june("15 12:00")))
