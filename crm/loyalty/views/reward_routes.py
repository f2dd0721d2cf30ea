"""What rewards add to the application: routes, words for templates, the worker's steps, erasing."""

from __future__ import annotations

from flask import Flask

import crm.loyalty.reward_erasing
import crm.loyalty.reward_work  # noqa: F401  # both register themselves
from crm.loyalty import reward_words
from crm.loyalty.views import moments, reward_settings, rewards


def register(app: Flask) -> None:
    """Add the routes of rewards, and their words for every template."""
    for module in (rewards, moments, reward_settings):
        app.register_blueprint(module.bp)
    app.jinja_env.globals.update(
        reward_kind_of=reward_words.reward_kind_of,
        moment_title=reward_words.moment_title,
        surprise_sentence=reward_words.surprise_sentence,
        reward_state_sentence=reward_words.state_sentence,
        reward_issued_sentence=reward_words.issued_sentence,
        why_given=reward_words.why_given,
    )
