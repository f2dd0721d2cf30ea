"""The routes of the first start and of the start screen."""

from __future__ import annotations

from flask import Flask

from crm.dashboard import alerts  # noqa: F401  # registers the sweeps of the worker
from crm.dashboard.views import calendar_feed, set_up, today


def register(app: Flask) -> None:
    """Add the routes to the application."""
    app.register_blueprint(set_up.bp)
    app.register_blueprint(today.bp)
    app.register_blueprint(calendar_feed.bp)
