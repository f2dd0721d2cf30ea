"""Static files: read once, named by their content, kept for a year, compressed beforehand."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import brotli
from flask import Blueprint, Flask, Response, abort, request

from config import ROOT
from crm.shared.permissions import public

bp = Blueprint("assets", __name__)
STATIC = ROOT / "static"
_COMPRESSED = {".css", ".js", ".svg"}
mimetypes.add_type("font/woff2", ".woff2")


@dataclass(frozen=True)
class Asset:
    """A static file with its versions for each encoding."""

    digest: str
    media_type: str
    plain: bytes
    encoded: dict[str, bytes]


@cache
def load_asset(name: str) -> Asset | None:
    """Return a packaged file by its name below static/, or None."""
    path = (STATIC / name).resolve()
    if not path.is_file() or not path.is_relative_to(STATIC):
        return None
    plain = _with_names(path)
    return Asset(
        digest=hashlib.sha256(plain).hexdigest()[:12],
        media_type=mimetypes.guess_type(path.name)[0] or "application/octet-stream",
        plain=plain,
        encoded=_encodings(plain) if path.suffix in _COMPRESSED else {},
    )


def _with_names(path: Path) -> bytes:
    """Return the file; in a style sheet, fonts are named by their content too."""
    content = path.read_bytes()
    if path.suffix != ".css":
        return content
    for font in sorted((STATIC / "fonts").glob("*.woff2")):
        content = content.replace(f"/static/fonts/{font.name}".encode(), asset_url(f"fonts/{font.name}").encode())
    return content


def _encodings(plain: bytes) -> dict[str, bytes]:
    return {"br": brotli.compress(plain), "gzip": gzip.compress(plain, mtime=0)}


def asset_url(name: str) -> str:
    """Return the address of a static file; it changes with the file."""
    asset = load_asset(name)
    if asset is None:
        raise FileNotFoundError(f"static/{name}")
    return f"/assets/{asset.digest}/{name}"


@bp.get("/assets/<digest>/<path:name>")
@public
def asset(digest: str, name: str) -> Response:
    """Send a static file, for a year if it is the one asked for."""
    found = load_asset(name)
    if found is None or found.digest != digest:
        abort(404)
    encoding = next((each for each in found.encoded if request.accept_encodings[each]), None)
    response = Response(found.encoded[encoding] if encoding else found.plain, mimetype=found.media_type)
    if encoding:
        response.headers["Content-Encoding"] = encoding
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def register_assets(app: Flask) -> None:
    """Serve the static files and give templates their addresses."""
    app.register_blueprint(bp)
    app.jinja_env.globals["asset_url"] = asset_url
