"""A browser for tests: keeps cookies and the CSRF token, and checks every HTML page it gets."""

from __future__ import annotations

import json
import re
from contextvars import Context
from html.parser import HTMLParser
from secrets import token_urlsafe
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from crm.accounts import actions
from crm.accounts.models import Staff
from crm.extensions import db
from crm.shared import clock

_VOID = {"input", "br", "meta", "link", "hr", "img", "source", "col"}
_TOKEN = re.compile(r"""hx-headers:inherited='([^']+)'""")


class PageClient:
    """Requests as a browser makes them; pages that are not well made fail the test."""

    def __init__(self, app: Flask) -> None:
        """Start a browser without cookies."""
        self.app = app
        self.client = app.test_client()
        self.token = ""

    def signed_in(self, staff: Staff) -> PageClient:
        """Sign a person in without the form."""
        token = actions.start_session(staff, address="127.0.0.1", browser="test", now=clock.now())
        db.session.commit()
        with self.client.session_transaction() as cookie:
            cookie["token"] = token
        return self

    def get(self, path: str, *, htmx: bool = False, status: int | None = 200, **kwargs: Any) -> TestResponse:
        """Open a page and demand its status."""
        return self._send("GET", path, htmx=htmx, status=status, **kwargs)

    def post(
        self,
        path: str,
        data: dict[str, Any] | None = None,
        *,
        htmx: bool = False,
        status: int | None = 303,
        **kwargs: Any,
    ) -> TestResponse:
        """Send a form with the CSRF token of the session and a one-time key of its own, and demand its status."""
        if not self.token:
            self._send("GET", "/sign-in", follow_redirects=True, status=None)
        form = {"csrf_token": self.token, "form_key": token_urlsafe(24), **(data or {})}
        return self._send("POST", path, htmx=htmx, status=status, data=form, **kwargs)

    def _send(self, method: str, path: str, *, htmx: bool = False, status: int | None, **kwargs: Any) -> TestResponse:
        db.session.commit()
        headers = dict(kwargs.pop("headers", {}))
        if htmx:
            headers["HX-Request"] = "true"
        # An empty context: the test's own application context must not reach into the request.
        response = Context().run(lambda: self.client.open(path, method=method, headers=headers, **kwargs))
        db.session.expire_all()
        if response.mimetype == "text/html" and response.status_code not in {302, 303}:
            check_page(response.text)
            self._keep_token(response.text)
        if status is not None:
            assert response.status_code == status, f"{method} {path}: {response.status_code}\n{response.text[:2000]}"
        return response

    def _keep_token(self, html: str) -> None:
        found = _TOKEN.search(html)
        if found:
            self.token = json.loads(found[1])["X-CSRFToken"]


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.stack: list[tuple[str, dict[str, str | None], list[str]]] = []
        self.ids: list[str] = []
        self.labelled: set[str] = set()
        self.controls: list[tuple[str, dict[str, str | None], bool]] = []
        self.tags: list[str] = []
        self.faults: list[str] = []
        self.html: dict[str, str | None] = {}
        self.forms: list[dict[str, Any]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        if "id" in given:
            self.ids.append(given["id"] or "")
        if tag == "html":
            self.html = given
        if tag == "label" and given.get("for"):
            self.labelled.add(given["for"] or "")
        if tag == "form":
            self.forms.append({"method": (given.get("method") or "get").lower(), "fields": set()})
        self._note_control(tag, given)
        if "style" in given or any(name.startswith("on") for name in given):
            self.faults.append(f"inline style or script on <{tag}>")
        if tag not in _VOID:
            self.stack.append((tag, given, []))

    def _note_control(self, tag: str, given: dict[str, str | None]) -> None:
        if tag not in {"input", "select", "textarea"}:
            return
        if self.forms and any(each[0] == "form" for each in self.stack):
            self.forms[-1]["fields"].add(given.get("name"))
        if given.get("type") not in {"hidden", "submit"}:
            self.controls.append((tag, given, any(each[0] == "label" for each in self.stack)))

    def handle_data(self, data: str) -> None:
        for _tag, _given, texts in self.stack:
            texts.append(data)

    def handle_endtag(self, tag: str) -> None:
        while self.stack:
            name, given, texts = self.stack.pop()
            empty = not "".join(texts).strip()
            if name in {"a", "button"} and empty and not given.get("aria-label"):
                self.faults.append(f"empty <{name}>")
            if name in {"h1", "title"} and empty:
                self.faults.append(f"empty <{name}>")
            if name == tag:
                return


def check_page(html: str) -> None:
    """Fail for a page or part of one that is not well made."""
    page = _Page()
    page.feed(html)
    whole = "html" in page.tags
    faults = page.faults
    faults += [f"id twice: {each}" for each in {each for each in page.ids if page.ids.count(each) > 1}]
    faults += [
        f"no label: {given}"
        for _tag, given, inside in page.controls
        if not inside and given.get("id") not in page.labelled and not given.get("aria-label")
    ]
    faults += [
        "POST form without CSRF token"
        for form in page.forms
        if form["method"] == "post" and "csrf_token" not in form["fields"]
    ]
    if whole:
        faults += [] if page.tags.count("h1") == 1 else [f"{page.tags.count('h1')} h1"]
        faults += [] if "title" in page.tags else ["no title"]
        faults += [] if page.html.get("lang") and page.html.get("dir") in {"ltr", "rtl"} else ["no lang or dir"]
    assert not faults, f"{sorted(set(faults))}\n{html[:3000]}"
