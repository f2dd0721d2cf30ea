"""Quick translation: each text is looked up and made safe once a language, not once a row.

Everything that speaks to people takes `gettext`, `ngettext` and `lazy_gettext` from here, never from Flask-Babel,
which finds its way to the texts anew for each of them. The language is asked for at every text, since one request
or round of the worker may write to several readers.
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
from flask_babel.speaklater import LazyString
from markupsafe import Markup

from crm.shared.native import fill

MOST_KEPT = 10_000


class Texts(dict[str, Markup]):
    """The texts of one language that were asked for so far, safe to stand in a page."""

    def __init__(self, reader: Locale | None, catalog: Any) -> None:
        """Take the texts from a catalog; the reader is kept, since they are found by its identity."""
        super().__init__()
        self.reader = reader
        self.catalog = catalog
        self.clock_patterns: dict[str, str] = {}
        self.clock_words: Markup | None = None

    def __missing__(self, text: str) -> Markup:
        if len(self) >= MOST_KEPT:
            self.clear()
        found = self[text] = Markup(self.catalog.ugettext(text))
        return found


@cache
def known_locale(name: str) -> Locale:
    """Return the locale of a name such as "fa_IR", the same object each time: to parse or hash one takes long."""
    return Locale.parse(name)


class NativeDomain(Domain):
    """Flask-Babel's texts, with the reader's digits in the numbers put into them."""

    def __init__(self) -> None:
        """Begin without a text."""
        super().__init__(domain="messages")
        self._texts: dict[int, Texts] = {}

    def texts(self) -> Texts:
        """Return the texts of the reader of just now, found by the identity of a known locale."""
        reader = reader_locale()
        found = self._texts.get(id(reader))
        if found is not None and found.reader is reader:
            return found
        reader = known_locale(str(reader)) if reader is not None else None
        if id(reader) not in self._texts:
            self._texts[id(reader)] = Texts(reader, self.get_translations())
        return self._texts[id(reader)]

    def gettext(self, string: str, **variables: object) -> str:
        """Return a text in the reader's language with its values."""
        texts = self.texts()
        text = str(texts[string])
        return fill(text, variables, texts.reader) if variables else text

    def ngettext(self, singular: str, plural: str, num: int, **variables: object) -> str:
        """Return the form of a text that goes with a number."""
        texts = self.texts()
        text = str(texts.catalog.ungettext(singular, plural, num))
        return fill(text, {"num": num, **variables}, texts.reader)


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


_domain = NativeDomain()
reader_texts = _domain.texts
gettext = _domain.gettext
ngettext = _domain.ngettext


def lazy_gettext(text: str, **values: object) -> LazyString:
    """Return a text that is translated each time it is read, for what stands in tables of words."""
    return LazyString(gettext, text, **values)


def register_translating(app: Flask) -> None:
    """Give templates gettext and ngettext, with their values as keywords and safe to stand in a page."""
    app.extensions["babel"].instance.domain_instance = _domain
    app.jinja_env.globals.update({"_": _safe_text, "gettext": _safe_text, "ngettext": _safe_plural})


def _safe_text(text: str, **values: object) -> Markup:
    texts = _domain.texts()
    found = texts[text]
    return Markup(fill(found, values, texts.reader)) if values or "%" in found else found


def _safe_plural(singular: str, plural: str, number: int, **values: object) -> Markup:
    texts = _domain.texts()
    found = Markup(texts.catalog.ungettext(singular, plural, number))
    return Markup(fill(found, {"num": number, **values}, texts.reader))


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
    with force_locale(known_locale(regional_locale(language, country))):
        yield
