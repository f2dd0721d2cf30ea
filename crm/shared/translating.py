"""Quick translation: the catalog is found once a request, not once a text."""

from __future__ import annotations

from typing import Any

from flask import Flask, g
from flask_babel import Domain


class QuickDomain(Domain):
    """Flask-Babel's texts, with the catalog of the reader's language kept for the request."""

    def get_translations(self) -> Any:
        """Return the catalog of the reader's language."""
        found = g.get("translations") if g else None
        if found is None:
            found = super().get_translations()
            if g:
                g.translations = found
        return found


def register_translating(app: Flask) -> None:
    """Let code and templates translate through the quick domain."""
    babel = app.extensions["babel"].instance
    domain = QuickDomain(domain="messages")
    babel.domain_instance = domain

    def gettext(text: str) -> str:
        return str(domain.get_translations().ugettext(text))

    def ngettext(singular: str, plural: str, number: int) -> str:
        return str(domain.get_translations().ungettext(singular, plural, number))

    app.jinja_env.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
