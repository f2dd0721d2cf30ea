"""The levels with their rules, and the settings of recognition, in one query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import select, true

from crm.accounts.queries import the_business
from crm.contacts.key_date_rules import LeapDayRule
from crm.extensions import db
from crm.loyalty.models import LevelRule, LoyaltySettings, RecognitionLevel
from crm.loyalty.rules.levels import Level, Terms, Way
from crm.shared.clock import local_date

LADDER_WIDTH = 17


class ShownLevel(NamedTuple):
    """A level as lists and pages show it; `key` names those that came with the program."""

    id: int
    rank: int
    key: str | None
    name: str
    perks: str
    is_retired: bool


@dataclass(frozen=True)
class Ladder:
    """All levels, lowest first, retired ones too, with the settings and the business's date."""

    levels: list[ShownLevel]
    terms: Terms
    today: date
    grace_days: int
    lost_days: int
    computed_on: date | None
    seen_interaction_id: int
    version: int
    by_id: dict[int, ShownLevel] = field(default_factory=dict)

    @property
    def active(self) -> list[ShownLevel]:
        """Return the levels that can be reached, lowest first."""
        return [level for level in self.levels if not level.is_retired]

    @property
    def lowest(self) -> ShownLevel:
        """Return everybody's level."""
        return self.active[0]

    def recognised_ids(self) -> list[int]:
        """Return the ids of the levels above the first: whoever holds one is a regular."""
        return [level.id for level in self.levels if level.id != self.lowest.id]

    def ways_of(self, level_id: int) -> tuple[Way, ...]:
        """Return the ways to a level."""
        return next((level.ways for level in self.terms.levels if level.id == level_id), ())


def ladder(now: datetime) -> Ladder:
    """Return the levels, their rules and the settings."""
    return ladder_of([tuple(row) for row in db.session.execute(ladder_statement())], now)


def ladder_statement() -> Any:
    """Select a row for each rule of each level, its settings beside it: what `ladder_of` reads."""
    level = RecognitionLevel
    columns = (level.id, level.rank, level.key, level.name, level.perks, level.retired_at.is_not(None))
    rule = (LevelRule.id, LevelRule.visits, LevelRule.months, LevelRule.spend, LevelRule.years, LevelRule.referrals)
    settings = (
        LoyaltySettings.grace_days,
        LoyaltySettings.lost_days,
        LoyaltySettings.computed_on,
        LoyaltySettings.seen_interaction_id,
        LoyaltySettings.version,
    )
    return (
        select(*columns, *rule, *settings)
        .select_from(level)
        .outerjoin(LevelRule, LevelRule.level_id == level.id)
        .join(LoyaltySettings, true())
        .order_by(level.rank, level.retired_at.is_not(None), level.id, LevelRule.position, LevelRule.id)
    )


def ladder_of(rows: Sequence[Sequence[Any]], now: datetime) -> Ladder:
    """Return the levels and settings from their rows; columns after theirs are left alone."""
    shown: dict[int, ShownLevel] = {}
    ways: dict[int, list[Way]] = {}
    for row in rows:
        level = ShownLevel(*row[:6])
        shown[level.id] = level
        found = ways.setdefault(level.id, [])
        if row[6] is not None and not level.is_retired:
            found.append(_way(row[7:12]))
    business = the_business()
    grace_days, lost_days, computed_on, seen_id, version = rows[0][12:17]
    levels = tuple(Level(level.id, level.rank, tuple(ways[level.id])) for level in shown.values())
    terms = Terms(levels=levels, grace_days=grace_days, leap_day=LeapDayRule(business.leap_day_rule))
    today = local_date(now, business.time_zone)
    return Ladder(list(shown.values()), terms, today, grace_days, lost_days, computed_on, seen_id, version, shown)


def _way(values: Sequence[Any]) -> Way:
    visits, months, spend, years, referrals = values
    return Way(
        visits=visits,
        months=months,
        spend=spend if spend is None else Decimal(str(spend)),
        years=years,
        referrals=referrals,
    )
