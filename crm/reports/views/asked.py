"""Which period and which records an address of the review asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from flask import request, url_for

from crm.accounts.queries import the_business
from crm.reports.queries.clocks import ClockFilter
from crm.reports.rules import BadSpan, Span, SpanName, named_span
from crm.shared import clock
from crm.shared.addresses import number_in_address
from crm.shared.bounds import day_of
from crm.shared.zones import zone_named
from crm.sla.queries import start_of_day
from crm.sla.rules import Period


@dataclass(frozen=True)
class Asked:
    """The period of a page, as dates and as instants, and now."""

    span: Span
    name: str
    now: datetime
    today: date
    zone: ZoneInfo

    @property
    def period(self) -> Period:
        """Return the instants from which to which the period goes."""
        return instants_of(self.span)

    @property
    def dates(self) -> dict[str, str]:
        """Return the period as parts of an address."""
        return {"from": self.span.first.isoformat(), "to": self.span.last.isoformat()}

    def records(self, **narrowed: object) -> str:
        """Return the address of the clocks of the period, narrowed; quicker than to build each from its route."""
        return "&".join([self._records, *(f"{name}={value}" for name, value in narrowed.items())])

    @cached_property
    def _records(self) -> str:
        return url_for("review_records.clocks_page", **self.dates)  # type: ignore[arg-type]

    def clocks(self, **narrowed: Any) -> ClockFilter:
        """Return the clocks due in the period, narrowed."""
        return ClockFilter(period=self.period, zone=self.zone, **narrowed)


def instants_of(span: Span) -> Period:
    """Return the instants from which to which a period of local dates goes."""
    return Period(start_of_day(span.first), start_of_day(span.last, end=True))


def asked_period(default: SpanName = SpanName.THIS_MONTH) -> Asked:
    """Return the period that the address asks for: by dates, by name, else the default."""
    now, zone = clock.now(), zone_named(the_business().time_zone)
    today = now.astimezone(zone).date()
    span = _by_dates()
    name = "" if span else _name(default)
    return Asked(span or named_span(SpanName(name), today), name, now, today, zone)


def _name(default: SpanName) -> str:
    asked = request.args.get("period", "")
    return asked if asked in set(SpanName) else default.value


def _by_dates() -> Span | None:
    try:
        return Span(day_of(request.args["from"]), day_of(request.args["to"]))
    except (KeyError, ValueError, BadSpan):
        return None


def narrowed() -> dict[str, Any]:
    """Return what of the clocks the address asks for; what cannot be read is left out."""
    args = request.args
    texts = {name: args.get(name, "")[:40] for name in ("state", "channel", "kind")}
    ids = {
        "category_id": args.get("category", type=number_in_address),
        "staff_id": args.get("staff", type=number_in_address),
    }
    return {
        **texts,
        **ids,
        "weekday": args.get("weekday", type=number_in_address),
        "hour": args.get("hour", type=number_in_address),
    }


def narrowed_args() -> dict[str, str]:
    """Return the parts of the address that narrow the clocks, to be kept by links."""
    names = ("state", "channel", "kind", "category", "staff", "weekday", "hour")
    return {name: request.args[name] for name in names if request.args.get(name)}
