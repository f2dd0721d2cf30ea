"""Feedback over a period: CSAT, NPS and CES against the period before, and the answers behind each figure."""

from __future__ import annotations

from typing import TypeVar

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from crm.feedback.queries.figures import answers_in, questions_in, responses_in, scores_in
from crm.feedback.rules import Band, Measure
from crm.feedback.words import WAY_NAMES
from crm.reports import feedback_words, words
from crm.reports.views.asked import asked_period, instants_of
from crm.shared.permissions import Permission, requires

bp = Blueprint("feedback_figures", __name__, url_prefix="/review/feedback")
Choice = TypeVar("Choice", Measure, Band)


@bp.get("")
@requires(Permission.REVIEW)
def feedback_page() -> ResponseReturnValue:
    """Show what customers answered in a period, how many of those asked did, and the period before."""
    asked = asked_period()
    before = instants_of(asked.span.before)
    return render_template(
        "reports/feedback.html",
        asked=asked,
        scores=scores_in(asked.period),
        before=scores_in(before),
        responses=responses_in(asked.period),
        responses_before=responses_in(before),
        bands=[Band.GOOD, Band.BETWEEN, Band.LOW],
        texts=feedback_words,
        words=words,
    )


@bp.get("/answers")
@requires(Permission.REVIEW)
def answers_page() -> ResponseReturnValue:
    """Show the answers behind a figure, the latest first."""
    asked, measure, band = asked_period(), _chosen(Measure, "measure"), _chosen(Band, "band", Band.ALL)
    return render_template(
        "reports/feedback_answers.html",
        asked=asked,
        page=answers_in(asked.period, measure, band, request.args.get("place")),
        measure=measure,
        band=band,
        texts=feedback_words,
        words=words,
    )


@bp.get("/asked")
@requires(Permission.REVIEW)
def asked_page() -> ResponseReturnValue:
    """Show who was asked, the latest first."""
    asked, measure = asked_period(), _chosen(Measure, "measure")
    page = questions_in(asked.period, measure, request.args.get("place"))
    return render_template(
        "reports/feedback_asked.html", asked=asked, page=page, measure=measure, way_names=WAY_NAMES, words=words
    )


def _chosen(kind: type[Choice], name: str, default: Choice | None = None) -> Choice:
    """Return what the address chooses; without a choice the default, or else the first there is."""
    text = request.args.get(name)
    if text is None:
        return default or next(iter(kind))
    return kind(text) if text in set(kind) else abort(404)
