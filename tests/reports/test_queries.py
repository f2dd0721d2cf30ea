"""Figures are those of the one function over the derived clocks, and each opens exactly its records."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask_babel import force_locale
from sqlalchemy import select

from crm.complaints.models import Complaint
from crm.complaints.queries.cases import case_of
from crm.extensions import db
from crm.reports.queries.causes import by_category, by_root_cause
from crm.reports.queries.clocks import STATES, ClockFilter, all_lines, clock_lines
from crm.reports.queries.promises import kept_before, promises
from crm.reports.queries.recovery import OF_A_CATEGORY, Measure, complaints_of, recovery_figures, remedies_given
from crm.reports.rules import Span
from crm.reports.sla_report import report_json, sla_report
from crm.reports.views.asked import instants_of
from crm.sla.queries import calendar_at
from crm.sla.rules import Attainment, Clock, attainment, period_of, recovery
from tests.conftest import NOW

ZONE = ZoneInfo("Asia/Kolkata")
SPANS = [
    Span(date(2026, 6, 1), date(2026, 6, 30)),
    Span(date(2026, 4, 1), date(2026, 6, 30)),
    Span(date(2025, 6, 13), date(2026, 6, 12)),
]


@pytest.fixture(autouse=True)
def english(session: object) -> Iterator[None]:
    """Names are read in English, as no browser asks."""
    with force_locale("en"):
        yield


def derived() -> list[tuple[Complaint, list[Clock]]]:
    cases = [case_of(each) for each in db.session.scalars(select(Complaint.id))]
    return [(case.complaint, list(case.derivation.clocks)) for case in cases if case is not None]


def counts(figure: Attainment) -> tuple[int, ...]:
    return figure.met, figure.met_late, figure.overdue, figure.excused, figure.cancelled, figure.merged, figure.open


@pytest.mark.parametrize("span", SPANS, ids=str)
def test_figures_are_those_of_the_derived_clocks(year: int, span: Span) -> None:
    calendar = calendar_at(NOW)
    assert calendar is not None
    period = period_of(span.first, span.last, calendar)
    assert period == instants_of(span)
    cases = derived()
    expected = attainment([clock for _complaint, clocks in cases for clock in clocks], period, NOW)
    asked = ClockFilter(period=period, zone=ZONE)
    found = promises(asked, NOW)
    assert found.all == expected
    assert counts(kept_before(period, NOW)) == counts(expected)
    for group in found.by_channel:
        own = [clock for _complaint, clocks in cases for clock in clocks if clock.channel == group.key]
        assert group.figure == attainment(own, period, NOW)
    for group in found.by_person:
        own = [clock for complaint, clocks in cases for clock in clocks if complaint.in_charge_id == group.key]
        assert counts(group.figure) == counts(attainment(own, period, NOW))


def every_line(asked: ClockFilter) -> list[int]:
    ids, place = [], None
    while True:
        page = clock_lines(asked, NOW, place)
        ids += [line.id for line in page.rows]
        place = page.next_place
        if place is None:
            return ids


FIELDS = {
    "channel": "by_channel",
    "kind": "by_kind",
    "category_id": "by_category",
    "staff_id": "by_person",
    "weekday": "by_weekday",
    "hour": "by_hour",
}


def test_each_figure_opens_exactly_its_records(year: int) -> None:
    asked = ClockFilter(period=instants_of(SPANS[2]), zone=ZONE)
    found = promises(asked, NOW)
    groups: list[tuple[dict[str, Any], Attainment]] = [({}, found.all)]
    for field, name in FIELDS.items():
        groups += [({field: 0 if group.key is None else group.key}, group.figure) for group in getattr(found, name)]
    names = ("met", "met-late", "overdue", "excused", "cancelled", "merged", "open")
    for (narrowed, _figure), (name, count) in (
        (pair, each) for pair in groups for each in zip(names, counts(pair[1]), strict=True)
    ):
        if count:
            ids = every_line(replace(asked, state=name, **narrowed))
            assert len(ids) == len(set(ids)) == count, (narrowed, name)
    assert len(every_line(asked)) == sum(counts(found.all))
    assert len(every_line(replace(asked, state="counted"))) == found.all.total
    assert len(every_line(replace(asked, state="broken"))) == found.all.broken


def test_filters_narrow_together(year: int) -> None:
    asked = ClockFilter(period=instants_of(SPANS[2]), zone=ZONE)
    whole = len(every_line(asked))
    parts = [
        len(every_line(replace(asked, weekday=weekday, state=state)))
        for weekday, state in product(range(7), ("counted", "excused", "cancelled", "merged", "open"))
    ]
    assert sum(parts) == whole
    assert set(STATES) >= {"counted", "broken", "reviewed"}
    assert len(all_lines(asked, NOW)) == whole


def test_recovery_is_that_of_the_rule_and_opens_its_records(year: int) -> None:
    period = instants_of(Span(date(2020, 1, 1), date(2026, 6, 30)))
    figures = recovery_figures(period)
    expected = recovery([clocks for _complaint, clocks in derived()])
    assert (figures.resolved, figures.first_fix, figures.reopened_soon) == (
        expected.resolved,
        expected.first_fix,
        expected.reopened_soon,
    )
    assert figures.received == year
    for measure in set(Measure) - set(OF_A_CATEGORY):
        page = complaints_of(measure, period)
        count = len(page.rows) + (len(complaints_of(measure, period, page.next_place).rows) if page.next_place else 0)
        assert count == getattr(figures, measure.value.replace("-", "_")), measure
    given, place = [], None
    while True:
        remedies = remedies_given(period, place)
        given += list(remedies.rows)
        place = remedies.next_place
        if place is None:
            break
    assert len(given) == figures.remedies
    assert sum(remedy.cost for remedy in given) == figures.cost


def test_each_cause_opens_its_complaints(year: int) -> None:
    period = instants_of(Span(date(2026, 1, 1), date(2026, 6, 30)))
    for rows, measure in ((by_category(period), Measure.ABOUT), (by_root_cause(period), Measure.CAUSED_BY)):
        assert rows
        for row in rows:
            found = complaints_of(measure, period, category_id=row.key)
            assert len(found.rows) == row.count and found.next_place is None


def test_the_report_adds_up(year: int) -> None:
    report = sla_report(SPANS[1], NOW)
    told = report_json(report)
    names = ("met", "met_late", "overdue", "excused", "cancelled", "merged", "open")
    assert {name: sum(row[name] for row in told["rows"]) for name in names} == {
        name: told["total"][name] for name in names
    }
    assert len(report.breaches) == report.kept.broken + report.kept.excused


def test_nothing_at_all(owner: object) -> None:
    report = sla_report(SPANS[0], NOW)
    assert report.kept.share is None
    assert report_json(report)["rows"] == []
