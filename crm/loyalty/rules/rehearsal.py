"""Who would move if the levels were saved as they are typed; pure.

Rising is at once; whoever would fall keeps the level for the grace period, as always.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from crm.loyalty.rules.levels import Held, HeldBy, Holds, Known, Level, Terms, Way, earned, standing


@dataclass(frozen=True)
class LevelDraft:
    """A level as it is typed; `id` None: a new one. `keeps_key`: still named as it came with the program."""

    id: int | None
    name: str
    perks: str
    ways: tuple[Way, ...]
    keeps_key: bool = False


@dataclass(frozen=True)
class Move:
    """One contact who would move: to which level (by its place among the drafts), at once or after the grace."""

    from_id: int
    to_place: int
    is_up: bool


def proposed_terms(drafts: Sequence[LevelDraft], now_held: Terms, grace_days: int) -> Terms:
    """Return the terms that would hold; new levels get ids below zero, retired ones stay without ways."""
    levels = [Level(draft.id or -place - 1, place, draft.ways) for place, draft in enumerate(drafts)]
    kept = {level.id for level in levels}
    retired = [Level(level.id, level.rank) for level in now_held.levels if level.id not in kept]
    ladder = tuple(sorted([*levels, *retired], key=lambda level: (level.rank, level.id not in kept)))
    return Terms(levels=ladder, grace_days=grace_days, leap_day=now_held.leap_day)


def move_of(terms: Terms, held: Held, known: Known, holds: Holds, today: date) -> Move | None:
    """Return how a contact would move under other terms, None for one who stays."""
    after = standing(terms, held, known, holds, today)
    before_rank, after_rank = terms.rank_of(held.level_id), terms.rank_of(after.level_id)
    if after_rank > before_rank:
        return Move(held.level_id, after_rank, True)
    if after_rank < before_rank:
        return Move(held.level_id, after_rank, False)
    if after.held_by == HeldBy.GRACE and held.held_by not in {HeldBy.GRACE, HeldBy.COMPLAINT}:
        lower = max(earned(terms, known, today).rank, terms.rank_of(holds.granted_id))
        return Move(held.level_id, lower, False)
    return None
