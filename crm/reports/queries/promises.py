"""Promises kept over a period: every figure from two reads of the stored clocks, without objects."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, String, cast, func, literal_column, select

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


@dataclass(frozen=True)
class ReportedPromises:
    """Promises kept as a report tells them: all, by channel, and by channel and kind."""

    all: Attainment
    by_channel: list[Group[Hashable]]
    by_channel_and_kind: list[Group[Hashable]]


def promises(asked: ClockFilter, now: datetime) -> Promises:
    """Return promises kept over a period with their groups; weekday and hour are those of the start."""
    timed, hours = _by_promise(asked, now)
    owned = _by_owner(asked, now)
    return Promises(
        all=_total(timed),
        by_channel=grouped(timed, lambda key: key[0]),
        by_kind=grouped(timed, lambda key: key[1]),
        by_category=grouped(owned, lambda key: key[0]),
        by_person=grouped(owned, lambda key: key[1]),
        by_weekday=_in_order(grouped(hours, lambda key: key[0])),
        by_hour=_in_order(grouped(hours, lambda key: key[1])),
    )


def reported_promises(asked: ClockFilter, now: datetime) -> ReportedPromises:
    """Return promises kept over a period for its report."""
    timed, _hours = _by_promise(asked, now)
    return ReportedPromises(
        all=_total(timed),
        by_channel=grouped(timed, lambda key: key[0]),
        by_channel_and_kind=sorted(grouped(timed, lambda key: key), key=lambda group: str(group.key)),
    )


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


Promised = tuple[str, str]
Owner = tuple[int | None, int | None]
Hour = tuple[int, int]


def _by_promise(asked: ClockFilter, now: datetime) -> tuple[dict[Promised, Bucket], dict[Hour, Bucket]]:
    """Return the clocks of a period by channel and kind, with their times, and by weekday and hour of their start.

    Those alike are read as one row: a quarter has more than ten thousand. The database lists their times and starts
    as texts such as "60,120".
    """
    clock = ComplaintClock
    lists = (_listed(clock.counted_seconds), _listed(clock.real_seconds), _listed(quarter_of(clock.started_at)))
    statement = select(clock.channel, clock.kind, state_at(now), func.count(), *lists)
    alike = _alike(statement, asked, now, with_complaints=asked.is_about_complaints)
    timed: dict[Promised, Bucket] = defaultdict(Bucket)
    starts: dict[ClockState, list[str]] = defaultdict(list)
    for channel, kind, name, count, counted, real, quarters in read(alike):
        bucket, state = timed[channel, kind], ClockState(name)
        bucket.counts[state] += count
        starts[state].append(quarters)
        if state in KEPT_OR_LATE:
            bucket.counted += listed_numbers([counted])
            bucket.real += listed_numbers([real])
    for bucket in timed.values():  # in order once, for all the groups that are made of them
        bucket.counted.sort()
        bucket.real.sort()
    return timed, _by_hour(starts, asked.zone)


def _by_owner(asked: ClockFilter, now: datetime) -> dict[Owner, Bucket]:
    """Return the clocks of a period by category and person in charge."""
    statement = select(Complaint.category_id, Complaint.in_charge_id, state_at(now), func.count())
    owned: dict[Owner, Bucket] = defaultdict(Bucket)
    for category, person, name, count in read(_alike(statement, asked, now, with_complaints=True)):
        owned[category, person].counts[ClockState(name)] += count
    return owned


def _alike(
    statement: Select[*tuple[Any, ...]], asked: ClockFilter, now: datetime, *, with_complaints: bool
) -> Select[*tuple[Any, ...]]:
    """Return a read of clocks narrowed, those whose first three columns are alike as one row.

    Complaints are only looked up where something of theirs is asked for: the clocks alone are answered by an index.
    """
    clocks = statement.select_from(ComplaintClock)
    if with_complaints:
        clocks = clocks.join(Complaint, Complaint.id == ComplaintClock.complaint_id)
    return clocks.where(*conditions(asked, now)).group_by(*(literal_column(str(at)) for at in (1, 2, 3)))


def _listed(column: SQLColumnExpression[Any]) -> ColumnElement[str]:
    return func.aggregate_strings(cast(column, String), ",")


def _by_hour(starts: Mapping[ClockState, Sequence[str]], zone: ZoneInfo) -> dict[Hour, Bucket]:
    """Every zone in use differs by whole quarters of an hour, so starts are counted by them."""
    hours: dict[Hour, Bucket] = defaultdict(Bucket)
    for state, listed in starts.items():
        for quarter, count in Counter(listed_numbers(listed)).items():
            hours[_hour_of(quarter, zone)].counts[state] += count
    return hours


@lru_cache(maxsize=20_000)
def _hour_of(quarter: int, zone: ZoneInfo) -> tuple[int, int]:
    """Return weekday and hour there of a quarter of an hour counted from 1970."""
    there = datetime.fromtimestamp(quarter * QUARTER, zone)
    return there.weekday(), there.hour
