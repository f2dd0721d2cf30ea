"""The routes of complaints: opening, the complaint page and its steps, the board, the settings of recovery."""

from __future__ import annotations

from flask import Flask

from crm.complaints.views import board, endings, opening, page, remedies, steps


def register(app: Flask) -> None:
    """Add the routes to the application."""
    for module in (board, opening, page, steps, remedies, endings):
        app.register_blueprint(module.bp)
