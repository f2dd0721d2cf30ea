"""The team: what customers praised in a period, and for the owner who wrote down how much."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from crm.reports import words
from crm.reports.queries.team import compliments, team_of
from crm.reports.views.asked import asked_period
from crm.shared.addresses import number_in_address
from crm.shared.permissions import Permission, requires

bp = Blueprint("team", __name__)


@bp.get("/team")
@requires(Permission.SERVE_CUSTOMERS)
def team_page() -> ResponseReturnValue:
    """Show the compliments of a period to everybody who works here, by default of this month."""
    asked, staff_id = asked_period(), request.args.get("person", type=number_in_address)
    team = team_of(asked.period)
    chosen = next((each for each in team if each.id == staff_id), None)
    if staff_id is not None and chosen is None:
        abort(404)
    return render_template(
        "reports/team.html",
        asked=asked,
        page=compliments(asked.period, request.args.get("place"), staff_id=staff_id),
        team=team,
        chosen=chosen,
        kept={} if chosen is None else {"person": chosen.id},
        words=words,
    )
