"""Promises kept over a period: every figure from one read of the stored clocks, without objects."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from crm.complaints.models import Complaint, ComplaintClock
from crm.extensions import db
from crm.reports.queries.clocks import ClockFilter, conditions, state_at
from crm.reports.queries.quarters import QUARTER, quarter_of
from crm.reports.rules import Bucket, Group, grouped
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
    """Read the clocks of a period once and count them by what they have in common."""
    clock = ComplaintClock
    facets = (clock.kind, clock.channel, Complaint.category_id, Complaint.in_charge_id)
    columns = (*facets, state_at(now), quarter_of(clock.started_at), clock.counted_seconds, clock.real_seconds)
    statement = select(*columns).join(Complaint, Complaint.id == clock.complaint_id).where(*conditions(asked, now))
    rows: Sequence[Sequence[Any]] = db.session.connection().execute(statement).all()
    if not rows:
        return {}, {}
    *facets_of, states, quarters, counted, real = zip(*rows, strict=True)
    alike = zip(*facets_of, states, strict=True)
    return _by_facets(alike, counted, real), _by_hours(Counter(zip(quarters, states, strict=True)), asked.zone)


def _by_facets(alike: Iterable[tuple[Any, ...]], counted: Sequence[Any], real: Sequence[Any]) -> dict[Facets, Bucket]:
    """Columns, not rows, are walked through: a quarter has more than ten thousand clocks."""
    found: dict[tuple[Any, ...], list[tuple[int, int]]] = defaultdict(list)
    for key, short, long in zip(alike, counted, real, strict=True):
        found[key].append((short, long))
    buckets: dict[Facets, Bucket] = defaultdict(Bucket)
    for (*facets, name), each in found.items():
        state, bucket = ClockState(name), buckets[Facets(*facets)]
        bucket.counts[state] += len(each)
        if state in KEPT_OR_LATE:
            bucket.counted += [pair[0] for pair in each]
            bucket.real += [pair[1] for pair in each]
    return buckets


def _by_hours(starts: Counter[tuple[int, str]], zone: ZoneInfo) -> Hours:
    """Every zone in use differs by whole quarters of an hour, so starts are counted by them."""
    hours: Hours = defaultdict(Bucket)
    for (quarter, name), count in starts.items():
        there = datetime.fromtimestamp(quarter * QUARTER, zone)
        hours[there.weekday(), there.hour].counts[ClockState(name)] += count
    return hours
