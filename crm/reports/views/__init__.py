"""The routes of the owner's review, its reports and everything that is printed."""

from __future__ import annotations

from flask import Flask

from crm.reports.views import (
    audit,
    breaches,
    causes,
    customers,
    feedback,
    overview,
    printing,
    prints,
    records,
    team,
)


def register(app: Flask) -> None:
    """Add the routes to the application."""
    for module in (overview, records, breaches, causes, customers, feedback, team, printing, prints, audit):
        app.register_blueprint(module.bp)
