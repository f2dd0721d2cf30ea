"""The routes of feedback: asking a contact, what customers answer, the owner's settings."""

from __future__ import annotations

from flask import Flask

import crm.feedback.erasing
import crm.feedback.following
import crm.feedback.rounds  # noqa: F401  # they follow what happens to contacts, and ask by themselves
from crm.feedback import rules, words
from crm.feedback.views import answering, asking, counter, settings


def register(app: Flask) -> None:
    """Add the routes, and the words of feedback for every template."""
    for module in (asking, answering, counter, settings):
        app.register_blueprint(module.bp)
    public_url = app.config["SETTINGS"].public_url
    app.jinja_env.globals.update(
        measure_names=words.MEASURE_NAMES,
        feedback_moments=words.MOMENT_NAMES,
        score_text=words.score_text,
        opens_only_here=rules.opens_only_here(public_url),
    )
