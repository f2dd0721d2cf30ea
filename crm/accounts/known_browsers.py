"""Browsers in which a person signed in before; failures elsewhere do not hold the person back there.

A signed cookie holds a random number and the numbers of those who signed in with a password. It opens nothing.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from flask import Response, after_this_request, current_app, request
from itsdangerous import BadSignature, URLSafeSerializer

_LIFE = timedelta(days=180)
_MOST_PEOPLE = 20


def known_browser(staff_id: int) -> str | None:
    """Return the random number of this browser if the person signed in with it before, else None."""
    number, people = _read()
    return number if staff_id in people else None


def keep_known_browser(staff_id: int) -> None:
    """Let the answer to this request make the browser a known one of the person."""
    number, people = _read()
    people = [staff_id, *(each for each in people if each != staff_id)][:_MOST_PEOPLE]

    @after_this_request
    def set_cookie(response: Response) -> Response:
        is_secure = current_app.config["SESSION_COOKIE_SECURE"]
        response.set_cookie(
            _name(), _signer().dumps([number, people]), _LIFE, secure=is_secure, httponly=True, samesite="Lax"
        )
        return response


def _read() -> tuple[str, list[int]]:
    try:
        number, people = _signer().loads(request.cookies.get(_name(), ""))
    except BadSignature:
        return secrets.token_urlsafe(16), []
    return number, people


def _name() -> str:
    return "__Host-known" if current_app.config["SESSION_COOKIE_SECURE"] else "known"


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="known-browser")
