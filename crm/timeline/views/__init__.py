"""The routes of a contact's page: its story, the quick log, the change of entries, follow-ups in place."""

from __future__ import annotations

from flask import Flask

import crm.timeline.complaint_story
import crm.timeline.feedback_story
import crm.timeline.reward_story  # noqa: F401  # all tell their part of the story
from crm.interactions import words
from crm.timeline.views import contact_page, entries, follow_ups, log, unused


def register(app: Flask) -> None:
    """Add the routes, and the words of entries for every template."""
    for module in (contact_page, log, entries, follow_ups, unused):
        app.register_blueprint(module.bp)
    app.jinja_env.globals.update(
        entry_title=words.entry_title,
        entry_kind=words.entry_kind,
        entry_when=words.entry_when,
        entry_icon=words.entry_icon,
        outcome_name=words.outcome_name,
        due_clock=words.due_clock,
    )
