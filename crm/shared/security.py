"""What every answer carries against attack: a strict content policy, no caching of private pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import quote

from flask import Flask, Response, current_app, redirect, request, session
from flask.typing import ResponseReturnValue

from config import MAX_UPLOAD_BYTES, Settings
from crm.extensions import db

SESSION_TOKEN = "token"  # what the cookie of who is signed in holds
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def register_security_headers(app: Flask, *, is_https: bool) -> None:
    """Set the headers on every answer, and lead from http to https before anything else is done."""
    app.before_request_funcs.setdefault(None, []).insert(0, _lead_to_https)

    @app.after_request
    def set_headers(response: Response) -> Response:
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        if request.endpoint != "assets.asset":
            response.headers["Cache-Control"] = "no-store"
            response.vary.add("HX-Request")
        if is_https:
            response.headers["Strict-Transport-Security"] = "max-age=63072000"
        return response


def _lead_to_https() -> ResponseReturnValue | None:
    """Lead to the public https address; without a proxy that says how it was asked, nobody knows."""
    settings: Settings = current_app.config["SETTINGS"]
    is_plain = settings.is_https and settings.proxy_count and not request.is_secure
    if not is_plain or request.path == "/healthz":
        return None
    query = request.query_string.decode("latin-1")
    return redirect(f"{settings.public_url}{quote(request.path)}{'?' if query else ''}{query}", code=308)


View = TypeVar("View", bound=Callable[..., ResponseReturnValue])


def accepts_upload(view: View) -> View:
    """Mark a view as one that takes files; every other body is limited to 1 MB."""
    view._accepts_upload = True  # type: ignore[attr-defined]
    return view


def limit_body() -> None:
    """Let a large body through only where a file is expected, from who was signed in; runs before anything is read."""
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "_accepts_upload", False) and SESSION_TOKEN in session:
        request.max_content_length = MAX_UPLOAD_BYTES


def read_form() -> None:
    """Read a form before anything asks the database: a slow line must not hold the lock that a change takes."""
    view = current_app.view_functions.get(request.endpoint or "")
    if request.method == "POST" and not getattr(view, "_accepts_upload", False):
        request.form  # noqa: B018 (it is read and kept)


def let_go_for_upload() -> None:
    """Hold no lock on the database while a file comes in, however slow the line; runs after the permission check."""
    view = current_app.view_functions.get(request.endpoint or "")
    if request.method == "POST" and getattr(view, "_accepts_upload", False):
        db.session.rollback()
