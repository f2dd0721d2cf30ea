"""Periods, groups, causes and weeks of the review."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest

from crm.reports.rules import (
    BadSpan,
    BreachCause,
    Bucket,
    CausesMissing,
    Change,
    NotBroken,
    NoteNeeded,
    Span,
    SpanName,
    WeekNotOver,
    check_cause,
    check_week,
    effect,
    grouped,
    is_few,
    named_span,
    pareto,
    whole_percent,
)
from crm.sla.rules import ClockState, attainment_of

FRIDAY = date(2026, 6, 12)


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        (SpanName.THIS_WEEK, date(2026, 6, 8), date(2026, 6, 14)),
        (SpanName.LAST_WEEK, date(2026, 6, 1), date(2026, 6, 7)),
        (SpanName.THIS_MONTH, date(2026, 6, 1), date(2026, 6, 30)),
        (SpanName.LAST_MONTH, date(2026, 5, 1), date(2026, 5, 31)),
        (SpanName.THIS_QUARTER, date(2026, 4, 1), date(2026, 6, 30)),
        (SpanName.LAST_QUARTER, date(2026, 1, 1), date(2026, 3, 31)),
    ],
)
def test_named_periods(name: SpanName, first: date, last: date) -> None:
    assert named_span(name, FRIDAY) == Span(first, last)


def test_the_turn_of_the_year() -> None:
    assert named_span(SpanName.LAST_QUARTER, date(2026, 2, 3)) == Span(date(2025, 10, 1), date(2025, 12, 31))
    assert named_span(SpanName.LAST_MONTH, date(2026, 1, 1)) == Span(date(2025, 12, 1), date(2025, 12, 31))
    assert named_span(SpanName.THIS_QUARTER, date(2026, 12, 31)).last == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("span", "before"),
    [
        (Span(date(2026, 3, 1), date(2026, 3, 31)), Span(date(2026, 2, 1), date(2026, 2, 28))),
        (Span(date(2026, 4, 1), date(2026, 6, 30)), Span(date(2026, 1, 1), date(2026, 3, 31))),
        (Span(date(2026, 6, 8), date(2026, 6, 14)), Span(date(2026, 6, 1), date(2026, 6, 7))),
        (Span(date(2026, 6, 12), date(2026, 6, 12)), Span(date(2026, 6, 11), date(2026, 6, 11))),
        (Span(date(2026, 6, 2), date(2026, 6, 30)), Span(date(2026, 5, 4), date(2026, 6, 1))),
    ],
)
def test_the_period_before(span: Span, before: Span) -> None:
    assert span.before == before


def test_a_period_does_not_end_before_it_begins() -> None:
    with pytest.raises(BadSpan):
        Span(FRIDAY, FRIDAY - timedelta(days=1))


def test_groups_add_up_to_all() -> None:
    buckets = {
        ("text", 1): Bucket(Counter({ClockState.MET: 3, ClockState.BREACHED: 1}), [60, 120, 180], [60, 120, 180]),
        ("phone", 1): Bucket(Counter({ClockState.MET_LATE: 2}), [600, 700], [600, 700]),
        ("text", 2): Bucket(Counter({ClockState.EXCUSED: 1})),
    }
    by_channel = grouped(buckets, lambda key: key[0])
    assert [(group.key, group.figure.total, group.figure.excused) for group in by_channel] == [
        ("text", 4, 1),
        ("phone", 2, 0),
    ]
    whole = grouped(buckets, lambda key: "")[0].figure
    assert (whole.met, whole.met_late, whole.overdue, whole.excused) == (3, 2, 1, 1)
    assert by_channel[0].figure.median_counted_time == timedelta(minutes=2)


@pytest.mark.parametrize(("share", "expected"), [(1.0, 100), (0.999, 99), (0.0, 0), (0.001, 1), (0.924, 92), (0.5, 50)])
def test_only_all_is_a_hundred_percent(share: float, expected: int) -> None:
    assert whole_percent(share) == expected


@pytest.mark.parametrize(
    ("part", "total", "expected"), [(5, 8, 63), (3, 8, 38), (37, 40, 93), (29, 200, 15), (1, 40, 3)]
)
def test_a_half_is_rounded_up_as_spreadsheets_do(part: int, total: int, expected: int) -> None:
    assert whole_percent(part / total) == expected


def test_points_against_the_period_before() -> None:
    better = attainment_of({ClockState.MET: 9, ClockState.BREACHED: 1})
    worse = attainment_of({ClockState.MET: 8, ClockState.MET_LATE: 2})
    assert Change(better, worse).points == 10
    assert Change(better, attainment_of({})).points is None


@pytest.mark.parametrize(("now", "before", "is_hint"), [(10, 10, False), (9, 10, True), (50, 1, True), (50, 0, False)])
def test_a_change_of_few_is_only_a_hint(now: int, before: int, is_hint: bool) -> None:
    change = Change(attainment_of({ClockState.MET: now}), attainment_of({ClockState.BREACHED: before}))
    assert change.is_hint is is_hint


def test_few() -> None:
    assert [is_few(count) for count in (0, 1, 9, 10)] == [False, True, True, False]


def test_a_cause_needs_a_breach_and_other_needs_a_word() -> None:
    check_cause(BreachCause.HANDOVER, "", is_broken=True)
    with pytest.raises(NotBroken):
        check_cause(BreachCause.HANDOVER, "", is_broken=False)
    with pytest.raises(NoteNeeded):
        check_cause(BreachCause.OTHER, "", is_broken=True)


def test_a_week_is_closed_when_it_is_over_and_each_breach_has_its_cause() -> None:
    monday = date(2026, 6, 1)
    check_week(monday, date(2026, 6, 8), missing=0)
    with pytest.raises(WeekNotOver):
        check_week(monday, date(2026, 6, 7), missing=0)
    with pytest.raises(CausesMissing):
        check_week(monday, date(2026, 6, 8), missing=1)


def test_pareto() -> None:
    rows = pareto({1: 2, None: 2, 3: 6})
    assert [(row.key, row.count, row.running_share) for row in rows] == [(3, 6, 0.6), (1, 2, 0.8), (None, 2, 1.0)]
    assert pareto({}) == []


def test_the_effect_of_an_action() -> None:
    done = date(2026, 5, 1)
    days = [done - timedelta(days=31), done - timedelta(days=30), done - timedelta(days=1), done, done + timedelta(29)]
    whole = effect([*days, done + timedelta(days=30)], done, date(2026, 6, 12))
    assert (whole.before, whole.after, whole.days, whole.is_whole, whole.went_down) == (2, 2, 30, True, False)
    half = effect([done - timedelta(days=3)] * 4 + [done], done, done + timedelta(days=14))
    assert (half.before, half.after, half.days, half.went_down) == (4, 1, 15, True)
