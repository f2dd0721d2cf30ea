"""The logo: re-encoded, small, and nothing of the upload but its picture."""

from __future__ import annotations

import base64
import io

import pytest
from PIL import Image, PngImagePlugin
from sqlalchemy import func, select

from crm.accounts.models import Staff
from crm.extensions import db
from crm.shared.logo import LARGEST, remove_logo
from crm.shared.models import AuditEvent
from tests.client import PageClient


@pytest.fixture(autouse=True)
def without_logo(business: object) -> object:
    """Begin and end without a logo."""
    remove_logo()
    yield
    remove_logo()


def _picture(size: tuple[int, int] = (1200, 200), kind: str = "PNG") -> bytes:
    out, info = io.BytesIO(), PngImagePlugin.PngInfo()
    info.add_text("Comment", "taken at home")
    given = {"pnginfo": info} if kind == "PNG" else {}
    Image.new("RGB", size, "#1f5f63").save(out, format=kind, **given)
    return out.getvalue()


def _upload(client: PageClient, content: bytes, status: int = 303) -> str:
    return client.post("/settings/logo", {"file": (io.BytesIO(content), "logo.svg")}, status=status).text


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_logo_is_drawn_anew_and_printed(as_owner: PageClient, kind: str) -> None:
    _upload(as_owner, _picture(kind=kind))
    page = as_owner.get("/print/daily-sheet").text
    found = base64.b64decode(page.split("data:image/png;base64,")[1].split('"')[0])
    drawn = Image.open(io.BytesIO(found))
    assert drawn.format == "PNG" and drawn.size <= LARGEST and b"taken at home" not in found
    assert as_owner.get("/print/daily-sheet.pdf").data.startswith(b"%PDF")
    as_owner.post("/settings/logo/removal")
    assert "data:image/png" not in as_owner.get("/settings/logo").text
    noted = select(AuditEvent.action).where(AuditEvent.action.like("logo.%")).order_by(AuditEvent.id)
    assert db.session.scalars(noted).all() == ["logo.replaced", "logo.removed"]


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"GIF89a",
        _picture()[:60],
        _picture((4000, 3001)),
        b"\x89PNG" + b"0" * 10_000_000,
    ],
    ids=["svg", "gif", "cut off", "too many pixels", "too large"],
)
def test_what_is_no_picture_changes_nothing(as_owner: PageClient, content: bytes) -> None:
    assert "Choose a PNG or JPEG" in _upload(as_owner, content, 422)
    assert "data:image/png" not in as_owner.get("/settings/logo").text
    assert db.session.scalar(select(func.count()).where(AuditEvent.action == "logo.replaced")) == 0


def test_no_file_is_asked_for(as_owner: PageClient, owner: Staff) -> None:
    as_owner.post("/settings/logo", {}, status=422)
