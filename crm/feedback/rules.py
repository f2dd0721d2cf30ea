"""What the business decides about feedback: scales, who may be asked and when, how long a link lives, the figures.

Pure. A figure is always worked out from how often each score was given, never from rounded shares.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from math import sqrt
from urllib.parse import urlsplit

from crm.accounts.rules import Limit
from crm.contacts.key_date_rules import LeapDayRule, occurrence_in
from crm.contacts.rules import Channel, ContactBlocked
from crm.loyalty.rules.moments import CATCH_UP, FirstVisit
from crm.loyalty.rules.tact import Act, Held, Hold, TactFacts, holds
from crm.shared.errors import Conflict, Refused

LINK_LIFE = timedelta(days=30)
EDIT_TIME = timedelta(hours=1)
LONGEST_LIMIT_DAYS = 365
LONGEST_SERVICE_DAYS = 60
WRONG_LINKS, WRONG_LINKS_WINDOW = 30, timedelta(minutes=15)
CHANGES = 10
COUNTER_ANSWERS, COUNTER_WINDOW = 30, timedelta(hours=1)
_Z95 = 1.959963984540054  # the normal distribution's quantile for 97.5 %


class Measure(StrEnum):
    """What is asked."""

    CSAT = "csat"
    NPS = "nps"
    CES = "ces"


class Way(StrEnum):
    """How the question reaches the customer."""

    EMAIL = "email"
    LINK = "link"


class Moment(StrEnum):
    """On what occasion a customer is asked."""

    BY_HAND = "by-hand"
    AFTER_SERVICE = "after-service"
    AFTER_COMPLAINT = "after-complaint"
    YEARLY = "yearly"


class Band(StrEnum):
    """Which answers a list behind a figure holds."""

    ALL = "all"
    GOOD = "good"
    BETWEEN = "between"
    LOW = "low"


class LinkState(StrEnum):
    """What a customer's link still does."""

    OPEN = "open"
    CHANGEABLE = "changeable"
    ANSWERED = "answered"
    VOID = "void"


class NoSuchScore(Refused):
    """Choose one of the numbers."""


class AskedLately(Refused):
    """They were asked not long ago. Nobody is asked more often than the business has decided."""


class NoMailAddress(Refused):
    """This contact has no email address. Hand over a link instead."""


class NotAllowed(Refused):
    """They have not allowed being asked on this channel. Ask them first, and note the consent."""


class ContactArchived(Refused):
    """This contact is archived. Restore it first."""


class AlreadyAnswered(Conflict):
    """This was answered already and cannot be changed any more."""


class NothingToRenew(Conflict):
    """This question was answered, or its time is over. Ask anew."""


class LeadsNowhere(Refused):
    """This link does not work, or not any more."""

    status = 404


class TooManyAnswers(Refused):
    """Too many answers came from this connection. Wait a little, or tell us in person."""

    status = 429


# ── The scales ──


@dataclass(frozen=True, kw_only=True)
class Scale:
    """The scores of a measure from the least to the most: up to `low` somebody is called, from `good` on it counts."""

    least: int
    most: int
    low: int
    good: int

    @property
    def scores(self) -> range:
        """Return every score that can be given."""
        return range(self.least, self.most + 1)


SCALES = {
    Measure.CSAT: Scale(least=1, most=5, low=2, good=4),
    Measure.NPS: Scale(least=0, most=10, low=6, good=9),
    Measure.CES: Scale(least=1, most=7, low=3, good=5),
}


def check_score(measure: str, score: int) -> int:
    """Return a score; raise NoSuchScore for one that the scale does not have."""
    if score not in SCALES[Measure(measure)].scores:
        raise NoSuchScore
    return score


def is_low(measure: str, score: int) -> bool:
    """Tell whether somebody has to look after this customer: CSAT up to 2, NPS up to 6, CES up to 3."""
    return score <= SCALES[Measure(measure)].low


