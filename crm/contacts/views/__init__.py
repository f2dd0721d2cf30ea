"""The routes about contacts."""

from __future__ import annotations

from flask import Flask

import crm.contacts.reminders  # noqa: F401  # registers its sweep with the worker
from crm.contacts.forms import labels
from crm.contacts.forms.consent import PURPOSE_NAMES
from crm.contacts.paths import contact_path, number_text, phone_link, phone_text
from crm.contacts.rules import latin_reading
from crm.contacts.views import (
    archiving,
    consent,
    contacts,
    duplicates,
    exports,
    find,
    imports,
    key_dates,
    merging,
    own_fields,
    privacy,
    ties,
)


def register(app: Flask) -> None:
    """Add the routes to the application."""
    for module in (
        *(contacts, find, key_dates, own_fields, ties, imports, exports),
        *(consent, duplicates, merging, archiving, privacy),
    ):
        app.register_blueprint(module.bp)
    app.jinja_env.globals.update(
        contact_path=contact_path,
        phone_text=phone_text,
        phone_link=phone_link,
        contact_words=labels,
        latin_reading=latin_reading,
    )
    app.jinja_env.globals.update(consent_words=PURPOSE_NAMES)
    app.jinja_env.filters["number_text"] = number_text
