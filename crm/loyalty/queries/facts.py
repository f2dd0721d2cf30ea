"""What standings are worked out from, read for many contacts in two queries: the contacts, and their visits.

Visits come as dates on the business's clock, each date once, and what was spent in its own currency over
12 months. A round over all contacts takes two queries a stretch; one contact's page has everything,
the levels too, in one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, ColumnElement, Date, Select, Text, and_, bindparam, cast, func, or_, select, true
from sqlalchemy.orm import aliased

from crm.accounts.queries import the_business
from crm.complaints.models import Complaint
from crm.contacts.key_date_rules import KeyDateKind
from crm.contacts.models import Contact, KeyDate
from crm.extensions import db
from crm.interactions.models import Interaction
from crm.loyalty.models import LevelGrant, MemberStanding, RecognitionLevel
from crm.loyalty.queries.ladder import LADDER_WIDTH, Ladder, ladder_of, ladder_statement
from crm.loyalty.rules.levels import VISIT_KINDS, YEAR, Held, Holds, Known, months_before, visits_in
from crm.shared.clock import local_date
from crm.shared.database import read
from crm.shared.zones import zone_named

STORED = tuple(column for column in MemberStanding.__table__.columns if column.name != "contact_id")
_THOUSANDTHS = Decimal(1000)


@dataclass(slots=True)
class Facts:
    """One contact: its visits, what else decides, and the standing as it is stored (None: not yet)."""

    contact_id: int
    is_listed: bool
    referred_by_id: int | None
    referrals: int
    holds: Holds
    noted_since_on: date | None
    stored: dict[str, Any] | None
    visits: list[date] = field(default_factory=list)
    spend: Decimal = Decimal(0)

    @property
    def held(self) -> Held | None:
        """Return the level held before."""
        row = self.stored
        return None if row is None else Held(row["level_id"], row["since_on"], row["held_by"], row["grace_until"])

    @property
    def since_on(self) -> date | None:
        """Return since when this is a customer: the first visit, or an earlier one noted as a key date."""
        days = [day for day in (self.noted_since_on, self.visits[0] if self.visits else None) if day]
        return min(days, default=None)

    def known(self, windows: frozenset[int], today: date) -> Known:
        """Return what the rules of levels ask for."""
        counts = {months: visits_in(self.visits, months, today) for months in windows}
        return Known(counts, self.spend, self.since_on, self.referrals)

    def stored_known(self) -> Known:
        """Return what the rules ask for as it was last worked out; only rules over 12 months can be asked."""
        row = self.stored or {}
        spend, since_on = row.get("spend_12m", Decimal(0)), row.get("customer_since_on")
        return Known({YEAR: row.get("visits_12m", 0)}, spend, since_on, self.referrals)


@dataclass(frozen=True)
class Scope:
    """Which contacts: some by id, or a stretch of ids."""

    ids: Sequence[Any] | None = None
    first: int = 0
    last: int = 0

    def of(self, column: Any) -> ColumnElement[bool]:
        """Return the condition on a column that holds a contact's id."""
        found: ColumnElement[bool] = column.between(self.first, self.last) if self.ids is None else column.in_(self.ids)
        return found


def facts_of(scope: Scope, today: date) -> list[Facts]:
    """Return what is known of some contacts, by id."""
    found = {facts.contact_id: facts for facts in map(_facts, db.session.execute(_contacts(scope, today)))}
    _add_visits(found, scope, today)
    return list(found.values())


def stored_facts_of(scope: Scope, today: date) -> list[Facts]:
    """Return what is known of some contacts without their visits."""
    return [_facts(row) for row in db.session.execute(_contacts(scope, today))]


def is_visit(entry: Any = Interaction) -> ColumnElement[bool]:
    """Return the condition under which an entry counts as a visit, for levels, moments and reports alike.

    Nearly every entry corrects none; said like this, SQLite does not walk all of them by that index.
    """
    return and_(entry.kind.in_(VISIT_KINDS), func.coalesce(entry.corrects_id, 0) == 0)


