"""The domains whose routes make up the application, lowest first."""

from __future__ import annotations

from flask import Flask

import crm.complaints.models
import crm.interactions.models
import crm.messages.models  # noqa: F401  # until their routes are registered below
from crm.accounts import views as accounts
from crm.contacts import views as contacts
from crm.dashboard import views as dashboard


def register(app: Flask) -> None:
    """Add every domain's routes to the application."""
    for domain in (accounts, contacts, dashboard):
        domain.register(app)
