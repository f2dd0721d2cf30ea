"""The routes of the bell, the addresses for alerts, and the messages that could not be delivered."""

from __future__ import annotations

from flask import Flask

from crm.messages import courier  # noqa: F401  # registers the worker's errand
from crm.messages.views import notices, outbox


def register(app: Flask) -> None:
    """Add the routes to the application."""
    app.register_blueprint(notices.bp)
    app.register_blueprint(outbox.bp)
