"""The one author of standings: works them out from facts and rules, writes what changed, notes each change of level.

Everything runs through `work_out`: one contact after a visit was logged, those with new entries, and the
nightly round over all, a stretch of ids at a time. Reading and working out need no lock; only `write` does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Table, bindparam, insert, select, update

from crm.contacts.models import Contact
from crm.extensions import db
from crm.loyalty.models import LevelChange, MemberStanding
from crm.loyalty.queries.facts import Facts, Scope, facts_of
from crm.loyalty.queries.ladder import Ladder, ladder
from crm.loyalty.rules.gaps import overdue_percent, usual_gap
from crm.loyalty.rules.levels import YEAR, Held, Known, Needed, figures, met_way, standing, why_changed
from crm.shared.database import insert_or_replace

_TABLE: Table = MemberStanding.__table__  # type: ignore[assignment]
_CHANGES: Table = LevelChange.__table__  # type: ignore[assignment]
Row = dict[str, Any]


@dataclass
class Outcome:
    """What is to be written for some contacts."""

    fresh: list[Row] = field(default_factory=list)
    changed: list[Row] = field(default_factory=list)
    changes: list[Row] = field(default_factory=list)

    def write(self) -> None:
        """Write it into the open transaction; a standing that somebody made meanwhile is written over."""
        if self.fresh:
            db.session.execute(insert_or_replace(_TABLE), self.fresh)
        if self.changed:
            rows = [{"key": row["contact_id"], **row} for row in self.changed]
            columns: Row = {name: bindparam(name) for name in self.changed[0] if name != "contact_id"}
            statement = update(_TABLE).where(_TABLE.c.contact_id == bindparam("key")).values(**columns)
            db.session.connection().execute(statement, rows)
        if self.changes:
            db.session.execute(insert(_CHANGES), self.changes)


def refresh(contact_ids: Iterable[int], *, now: datetime) -> None:
    """Bring the standings of some contacts up to date, and those of whoever brought them; one writer at a time."""
    ids = set(contact_ids)
    if not ids:
        return
    db.session.flush()
    brought_by = _take_turns(ids) - ids
    if brought_by:
        _take_turns(brought_by)
    scope, terms = Scope(sorted(ids | brought_by)), ladder(now)
    work_out(facts_of(scope, terms.today), terms, now=now).write()
    hide_merged(scope)


def _take_turns(contact_ids: set[int]) -> set[int]:
    """Wait until nobody else works out these contacts; returns who brought them.

    SQLite lets one write anyway; on PostgreSQL two first entries about a newcomer would both make the standing.
    """
    locked = select(Contact.referred_by_id).where(Contact.id.in_(sorted(contact_ids))).order_by(Contact.id)
    found = db.session.scalars(locked.with_for_update(key_share=True))
    return {each for each in found if each is not None}


def hide_merged(scope: Scope) -> None:
    """Take contacts that were merged into others out of the lists; their rows wait for the merge to be undone."""
    merged = select(Contact.id).where(scope.of(Contact.id), Contact.merged_into_id.is_not(None))
    listed = (_TABLE.c.contact_id.in_(merged), _TABLE.c.is_listed.is_(True))
    db.session.execute(update(_TABLE).where(*listed).values(is_listed=False))


def work_out(facts: Sequence[Facts], terms: Ladder, *, now: datetime, rules_changed: bool = False) -> Outcome:
    """Return what is to be written for some contacts."""
    outcome = Outcome()
    for each in facts:
        known = each.known(terms.terms.windows, terms.today)
        held = standing(terms.terms, each.held, known, each.holds, terms.today)
        row = standing_row(each, known, held, terms)
        if each.stored is None:
            outcome.fresh.append({"contact_id": each.contact_id, **row})
        elif row != each.stored:
            outcome.changed.append({"contact_id": each.contact_id, **row})
        if each.held is None or each.held.level_id != held.level_id:
            outcome.changes.extend(_change(each, known, held, terms, now, rules_changed))
    return outcome


def standing_row(facts: Facts, known: Known, held: Held, terms: Ladder) -> Row:
    """Return a contact's standing as it is stored."""
    gap = usual_gap(facts.visits)
    last = facts.visits[-1] if facts.visits else None
    return {
        "is_listed": facts.is_listed,
        "level_id": held.level_id,
        "since_on": held.since_on,
        "held_by": str(held.held_by),
        "grace_until": held.grace_until,
        "visits_12m": known.visits[YEAR],
        "visits_total": len(facts.visits),
        "first_visit_on": facts.visits[0] if facts.visits else None,
        "last_visit_on": last,
        "customer_since_on": known.since_on,
        "spend_12m": known.spend,
        "referrals": known.referrals,
        "median_gap_days": gap,
        "overdue_percent": overdue_percent(last, gap, terms.today),
        "reckoned_on": terms.today,
    }


def _change(facts: Facts, known: Known, held: Held, terms: Ladder, now: datetime, rules_changed: bool) -> Iterable[Row]:
    """Yield the record of a change; that a newcomer is on everybody's level needs none."""
    before = facts.held
    if before is None and held.level_id == terms.lowest.id:
        return
    rank_of = terms.terms.rank_of
    yield {
        "contact_id": facts.contact_id,
        "from_level_id": before.level_id if before else None,
        "to_level_id": held.level_id,
        "is_up": before is None or rank_of(held.level_id) > rank_of(before.level_id),
        "changed_on": terms.today,
        "at": now,
        "why": why_changed(terms.terms, before, held, rules_changed=rules_changed).value,
        "details": {"figures": [_plain(each) for each in _figures(known, held, terms)]},
    }


def _figures(known: Known, held: Held, terms: Ladder) -> list[Needed]:
    level = next(each for each in terms.terms.levels if each.id == held.level_id)
    way = met_way(level, known, terms.today, terms.terms.leap_day)
    return figures(way, known, terms.today, terms.terms.leap_day) if way else []


def _plain(needed: Needed) -> Row:
    since = needed.since_on.isoformat() if needed.since_on else None
    return {"what": needed.what, "have": str(needed.have), "needs": str(needed.needs), "since": since}
