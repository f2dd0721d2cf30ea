"""Regulars, a lightweight CRM for small businesses.

The application is loaded only when it is made, so that the rules can be used without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from config import Settings


def create_app(settings: Settings | None = None, **overrides: object) -> Flask:
    """Return the application for the given settings, by default those of the environment."""
    from crm.application import build

    return build(settings, **overrides)
