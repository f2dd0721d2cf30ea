"""The routes of recognition."""

from __future__ import annotations

from flask import Flask

import crm.loyalty.erasing  # takes erased people out of its tables
import crm.loyalty.rounds  # noqa: F401  # the worker's part
from crm.loyalty.views import members, reward_routes


def register(app: Flask) -> None:
    """Add the routes to the application."""
    for module in (members,):
        app.register_blueprint(module.bp)
    reward_routes.register(app)
