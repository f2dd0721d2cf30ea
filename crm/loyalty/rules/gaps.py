"""How often a regular usually comes, and when that is overdue; pure.

The usual gap is the median of the gaps between a contact's own visits, from three gaps on, in whole days.
A regular is overdue from one and a half usual gaps on, at risk beyond twice, lost after the business's limit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from itertools import pairwise

LEAST_GAPS = 3
OVERDUE_PERCENT = 150
AT_RISK_PERCENT = 200


class Absence(StrEnum):
    """How long somebody has stayed away, measured by their own habit."""

    USUAL = "usual"
    OVERDUE = "overdue"
    AT_RISK = "at-risk"
    LOST = "lost"


def usual_gap(visits: Sequence[date]) -> int | None:
    """Return the median gap in days (a half rounded up) between visits in order; None below three gaps."""
    days = [each.toordinal() for each in visits]
    gaps = sorted(later - earlier for earlier, later in pairwise(days))
    if len(gaps) < LEAST_GAPS:
        return None
    middle = len(gaps) // 2
    if len(gaps) % 2:
        return gaps[middle]
    return (gaps[middle - 1] + gaps[middle] + 1) // 2


def overdue_percent(last_visit: date | None, gap: int | None, today: date) -> int | None:
    """Return the days since the last visit as a percentage of the usual gap.

    Rounded down up to 200 and up beyond, so that the percentage alone tells who is overdue or at risk.
    """
    if last_visit is None or gap is None:
        return None
    percent, rest = divmod((today - last_visit).days * 100, gap)
    return percent + 1 if rest and percent >= AT_RISK_PERCENT else percent


def absence(last_visit: date, gap: int | None, today: date, *, lost_days: int) -> Absence:
    """Return how long a contact has stayed away."""
    days = (today - last_visit).days
    if days > lost_days:
        return Absence.LOST
    if gap is None or days * 100 < gap * OVERDUE_PERCENT:
        return Absence.USUAL
    return Absence.AT_RISK if days * 100 > gap * AT_RISK_PERCENT else Absence.OVERDUE
