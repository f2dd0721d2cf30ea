"""The routes of the owner's review and its reports."""

from __future__ import annotations

from flask import Flask

from crm.reports.views import breaches, causes, overview, records, sla_report


def register(app: Flask) -> None:
    """Add the routes to the application."""
    for module in (overview, records, breaches, causes, sla_report):
        app.register_blueprint(module.bp)
