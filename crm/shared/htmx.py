"""How a view answers: the partial under htmx, a redirect without; typed text is never lost."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from crm.extensions import htmx


def is_htmx() -> bool:
    """Tell whether htmx asks, and so wants a part of a page."""
    return bool(htmx)


def answer(partial: str, location: str, **context: Any) -> ResponseReturnValue:
    """Answer a successful POST: the partial under htmx, 303 to `location` without."""
    if is_htmx():
        return render_template(partial, **context)
    return redirect(location, code=303)


def answer_invalid(partial: str, page: str, **context: Any) -> ResponseReturnValue:
    """Answer an invalid form with 422 and everything typed still in it."""
    return render_template(partial if is_htmx() else page, **context), 422


def go_to(location: str) -> ResponseReturnValue:
    """Send the browser to another page, also from within an htmx request."""
    if is_htmx():
        response = make_response("", 204)
        response.headers["HX-Redirect"] = location
        return response
    return redirect(location, code=303)


def local_path(target: str | None, default: str = "/") -> str:
    """Return the address if it stays on this site, else the default."""
    if not target or not target.startswith("/") or target.startswith("//") or "\\" in target:
        return default
    parts = urlsplit(target)
    has_control = any(ord(character) < 32 for character in target)
    return default if parts.scheme or parts.netloc or has_control else target


def page_in_browser() -> str | None:
    """Return the address of the page that the person looks at, to come back to; None where a form was sent."""
    if is_htmx():
        try:
            parts = urlsplit(request.headers.get("HX-Current-URL", ""))
        except ValueError:
            return None
        return local_path(f"{parts.path}?{parts.query}".rstrip("?"))
    return local_path(request.full_path.rstrip("?")) if request.method == "GET" else None


def is_background() -> bool:
    """Tell whether a page refreshed itself without anybody touching it."""
    return request.headers.get("X-Background") == "1"
