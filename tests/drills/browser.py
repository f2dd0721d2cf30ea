"""A person's browser on the line: keeps cookies, reads the forms of a page, and sends them as they stand."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.client import BadStatusLine, HTTPConnection, HTTPMessage
from typing import Any
from urllib.parse import urlencode

Fields = dict[str, str | list[str]]
Sent = Mapping[str, str] | Mapping[str, str | list[str]]


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: HTTPMessage
    content: bytes

    @property
    def text(self) -> str:
        """Return the body as text."""
        return self.content.decode("utf-8", "replace")

    @property
    def location(self) -> str:
        """Return where the answer leads."""
        return self.headers.get("Location") or self.headers.get("HX-Redirect") or ""

    @property
    def is_acknowledged(self) -> bool:
        """Tell whether a form was taken: answered 2xx or 3xx, and not by a page that asks to sign in."""
        return 200 <= self.status < 400 and "/sign-in" not in self.location


@dataclass
class Form:
    """A form as it stands on a page."""

    action: str
    method: str
    fields: Fields = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._open: Form | None = None
        self._select = ""
        self._chosen: list[str] = []
        self._first: str | None = None
        self._text: list[str] | None = None
        self._text_name = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        if tag == "form":
            self._open = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._open)
        elif tag == "input" and given.get("name"):
            self._input(given, "checked" in given)
        elif tag == "select":
            self._select, self._chosen, self._first = given.get("name", ""), [], None
        elif tag == "option":
            value = given.get("value", "")
            self._first = value if self._first is None else self._first
            self._chosen += [value] if "selected" in given else []
        elif tag == "textarea" and given.get("name"):
            self._text, self._text_name = [], given["name"]

    def _input(self, given: dict[str, str], is_checked: bool) -> None:
        kind = given.get("type", "text")
        if kind in {"checkbox", "radio"} and not is_checked:
            self._keep(given["name"], None, kind)
        elif kind not in {"submit", "button", "image", "reset"}:
            self._keep(given["name"], given.get("value", "on" if kind == "checkbox" else ""), kind)

    def _keep(self, name: str, value: str | None, kind: str) -> None:
        if self._open is None:
            return
        self._open.kinds.setdefault(name, kind)
        if value is None:
            return
        present = self._open.fields.get(name)
        if present is None:
            self._open.fields[name] = value
        elif isinstance(present, list):
            present.append(value)
        else:
            self._open.fields[name] = [present, value]

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "select" and self._select:
            for value in self._chosen or ([self._first] if self._first is not None else []):
                self._keep(self._select, value, "select")
            self._select = ""
        elif tag == "textarea" and self._text is not None:
            self._keep(self._text_name, "".join(self._text).removeprefix("\r").removeprefix("\n"), "textarea")
            self._text = None


def forms_of(html: str) -> list[Form]:
    """Return the forms of a page."""
    reader = _Forms()
    reader.feed(html)
    return reader.forms


def links_of(html: str) -> list[str]:
    """Return the addresses that a page links to."""
    reader = _Forms()
    reader.feed(html)
    return reader.links


class Browser:
    """Requests as a browser makes them, over one connection at a time."""

    def __init__(self, port: int, cookies: dict[str, str] | None = None, *, timeout: float = 40) -> None:
        """Open no connection yet; a session may be brought along in the cookies."""
        self.port, self.timeout = port, timeout
        self.cookies = dict(cookies or {})
        self._connection: HTTPConnection | None = None

    def get(self, path: str, *, htmx: bool = False, headers: dict[str, str] | None = None) -> Answer:
        """Open a page."""
        return self.send("GET", path, None, {**({"HX-Request": "true"} if htmx else {}), **(headers or {})})

    def post(self, path: str, fields: Sent, *, htmx: bool = False, headers: dict[str, str] | None = None) -> Answer:
        """Send fields as a form."""
        own = {"Content-Type": "application/x-www-form-urlencoded", **({"HX-Request": "true"} if htmx else {})}
        return self.send("POST", path, urlencode(fields, doseq=True).encode(), {**own, **(headers or {})})

    def upload(self, path: str, fields: Sent, name: str, filename: str, content: bytes) -> Answer:
        """Send a form with a file."""
        line = f"drill{secrets.token_hex(12)}"
        parts = [
            f'--{line}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
            for key, value in fields.items()
            if key != name
        ]
        safe = filename.replace('"', "%22")
        head = f'--{line}\r\nContent-Disposition: form-data; name="{name}"; filename="{safe}"\r\n'
        parts += [
            head.encode(),
            b"Content-Type: application/octet-stream\r\n\r\n",
            content,
            f"\r\n--{line}--\r\n".encode(),
        ]
        return self.send("POST", path, b"".join(parts), {"Content-Type": f"multipart/form-data; boundary={line}"})

    def form(self, path: str, action: str | None = None) -> Form:
        """Return a form of a page by its action, else the POST form with most fields."""
        page = self.get(path)
        assert page.status == 200, f"{path}: {page.status} {page.text[:500]}"
        forms = [each for each in forms_of(page.text) if each.method == "post"]
        if action is not None:
            forms = [each for each in forms if each.action == action]
        assert forms, f"no form {action or ''} on {path}"
        return max(forms, key=lambda each: len(each.fields))

    def send(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        """Send one request; a kept connection that the server has closed meanwhile is opened anew, as browsers do."""
        if self._connection is not None:
            try:
                return self._send(method, path, body, headers)
            except (BrokenPipeError, ConnectionResetError, BadStatusLine):
                self.close()
        return self._send(method, path, body, headers)

    def _send(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        if self._connection is None:
            self._connection = HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)
        own = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} if self.cookies else {}
        try:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # refused before all was sent
                self._connection.request(method, path, body, {**own, **headers})
            if self._connection.sock is None:
                raise ConnectionResetError("reset while it was opened")
            response = self._connection.getresponse()
            answer = Answer(response.status, response.headers, response.read())
        except BaseException:
            self.close()
            raise
        self._keep_cookies(answer.headers)
        if response.will_close:
            self.close()
        return answer

    def _keep_cookies(self, headers: Any) -> None:
        for line in headers.get_all("Set-Cookie") or []:
            name, _equals, value = line.split(";")[0].partition("=")
            if "Max-Age=0" in line or "expires=Thu, 01 Jan 1970" in line.lower():
                self.cookies.pop(name.strip(), None)
            elif name.strip() != "sent_form":
                self.cookies[name.strip()] = value

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
