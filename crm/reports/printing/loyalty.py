"""The loyalty report of a month, quarter or year: who is recognised, what they got, who is about to be missed.

Every figure comes from the queries of recognition and rewards; here they are only put side by side.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from unicodedata import bidirectional

from markupsafe import Markup

from crm.accounts.queries import the_business
from crm.contacts.key_date_rules import LeapDayRule
from crm.contacts.queries.key_dates import ComingDate
from crm.loyalty.queries import report
from crm.loyalty.queries.ladder import Ladder, ShownLevel, ladder
from crm.loyalty.queries.report import LevelCount, Movement, OverdueRow, Period, Recognised, ReferralRow, ReturnRates
from crm.loyalty.queries.reward_report import RewardFigures, birthdays_next_month, rewards_in
from crm.loyalty.reward_words import REWARD_KIND_NAMES
from crm.loyalty.rules.rewards import RewardKind
from crm.loyalty.words import WHY_NAMES, level_name
from crm.reports import words
from crm.reports.printing.document import Document, Printable, Wish
from crm.reports.queries.regulars import Regular, regulars_by_name
from crm.reports.queries.team import Praise, praise_in
from crm.reports.rules import BadSpan, Span, SpanName, month_after, named_span, written_span
from crm.shared.clock import local_date
from crm.shared.events import record
from crm.shared.formatting import bdi, format_month_day, format_number, locale, text_direction
from crm.shared.native import isolated
from crm.shared.permissions import Permission
from crm.shared.translating import gettext
from crm.sla.queries import start_of_day
from crm.sla.rules import Period as Instants

IN_COLUMNS = 60  # names of a list; longer ones run on, forty to a paragraph: a sixth of the paper and of the time
A_PARAGRAPH = 40
MOST_OVERDUE = 40
MOST_PRAISE = 4  # compliments of one person


@dataclass(frozen=True)
class LevelLine:
    """A level with its members at the end of the period and at the end of the one before."""

    level: ShownLevel
    is_first: bool
    members: int
    before: int

    @property
    def change(self) -> int:
        """How many more there are."""
        return self.members - self.before


@dataclass(frozen=True)
class LoyaltyReport:
    """What the report of a period says, as it stood at `now`."""

    span: Span
    as_of: date
    today: date
    levels: list[LevelLine]
    moved: list[Movement]
    newcomers: list[Recognised]
    regulars: Mapping[int, Sequence[Regular]]
    rewards: RewardFigures
    referrals: list[ReferralRow]
    birthdays: list[ComingDate]
    overdue: list[OverdueRow]
    returned: ReturnRates
    known_since: date | None
    praise: Sequence[Praise]

    @property
    def recognised(self) -> int:
        """Count the regulars at the end of the period."""
        return sum(line.members for line in self.levels if not line.is_first)

    @property
    def recognised_before(self) -> int:
        """Count the regulars at the end of the period before."""
        return sum(line.before for line in self.levels if not line.is_first)

    @property
    def most(self) -> int:
        """The most members of one level, at least one; the length of the longest bar."""
        return max([1, *(line.members for line in self.levels)])

    @property
    def is_known(self) -> bool:
        """Tell whether levels were on record before the period began, so that they can be compared."""
        return self.known_since is not None and self.known_since < self.span.first


def loyalty_report(span: Span, terms: Ladder, regulars: Sequence[Regular]) -> LoyaltyReport:
    """Return the report of a period as it stands now."""
    today, period = terms.today, Period(span.first, span.last)
    end = span.last + timedelta(days=1)
    as_of = min(span.last, today)
    history = report.level_history([as_of, span.first - timedelta(days=1)], terms)
    instants = Instants(start_of_day(span.first), start_of_day(span.last, end=True))
    return LoyaltyReport(
        span=span,
        as_of=as_of,
        today=today,
        levels=_lines(*history.counts),
        moved=report.movements(period, terms),
        newcomers=report.newly_recognised(period, terms),
        regulars=_by_level(regulars),
        rewards=rewards_in(span.first, end, today),
        referrals=report.referrals(period),
        birthdays=birthdays_next_month(end, LeapDayRule(the_business().leap_day_rule)),
        overdue=report.overdue_regulars(terms),
        returned=report.return_rate(period),
        known_since=history.known_since,
        praise=praise_in(instants, most=MOST_PRAISE),
    )


def _lines(counts: Sequence[LevelCount], before: Sequence[LevelCount]) -> list[LevelLine]:
    """Return the levels, the highest first."""
    then = {each.level.id: each.members for each in before}
    lines = [LevelLine(each.level, each.is_first, each.members, then.get(each.level.id, 0)) for each in counts]
    return lines[::-1]


def _by_level(regulars: Sequence[Regular]) -> dict[int, list[Regular]]:
    found: dict[int, list[Regular]] = {}
    for each in regulars:
        found.setdefault(each.level_id, []).append(each)
    return found


def running(people: Sequence[Regular | Recognised], said: str) -> list[Markup]:
    """Return names, each with its visits or its day, as running text; each keeps together and its own direction."""
    direction = text_direction(locale().language)
    texts = [_whole(_name(each.name, direction), _said(getattr(each, said))) for each in people]
    return [Markup("\u00a0· ").join(texts[first : first + A_PARAGRAPH]) for first in range(0, len(texts), A_PARAGRAPH)]


def _name(name: str, direction: str) -> str | Markup:
    """Return a name told apart, by a box of its own only where it reads the other way: boxes take time."""
    is_from_right = any(bidirectional(letter) in {"R", "AL"} for letter in name)
    return bdi(name) if is_from_right is (direction == "ltr") else isolated(name)


def _whole(*parts: str) -> Markup:
    """Return parts as one text that no line tears apart."""
    return Markup(" ").join(parts).replace(" ", "\u00a0")


def _said(value: int | date) -> str:
    return format_month_day(value) if isinstance(value, date) else format_number(value)


def asked_span(wish: Wish) -> Span:
    """Return the period that is asked for, by default the last quarter."""
    try:
        return written_span(wish.args.get("period", ""))
    except BadSpan:
        return named_span(SpanName.LAST_QUARTER, local_date(wish.now, the_business().time_zone))


def gather(wish: Wish) -> Document:
    """Return the report as a document."""
    span = asked_span(wish)
    found = loyalty_report(span, wish.once(_ladder), wish.once(_regulars))
    context = {
        "report": found,
        "next_month": month_after(span),
        "currency": the_business().currency,
        "level_name": level_name,
        "WHY_NAMES": WHY_NAMES,
        "words": words,
        "format_month_day": format_month_day,
        "reward_kind_name": lambda kind: str(REWARD_KIND_NAMES[RewardKind(kind)]),
        "in_columns": IN_COLUMNS,
        "running": running,
        "most_overdue": MOST_OVERDUE,
    }
    file_name = f"loyalty-{span.first.isoformat()}-{span.last.isoformat()}"
    return Document("loyalty", file_name, context, back="/regulars", choices=lambda: _choices(wish))


def _choices(wish: Wish) -> list[tuple[str, dict[str, str]]]:
    today = local_date(wish.now, the_business().time_zone)
    month, quarter = named_span(SpanName.LAST_MONTH, today).first, named_span(SpanName.LAST_QUARTER, today).first
    return [
        (gettext("Last month"), {"period": f"{month:%Y-%m}"}),
        (gettext("This month"), {"period": f"{today:%Y-%m}"}),
        (gettext("Last quarter"), {"period": f"{quarter.year}-Q{(quarter.month + 2) // 3}"}),
        (gettext("This year"), {"period": f"{today.year}"}),
        (gettext("Last year"), {"period": f"{today.year - 1}"}),
    ]


def _ladder(wish: Wish) -> Ladder:
    return ladder(wish.now)


def _regulars(wish: Wish) -> Sequence[Regular]:
    return regulars_by_name(wish.once(_ladder).recognised_ids())


def weigh(wish: Wish) -> int:
    """Return how many regulars the report names."""
    return len(wish.once(_regulars))


def note(wish: Wish) -> None:
    """Leave a trace that names of customers were printed."""
    record("loyalty_report.printed", at=wish.now, actor_id=wish.by_id, form=wish.form, count=weigh(wish))


PRINTABLE = Printable("loyalty", Permission.REVIEW, gather, weigh=weigh, note=note)
