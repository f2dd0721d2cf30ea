"""The routes of recognition."""

from __future__ import annotations

from flask import Flask

import crm.loyalty.counter  # tells the level beside a name
import crm.loyalty.erasing  # takes erased people out of its tables
import crm.loyalty.following  # is told what changes about contacts and complaints
import crm.loyalty.rounds  # noqa: F401  # the worker's part
from crm.loyalty import words
from crm.loyalty.views import members, recognition, reward_routes, settings


def register(app: Flask) -> None:
    """Add the routes to the application, and the words of levels for every template."""
    for module in (members, recognition, settings):
        app.register_blueprint(module.bp)
    app.jinja_env.globals.update(
        level_name=words.level_name,
        why_line=words.why_line,
        keeps_line=words.keeps_line,
        next_line=words.next_line,
        absence_line=words.absence_line,
        change_line=words.change_line,
        moved_line=words.moved_line,
        needed_sentence=words.needed_sentence,
        ABSENCE_NAMES=words.ABSENCE_NAMES,
        LOST_NAMES=words.LOST_NAMES,
        WHY_NAMES=words.WHY_NAMES,
    )
    reward_routes.register(app)
