"""The regulars: /regulars."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from crm.shared.permissions import Permission, requires

bp = Blueprint("regulars", __name__, url_prefix="/regulars")


@bp.get("")
@requires(Permission.SERVE_CUSTOMERS)
def regulars_page() -> ResponseReturnValue:
    """Show the regulars by level."""
    return render_template("loyalty/regulars.html")
