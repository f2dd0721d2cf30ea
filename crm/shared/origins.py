"""Forms come from our own pages: what a browser says was sent by another site is answered before anything is looked at.

A one-time token alone does not do it: a form that has to wait for a sign-in is kept and sent again with a good one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlsplit

from flask import Response, current_app, request, session

from crm.extensions import csrf
from crm.shared.translating import gettext

View = TypeVar("View", bound=Callable[..., object])
_OUR_OWN = {"same-origin", "none"}  # none: the person sent it again, by loading the page anew for example
_told_to_nobody: set[object] = set()


def told_to_nobody(view: View) -> View:
    """Let a view take forms of pages that forbid a referrer; it has to check the form's token itself.

    Browsers name no origin then ("null"), and behind https the check of Flask-WTF would miss the referrer.
    """
    csrf.exempt(view)
    _told_to_nobody.add(view)
    return view


def refuse_foreign_form() -> Response | None:
    """Answer a form of another site with a plain 403 that keeps nothing of it and sets no cookie."""
    if request.method in {"GET", "HEAD", "OPTIONS"} or _is_our_own():
        return None
    sentence = gettext("This address is not meant to be opened like that.")
    session.modified = False  # to know the reader's language, the session was looked at
    return Response(sentence, 403, mimetype="text/plain")


def _is_our_own() -> bool:
    """Tell whether a page of ours sent this request; so does what says nothing, which is no browser of today."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in _OUR_OWN
    origin = request.headers.get("Origin")
    if origin == "null" and current_app.view_functions.get(request.endpoint or "") in _told_to_nobody:
        return True
    public_url = current_app.config["SETTINGS"].public_url
    return origin is None or _host_of(origin) in {request.host, _host_of(public_url)}


def _host_of(address: str) -> str | None:
    """Return host and port of an address, None for what is no address."""
    try:
        return urlsplit(address).netloc
    except ValueError:
        return None
