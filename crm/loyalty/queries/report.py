"""What the loyalty report says of levels, regulars and referrals: dataclasses of plain values, ready to print.
A level is named in the reader's language by `crm.loyalty.words.level_name(row.level)`.

A *regular* is whoever holds a level above the first; a *period* is its first and last date on the business's
clock, both included. Blocked, archived and merged contacts are left out; erased ones count without a name
wherever a figure is about visits or changes of level. Changes before the day on which standings were first
worked out are not known: a report over such days shows nobody as recognised and nobody as moved, and
`LevelHistory.known_since` says from when on they are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased

from crm.accounts.queries import the_business
from crm.contacts.models import Contact
from crm.extensions import db
from crm.interactions.models import Interaction
from crm.loyalty.models import Departure, LevelChange, MemberStanding, RecognitionLevel
from crm.loyalty.queries.facts import is_visit
from crm.loyalty.queries.ladder import Ladder, ShownLevel
from crm.loyalty.rules.gaps import OVERDUE_PERCENT
from crm.loyalty.rules.levels import Why
from crm.shared.zones import zone_named

MOST_NAMED = 5_000


@dataclass(frozen=True)
class Period:
    """The first and the last date of a report, both included."""

    first: date
    last: date

    @property
    def before(self) -> Period:
        """Return the period of the same length right before."""
        length = self.last - self.first + timedelta(1)
        return Period(self.first - length, self.last - length)


@dataclass(frozen=True)
class LevelCount:
    """How many hold a level; of the first one, only those who came at least once are counted."""

    level: ShownLevel
    is_first: bool
    members: int


@dataclass(frozen=True)
class Movement:
    """How many moved from one level to another in a period."""

    from_level: ShownLevel
    to_level: ShownLevel
    is_up: bool
    members: int


@dataclass(frozen=True)
class Recognised:
    """Somebody who became a regular in a period: from the first level to one above."""

    contact_id: int
    name: str
    level: ShownLevel
    on: date
    why: str


@dataclass(frozen=True)
class ReferralRow:
    """A newcomer who first bought in a period, and who brought them."""

    newcomer_id: int
    newcomer: str
    referrer_id: int
    referrer: str
    first_visit_on: date


@dataclass(frozen=True)
class OverdueRow:
    """A regular customer who is overdue by their own habit; `percent` of the usual gap, from 150 on."""

    contact_id: int
    name: str
    level: ShownLevel
    last_visit_on: date
    usual_gap_days: int
    percent: int


@dataclass(frozen=True)
class ReturnRate:
    """Of those who came in the period before, how many came again in this one."""

    came_before: int
    came_again: int

    @property
    def share(self) -> float | None:
        """Return the share between 0 and 1, None where nobody came before."""
        return self.came_again / self.came_before if self.came_before else None


@dataclass(frozen=True)
class ReturnRates:
    """The return rates of those who were regulars when the period began, and of everybody else."""

    regulars: ReturnRate
    others: ReturnRate


@dataclass(frozen=True)
class LevelHistory:
    """How many held each level at the end of some dates, lowest level first, and since when that is on record.

    It is known since the oldest change or standing, None without either: a newcomer on everybody's level leaves no
    change, so that a shop without regulars yet is known by its standings.
    """

    counts: Sequence[list[LevelCount]]
    known_since: date | None


def level_history(days: Sequence[date], terms: Ladder) -> LevelHistory:
    """Return who held each level at the end of each of some dates; from today on, as it stands. One query."""
    parts = [
        part
        for at, day in enumerate(days)
        for part in ([_held_now(at, terms)] if day >= terms.today else [_held_on(at, day), _came_until(at, day)])
    ]
    oldest = [func.min(LevelChange.changed_on), func.min(MemberStanding.since_on)]
    rows: Any = db.session.execute(union_all(*parts, *(select(null(), null(), null(), each) for each in oldest))).all()
    since = min((row.known_since for row in rows if row.known_since is not None), default=None)
    return LevelHistory([_level_counts(rows, at, terms) for at in range(len(days))], since)


def _level_counts(rows: Sequence[Any], at: int, terms: Ladder) -> list[LevelCount]:
    counts = {row.level_id: row.members for row in rows if row.at == at}
    first = terms.lowest.id
    if None in counts:
        above = sum(members for level_id, members in counts.items() if level_id not in {None, first})
        counts[first] = max(counts.pop(None) - above, 0)
    return [
        LevelCount(level, level.id == first, counts.get(level.id, 0))
        for level in terms.levels
        if not level.is_retired or counts.get(level.id)
    ]


def _part(at: int, level_id: ColumnElement[Any] | InstrumentedAttribute[int]) -> Select[*tuple[Any, ...]]:
    """Select how many hold each level at one of the dates; without a level, how many had come until then."""
    no_day = cast(null(), Date).label("known_since")
    return select(literal(at).label("at"), level_id.label("level_id"), func.count().label("members"), no_day)


def _held_now(at: int, terms: Ladder) -> Select[*tuple[Any, ...]]:
    is_counted = or_(MemberStanding.last_visit_on.is_not(None), MemberStanding.level_id != terms.lowest.id)
    held = _part(at, MemberStanding.level_id).where(MemberStanding.is_listed.is_(True), is_counted)
    return held.group_by(MemberStanding.level_id)


def _held_on(at: int, as_of: date) -> Select[*tuple[Any, ...]]:
    latest = _latest_changes(as_of).subquery()
    listed = and_(MemberStanding.contact_id == latest.c.contact_id, MemberStanding.is_listed.is_(True))
    held = _part(at, latest.c.to_level_id).select_from(latest).join(MemberStanding, listed)
    return held.group_by(latest.c.to_level_id)


def _came_until(at: int, as_of: date) -> Select[*tuple[Any, ...]]:
    came = (MemberStanding.is_listed.is_(True), MemberStanding.first_visit_on <= as_of)
    return _part(at, cast(null(), Integer)).select_from(MemberStanding).where(*came)


def _latest_changes(as_of: date) -> Select[int, int]:
    """Select the last change of each contact up to a date."""
    latest = select(func.max(LevelChange.id)).where(LevelChange.changed_on <= as_of).group_by(LevelChange.contact_id)
    return select(LevelChange.contact_id, LevelChange.to_level_id).where(LevelChange.id.in_(latest))


def movements(period: Period, terms: Ladder) -> list[Movement]:
    """Count who moved from which level to which, upward first; the first reckoning is no movement."""
    columns = (LevelChange.from_level_id, LevelChange.to_level_id, LevelChange.is_up)
    statement = select(*columns, func.count()).where(_within(period), has_moved()).group_by(*columns)
    rows = db.session.execute(statement).all()
    rank_of = terms.terms.rank_of
    order = sorted(rows, key=lambda row: (not row[2], -rank_of(row[1]), -rank_of(row[0])))
    return [
        Movement(_level(terms, from_id), _level(terms, to_id), is_up, members)
        for from_id, to_id, is_up, members in order
    ]


def newly_recognised(period: Period, terms: Ladder, *, limit: int = MOST_NAMED) -> list[Recognised]:
    """Return who rose from the first level in a period, the highest level first, then by name."""
    statement = (
        select(LevelChange.contact_id, Contact.name, LevelChange.to_level_id, LevelChange.changed_on, LevelChange.why)
        .join(Contact, Contact.id == LevelChange.contact_id)
        .where(_within(period), LevelChange.is_up.is_(True), LevelChange.from_level_id == terms.lowest.id)
        .where(has_moved())
        .order_by(Contact.sort_name, Contact.id, LevelChange.id)
        .limit(limit)
    )
    rows = sorted(db.session.execute(statement), key=lambda row: -terms.terms.rank_of(row[2]))
    return [Recognised(row[0], row[1], _level(terms, row[2]), row[3], row[4]) for row in rows]


def has_moved() -> ColumnElement[bool]:
    """Return the condition for changes that moved somebody who is listed, or was erased and stays as a count.

    The first reckoning moved nobody.
    """
    mover = aliased(Contact)
    counts = (mover.id == LevelChange.contact_id, or_(_is_here(mover), mover.erased_at.is_not(None)))
    return and_(LevelChange.why != Why.START, select(mover.id).where(*counts).correlate(LevelChange).exists())


def _within(period: Period) -> ColumnElement[bool]:
    return LevelChange.changed_on.between(period.first, period.last)


def _is_here(contact: Any) -> ColumnElement[bool]:
    return and_(contact.archived_at.is_(None), contact.blocked_at.is_(None), contact.merged_into_id.is_(None))


def _level(terms: Ladder, level_id: int | None) -> ShownLevel:
    return terms.lowest if level_id is None else terms.by_id[level_id]


def referrals(period: Period, *, limit: int = MOST_NAMED) -> list[ReferralRow]:
    """Return the newcomers whom somebody brought and who first bought in a period, by that date."""
    newcomer, referrer = aliased(Contact), aliased(Contact)
    statement = (
        select(newcomer.id, newcomer.name, referrer.id, referrer.name, MemberStanding.first_visit_on)
        .join(MemberStanding, MemberStanding.contact_id == newcomer.id)
        .join(referrer, referrer.id == newcomer.referred_by_id)
        .where(MemberStanding.first_visit_on.between(period.first, period.last))
        .where(_is_here(newcomer), _is_here(referrer))
        .order_by(MemberStanding.first_visit_on, newcomer.id)
        .limit(limit)
    )
    rows: Any = db.session.execute(statement)
    return [ReferralRow(*row) for row in rows]


def overdue_regulars(terms: Ladder, *, limit: int = MOST_NAMED) -> list[OverdueRow]:
    """Return who is overdue by their own habit and neither lost nor gone for a known reason, most overdue first."""
    standing = MemberStanding
    statement = (
        select(
            standing.contact_id,
            Contact.name,
            standing.level_id,
            standing.last_visit_on,
            standing.median_gap_days,
            standing.overdue_percent,
        )
        .join(Contact, Contact.id == standing.contact_id)
        .where(is_overdue(terms), _is_here(Contact))
        .order_by(standing.overdue_percent.desc(), standing.contact_id.desc())
        .limit(limit)
    )
    rows: Any = db.session.execute(statement)
    return [OverdueRow(row[0], row[1], _level(terms, row[2]), *row[3:]) for row in rows]


def is_overdue(terms: Ladder) -> ColumnElement[bool]:
    """Return the condition for standings of customers who are overdue, not lost, without a known reason."""
    return and_(
        MemberStanding.is_listed.is_(True),
        MemberStanding.overdue_percent >= OVERDUE_PERCENT,
        MemberStanding.last_visit_on >= terms.today - timedelta(terms.lost_days),
        ~has_departed(),
    )


def has_departed() -> ColumnElement[bool]:
    """Return the condition that somebody noted why the customer left and no visit came since."""
    noted = select(Departure.id).where(Departure.contact_id == MemberStanding.contact_id)
    return noted.where(Departure.last_visit_on >= MemberStanding.last_visit_on).exists()


def return_rate(period: Period) -> ReturnRates:
    """Return, of those who came in the period of the same length before, the share who came again; one query.

    Regulars are those who held a level above the first on the last date before this period.
    """
    came = _who_came(period).subquery()
    regulars = _regulars_on(period.first - timedelta(1)).subquery()
    was_regular = regulars.c.contact_id.is_not(None).label("was_regular")
    statement = (
        select(was_regular, func.count().label("before"), func.sum(came.c.again).label("again"))
        .select_from(came)
        .outerjoin(regulars, regulars.c.contact_id == came.c.contact_id)
        .where(came.c.before == 1)
        .group_by(was_regular)
    )
    rates = {bool(row.was_regular): ReturnRate(row.before, int(row.again)) for row in db.session.execute(statement)}
    nobody = ReturnRate(0, 0)
    return ReturnRates(rates.get(True, nobody), rates.get(False, nobody))


def _regulars_on(as_of: date) -> Select[int, int]:
    lowest = select(func.min(RecognitionLevel.rank)).where(RecognitionLevel.retired_at.is_(None)).scalar_subquery()
    above = select(RecognitionLevel.id).where(RecognitionLevel.rank > lowest)
    return _latest_changes(as_of).where(LevelChange.to_level_id.in_(above))


def _who_came(period: Period) -> Select[int, int, int]:
    """Select who came in a period or in the one before, each with whether it was in the one, the other or both."""
    zone = zone_named(the_business().time_zone)
    days = (period.before.first, period.first, period.last + timedelta(1))
    start, middle, end = (datetime.combine(day, time(), zone) for day in days)
    before, again = ((Interaction.occurred_at < middle), (Interaction.occurred_at >= middle))
    return (
        select(
            Interaction.contact_id,
            func.max(case((before, 1), else_=0)).label("before"),
            func.max(case((again, 1), else_=0)).label("again"),
        )
        .where(is_visit(), Interaction.occurred_at >= start, Interaction.occurred_at < end)
        .group_by(Interaction.contact_id)
    )


def by_contact(rows: Iterable[ReferralRow]) -> dict[int, list[ReferralRow]]:
    """Return referrals by who brought them."""
    found: dict[int, list[ReferralRow]] = defaultdict(list)
    for row in rows:
        found[row.referrer_id].append(row)
    return dict(found)
