"""Every document by its name: the preview in the browser and the PDF; a long one is handed to the worker."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from markupsafe import Markup

from crm.extensions import db
from crm.reports.printing.document import AT_ONCE, Document, Printable, Wish
from crm.reports.printing.registry import PRINTABLES
from crm.shared import clock
from crm.shared.database import writing_in_get
from crm.shared.pdf import render_pdf
from crm.shared.permissions import requires

bp = Blueprint("printing", __name__, url_prefix="/print")


def _wish(form: str) -> Wish:
    return Wish(request.args.to_dict(), clock.now(), form, current_user.id)


def _noted(printable: Printable, wish: Wish) -> None:
    """Leave the trace first, then read: nothing personal is opened without one."""
    if printable.note is not None:
        with writing_in_get():
            printable.note(wish)
            db.session.commit()


def shown(printable: Printable) -> ResponseReturnValue:
    """Show a document as it is printed."""
    wish = _wish("page")
    _noted(printable, wish)
    toolbar = _toolbar(printable.name, wish.args)
    return printable.draw(wish, toolbar)[1]


def _toolbar(name: str, args: Mapping[str, str]) -> Callable[[Document], Markup]:
    """Return what draws the links above a preview."""

    def draw(document: Document) -> Markup:
        others, held = document.choices(), document.held()
        choices = [(text, _address(f"printing.{name}_page", {**args, **changed})) for text, changed in others]
        pdf = _address(f"printing.{name}_pdf", {**args, "anyway": "yes" if held else ""})
        context = {"back": document.back, "pdf": pdf, "choices": choices, "held": held}
        return Markup(render_template("print/_toolbar.html", **context))

    return draw


def _address(endpoint: str, args: Mapping[str, Any]) -> str:
    given: dict[str, Any] = {name: value for name, value in args.items() if value}
    return url_for(endpoint.replace("-", "_"), **given)


def sent(printable: Printable) -> ResponseReturnValue:
    """Send a document as a PDF; nothing is held in the database while it is drawn."""
    wish = _wish("pdf")
    if printable.weigh(wish) > AT_ONCE:
        return redirect(_address("prints.new-page", {**wish.args, "document": printable.name}), code=303)
    _noted(printable, wish)
    document, html = printable.draw(wish)
    db.session.rollback()
    return pdf_response(render_pdf(html), document.file_name)


def pdf_response(pdf: bytes, file_name: str) -> Response:
    """Return a PDF that the browser opens beside the page, under a name of its own when kept."""
    headers = {"Content-Disposition": f'inline; filename="{file_name}.pdf"'}
    return Response(pdf, mimetype="application/pdf", headers=headers)


def _register(printable: Printable) -> None:
    def page() -> ResponseReturnValue:
        return shown(printable)

    def pdf() -> ResponseReturnValue:
        return sent(printable)

    name = printable.name
    endpoint = name.replace("-", "_")
    bp.add_url_rule(f"/{name}", f"{endpoint}_page", requires(printable.permission)(page))
    bp.add_url_rule(f"/{name}.pdf", f"{endpoint}_pdf", requires(printable.permission)(pdf))


for _each in PRINTABLES.values():
    _register(_each)
