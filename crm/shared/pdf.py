"""The one door to WeasyPrint: HTML of our own templates in, a tagged PDF out.

Nothing in the content reaches the network or the disk: the fetcher serves packaged files only.
"""

from __future__ import annotations

import gc
import logging
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from html import unescape
from typing import Any
from unicodedata import bidirectional

from config import ROOT
from crm.shared import memory
from crm.shared.errors import Refused
from crm.shared.native import isolated
from crm.shared.pdf_text import readable_lines

PRINT_FILES = ROOT / "static"
_OWN = "packaged:"
_RIGHT_TO_LEFT = re.compile(r'<html[^>]*\sdir="rtl"')
_LANGUAGE = re.compile(r'<html[^>]*\slang="([a-z]+)"')
_DIGITS = {"fa": "persian", "mr": "devanagari"}  # page numbers are counted by the style sheet
_FOREIGN = re.compile(r"<bdi([^>]*)>([^<]*)(?=</bdi>)")
_SIDES = {"L": "ltr", "R": "rtl", "AL": "rtl"}
_CUT = re.compile(r'@font-face \{\s*font-family: "[^"]* (?:Core|Names)";[^}]*\}')
_SLIP_END, _SLIP_MARGIN, _PIXELS_A_MM = 'id="slip-end"', 6, 96 / 25.4
STEPS = 7  # of WeasyPrint, the fifth being the layout, page by page
_STEP = re.compile(r"Step (\d)(?:.* - Page (\d+))?")
_rendering = threading.Lock()
logger = logging.getLogger("crm.pdf")


class PdfUnavailable(Refused):
    """PDFs need system packages that are missing; `make run` names them. The page prints from the browser."""

    status = 503


Track = Callable[[int, int], None]


def render_pdf(html: str, track: Track | None = None) -> bytes:
    """Return a page of our own as a PDF/UA document; raises PdfUnavailable without the system's libraries.

    `track` is told the step of `STEPS` that begins, and the page that is laid out.
    """
    weasyprint, direction = _weasyprint(), "rtl" if _RIGHT_TO_LEFT.search(html) else "ltr"
    html = turned(html, direction)
    language = found[1] if (found := _LANGUAGE.search(html)) else ""
    styles = _styles(direction, _DIGITS.get(language, "decimal"))
    document = weasyprint.HTML(string=html, base_url=_OWN, url_fetcher=packaged_files())
    options = {"font_config": _fonts(), "pdf_variant": "pdf/ua-1", "pdf_tags": True}
    with _rendering, _collecting_afterwards(), _tracked(track), readable_lines():
        if _SLIP_END in html:
            styles = [*styles, _cut(document, styles)]
        result: bytes = document.write_pdf(stylesheets=styles, **options)
    return result


def _cut(document: Any, styles: list[Any]) -> Any:
    """Return the style sheet that makes a slip as long as what is on it: drawn once to see where that ends."""
    page = document.render(stylesheets=styles, font_config=_fonts()).pages[0]
    height = page.anchors["slip-end"][1] / _PIXELS_A_MM + _SLIP_MARGIN
    return _weasyprint().CSS(string=f"@page slip {{ size: 80mm {height:.1f}mm }}")


def turned(html: str, direction: str) -> str:
    """Return a page whose foreign texts have their own direction, as browsers give it to <bdi>; WeasyPrint does not.

    The direction holds for each line that a text is broken into, isolates for each that it is written in.
    """
    return _FOREIGN.sub(partial(_turned, direction), html)


def _turned(around: str, found: re.Match[str]) -> str:
    marks, text = found[1], found[2].replace("\r\n", "\n")
    own = next((side for letter in unescape(text) if (side := _SIDES.get(bidirectional(letter)))), around)
    if own != around and " dir=" not in marks:
        marks += f' dir="{own}"'
    if around == "rtl":
        text = "\n".join(isolated(line) if line.strip() else line for line in text.split("\n"))
    return f"<bdi{marks}>{text}"


@cache
def _weasyprint() -> Any:
    try:
        import weasyprint
    except OSError as error:
        logger.error("WeasyPrint cannot be loaded: %s", error)
        raise PdfUnavailable from error
    return weasyprint


@cache
def _fonts() -> Any:
    _weasyprint()
    from weasyprint.text.fonts import FontConfiguration

    return FontConfiguration()


@cache
def _styles(direction: str, digits: str) -> list[Any]:
    """Return the style sheets of everything printed; margin boxes know no direction, so each has its own sheet."""
    own = ((PRINT_FILES / "print" / f"{name}.css").read_text() for name in ("print", direction))
    sheets = [re.sub(r"counter\((pages?)\)", rf"counter(\1, {digits})", css) for css in (printed_fonts(), *own)]
    make, fetcher = _weasyprint().CSS, packaged_files()
    return [make(string=css, url_fetcher=fetcher, font_config=_fonts()) for css in sheets]


def printed_fonts() -> str:
    """Return the style sheet of the whole fonts: WeasyPrint reads every one it hears of, and no print takes a cut."""
    return _CUT.sub("", (PRINT_FILES / "css" / "fonts.css").read_text()).replace("/static/", _OWN)


@cache
def packaged_files() -> Any:
    """Return a fetcher for packaged files and pictures inside the page itself, and for nothing else."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class PackagedFiles(URLFetcher):
        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
            if url.startswith("data:image/"):
                return super().fetch(url, headers)
            path = (PRINT_FILES / url.removeprefix(_OWN).lstrip("/")).resolve()
            if not url.startswith(_OWN) or not path.is_relative_to(PRINT_FILES) or not path.is_file():
                raise ValueError("only packaged files are printed")
            return URLFetcherResponse(url, path.read_bytes())

    return PackagedFiles(allowed_protocols=("data",))


class _Steps(logging.Handler):
    """What WeasyPrint says about itself while it draws, such as "Step 5 - Creating layout - Page 12"."""

    def __init__(self, track: Track) -> None:
        super().__init__()
        self.track, self.said = track, (0, 0)

    def emit(self, record: logging.LogRecord) -> None:
        found = _STEP.match(record.getMessage())
        step = (int(found[1]), int(found[2] or 0)) if found else self.said
        if step > self.said:
            self.said = step
            self.track(*step)


@contextmanager
def _tracked(track: Track | None) -> Iterator[None]:
    """Listen to the steps while something is drawn."""
    if track is None:
        yield
        return
    steps, handler = logging.getLogger("weasyprint.progress"), _Steps(track)
    before = (steps.level, steps.propagate)
    steps.setLevel(logging.INFO)
    steps.propagate = False
    steps.addHandler(handler)
    try:
        yield
    finally:
        steps.removeHandler(handler)
        steps.setLevel(before[0])
        steps.propagate = before[1]


@contextmanager
def _collecting_afterwards() -> Iterator[None]:
    """Render without the collector running, which saves a third of the time, and give the memory back."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
        memory.give_back()