def _contacts(scope: Scope, today: Any) -> Select[Any]:
    newcomer = aliased(Contact)
    came = select(Interaction.id).where(Interaction.contact_id == newcomer.id, is_visit()).exists()
    brought = select(func.count()).where(newcomer.referred_by_id == Contact.id, newcomer.merged_into_id.is_(None), came)
    complaints = select(Complaint.id).where(Complaint.contact_id == Contact.id, Complaint.closed_at.is_(None))
    runs = (LevelGrant.from_on <= today, LevelGrant.until_on >= today, LevelGrant.ended_at.is_(None))
    granted = (
        select(LevelGrant.level_id)
        .join(RecognitionLevel, RecognitionLevel.id == LevelGrant.level_id)
        .where(LevelGrant.contact_id == Contact.id, RecognitionLevel.retired_at.is_(None), *runs)
        .order_by(RecognitionLevel.rank.desc())
        .limit(1)
    )
    noted = select(func.min(KeyDate.year * 10_000 + KeyDate.month * 100 + KeyDate.day)).where(
        KeyDate.contact_id == Contact.id, KeyDate.kind == KeyDateKind.FIRST_VISIT, KeyDate.year.is_not(None)
    )
    is_away = or_(Contact.archived_at.is_not(None), Contact.blocked_at.is_not(None))
    return (
        select(
            Contact.id,
            is_away,
            Contact.referred_by_id,
            brought.scalar_subquery(),
            complaints.exists(),
            granted.scalar_subquery(),
            noted.scalar_subquery(),
            MemberStanding.contact_id,
            *STORED,
        )
        .outerjoin(MemberStanding, MemberStanding.contact_id == Contact.id)
        .where(scope.of(Contact.id), Contact.merged_into_id.is_(None), Contact.erased_at.is_(None))
        .order_by(Contact.id)
    )


def _facts(row: Any) -> Facts:
    contact_id, is_away, referred_by_id, referrals, is_complaining, granted_id, noted, has_stored, *stored = row
    return Facts(
        contact_id,
        not is_away,
        referred_by_id,
        referrals,
        Holds(granted_id, bool(is_complaining)),
        date(noted // 10_000, noted // 100 % 100, noted % 100) if noted else None,
        None if has_stored is None else dict(zip((each.name for each in STORED), stored, strict=True)),
    )


def facts_with_ladder(contact_id: int, now: datetime) -> tuple[Ladder, Facts | None]:
    """Return what is known of one contact, and the levels, in one query for its page; None for no such contact."""
    today = local_date(now, the_business().time_zone)
    rows = read(_one_statement(), {"contact_id": contact_id, "today": today}).all()
    terms = ladder_of([tuple(row) for row in rows], now)
    *columns, texts = rows[0][LADDER_WIDTH:]
    if columns[0] is None:
        return terms, None
    facts = _facts(columns)
    _count(facts, sorted(_visit_of(text) for text in (texts or "").split(",") if text), today)
    return terms, facts


@cache
def _one_statement() -> Any:
    """Return the statement of one contact's page, put together once: that takes longer than running it."""
    visits = (
        select(func.aggregate_strings(_visit_text(), ","))
        .where(Interaction.contact_id == Contact.id, is_visit())
        .scalar_subquery()
    )
    # The limit keeps SQLite from working it out again for every rule.
    scope, today = Scope([bindparam("contact_id")]), bindparam("today", type_=Date)
    mine = _contacts(scope, today).add_columns(visits).limit(1).subquery()
    return ladder_statement().add_columns(*mine.c).outerjoin(mine, true())


def _visit_text() -> ColumnElement[str]:
    at, thousandths = cast(Interaction.occurred_at, Text), cast(_thousandths(), Text)
    return at + "|" + func.coalesce(thousandths, "") + "|" + Interaction.currency


def _thousandths() -> ColumnElement[int]:
    return cast(func.round(Interaction.amount * 1000), BigInteger)


def _visit_of(text: str) -> tuple[date, int | None]:
    business = the_business()
    at, thousandths, currency = text.split("|")
    moment = datetime.fromisoformat(at)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    paid = int(thousandths) if thousandths and currency == business.currency else 0
    return _date_of(moment, zone_named(business.time_zone)), paid


def _add_visits(found: dict[int, Facts], scope: Scope, today: date) -> None:
    for contact_id, rows in groupby(_visits(scope), key=lambda row: row[0]):
        facts = found.get(contact_id)
        if facts is not None:
            _count(facts, ((day, paid) for _contact_id, day, paid in rows), today)


def _count(facts: Facts, entries: Iterable[tuple[date, int | None]], today: date) -> None:
    """Make visits of entries in order: each date once, and what was spent in 12 months."""
    first_on, spent = months_before(today, YEAR), 0
    days: list[date] = []
    for day, thousandths in entries:
        if day > today:
            continue
        if not days or days[-1] != day:
            days.append(day)
        if thousandths and day >= first_on:
            spent += thousandths
    facts.visits, facts.spend = days, Decimal(spent) / _THOUSANDTHS


def _visits(scope: Scope) -> Iterator[tuple[int, date, int | None]]:
    """Yield the entries that count as visits, by contact and time: whose, on what date, what was paid."""
    business = the_business()
    zone = zone_named(business.time_zone)
    statement = (
        select(
            Interaction.contact_id,
            Interaction.occurred_at,
            _thousandths(),
            Interaction.currency,
        )
        .where(scope.of(Interaction.contact_id), is_visit())
        .order_by(Interaction.contact_id, Interaction.occurred_at, Interaction.id)
    )
    for contact_id, at, thousandths, currency in db.session.execute(statement):
        yield contact_id, _date_of(at, zone), thousandths if currency == business.currency else None


def _date_of(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()
