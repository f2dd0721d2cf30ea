"""Which level a contact has reached, holds and may lose; every decision about levels, pure.

A visit is a date on which somebody came or bought: entries of the kinds visit and purchase, at most one a
date on the business's clock; a correction counts as nothing of its own. A window of N months begins on the
same day of the month N months ago (on the last day of a shorter month), that day included.
"""

from __future__ import annotations

import calendar
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from crm.contacts.key_date_rules import LeapDayRule
from crm.interactions.rules import Kind
from crm.shared.errors import Conflict, Refused

VISIT_KINDS = (Kind.VISIT.value, Kind.PURCHASE.value)
YEAR = 12
MONTHS = (3, 6, 12, 24, 36)
MOST_LEVELS = 8
MOST_WAYS = 4
LONGEST_GRANT = 731


class HeldBy(StrEnum):
    """What a level rests on."""

    RULE = "rule"
    HAND = "hand"
    GRACE = "grace"
    COMPLAINT = "complaint"


class Why(StrEnum):
    """Why a level changed; `rules`: the rules were changed; `start`: the first time anybody looked."""

    START = "start"
    RULE = "rule"
    HAND = "hand"
    GRACE_OVER = "grace-over"
    HAND_OVER = "hand-over"
    RULES = "rules"


class Lost(StrEnum):
    """Why a customer left."""

    MOVED = "moved"
    PRICE = "price"
    DISSATISFIED = "dissatisfied"
    COMPETITOR = "competitor"
    NO_NEED = "no-need"
    DIED = "died"
    UNKNOWN = "unknown"


class SettingsChanged(Conflict):
    """Somebody changed the levels in the meantime. This is how they stand now; make your change again."""


class NameNeeded(Refused):
    """Every level needs a name of its own."""


class EmptyWay(Refused):
    """A rule needs at least one figure: visits, spend, years or people brought."""


class LowestHasNoRules(Refused):
    """The first level is everybody's and has no rules."""


class GrantInThePast(Refused):
    """Choose an end date from tomorrow on, within two years."""


class ReasonNeeded(Refused):
    """Write why, in a few words; the contact's page shows it."""


class NotALevelToGive(Refused):
    """Choose a level above the first; that one is everybody's."""


class GrantEnded(Conflict):
    """Somebody ended this already."""


class NeverCame(Refused):
    """This contact has no visit yet, and so did not leave."""


@dataclass(frozen=True, kw_only=True)
class Way:
    """One rule: everything that is filled in must hold. `spend` is over 12 months."""

    visits: int | None = None
    months: int = YEAR
    spend: Decimal | None = None
    years: int | None = None
    referrals: int | None = None

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is asked for."""
        return self.visits is None and self.spend is None and self.years is None and self.referrals is None


@dataclass(frozen=True)
class Level:
    """A level with the ways to it; the lowest has none."""

    id: int
    rank: int
    ways: tuple[Way, ...] = ()


@dataclass(frozen=True)
class Known:
    """What is known of a contact on a day; `visits` by the months of a window, `spend` over 12 months."""

    visits: Mapping[int, int] = field(default_factory=dict)
    spend: Decimal = Decimal(0)
    since_on: date | None = None
    referrals: int = 0


@dataclass(frozen=True)
class Held:
    """The level a contact holds, since when, on what it rests, and until when grace lasts."""

    level_id: int
    since_on: date
    held_by: str = HeldBy.RULE.value
    grace_until: date | None = None


@dataclass(frozen=True, kw_only=True)
class Terms:
    """The levels, lowest first, the days of grace, and where a 29 February falls in common years."""

    levels: tuple[Level, ...]
    grace_days: int = 60
    leap_day: LeapDayRule = LeapDayRule.FEBRUARY_28

    @property
    def lowest(self) -> Level:
        """Return everybody's level."""
        return self.levels[0]

    @property
    def windows(self) -> frozenset[int]:
        """Return the windows in months in which visits are counted, the year always among them."""
        asked = {way.months for level in self.levels for way in level.ways if way.visits is not None}
        return frozenset(asked | {YEAR})

    def rank_of(self, level_id: int | None) -> int:
        """Return the rank of a level, below all of them for one that is none any more."""
        return next((level.rank for level in self.levels if level.id == level_id), -1)


# ── Dates ──


def months_before(day: date, months: int) -> date:
    """Return the same day of the month so many months earlier, the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def last_day_in_window(visit: date, months: int) -> date:
    """Return the last day on which a visit still lies in a window of so many months."""
    day = months_before(visit, -months)
    while months_before(day + timedelta(1), months) <= visit:
        day += timedelta(1)
    return day


def full_years(since: date, today: date, leap_day: LeapDayRule) -> int:
    """Return how many years are full; a year is full on its anniversary."""
    if today < since:
        return 0
    return today.year - since.year - (today < anniversary(since, today.year, leap_day))


def anniversary(since: date, year: int, leap_day: LeapDayRule) -> date:
    """Return the anniversary of a date in a year."""
    if (since.month, since.day) == (2, 29) and not calendar.isleap(year):
        return date(year, 2, 28) if leap_day == LeapDayRule.FEBRUARY_28 else date(year, 3, 1)
    return date(year, since.month, since.day)


def visits_in(visits: Sequence[date], months: int, today: date) -> int:
    """Count the visits (each date once, in order) of the last so many months, today included."""
    return len(visits) - bisect_left(visits, months_before(today, months))


# ── What is reached ──


def is_met(way: Way, known: Known, today: date, leap_day: LeapDayRule) -> bool:
    """Tell whether everything that a way asks for holds."""
    if way.visits is not None and known.visits.get(way.months, 0) < way.visits:
        return False
    if way.spend is not None and known.spend < way.spend:
        return False
    if way.referrals is not None and known.referrals < way.referrals:
        return False
    if way.years is None:
        return not way.is_empty
    return known.since_on is not None and full_years(known.since_on, today, leap_day) >= way.years


def met_way(level: Level, known: Known, today: date, leap_day: LeapDayRule) -> Way | None:
    """Return the first way to a level that holds."""
    return next((way for way in level.ways if is_met(way, known, today, leap_day)), None)


def earned(terms: Terms, known: Known, today: date) -> Level:
    """Return the highest level that one of its ways leads to, else everybody's."""
    for level in reversed(terms.levels[1:]):
        if met_way(level, known, today, terms.leap_day) is not None:
            return level
    return terms.lowest


