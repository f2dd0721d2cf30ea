"""The domains whose routes make up the application, lowest first."""

from __future__ import annotations

from flask import Flask

import crm.interactions.erasing  # noqa: F401  # takes erased people out of its tables
from crm.accounts import views as accounts
from crm.complaints import clock_history
from crm.complaints import views as complaints
from crm.contacts import views as contacts
from crm.dashboard import views as dashboard
from crm.demo import views as demo
from crm.feedback import views as feedback
from crm.interactions import views as interactions
from crm.loyalty import views as loyalty
from crm.messages import views as messages
from crm.reports import views as reports
from crm.sla import views as sla
from crm.timeline import views as timeline
from crm.upkeep import views as upkeep


def register(app: Flask) -> None:
    """Add every domain's routes to the application."""
    for domain in (
        accounts,
        contacts,
        interactions,
        sla,
        complaints,
        loyalty,
        feedback,
        timeline,
        messages,
        reports,
        dashboard,
        upkeep,
        demo,
    ):
        domain.register(app)
    clock_history.register()
