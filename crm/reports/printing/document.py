"""What a document is: a template of templates/print with what it needs, on one kind of sheet, in one language.

The browser's preview, the PDF and the command draw the same template from the same context. A `Wish` is what the
address, the command or the worker asks for, always as texts, so that it can wait as a job.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar, TypeVar

from flask import current_app, render_template
from markupsafe import Markup

from crm.accounts.queries import the_business
from crm.shared.bounds import day_of
from crm.shared.errors import Refused
from crm.shared.formatting import LANGUAGE_NAMES, locale, text_direction
from crm.shared.logo import logo_address
from crm.shared.permissions import Permission
from crm.shared.qr import qr_code
from crm.shared.translating import in_language

Found = TypeVar("Found")
AT_ONCE = 600  # rows; more are drawn by the worker


class NothingToPrint(Refused):
    """What is to be printed is not there, or not any more."""

    status: ClassVar[int] = 404


@dataclass(frozen=True)
class Wish:
    """What is asked for, by whom and when; `form` is page, pdf or command, as the audit trail says it."""

    args: Mapping[str, str]
    now: datetime
    form: str = "pdf"
    by_id: int | None = None
    _read: dict[Callable[[Wish], Any], Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def once(self, read: Callable[[Wish], Found]) -> Found:
        """Return what is read for this wish, read once however many of its parts ask for it."""
        if read not in self._read:
            self._read[read] = read(self)
        found: Found = self._read[read]
        return found

    def number(self, name: str) -> int:
        """Return a number that the document cannot do without; raise NothingToPrint."""
        found = self.optional_number(name)
        if found is None:
            raise NothingToPrint
        return found

    def optional_number(self, name: str) -> int | None:
        """Return a number, or None where none is asked for."""
        text = self.args.get(name, "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None

    def day(self, name: str) -> date | None:
        """Return a day, or None where none is asked for."""
        try:
            return day_of(self.args.get(name, ""))
        except ValueError:
            return None

    def one_of(self, name: str, known: Sequence[str]) -> str:
        """Return one of the known words, the first where another one or none is asked for."""
        asked = self.args.get(name, "")
        return asked if asked in known else known[0]


@dataclass(frozen=True)
class Document:
    """A document ready to be drawn.

    `choices` are other ways to print it, as texts with what they change; `held` says what speaks against printing
    it just now. Both are asked for in the language of whoever sits at the screen.
    """

    template: str
    file_name: str
    context: Mapping[str, Any]
    sheet: str = "a4"
    back: str = ""
    choices: Callable[[], Sequence[tuple[str, Mapping[str, str]]]] = tuple
    held: Callable[[], Sequence[str]] = tuple


Toolbar = Callable[[Document], Markup]


@dataclass(frozen=True)
class Printable:
    """A kind of document: who may print it, how it is gathered, how many rows it has, what trace it leaves."""

    name: str
    permission: Permission
    gather: Callable[[Wish], Document]
    weigh: Callable[[Wish], int] = lambda wish: 0
    note: Callable[[Wish], object] | None = None
    language: Callable[[Wish], str] = lambda wish: ""

    def draw(self, wish: Wish, toolbar: Toolbar | None = None) -> tuple[Document, str]:
        """Return the document and its HTML in the language asked for; with a toolbar it is a preview."""
        language = wish.args.get("language", "") or self.language(wish)
        if language not in LANGUAGE_NAMES:
            document = self.gather(wish)
            return document, html_of(document, wish.now, toolbar)
        above = None if toolbar is None else _read_by(locale().language, toolbar)
        with in_language(language, the_business().country):
            document = self.gather(wish)
            html = html_of(document, wish.now, above)
        return document, html


def _read_by(language: str, toolbar: Toolbar) -> Toolbar:
    """Return a toolbar in the language of who reads the preview, whatever that of the document is."""

    def draw(document: Document) -> Markup:
        with in_language(language, the_business().country):
            return toolbar(document)

    return draw


def html_of(document: Document, now: datetime, toolbar: Toolbar | None = None) -> str:
    """Return a document as a page to print; the preview in the browser has its style sheets linked."""
    language = locale().language
    return render_template(
        f"print/{document.template}.html",
        **document.context,
        toolbar=toolbar(document) if toolbar else "",
        sheet=document.sheet,
        language=language,
        direction=text_direction(language),
        business=the_business(),
        logo=logo_address(),
        qr=qr,
        now=now,
    )


def qr(path: str, title: str) -> Markup:
    """Return a QR code that opens a page of this installation; it holds an address and nothing about a person."""
    return qr_code(address(path), title)


def address(path: str) -> str:
    """Return the full address of a page, as people outside open it."""
    return f"{current_app.config['SETTINGS'].public_url}{path}"
