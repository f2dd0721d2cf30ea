"""What rewards add to the application: routes, words for templates, the worker's steps, erasing."""

from __future__ import annotations

from flask import Flask

import crm.loyalty.reward_erasing
import crm.loyalty.reward_work  # noqa: F401  # both register themselves


def register(app: Flask) -> None:
    """Add the routes of rewards to the application."""
