"""Customers of a period: how many stayed, who was lost and why, who is new, what a customer is worth."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from crm.accounts.queries import the_business
from crm.loyalty.queries.ladder import Ladder, ladder
from crm.loyalty.rules.levels import Lost
from crm.reports import rules, words
from crm.reports.queries.customers import Part, customers_in, customers_of, stayed_in, worth_of_customers
from crm.reports.views.asked import Asked, asked_period
from crm.shared.permissions import Permission, requires

bp = Blueprint("customers", __name__, url_prefix="/review/customers")


@bp.get("")
@requires(Permission.REVIEW)
def customers_page() -> ResponseReturnValue:
    """Show who stayed, was lost and is new over a period against the one before, and what a customer is worth."""
    asked = asked_period(rules.SpanName.LAST_QUARTER)
    terms = ladder(asked.now)
    return render_template(
        "reports/customers.html",
        asked=asked,
        terms=terms,
        **_figures(asked, terms),
        worth=worth_of_customers(terms),
        currency=the_business().currency,
        words=words,
    )


def _figures(asked: Asked, terms: Ladder) -> dict[str, Any]:
    """Return what the page says of its period; nothing of one that has not begun."""
    if asked.span.first > asked.today:
        return {"now": None}
    now, before = customers_of(asked.span, terms), stayed_in(asked.span.before, terms)
    return {"now": now.turnover, "before": before, "reasons": rules.pareto(now.reasons)}


@bp.get("/list")
@requires(Permission.REVIEW)
def list_page() -> ResponseReturnValue:
    """Show the customers behind a figure, who came last first."""
    asked = asked_period(rules.SpanName.LAST_QUARTER)
    part, reason = request.args.get("part", Part.KEPT.value), request.args.get("reason")
    if part not in set(Part) or (reason and reason not in set(Lost)) or asked.span.first > asked.today:
        abort(404)
    page = customers_in(Part(part), asked.span, ladder(asked.now), request.args.get("place"), reason=reason)
    return render_template(
        "reports/customer_list.html",
        asked=asked,
        page=page,
        kept={"part": part} | ({} if reason is None else {"reason": reason}),
        title=words.PART_NAMES[Part(part)],
        reason=None if reason is None else words.reason_name(reason),
        words=words,
    )
