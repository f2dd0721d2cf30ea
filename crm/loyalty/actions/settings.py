"""What the owner changes about recognition: the levels with their rules and perks, grace, when somebody is lost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update

from crm.extensions import db
from crm.loyalty.models import LevelRule, LoyaltySettings, RecognitionLevel
from crm.loyalty.rules.levels import SettingsChanged, check_ladder
from crm.loyalty.rules.rehearsal import LevelDraft
from crm.shared.events import record


def save_ladder(
    drafts: Sequence[LevelDraft], *, grace_days: int, lost_days: int, version: int | None, by_id: int, now: datetime
) -> int:
    """Write the levels, lowest first, and return their new version.

    A level that is left out is retired: nobody rises to it any more. Raise SettingsChanged when another was faster.
    """
    check_ladder([draft.name for draft in drafts], [draft.ways for draft in drafts])
    seen = _take_version(version, grace_days, lost_days)
    present = {level.id: level for level in db.session.scalars(select(RecognitionLevel))}
    kept: set[int] = set()
    for rank, draft in enumerate(drafts):
        level = present.get(draft.id or 0) or RecognitionLevel(name=draft.name)
        _write(level, draft, rank)
        db.session.add(level)
        db.session.flush()
        kept.add(level.id)
    for level_id, level in present.items():
        if level_id not in kept and level.retired_at is None:
            level.retired_at = now
    settings = db.session.get_one(LoyaltySettings, 1)
    record("levels.changed", at=now, subject=settings, actor_id=by_id, version=seen + 1, levels=len(drafts))
    db.session.flush()
    return seen + 1


def _take_version(version: int | None, grace_days: int, lost_days: int) -> int:
    seen = version if version is not None else db.session.scalar(select(LoyaltySettings.version)) or 1
    statement = update(LoyaltySettings).where(LoyaltySettings.id == 1, LoyaltySettings.version == seen)
    values = {"version": seen + 1, "grace_days": grace_days, "lost_days": lost_days}
    changed = db.session.execute(statement.values(**values), execution_options={"synchronize_session": False})
    if not changed.rowcount:  # type: ignore[attr-defined]
        raise SettingsChanged
    return seen


def _write(level: RecognitionLevel, draft: LevelDraft, rank: int) -> None:
    if not draft.keeps_key:
        level.key, level.name = None, draft.name
    level.rank, level.perks, level.retired_at = rank, draft.perks, None
    level.rules = [
        LevelRule(
            position=position,
            visits=way.visits,
            months=way.months,
            spend=way.spend,
            years=way.years,
            referrals=way.referrals,
        )
        for position, way in enumerate(draft.ways)
    ]
