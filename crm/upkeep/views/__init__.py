"""The routes of backups and of health."""

from __future__ import annotations

from flask import Flask

from crm.upkeep import actions  # noqa: F401  # registers the worker's sweeps and works
from crm.upkeep.views import backups, health


def register(app: Flask) -> None:
    """Add the routes to the application."""
    app.register_blueprint(backups.bp)
    app.register_blueprint(health.bp)
