"""Promises kept over a period: every figure from one read of the stored clocks, without objects."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, SQLColumnExpression, String, cast, func, literal_column, select

from crm.complaints.models import Complaint, ComplaintClock
from crm.extensions import db
from crm.reports.queries.clocks import ClockFilter, conditions, state_at
from crm.reports.queries.quarters import QUARTER, quarter_of
from crm.reports.rules import Bucket, Group, grouped, listed_numbers
from crm.sla.rules import Attainment, ClockState, Period, attainment_of
from crm.sla.rules.figures import KEPT_OR_LATE


class Facets(NamedTuple):
    """What clocks are grouped by."""

    kind: str
    channel: str
    category_id: int | None
    staff_id: int | None


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
    buckets, hours = _buckets(asked, now)
    return Promises(
        all=_total(buckets),
        by_channel=grouped(buckets, lambda key: key.channel, with_times=True),
        by_kind=grouped(buckets, lambda key: key.kind, with_times=True),
        by_category=grouped(buckets, lambda key: key.category_id),
        by_person=grouped(buckets, lambda key: key.staff_id),
        by_weekday=_in_order(grouped(hours, lambda key: key[0])),
        by_hour=_in_order(grouped(hours, lambda key: key[1])),
    )


def by_channel_and_kind(asked: ClockFilter, now: datetime) -> tuple[Attainment, list[Group[Hashable]]]:
    """Return promises kept over a period, all and per channel and kind; for reports."""
    buckets, _hours = _buckets(asked, now)
    groups = grouped(buckets, lambda key: (key.channel, key.kind), with_times=True)
    return _total(buckets), sorted(groups, key=lambda group: str(group.key))


def kept_before(period: Period, now: datetime) -> Attainment:
    """Return promises kept over the period to compare with, counted by the database."""
    clock, state = ComplaintClock, state_at(now).label("state")
    due = (clock.due_at >= period.start, clock.due_at < period.end)
    rows = db.session.execute(select(state, func.count()).where(*due).group_by(state))
    return attainment_of({ClockState(row[0]): row[1] for row in rows})


def _total(buckets: dict[Facets, Bucket]) -> Attainment:
    whole = grouped(buckets, lambda key: "", with_times=True)
    return whole[0].figure if whole else attainment_of({})


def _in_order(groups: Sequence[Group[Hashable]]) -> list[Group[Hashable]]:
    return sorted(groups, key=lambda group: int(str(group.key)))


Hours = dict[tuple[int, int], Bucket]


def _buckets(asked: ClockFilter, now: datetime) -> tuple[dict[Facets, Bucket], Hours]:
    """Read the clocks of a period once, those alike as one row: a quarter has more than ten thousand."""
    clock = ComplaintClock
    alike = (clock.kind, clock.channel, Complaint.category_id, Complaint.in_charge_id, state_at(now))
    lists = (_listed(clock.counted_seconds), _listed(clock.real_seconds), _listed(quarter_of(clock.started_at)))
    statement = select(*alike, func.count(), *lists).join(Complaint, Complaint.id == clock.complaint_id)
    statement = statement.where(*conditions(asked, now)).group_by(*(literal_column(str(n)) for n in range(1, 6)))
    buckets: dict[Facets, Bucket] = defaultdict(Bucket)
    starts: dict[ClockState, list[str]] = defaultdict(list)
    for kind, channel, category, person, name, count, counted, real, quarters in db.session.connection().execute(
        statement
    ):
        state, bucket = ClockState(name), buckets[Facets(kind, channel, category, person)]
        bucket.counts[state] += count
        starts[state].append(quarters)
        if state in KEPT_OR_LATE:
            bucket.counted += [counted] if counted else []
            bucket.real += [real] if real else []
    return buckets, _by_hours(starts, asked.zone)


def _listed(column: SQLColumnExpression[Any]) -> ColumnElement[str]:
    return func.aggregate_strings(cast(column, String), ",")


def _by_hours(starts: Mapping[ClockState, Sequence[str]], zone: ZoneInfo) -> Hours:
    """Every zone in use differs by whole quarters of an hour, so starts are counted by them."""
    hours: Hours = defaultdict(Bucket)
    for state, listed in starts.items():
        there = Counter(_hour_of(quarter, zone) for quarter in listed_numbers(listed))
        for hour, count in there.items():
            hours[hour].counts[state] += count
    return hours


@lru_cache(maxsize=20_000)
def _hour_of(quarter: int, zone: ZoneInfo) -> tuple[int, int]:
    """Return weekday and hour there of a quarter of an hour counted from 1970."""
    there = datetime.fromtimestamp(quarter * QUARTER, zone)
    return there.weekday(), there.hour
