"""The logo of the business: one picture in the data folder, drawn anew so that nothing else of the upload stays."""

from __future__ import annotations

import base64
import io
import warnings
from pathlib import Path

from flask import current_app
from PIL import Image

from crm.shared.errors import Refused

MOST_BYTES = 10_000_000
MOST_PIXELS = 12_000_000
LARGEST = (900, 300)  # enough for 300 dots per inch at the height of a letterhead


class NotAPicture(Refused):
    """This is not a picture that can be printed. Choose a PNG or JPEG file of at most 10 MB and 12 million pixels."""


def _path() -> Path:
    folder: Path = current_app.config["SETTINGS"].data_dir / "uploads"
    return folder / "logo.png"


def keep_logo(content: bytes) -> None:
    """Keep a PNG or JPEG as the logo, re-encoded and made smaller; raise NotAPicture."""
    if len(content) > MOST_BYTES:
        raise NotAPicture
    picture = _read(content)
    picture.thumbnail(LARGEST)
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_suffix(".part")
    picture.save(fresh, format="PNG", optimize=True)
    fresh.replace(path)


def _read(content: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            found = Image.open(io.BytesIO(content), formats=("PNG", "JPEG"))
            if found.width * found.height > MOST_PIXELS:
                raise NotAPicture
            return found.convert("RGBA" if "transparency" in found.info or "A" in found.mode else "RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise NotAPicture from error


def remove_logo() -> None:
    """Print the name again instead of a logo."""
    _path().unlink(missing_ok=True)


def logo_address() -> str:
    """Return the logo as an address that holds the picture itself; empty where there is none."""
    try:
        content = _path().read_bytes()
    except FileNotFoundError:
        return ""
    return "data:image/png;base64," + base64.b64encode(content).decode()
