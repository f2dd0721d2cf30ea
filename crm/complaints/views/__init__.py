"""The routes of complaints: opening, the complaint page and its steps, the board, the settings of recovery."""

from __future__ import annotations

from flask import Flask

import crm.complaints.counter
import crm.complaints.erasing  # noqa: F401  # both register themselves with the contacts
from crm.complaints.board_words import complaint_pill, complaint_row, complaint_task
from crm.complaints.queries.board import open_complaints_of
from crm.complaints.rules.references import reference_of
from crm.complaints.views import board, endings, imports, opening, page, remedies, settings, steps


def register(app: Flask) -> None:
    """Add the routes to the application."""
    app.jinja_env.globals.update(
        open_complaints_of=open_complaints_of,
        complaint_row=complaint_row,
        complaint_pill=complaint_pill,
        complaint_task=complaint_task,
        reference_of=reference_of,
    )
    for module in (board, opening, page, steps, remedies, endings, settings, imports):
        app.register_blueprint(module.bp)
