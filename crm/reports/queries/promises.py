"""Promises kept over a period: every figure from one read of the stored clocks, without objects."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, SQLColumnExpression, String, cast, func, literal_column, select

from crm.complaints.models import Complaint, ComplaintClock
from crm.reports.queries.clocks import ClockFilter, conditions, state_at
from crm.reports.queries.quarters import QUARTER, quarter_of
from crm.reports.rules import Bucket, Group, grouped, listed_numbers
from crm.shared.database import read
from crm.sla.rules import Attainment, ClockState, Period, attainment_of
from crm.sla.rules.figures import KEPT_OR_LATE


@dataclass(frozen=True)
class Promises:
    """Promises kept: all, and by each thing that they can be grouped by."""

    all: Attainment
    by_channel: list[Group[Hashable]]
    by_kind: list[Group[Hashable]]
    by_category: list[Group[Hashable]]
    by_person: list[Group[Hashable]]
    by_weekday: list[Group[Hashable]]
    by_hour: list[Group[Hashable]]


def promises(asked: ClockFilter, now: datetime) -> Promises:
    """Return promises kept over a period with their groups; weekday and hour are those of the start."""
    found = _read(asked, now)
    return Promises(
        all=_total(found.timed),
        by_channel=grouped(found.timed, lambda key: key[0]),
        by_kind=grouped(found.timed, lambda key: key[1]),
        by_category=grouped(found.owned, lambda key: key[0]),
        by_person=grouped(found.owned, lambda key: key[1]),
        by_weekday=_in_order(grouped(found.hours, lambda key: key[0])),
        by_hour=_in_order(grouped(found.hours, lambda key: key[1])),
    )


def by_channel_and_kind(asked: ClockFilter, now: datetime) -> tuple[Attainment, list[Group[Hashable]]]:
    """Return promises kept over a period, all and per channel and kind; for reports."""
    timed = _read(asked, now).timed
    return _total(timed), sorted(grouped(timed, lambda key: key), key=lambda group: str(group.key))


def kept_before(period: Period, now: datetime) -> Attainment:
    """Return promises kept over the period to compare with, counted by the database."""
    clock, state = ComplaintClock, state_at(now).label("state")
    due = (clock.due_at >= period.start, clock.due_at < period.end)
    rows = read(select(state, func.count()).where(*due).group_by(state))
    return attainment_of({ClockState(row[0]): row[1] for row in rows})


def _total(timed: Mapping[tuple[str, str], Bucket]) -> Attainment:
    whole = grouped(timed, lambda key: "")
    return whole[0].figure if whole else attainment_of({})


def _in_order(groups: Sequence[Group[Hashable]]) -> list[Group[Hashable]]:
    return sorted(groups, key=lambda group: int(str(group.key)))


@dataclass(frozen=True)
class _Buckets:
    """The clocks of a period put together in three ways; only those by channel and kind carry times."""

    timed: dict[tuple[str, str], Bucket]
    owned: dict[tuple[int | None, int | None], Bucket]
    hours: dict[tuple[int, int], Bucket]


def _read(asked: ClockFilter, now: datetime) -> _Buckets:
    """Read the clocks of a period once, those alike as one row: a quarter has more than ten thousand.

    The database lists their times and starts as texts such as "60,120".
    """
    clock = ComplaintClock
    alike = (clock.channel, clock.kind, Complaint.category_id, Complaint.in_charge_id, state_at(now))
    lists = (_listed(clock.counted_seconds), _listed(clock.real_seconds), _listed(quarter_of(clock.started_at)))
    statement = select(*alike, func.count(), *lists).join(Complaint, Complaint.id == clock.complaint_id)
    statement = statement.where(*conditions(asked, now)).group_by(*(literal_column(str(n)) for n in range(1, 6)))
    found = _Buckets(defaultdict(Bucket), defaultdict(Bucket), defaultdict(Bucket))
    texts: dict[tuple[str, str], tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    starts: dict[ClockState, list[str]] = defaultdict(list)
    for channel, kind, category, person, name, count, counted, real, quarters in read(statement):
        state = ClockState(name)
        found.timed[channel, kind].counts[state] += count
        found.owned[category, person].counts[state] += count
        starts[state].append(quarters)
        if state in KEPT_OR_LATE:
            for listed, text in zip(texts[channel, kind], (counted, real), strict=True):
                listed += [text] if text else []
    for key, (counted, real) in texts.items():
        found.timed[key].counted, found.timed[key].real = sorted(listed_numbers(counted)), sorted(listed_numbers(real))
    _add_hours(found.hours, starts, asked.zone)
    return found


def _listed(column: SQLColumnExpression[Any]) -> ColumnElement[str]:
    return func.aggregate_strings(cast(column, String), ",")


def _add_hours(
    hours: dict[tuple[int, int], Bucket], starts: Mapping[ClockState, Sequence[str]], zone: ZoneInfo
) -> None:
    """Every zone in use differs by whole quarters of an hour, so starts are counted by them."""
    for state, listed in starts.items():
        for quarter, count in Counter(listed_numbers(listed)).items():
            hours[_hour_of(quarter, zone)].counts[state] += count


@lru_cache(maxsize=20_000)
def _hour_of(quarter: int, zone: ZoneInfo) -> tuple[int, int]:
    """Return weekday and hour there of a quarter of an hour counted from 1970."""
    there = datetime.fromtimestamp(quarter * QUARTER, zone)
    return there.weekday(), there.hour
