"""The routes of what belongs to entries alone: the texts often written."""

from __future__ import annotations

from flask import Flask

from crm.interactions.views import canned_notes


def register(app: Flask) -> None:
    """Add the routes to the application."""
    app.register_blueprint(canned_notes.bp)
