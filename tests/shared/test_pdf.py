"""PDFs read back: every script shaped and readable, tagged, nothing fetched from outside."""

from __future__ import annotations

import io
import logging
import re
import shutil
import subprocess
from typing import Any
from unicodedata import normalize

import pytest
from pypdf import PdfReader
from pypdf.generic import ContentStream

from crm.shared.pdf import PRINT_FILES, packaged_files, printed_fonts, render_pdf, turned

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


def test_a_print_loads_the_fonts_it_names_and_no_cut_of_the_screens() -> None:
    named = set(re.findall(r'"((?:Noto|Vazirmatn)[^"]*)"', (PRINT_FILES / "print" / "print.css").read_text()))
    assert len(named) == 6
    assert set(re.findall(r'font-family: "([^"]+)"', printed_fonts())) == named


@pytest.mark.parametrize(
    "address", ["file:///etc/hostname", "http://127.0.0.1:9/x.png", "packaged:../config.py", "ftp://host/x"]
)
def test_nothing_is_fetched_from_outside(address: str) -> None:
    with pytest.raises(ValueError, match="only packaged files are printed"):
        packaged_files().fetch(address)
    assert read(render_pdf(PAGE.format(lang="en", dir="ltr", text=f'A<img src="{address}" alt="x">')))


def _said(pdf: bytes) -> list[str]:
    """Return what lines say that they read, where their glyphs cannot."""
    reader = PdfReader(io.BytesIO(pdf))
    content: Any = [ContentStream(page.get_contents(), reader) for page in reader.pages]
    marks = [operands for stream in content for operands, operator in stream.operations if operator == b"BDC"]
    return [mark[1]["/ActualText"] for mark in marks if "/ActualText" in mark[1]]


NAMES = [
    ("ta", "கோபால் ராமன், பழனிசாமி, காலத்துக்கு"),
    ("ta", "கொள்ளை கை கௌரி ஸ்ரீ லட்சுமி"),
    ("te", "శ్రీ లక్ష్మి, క్ష్మి, రాముడు, విష్ణు"),
    ("mr", "क्ष्मि मोरे, श्री लक्ष्मी, विजय किर्ती"),
    ("en", "José · கோபால் 12 · मोरे"),
]


@pytest.mark.parametrize(("language", "text"), NAMES)
def test_signs_around_a_letter_and_conjuncts_are_read_back_whole(language: str, text: str) -> None:
    pdf = render_pdf(PAGE.format(lang=language, dir="ltr", text=text))
    assert _said(pdf) == [text]
    letters = {letter for letter in normalize("NFD", text) if letter.isalpha()}
    assert {letter for letter in normalize("NFD", read(pdf)) if letter.isalpha()} == letters


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext is not installed")
@pytest.mark.parametrize(("language", "text"), NAMES)
def test_another_reader_finds_the_same_words(language: str, text: str) -> None:
    pdf = render_pdf(PAGE.format(lang=language, dir="ltr", text=text))
    found = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    assert text in found


def test_an_indian_name_on_a_persian_page_is_read_back_and_persian_stays_as_it_is() -> None:
    text = "مریم احمدی <bdi>கோபால்</bdi> سلام"
    pdf = render_pdf(PAGE.format(lang="fa", dir="rtl", text=text))
    assert _said(pdf) == ["கோபால்"]
    assert all(word in read(pdf) for word in ("مریم", "احمدی", "سلام"))


def test_a_line_of_both_directions_keeps_the_letters_of_each() -> None:
    pdf = render_pdf(PAGE.format(lang="en", dir="ltr", text="Ana · கோபால் · مریم"))
    assert _said(pdf) == []
    assert {"Ana", "مریم"} <= set(read(pdf).split())
    assert set(normalize("NFD", "கோபால்")) <= set(read(pdf))


@pytest.mark.parametrize(
    ("direction", "text", "marked"),
    [
        ("rtl", "<bdi>I am &amp; stay. Back.</bdi>", '<bdi dir="ltr">\u2068I am &amp; stay. Back.\u2069'),
        ("rtl", "<bdi>One.\r\nTwo.</bdi>", '<bdi dir="ltr">\u2068One.\u2069\n\u2068Two.\u2069'),
        ("rtl", "<bdi>&quot;سلام&quot;</bdi>", "<bdi>\u2068&quot;سلام&quot;\u2069"),
        ("rtl", '<bdi class="said" dir="ltr">C-1042</bdi>', '<bdi class="said" dir="ltr">\u2068C-1042\u2069'),
        ("ltr", "<bdi>&quot;سلام.&quot;</bdi>", '<bdi dir="rtl">&quot;سلام.&quot;'),
        ("ltr", "<bdi>12 கோபால்.</bdi>", "<bdi>12 கோபால்."),
        ("ltr", "<bdi>12</bdi>", "<bdi>12"),
    ],
)
def test_foreign_text_keeps_its_own_direction_in_each_line(direction: str, text: str, marked: str) -> None:
    assert turned(text, direction) == f"{marked}</bdi>"
