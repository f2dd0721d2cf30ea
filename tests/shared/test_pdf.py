"""PDFs read back: every script shaped and readable, tagged, nothing fetched from outside."""

from __future__ import annotations

import io
import logging
from typing import Any

import pytest
from pypdf import PdfReader

from crm.shared.pdf import packaged_files, render_pdf

PAGE = (
    '<!doctype html><html lang="{lang}" dir="{dir}"><head><title>Test</title></head><body><h1>{text}</h1></body></html>'
)


def read(pdf: bytes) -> str:
    """Return the text of all pages."""
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def _fonts(pdf: bytes) -> set[str]:
    fonts: Any = PdfReader(io.BytesIO(pdf)).pages[0]["/Resources"]
    fonts = fonts["/Font"]
    return {str(font.get_object()["/BaseFont"]).replace(" ", "") for font in fonts.values()}


@pytest.mark.parametrize(
    ("lang", "direction", "text", "font"),
    [
        ("en", "ltr", "Promises kept", "Noto-Sans"),
        ("ta", "ltr", "முருகன்", "Tamil"),
        ("te", "ltr", "రావు", "Telugu"),
        ("mr", "ltr", "मराठी", "Devanagari"),
        ("fa", "rtl", "محمد", "Vazirmatn"),
    ],
)
def test_each_script_can_be_read_back(
    lang: str, direction: str, text: str, font: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, logger="weasyprint"):
        pdf = render_pdf(PAGE.format(lang=lang, dir=direction, text=text))
    assert [record.message for record in caplog.records if record.name.startswith("weasyprint")] == []
    found = read(pdf)
    letters = {letter for letter in text if letter.isalpha()}
    assert letters <= set(found) or text in found[::-1]
    assert any(font in name for name in _fonts(pdf))
    root: Any = PdfReader(io.BytesIO(pdf)).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]


@pytest.mark.parametrize(
    "address", ["file:///etc/hostname", "http://127.0.0.1:9/x.png", "packaged:../config.py", "ftp://host/x"]
)
def test_nothing_is_fetched_from_outside(address: str) -> None:
    with pytest.raises(ValueError, match="only packaged files are printed"):
        packaged_files().fetch(address)
    assert read(render_pdf(PAGE.format(lang="en", dir="ltr", text=f'A<img src="{address}" alt="x">')))
