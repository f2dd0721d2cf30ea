"""The domains whose routes make up the application, lowest first."""

from __future__ import annotations

from flask import Flask

import crm.complaints.models  # noqa: F401  # until their routes are registered below
from crm.accounts import views as accounts
from crm.contacts import views as contacts
from crm.dashboard import views as dashboard
from crm.demo import views as demo
from crm.interactions import views as interactions
from crm.messages import views as messages
from crm.timeline import views as timeline


def register(app: Flask) -> None:
    """Add every domain's routes to the application."""
    for domain in (accounts, contacts, interactions, timeline, messages, dashboard, demo):
        domain.register(app)
