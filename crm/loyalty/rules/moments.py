"""Which moments are worth a treat, when they come, and until when they are still fresh.

Pure. Each moment has an occurrence: the year of a birthday, the number of a visit, the newcomer of a
referral. A moment is proposed once for each; a late run catches up a few days, and never before the day on
which the business began with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from crm.contacts.key_date_rules import LeapDayRule, Original, occurrence_in, years_reached
from crm.loyalty.rules.rewards import RewardKind
from crm.shared.errors import Conflict, Refused

CATCH_UP = timedelta(days=3)
FRESH = timedelta(days=14)
COUNTED_VISITS = (10, 50, 100)
LONGEST_NOTICE = 30


class MomentKind(StrEnum):
    """What happened, or comes."""

    BIRTHDAY = "birthday"
    ANNIVERSARY = "anniversary"
    YEARS = "years"
    VISITS = "visits"
    REFERRAL = "referral"
    AFTER_COMPLAINT = "after-complaint"
    LONG_AWAY = "long-away"


# Moments that come on a day known ahead, so that notice can be given.
FORESEEN = frozenset({MomentKind.BIRTHDAY, MomentKind.ANNIVERSARY, MomentKind.YEARS})
REWARD_KINDS = {
    MomentKind.BIRTHDAY: RewardKind.BIRTHDAY,
    MomentKind.ANNIVERSARY: RewardKind.ANNIVERSARY,
    MomentKind.YEARS: RewardKind.MILESTONE,
    MomentKind.VISITS: RewardKind.MILESTONE,
    MomentKind.REFERRAL: RewardKind.REFERRAL,
    MomentKind.AFTER_COMPLAINT: RewardKind.MAKE_GOOD,
    MomentKind.LONG_AWAY: RewardKind.WELCOME_BACK,
}


class MomentSettled(Conflict):
    """Somebody has seen to this already."""


class AutomaticNeedsReward(Refused):
    """Choose the reward that is issued by itself."""


@dataclass(frozen=True, kw_only=True)
class Window:
    """The days a run looks at: today, and nothing from before the business began with moments.

    Whoever comes back after more than `lost_days` was lost, and is welcomed back.
    """

    today: date
    since: date
    lost_days: int = 180

    def is_due(self, falls_on: date, notice_days: int = 0) -> bool:
        """Tell whether a moment is to be proposed today."""
        if falls_on < max(self.since, self.today - CATCH_UP):
            return False
        return falls_on - timedelta(days=notice_days) <= self.today


@dataclass(frozen=True, kw_only=True)
class Found:
    """A moment of a contact: its occurrence is what makes it the only one; `number` is what it counts."""

    contact_id: int
    kind: MomentKind
    occurrence: str
    falls_on: date
    number: int | None = None


def dated_moments(
    contact_id: int, kind: MomentKind, original: Original, window: Window, rule: LeapDayRule, notice_days: int
) -> Iterator[Found]:
    """Give the occurrences of a birthday or anniversary that are due."""
    for year in sorted({(window.today - CATCH_UP).year, window.today.year, (window.today.year + 1)}):
        falls_on = occurrence_in(original, year, rule)
        if falls_on is not None and window.is_due(falls_on, notice_days):
            yield Found(
                contact_id=contact_id, kind=kind, occurrence=str(falls_on.year), falls_on=falls_on,
                number=years_reached(original, falls_on),
            )  # fmt: skip


@dataclass(frozen=True)
class FirstVisit:
    """The day of a contact's first visit, as a date that comes back every year."""

    on: date
    repeats: bool = True
    notice_days: int = 0

    @property
    def day(self) -> int:
        """The day of the month."""
        return self.on.day

    @property
    def month(self) -> int:
        """The month."""
        return self.on.month

    @property
    def year(self) -> int | None:
        """The year."""
        return self.on.year


def years_moments(
    contact_id: int, first_visit: date, window: Window, rule: LeapDayRule, notice_days: int
) -> Iterator[Found]:
    """Give the full years as a customer that are due; the first visit itself is none."""
    found = dated_moments(contact_id, MomentKind.YEARS, FirstVisit(first_visit), window, rule, notice_days)
    return (each for each in found if each.number)


def visit_moments(contact_id: int, days: Iterable[date], window: Window) -> Iterator[Found]:
    """Give what the visits of a contact, on these days, make of the due ones: a round number, a return."""
    visited = sorted(set(days))
    for number in COUNTED_VISITS:
        if len(visited) >= number and window.is_due(visited[number - 1]):
            yield Found(
                contact_id=contact_id, kind=MomentKind.VISITS, occurrence=str(number), falls_on=visited[number - 1],
                number=number,
            )  # fmt: skip
    for before, after in pairwise(visited):
        if window.is_due(after) and (after - before).days > window.lost_days:
            yield Found(
                contact_id=contact_id, kind=MomentKind.LONG_AWAY, occurrence=after.isoformat(), falls_on=after,
                number=(after - before).days,
            )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class ClosedComplaint:
    """A complaint that is over, and the local day on which it was."""

    id: int
    contact_id: int
    closed_on: date


def returns_after_complaints(
    complaints: Iterable[ClosedComplaint], visits: Mapping[int, Sequence[date]], window: Window
) -> Iterator[Found]:
    """Give the first visit of each contact after a complaint of theirs was closed."""
    for complaint in complaints:
        later = [day for day in visits.get(complaint.contact_id, ()) if day > complaint.closed_on]
        if later and window.is_due(min(later)):
            yield Found(
                contact_id=complaint.contact_id, kind=MomentKind.AFTER_COMPLAINT,
                occurrence=f"complaint-{complaint.id}", falls_on=min(later),
            )  # fmt: skip


def referral_moment(referrer_id: int, newcomer_id: int, visits: Iterable[date], window: Window) -> Found | None:
    """Return the moment of who brought a newcomer: when the newcomer first comes or buys, which is a visit."""
    first = min(visits, default=None)
    if first is None or not window.is_due(first) or referrer_id == newcomer_id:
        return None
    return Found(contact_id=referrer_id, kind=MomentKind.REFERRAL, occurrence=f"newcomer-{newcomer_id}", falls_on=first)


def is_fresh(falls_on: date, today: date) -> bool:
    """Tell whether a moment can still be seen to: until two weeks after its day."""
    return today <= falls_on + FRESH
