"""QR codes as images of a page, drawn here: nothing is asked of anybody else."""

from __future__ import annotations

import segno
from markupsafe import Markup


def qr_code(address: str, title: str) -> Markup:
    """Return the QR code of an address."""
    code = segno.make(address, error="m", micro=False)
    return Markup('<img class="qr__code" src="{}" alt="{}">').format(code.png_data_uri(scale=6, border=2), title)
