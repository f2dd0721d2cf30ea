"""The routes about contacts."""

from __future__ import annotations

from flask import Flask

import crm.contacts.reminders  # noqa: F401  # registers its sweep with the worker
from crm.contacts.views import key_dates


def register(app: Flask) -> None:
    """Add the routes to the application."""
    for module in (key_dates,):
        app.register_blueprint(module.bp)
