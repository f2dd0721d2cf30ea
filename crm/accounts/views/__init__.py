"""The routes of signing in, the lock, staff, settings and the audit trail."""

from __future__ import annotations

from flask import Flask

from crm.accounts.views import account, lock, logo, settings, sign_in, staff


def register(app: Flask) -> None:
    """Add the routes to the application."""
    for module in (sign_in, lock, account, staff, settings, logo):
        app.register_blueprint(module.bp)
