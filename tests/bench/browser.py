"""One client on a connection kept open, as a browser would ask."""

from __future__ import annotations

import json
import re
import socket
import time
from http.client import HTTPConnection, RemoteDisconnected
from urllib.parse import urlencode

import brotli
from fontTools.subset import parse_unicodes

_TOKEN = re.compile(r"hx-headers:inherited='([^']+)'")
_ASSET = re.compile(r'(?:href|src)="(/assets/[^"]+)"')
_FONT = re.compile(r'url\("(/assets/[^"]+\.woff2)"\)[^}]*?unicode-range: ([^;]+);', re.S)


class Browser:
    """Requests with the session's cookie and CSRF token."""

    def __init__(self, port: int, cookie: str) -> None:
        """Open a connection; with a cookie, fetch the CSRF token of its session."""
        self.connection = HTTPConnection("127.0.0.1", port, timeout=30)
        self.headers = {"Accept-Encoding": "br", "Cookie": cookie}
        self.token = ""
        if cookie:
            found = _TOKEN.search(self.page("/"))
            assert found is not None, "the session of the benchmark is not signed in"
            self.token = json.loads(found[1])["X-CSRFToken"]

    def get(self, path: str) -> int:
        """Open a page; return its bytes on the line."""
        return len(self._ask("GET", path, None, {}, 200))

    def post(self, path: str, form: dict[str, str], *, expect: int) -> int:
        """Send a form as htmx does; return the bytes of the answer on the line."""
        body = urlencode({"csrf_token": self.token, **form})
        headers = {"Content-Type": "application/x-www-form-urlencoded", "HX-Request": "true"}
        return len(self._ask("POST", path, body, headers, expect))

    def page(self, path: str) -> str:
        """Return a page as text."""
        return brotli.decompress(self._ask("GET", path, None, {}, 200)).decode()

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str], expect: int) -> bytes:
        try:
            self.connection.request(method, path, body, {**self.headers, **headers})
            response = self.connection.getresponse()
        except (RemoteDisconnected, BrokenPipeError):  # the server ended a connection that nobody used for a while
            self.connection.close()
            self.connection.request(method, path, body, {**self.headers, **headers})
            response = self.connection.getresponse()
        content = response.read()
        assert response.status == expect, f"{method} {path}: {response.status}"
        return content

    def first_load(self, path: str) -> dict[str, int]:
        """Return what a browser with an empty cache loads for a page: the page, its files, its fonts."""
        page = self.page(path)
        sizes = {"the page": self.get(path)}
        fonts: dict[str, str] = {}
        for address in dict.fromkeys(_ASSET.findall(page)):
            sizes[address.rpartition("/")[2]] = self.get(address)
            if address.endswith("fonts.css"):
                fonts = dict(_FONT.findall(self.page(address)))
        total = sum(sizes.values())
        latin = sum(self.get(font) for font in fonts if "latin-" in font and "-ext" not in font)
        needed = sum(self.get(font) for font in _needed(page, fonts))
        return sizes | {
            "together": total,
            "together with the Latin fonts": total + latin,
            "together with the fonts of all scripts shown": total + needed,
        }

    @staticmethod
    def free_port() -> int:
        """Return a port that nobody listens on."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return int(probe.getsockname()[1])

    @staticmethod
    def wait_for(port: int) -> None:
        """Wait until a server answers."""
        for _attempt in range(300):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise TimeoutError(f"no server on port {port}")


def _needed(page: str, fonts: dict[str, str]) -> set[str]:
    """Return the fonts a page needs in both weights: for each letter the first one, as named, that has it."""
    needed = set()
    for weight in ("-400-", "-600-"):
        left = set(map(ord, page))
        for font in (each for each in fonts if weight in each):
            letters = set(parse_unicodes(fonts[font]))
            if left & letters:
                needed.add(font)
            left -= letters
    return needed
