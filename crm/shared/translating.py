"""Quick translation in templates: each text is looked up and made safe once a language, not once a row.

The language is asked for at every text, since one request or round of the worker may write to several readers.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from babel import Locale
from babel.localedata import locale_identifiers
from flask import Flask, g
from flask_babel import Domain, force_locale, get_locale
from markupsafe import Markup

from crm.shared.native import fill

_KEPT = ("clock_patterns",)  # what a request keeps in its own language


class Texts(dict[str, Markup]):
    """The texts of one language that were asked for so far, safe to stand in a page."""

    def __init__(self, catalog: Any) -> None:
        """Take the texts from a catalog."""
        super().__init__()
        self.catalog = catalog

    def __missing__(self, text: str) -> Markup:
        found = self[text] = Markup(self.catalog.ugettext(text))
        return found


class NativeDomain(Domain):
    """Flask-Babel's texts, with the reader's digits in the numbers put into them."""

    def gettext(self, string: str, **variables: object) -> str:
        """Return a text in the reader's language with its values."""
        text = str(self.get_translations().ugettext(string))
        return fill(text, variables, reader_locale()) if variables else text

    def ngettext(self, singular: str, plural: str, num: int, **variables: object) -> str:
        """Return the form of a text that goes with a number."""
        text = str(self.get_translations().ungettext(singular, plural, num))
        return fill(text, {"num": num, **variables}, reader_locale())


def reader_locale() -> Locale | None:
    """Return the locale of the reader of just now; None where nobody reads.

    Flask-Babel's own answer, taken from where it keeps it: a page asks hundreds of times.
    """
    try:
        here = g._get_current_object()
    except RuntimeError:
        return None
    kept: Locale | None = getattr(getattr(here, "_flask_babel", None), "babel_locale", None)
    return kept if kept is not None else get_locale()


def register_translating(app: Flask) -> None:
    """Give templates gettext and ngettext, with their values as keywords."""
    domain = NativeDomain(domain="messages")
    app.extensions["babel"].instance.domain_instance = domain

    @cache
    def texts(_reader: Locale | None) -> Texts:
        return Texts(domain.get_translations())

    def gettext(text: str, **values: object) -> Markup:
        reader = reader_locale()
        found = texts(reader)[text]
        return Markup(fill(found, values, reader)) if values or "%" in found else found

    def ngettext(singular: str, plural: str, number: int, **values: object) -> Markup:
        reader = reader_locale()
        found = Markup(texts(reader).catalog.ungettext(singular, plural, number))
        return Markup(fill(found, {"num": number, **values}, reader))

    app.jinja_env.globals.update({"_": gettext, "gettext": gettext, "ngettext": ngettext})


def regional_locale(language: str, country: str) -> str:
    """Return a language as it is written in a country, where that is known, else the language."""
    regional = f"{language}_{country}"
    return regional if regional in _known_locales() else language


@cache
def _known_locales() -> frozenset[str]:
    return frozenset(locale_identifiers())


@contextmanager
def in_language(language: str, country: str) -> Iterator[None]:
    """Write everything in another language for a while."""
    kept = {name: g.pop(name) for name in _KEPT if name in g}
    try:
        with force_locale(regional_locale(language, country)):
            yield
    finally:
        for name in _KEPT:
            g.pop(name, None)
        for name, value in kept.items():
            setattr(g, name, value)
