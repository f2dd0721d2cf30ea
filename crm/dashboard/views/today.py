"""The start screen."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from crm.shared.permissions import Permission, requires

bp = Blueprint("today", __name__)


@bp.get("/")
@requires(Permission.SERVE_CUSTOMERS)
def today_page() -> ResponseReturnValue:
    """Show the day: follow-ups, key dates, recent contacts and the search field."""
    return render_template("dashboard/today.html")