@dataclass(frozen=True)
class Holds:
    """What else decides: a level given by hand that holds today, and an open complaint."""

    granted_id: int | None = None
    is_complaining: bool = False


def standing(terms: Terms, held: Held | None, known: Known, holds: Holds, today: date) -> Held:
    """Return the level a contact holds today, from the one held before.

    Rising is at once. Falling waits until the grace is over, begins its grace anew after an open complaint,
    and is at once only when a level given by hand has ended.
    """
    own = earned(terms, known, today)
    granted_rank = terms.rank_of(holds.granted_id)
    by = HeldBy.HAND if granted_rank > own.rank else HeldBy.RULE
    due_id = holds.granted_id if by is HeldBy.HAND and holds.granted_id is not None else own.id
    due_rank = max(own.rank, granted_rank)
    if held is None or terms.rank_of(held.level_id) < due_rank:
        return Held(due_id, today, by.value)
    if terms.rank_of(held.level_id) == due_rank:
        return Held(due_id, held.since_on, by.value)
    if holds.is_complaining:
        return Held(held.level_id, held.since_on, HeldBy.COMPLAINT.value)
    return _falling(terms, held, Held(due_id, today, by.value), today)


def _falling(terms: Terms, held: Held, lower: Held, today: date) -> Held:
    if held.held_by == HeldBy.HAND or terms.grace_days == 0:
        return lower
    until = held.grace_until
    if until is None:
        return Held(held.level_id, held.since_on, HeldBy.GRACE.value, today + timedelta(terms.grace_days))
    return lower if today > until else Held(held.level_id, held.since_on, HeldBy.GRACE.value, until)


def why_changed(terms: Terms, before: Held | None, after: Held, *, rules_changed: bool) -> Why:
    """Return why a level changed."""
    if before is None:
        return Why.START
    if terms.rank_of(after.level_id) < terms.rank_of(before.level_id):
        return Why.HAND_OVER if before.held_by == HeldBy.HAND else Why.GRACE_OVER
    if after.held_by == HeldBy.HAND:
        return Why.HAND
    return Why.RULES if rules_changed else Why.RULE


# ── What is said ──


@dataclass(frozen=True)
class Needed:
    """One figure of a way: what there is, what it needs; `since_on` begins the window of visits."""

    what: str
    have: Decimal | int
    needs: Decimal | int
    months: int = YEAR
    since_on: date | None = None

    @property
    def is_met(self) -> bool:
        """Tell whether there is enough."""
        return self.have >= self.needs

    @property
    def missing(self) -> Decimal | int:
        """Return how much is missing."""
        return max(self.needs - self.have, 0)


def figures(way: Way, known: Known, today: date, leap_day: LeapDayRule) -> list[Needed]:
    """Return what a way needs beside what there is."""
    found: list[Needed] = []
    if way.visits is not None:
        since_on = months_before(today, way.months)
        found.append(Needed("visits", known.visits.get(way.months, 0), way.visits, way.months, since_on))
    if way.spend is not None:
        found.append(Needed("spend", known.spend, way.spend, YEAR, months_before(today, YEAR)))
    if way.years is not None:
        years = full_years(known.since_on, today, leap_day) if known.since_on else 0
        found.append(Needed("years", years, way.years, since_on=known.since_on))
    if way.referrals is not None:
        found.append(Needed("referrals", known.referrals, way.referrals))
    return found


def safe_until(way: Way, visits: Sequence[date], today: date) -> date | None:
    """Return the last day on which the visits there are still suffice.

    None for a way without visits, and for one that asks for spend too, which may fall short sooner.
    """
    if way.visits is None or way.spend is not None or len(visits) < way.visits:
        return None
    return last_day_in_window(visits[-way.visits], way.months) if way.visits else None


# ── Settings and grants ──


def check_ladder(names: Sequence[str], ways: Sequence[Sequence[Way]]) -> None:
    """Refuse levels without a name of their own, rules that ask for nothing, and rules of the first level."""
    folded = [name.strip().casefold() for name in names]
    if not all(folded) or len(set(folded)) < len(folded):
        raise NameNeeded
    if ways and ways[0]:
        raise LowestHasNoRules
    if any(way.is_empty for level in ways for way in level):
        raise EmptyWay


def check_grant(terms: Terms, level_id: int | None, reason: str, until_on: date, today: date) -> None:
    """Refuse a grant without a reason, of everybody's level, or with an end date that makes no sense."""
    if terms.rank_of(level_id) <= terms.lowest.rank:
        raise NotALevelToGive
    if not reason.strip():
        raise ReasonNeeded
    if not today < until_on <= today + timedelta(LONGEST_GRANT):
        raise GrantInThePast
