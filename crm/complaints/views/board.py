"""The board of complaints with its filters, and the views that a person saved of it."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from crm.shared.permissions import Permission, requires

bp = Blueprint("complaint_board", __name__)


@bp.get("/complaints")
@requires(Permission.SERVE_CUSTOMERS)
def board_page() -> ResponseReturnValue:
    """Show the complaints that are open, the earliest due first."""
    return ""
