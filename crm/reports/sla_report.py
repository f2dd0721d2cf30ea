"""The SLA report of a period: one set of figures for the page, the PDF and the JSON."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from crm.accounts.queries import the_business
from crm.complaints.models import ComplaintEvent, PreventiveAction
from crm.complaints.queries.pages import people_and_categories
from crm.complaints.words import Names
from crm.reports import rules, words
from crm.reports.printing.document import Document, Printable, Wish
from crm.reports.queries.breaches import excuses
from crm.reports.queries.causes import actions_of
from crm.reports.queries.clocks import ClockFilter, ClockLine, all_lines, count_lines
from crm.reports.queries.promises import kept_before, reported_promises
from crm.reports.queries.recovery import RecoveryFigures, recovery_figures
from crm.reports.rules import Group, ParetoRow, Span, SpanName, named_span
from crm.shared.clock import local_date
from crm.shared.permissions import Permission
from crm.shared.zones import zone_named
from crm.sla.queries import start_of_day
from crm.sla.rules import Attainment, Period

LINES_A_BREACH = 5


@dataclass(frozen=True)
class SlaReport:
    """What the report of a period says."""

    span: Span
    kept: Attainment
    before: Attainment
    by_channel: list[Group[Hashable]]
    rows: list[Group[Hashable]]
    breaches: list[ClockLine]
    excuses: dict[int, ComplaintEvent]
    causes: list[ParetoRow[int]]
    actions: Sequence[PreventiveAction]
    recovery: RecoveryFigures
    names: Names


def sla_report(span: Span, now: datetime) -> SlaReport:
    """Return the report of a period as it stands now."""
    period, asked = _instants(span), _asked(span)
    kept, recovery = reported_promises(asked, now), recovery_figures(period)
    breaches = all_lines(replace(asked, state="reviewed"), now)
    return SlaReport(
        span=span,
        kept=kept.all,
        before=kept_before(_instants(span.before), now),
        by_channel=kept.by_channel,
        rows=kept.by_channel_and_kind,
        breaches=breaches,
        excuses=excuses(breaches),
        causes=rules.pareto(recovery.root_causes),
        actions=actions_of(period),
        recovery=recovery,
        names=people_and_categories().names,
    )


def _instants(span: Span) -> Period:
    return Period(start_of_day(span.first), start_of_day(span.last, end=True))


def _asked(span: Span) -> ClockFilter:
    return ClockFilter(period=_instants(span), zone=zone_named(the_business().time_zone))


def gather(wish: Wish) -> Document:
    """Return the report as a document; without dates that of the last month."""
    return document_of(sla_report(_span(wish), wish.now))


def weigh(wish: Wish) -> int:
    """Return about how many lines the broken promises take, each told with what happened."""
    return LINES_A_BREACH * count_lines(replace(_asked(_span(wish)), state="reviewed"), wish.now)


def _span(wish: Wish) -> Span:
    today = local_date(wish.now, the_business().time_zone)
    first, last = wish.day("from"), wish.day("to")
    return Span(first, last) if first and last else named_span(SpanName.LAST_MONTH, today)


def document_of(report: SlaReport) -> Document:
    """Return a report as a document."""
    dates = {"from": report.span.first.isoformat(), "to": report.span.last.isoformat()}
    file_name = f"promises-{dates['from']}-{dates['to']}"
    return Document("sla", file_name, _context(report), back=f"/review?{urlencode(dates)}")


def _context(report: SlaReport) -> dict[str, Any]:
    return {
        "report": report,
        "points": rules.Change(report.kept, report.before),
        "currency": the_business().currency,
        "words": words,
        "rules": rules,
    }


PRINTABLE = Printable("promises", Permission.REVIEW, gather, weigh=weigh)


def report_json(report: SlaReport) -> dict[str, Any]:
    """Return the figures of the report, per channel and kind; times in seconds."""
    return {
        "from": report.span.first.isoformat(),
        "to": report.span.last.isoformat(),
        "time_zone": the_business().time_zone,
        "total": _figures(report.kept),
        "rows": [_row(group) for group in report.rows],
        "answers": {
            "satisfied": report.recovery.satisfied,
            "not_satisfied": report.recovery.not_satisfied,
            "no_answer": report.recovery.no_answer,
            "recovery_rate": report.recovery.recovery_rate,
        },
    }


def _row(group: Group[Hashable]) -> dict[str, Any]:
    assert isinstance(group.key, tuple)
    channel, kind = group.key
    return {"channel": channel, "kind": kind, **_figures(group.figure)}


def _figures(figure: Attainment) -> dict[str, Any]:
    return {
        "met": figure.met,
        "met_late": figure.met_late,
        "overdue": figure.overdue,
        "excused": figure.excused,
        "cancelled": figure.cancelled,
        "merged": figure.merged,
        "open": figure.open,
        "share": figure.share,
        "median_seconds": _seconds(figure.median_counted_time),
        "p90_seconds": _seconds(figure.p90_counted_time),
        "median_real_seconds": _seconds(figure.median_real_time),
        "p90_real_seconds": _seconds(figure.p90_real_time),
    }


def _seconds(time: timedelta | None) -> float | None:
    return None if time is None else round(time.total_seconds(), 1)