def scores_of(measure: str, band: Band) -> tuple[int, int]:
    """Return the least and the most score of a part of the scale, both included."""
    scale = SCALES[Measure(measure)]
    return {
        Band.ALL: (scale.least, scale.most),
        Band.GOOD: (scale.good, scale.most),
        Band.BETWEEN: (scale.low + 1, scale.good - 1),
        Band.LOW: (scale.least, scale.low),
    }[band]


# ── Who may be asked ──


@dataclass(frozen=True, kw_only=True)
class AskFacts:
    """What is known of a contact that decides whether they may be asked; days are the business's."""

    is_blocked: bool = False
    is_archived: bool = False
    has_address: bool = True
    last_asked_on: date | None = None
    limit_days: int = 30
    tact: TactFacts = field(default_factory=TactFacts)


def next_ask_on(last_asked_on: date | None, limit_days: int) -> date | None:
    """Return from which day on somebody may be asked again; None who was never asked."""
    return None if last_asked_on is None else last_asked_on + timedelta(days=limit_days)


def holds_on_asking(facts: AskFacts, way: Way, today: date, *, about_id: int | None = None) -> tuple[Hold, ...]:
    """Return what speaks against asking; the complaint that the question is about does not."""
    others = tuple(each for each in facts.tact.complaint_ids if each != about_id)
    channel = Channel.EMAIL if way is Way.EMAIL else Channel.IN_PERSON
    return holds(replace(facts.tact, complaint_ids=others), Act.REQUEST, today, channel=channel)


def check_ask(
    facts: AskFacts, way: Way, today: date, *, about_id: int | None = None, why: str = ""
) -> tuple[Hold, ...]:
    """Return what somebody decided against by asking all the same, with a reason.

    Raise ContactBlocked, ContactArchived, AskedLately, NoMailAddress or NotAllowed, against which nobody decides;
    Held where tact speaks against it and nobody said why all the same.
    """
    found = holds_on_asking(facts, way, today, about_id=about_id)
    next_on = next_ask_on(facts.last_asked_on, facts.limit_days)
    refusals: dict[type[Refused], bool] = {
        ContactBlocked: facts.is_blocked,
        ContactArchived: facts.is_archived,
        AskedLately: next_on is not None and today < next_on,
        NoMailAddress: way is Way.EMAIL and not facts.has_address,
        NotAllowed: Hold.NO_CONSENT in found,
        Held: bool(found) and not why.strip(),
    }
    for refusal, is_so in refusals.items():
        if is_so:
            raise refusal
    return found


# ── The link ──


def link_state(*, expires_at: datetime, answered_at: datetime | None, is_reachable: bool, now: datetime) -> LinkState:
    """Return what a link still does: it answers once within 30 days, and its answer can be changed for an hour.

    A clock that was set back leaves an answer from a time to come, which is as young as one of just now.
    """
    if not is_reachable:
        return LinkState.VOID
    if answered_at is not None and abs(now - answered_at) < EDIT_TIME:
        return LinkState.CHANGEABLE
    if now >= expires_at:
        return LinkState.VOID
    return LinkState.OPEN if answered_at is None else LinkState.ANSWERED


def wrong_link_limit(address: str) -> Limit:
    """Return how many links that lead nowhere may be tried from an address; those that lead somewhere never wait."""
    return Limit(scope=f"feedback-link:{address}", allowed=WRONG_LINKS, window=WRONG_LINKS_WINDOW)


def counter_limit(address: str) -> Limit:
    """Return how many answers at the counter may come from an address; customers share that of the shop."""
    return Limit(scope=f"counter-feedback:{address}", allowed=COUNTER_ANSWERS, window=COUNTER_WINDOW)


def change_limit(invitation_id: int) -> Limit:
    """Return how often an answer may be changed: each change may say something new to a complaint."""
    return Limit(scope=f"feedback-change:{invitation_id}", allowed=CHANGES, window=EDIT_TIME)


def opens_only_here(public_url: str) -> bool:
    """Tell whether links lead to the machine of whoever opens them, and so nowhere for a customer."""
    host = urlsplit(public_url).hostname or ""
    return host in {"localhost", "::1"} or host.startswith("127.")


# ── The figures ──


@dataclass(frozen=True)
class Interval:
    """Where the true figure lies in 95 of 100 cases, both ends between -1 and 1."""

    low: float
    high: float


