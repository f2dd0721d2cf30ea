"""Whom to surprise this week, and why: a few people, each with one reason, spread fairly.

Pure. Fair means: who was rewarded or suggested lately waits; the reasons take turns; among equals chance
decides, but the same chance for every run of one week.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

REGULAR_VISITS = 6
RECENT = timedelta(days=60)
REST_AFTER_REWARD = timedelta(days=180)
REST_AFTER_SUGGESTION = timedelta(days=84)
MOST_SUGGESTED = 20


class SurpriseReason(StrEnum):
    """Why somebody deserves a surprise, in the order in which the reasons take turns."""

    RECOVERED = "recovered"
    PRAISED = "praised"
    NEVER_REWARDED = "never-rewarded"


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Somebody who might be surprised: visits within 12 months and what happened last."""

    contact_id: int
    visits: int = 0
    last_visit_on: date | None = None
    praised_on: date | None = None
    recovered_on: date | None = None
    rewarded_on: date | None = None
    suggested_on: date | None = None
    is_held: bool = False


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """Whom to surprise and why; `number` is the visits that the sentence tells."""

    contact_id: int
    reason: SurpriseReason
    number: int


def week_of(day: date) -> str:
    """Return the ISO week of a day, as 2026-W24."""
    year, week, _weekday = day.isocalendar()
    return f"{year}-W{week:02}"


def reason_for(candidate: Candidate, today: date) -> SurpriseReason | None:
    """Return why somebody deserves a surprise now, None when nothing does or they had theirs lately."""
    if candidate.is_held or _is_within(candidate.rewarded_on, today, REST_AFTER_REWARD):
        return None
    if _is_within(candidate.suggested_on, today, REST_AFTER_SUGGESTION):
        return None
    if _is_within(candidate.recovered_on, today, RECENT):
        return SurpriseReason.RECOVERED
    if _is_within(candidate.praised_on, today, RECENT):
        return SurpriseReason.PRAISED
    is_regular = candidate.visits >= REGULAR_VISITS and candidate.rewarded_on is None
    return SurpriseReason.NEVER_REWARDED if is_regular else None


def suggestions(candidates: Iterable[Candidate], today: date, count: int) -> list[Suggestion]:
    """Return whom to surprise this week, at most `count` people, the reasons in turn."""
    by_reason: dict[SurpriseReason, list[Candidate]] = {reason: [] for reason in SurpriseReason}
    for candidate in candidates:
        reason = reason_for(candidate, today)
        if reason is not None:
            by_reason[reason].append(candidate)
    queues = [(reason, _in_order(found, today)) for reason, found in by_reason.items() if found]
    return _in_turn(queues, min(count, MOST_SUGGESTED))


def _in_turn(queues: Sequence[tuple[SurpriseReason, list[Candidate]]], count: int) -> list[Suggestion]:
    chosen: list[Suggestion] = []
    for place in range(count):
        for reason, queue in queues:
            if place < len(queue) and len(chosen) < count:
                each = queue[place]
                chosen.append(Suggestion(contact_id=each.contact_id, reason=reason, number=each.visits))
    return chosen


def _in_order(candidates: list[Candidate], today: date) -> list[Candidate]:
    """Sort those never rewarded first, then the longest ago, then by this week's lot."""
    week = week_of(today)
    return sorted(candidates, key=lambda each: (each.rewarded_on or date.min, _lot(week, each.contact_id)))


def _lot(week: str, contact_id: int) -> str:
    return hashlib.sha256(f"{week}:{contact_id}".encode()).hexdigest()


def _is_within(day: date | None, today: date, length: timedelta) -> bool:
    return day is not None and timedelta(0) <= today - day < length
