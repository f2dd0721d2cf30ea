"""Promises kept over a period: every figure from one read of the stored clocks, without objects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from crm.complaints.models import Complaint, ComplaintClock
from crm.extensions import db
from crm.reports.queries.clocks import ClockFilter, conditions, state_at
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
    columns = (*facets, state_at(now), clock.started_at, clock.counted_seconds, clock.real_seconds)
    statement = select(*columns).join(Complaint, Complaint.id == clock.complaint_id).where(*conditions(asked, now))
    buckets: dict[tuple[object, ...], tuple[list[int], list[int], list[int]]] = {}
    starts: Counter[tuple[datetime, str]] = Counter()
    for kind, channel, category_id, staff_id, state, started_at, counted, real in db.session.execute(statement):
        if not asked.is_at(started_at):
            continue
        found = buckets.setdefault((kind, channel, category_id, staff_id, state), ([], [], []))
        found[0].append(1)
        starts[(started_at.replace(minute=started_at.minute // 15 * 15, second=0, microsecond=0), state)] += 1
        if counted is not None and real is not None:
            found[1].append(counted)
            found[2].append(real)
    return _by_facets(buckets), _by_hours(starts, asked.zone)


def _by_facets(found: dict[tuple[object, ...], tuple[list[int], list[int], list[int]]]) -> dict[Facets, Bucket]:
    buckets: dict[Facets, Bucket] = {}
    for (*facets, name), (ones, counted, real) in found.items():
        state = ClockState(str(name))
        bucket = buckets.setdefault(Facets(*facets), Bucket())  # type: ignore[arg-type]
        bucket.counts[state] += len(ones)
        if state in KEPT_OR_LATE:
            bucket.counted += counted
            bucket.real += real
    return buckets


def _by_hours(starts: Counter[tuple[datetime, str]], zone: ZoneInfo) -> Hours:
    """Every zone in use differs by whole quarters of an hour, so starts are counted by them."""
    hours: Hours = {}
    for (at, name), count in starts.items():
        there = at.astimezone(zone)
        hours.setdefault((there.weekday(), there.hour), Bucket()).counts[ClockState(name)] += count
    return hours
