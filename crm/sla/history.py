"""What an upper domain tells about its clocks, so that a change can be rehearsed, previewed and applied.

Clocks belong to the domain that runs them; it registers here how they are read and changed. Before
it does there is no history, and every answer is empty.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from crm.sla.rules import Clock


@dataclass(frozen=True)
class CaseClock:
    """A clock with its case: number, what people call it, where its page is, how bad it is.

    `excused_until` is how late it may be where corrected hours excuse it.
    """

    clock: Clock
    case_id: int
    reference: str
    address: str
    severity: str
    excused_until: datetime | None = None


class ClockBook(Protocol):
    """How the clocks of a domain are read and changed."""

    def clocks_since(self, since: datetime) -> Sequence[CaseClock]:
        """Return the clocks that run now or stopped at or after an instant."""

    def apply_new_terms(self, case_ids: Sequence[int], *, reason: str, by_id: int | None, now: datetime) -> None:
        """Give the running clocks of these cases the targets and opening hours that hold now (rule 20)."""

    def excuse(self, broken: Sequence[CaseClock], *, reason: str, by_id: int | None, now: datetime) -> None:
        """Note that these breaches are excused, with reason and name; the original stays visible (rule 21)."""


class _NoClocks:
    """No domain runs clocks."""

    def clocks_since(self, since: datetime) -> Sequence[CaseClock]:
        return ()

    def apply_new_terms(self, case_ids: Sequence[int], *, reason: str, by_id: int | None, now: datetime) -> None:
        return None

    def excuse(self, broken: Sequence[CaseClock], *, reason: str, by_id: int | None, now: datetime) -> None:
        return None


_registered: list[ClockBook] = []


def register_clock_book(book: ClockBook) -> None:
    """Let the domain that runs clocks take part; the last one registered counts."""
    _registered[:] = [book]


def clock_book() -> ClockBook:
    """Return how clocks are read and changed."""
    return _registered[0] if _registered else _NoClocks()
