"""The routes of the settings of opening hours, public holidays and response times."""

from __future__ import annotations

from flask import Flask

from crm.sla.views import holidays, opening_hours, past_days, response_times, running_clocks


def register(app: Flask) -> None:
    """Add the routes to the application."""
    for module in (opening_hours, past_days, holidays, response_times, running_clocks):
        app.register_blueprint(module.bp)