def wilson(some: int, total: int) -> Interval | None:
    """Return the 95 % interval of a share; None of none.

    The score interval without continuity correction: E. B. Wilson, Journal of the American Statistical
    Association 22 (1927), 209-212.
    """
    if not total:
        return None
    share, squared = some / total, _Z95**2 / total
    middle = (share + squared / 2) / (1 + squared)
    half = _Z95 * sqrt(share * (1 - share) / total + squared / (4 * total)) / (1 + squared)
    return Interval(max(middle - half, 0.0), min(middle + half, 1.0))


def net_interval(more: int, less: int, total: int) -> Interval | None:
    """Return the 95 % interval of a mean of -1, 0 and +1; None of none.

    The adjusted Wald interval of the net promoter score, as if three more had answered, of whom three quarters more and
    three quarters less, so that a few answers alike leave room: B. Rocks, The American Statistician 70 (2016), 365-372.
    """
    if not total:
        return None
    plus, minus, count = more + 0.75, less + 0.75, total + 3
    mean = (plus - minus) / count
    half = _Z95 * sqrt(((plus + minus) / count - mean**2) / count)
    return Interval(max(mean - half, -1.0), min(mean + half, 1.0))


@dataclass(frozen=True)
class Scores:
    """How often each score of a measure was given."""

    measure: Measure
    counts: Mapping[int, int] = field(default_factory=dict)

    def among(self, band: Band) -> int:
        """Return how many answers lie in a part of the scale."""
        least, most = scores_of(self.measure, band)
        return sum(count for score, count in self.counts.items() if least <= score <= most)

    @property
    def total(self) -> int:
        """Return the number of answers."""
        return sum(self.counts.values())

    @property
    def share(self) -> float | None:
        """Return the share of good answers, 0 to 1: CSAT 4 and 5, NPS 9 and 10, CES 5 to 7."""
        return self.among(Band.GOOD) / self.total if self.total else None

    @property
    def net(self) -> float | None:
        """Return the share of good answers less that of low ones, -1 to 1: a hundredth of the NPS."""
        return (self.among(Band.GOOD) - self.among(Band.LOW)) / self.total if self.total else None

    @property
    def mean(self) -> float | None:
        """Return the mean score."""
        return sum(score * count for score, count in self.counts.items()) / self.total if self.total else None

    @property
    def figure(self) -> float | None:
        """Return what the measure is known by: the share for CSAT, the net for NPS, the mean for CES."""
        return {Measure.CSAT: self.share, Measure.NPS: self.net, Measure.CES: self.mean}[self.measure]

    @property
    def interval(self) -> Interval | None:
        """Return the 95 % interval: of the net for NPS, else of the share of good answers."""
        good, low = self.among(Band.GOOD), self.among(Band.LOW)
        return net_interval(good, low, self.total) if self.measure is Measure.NPS else wilson(good, self.total)


@dataclass(frozen=True)
class Response:
    """How many were asked, and how many of those have answered so far."""

    asked: int = 0
    answered: int = 0

    @property
    def rate(self) -> float | None:
        """Return the response rate, 0 to 1."""
        return self.answered / self.asked if self.asked else None


# ── Asking by itself ──


def visits_asked_about(today: date, after_days: int) -> tuple[date, date]:
    """Return the first and last day whose visitors are asked today: so many days ago, and a few days to catch up."""
    last = today - timedelta(days=after_days)
    return last - CATCH_UP, last


def year_to_ask_on(since_on: date, today: date, limit_days: int, rule: LeapDayRule) -> date | None:
    """Return the full year as a customer that is still to be asked about, None where none is.

    It waits as long as the limit may hold it back, and some days to catch up; the first visit itself is none.
    """
    came = [occurrence_in(FirstVisit(since_on), year, rule) for year in (today.year - 1, today.year)]
    latest = max((each for each in came if each is not None and each <= today), default=None)
    if latest is None or latest.year <= since_on.year or today - latest > timedelta(days=limit_days) + CATCH_UP:
        return None
    return latest
