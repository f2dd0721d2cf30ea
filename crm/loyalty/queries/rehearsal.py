"""The rehearsal of levels over all contacts, a stretch of ids at a time.

While rules look back 12 months, what is stored with the standings suffices and no entry is read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select

from crm.contacts.models import Contact
from crm.extensions import db
from crm.loyalty.queries.facts import Facts, Scope, facts_of, stored_facts_of
from crm.loyalty.queries.ladder import Ladder, ladder
from crm.loyalty.rules.levels import YEAR, Known
from crm.loyalty.rules.rehearsal import LevelDraft, Move, move_of, proposed_terms

STRETCH = 5_000
FIRST_NAMES = 8


@dataclass
class Moving:
    """How many would move from one level to another, and the first of them by id with their names."""

    from_id: int
    to_place: int
    is_up: bool
    count: int = 0
    people: list[tuple[int, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Rehearsal:
    """Who would rise at once, who would fall after the grace period, and how many were looked at."""

    up: Sequence[Moving]
    down: Sequence[Moving]
    looked_at: int


def rehearse(drafts: Sequence[LevelDraft], grace_days: int, now: datetime) -> Rehearsal:
    """Return who would move if the levels were saved like this."""
    held_now = ladder(now)
    terms = proposed_terms(drafts, held_now.terms, grace_days)
    moving: dict[Move, Moving] = {}
    ids: dict[Move, list[int]] = defaultdict(list)
    looked_at = 0
    for facts, known in _everybody(held_now, terms.windows):
        looked_at += 1
        if facts.held is None:
            continue
        move = move_of(terms, facts.held, known, facts.holds, held_now.today)
        if move is not None:
            found = moving.setdefault(move, Moving(move.from_id, move.to_place, move.is_up))
            found.count += 1
            if len(ids[move]) < FIRST_NAMES:
                ids[move].append(facts.contact_id)
    _add_names(moving, ids)
    ordered = sorted(moving.values(), key=lambda each: -each.to_place)
    return Rehearsal([each for each in ordered if each.is_up], [each for each in ordered if not each.is_up], looked_at)


def _everybody(held_now: Ladder, windows: frozenset[int]) -> list[tuple[Facts, Known]]:
    found: list[tuple[Facts, Known]] = []
    is_stored_enough = windows == {YEAR} and held_now.computed_on is not None
    highest = db.session.scalar(select(func.max(Contact.id))) or 0
    for first in range(1, highest + 1, STRETCH):
        scope = Scope(first=first, last=first + STRETCH - 1)
        read = stored_facts_of if is_stored_enough else facts_of
        for facts in read(scope, held_now.today):
            if facts.is_listed:
                known = facts.stored_known() if is_stored_enough else facts.known(windows, held_now.today)
                found.append((facts, known))
    return found


def _add_names(moving: dict[Move, Moving], ids: dict[Move, list[int]]) -> None:
    wanted = [each for some in ids.values() for each in some]
    rows = db.session.execute(select(Contact.id, Contact.name).where(Contact.id.in_(wanted))) if wanted else ()
    names = {contact_id: name for contact_id, name in rows}
    for move, some in ids.items():
        moving[move].people = [(each, names[each]) for each in some if each in names]
