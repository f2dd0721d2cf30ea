"""The records behind the figures of the review: clocks, complaints, remedies, late entries."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from crm.complaints import words as complaint_words
from crm.complaints.clock_words import CLOCK_STYLES
from crm.complaints.queries.pages import people_and_categories
from crm.complaints.words import Names
from crm.reports import words
from crm.reports.queries.breaches import late_entries
from crm.reports.queries.clocks import clock_lines
from crm.reports.queries.recovery import OF_A_CATEGORY, Measure, complaints_of, remedies_given
from crm.reports.views.asked import asked_period, narrowed, narrowed_args
from crm.shared.addresses import number_in_address
from crm.shared.permissions import Permission, requires

bp = Blueprint("review_records", __name__, url_prefix="/review")


@bp.get("/clocks")
@requires(Permission.REVIEW)
def clocks_page() -> ResponseReturnValue:
    """Show the clocks behind a figure, the latest due first."""
    asked, kept = asked_period(), narrowed_args()
    page = clock_lines(asked.clocks(**narrowed()), asked.now, request.args.get("place"))
    return render_template(
        "reports/clocks.html",
        asked=asked,
        page=page,
        kept=kept,
        narrowed=_narrowed_by(kept, people_and_categories().names),
        words=words,
        looks=CLOCK_STYLES,
    )


def _narrowed_by(kept: dict[str, str], names: Names) -> list[tuple[str, str]]:
    """Return the filters in use as pairs of their name in the address and how they read."""
    read: dict[str, Callable[[str], str]] = {
        "channel": words.channel_or_none,
        "kind": words.clock_name,
        "category": lambda value: names.category(int(value)),
        "staff": lambda value: names.person(int(value)),
        "weekday": words.weekday_name,
        "hour": words.hour_name,
    }
    found = []
    for name, value in kept.items():
        if name in read:
            try:
                found.append((name, read[name](value)))
            except (ValueError, IndexError, KeyError):
                abort(404)
    return found


@bp.get("/complaints")
@requires(Permission.REVIEW)
def complaints_page() -> ResponseReturnValue:
    """Show the complaints behind a figure, the newest first."""
    asked, name = asked_period(), request.args.get("measure", Measure.RECEIVED.value)
    if name not in set(Measure):
        abort(404)
    category = request.args.get("category", type=number_in_address)
    page = complaints_of(Measure(name), asked.period, request.args.get("place"), category_id=category)
    title, status_names = words.MEASURE_NAMES[Measure(name)], complaint_words.STATUS_NAMES
    of_category = people_and_categories().names.category(category) if Measure(name) in OF_A_CATEGORY else None
    return render_template(
        "reports/complaints.html",
        asked=asked,
        page=page,
        kept={"measure": name} | ({"category": category} if category else {}),
        title=title,
        of_category=of_category,
        words=words,
        status_names=status_names,
    )


@bp.get("/remedies")
@requires(Permission.REVIEW)
def remedies_page() -> ResponseReturnValue:
    """Show the remedies handed over, the newest first."""
    asked = asked_period()
    page = remedies_given(asked.period, request.args.get("place"))
    names = complaint_words.REMEDY_NAMES
    return render_template("reports/remedies.html", asked=asked, page=page, words=words, remedy_names=names)


@bp.get("/late-entries")
@requires(Permission.REVIEW)
def late_entries_page() -> ResponseReturnValue:
    """Show what was written down late or corrected, and whether it changed a result."""
    asked, only_changed = asked_period(), request.args.get("changed") == "1"
    page = late_entries(asked.period, request.args.get("place"), only_changed=only_changed)
    names = people_and_categories().names
    return render_template(
        "reports/late_entries.html",
        asked=asked,
        page=page,
        only_changed=only_changed,
        names=names,
        words=words,
        event_line=complaint_words.event_line,
    )
