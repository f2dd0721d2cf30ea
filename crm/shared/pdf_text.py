"""The text behind the ink of a PDF: what a search, a copy or a screen reader finds in Indic scripts.

A PDF has one text per glyph. That cannot say what a vowel sign that stands on both sides of its letter reads, nor a
conjunct drawn from parts: such a line says as a whole what it reads (ActualText). Its glyphs get the letters that the
font has them for, so that a reader who knows no ActualText finds no other letter's vowels.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Any

_INDIC = re.compile("[\u0900-\u0dff]")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff]")  # a reader turns such lines by itself, ActualText or not
_ISOLATES = re.compile("[\u2066-\u2069]")
_NO_INK = 0x0FFFFFFF  # Pango's number of an empty glyph; above it are letters that no font has


@contextmanager
def readable_lines() -> Iterator[None]:
    """Let each line that WeasyPrint draws say what it reads where its glyphs cannot."""
    from weasyprint.draw import text

    draw = text.draw_first_line
    text.draw_first_line = partial(_draw_readable, draw)
    try:
        yield
    finally:
        text.draw_first_line = draw


def _draw_readable(draw: Callable[..., Any], stream: Any, box: Any, *options: Any) -> Any:
    if not _INDIC.search(box.text):
        return draw(stream, box, *options)
    said = box.pango_layout.text.encode()
    line, _ = box.pango_layout.get_first_line()
    can_be_read = all([_read(stream, *each) for each in _indic_runs(line, said)])
    if can_be_read or _RIGHT_TO_LEFT.search(box.text):
        return draw(stream, box, *options)
    text = said[line.start_index : line.start_index + line.length].decode()
    stream.begin_marked_content("Span", _actual_text(_ISOLATES.sub("", text)))
    drawn = draw(stream, box, *options)
    stream.end_marked_content()
    return drawn


def _actual_text(text: str) -> Any:
    from weasyprint.pdf.stream import pydyf

    return pydyf.Dictionary({"ActualText": pydyf.String(text)})


def _indic_runs(line: Any, said: bytes) -> Iterator[tuple[Any, bytes]]:
    """Yield the runs of a line in Indic script, each with its text."""
    run = line.runs[0]
    while run:
        item = run.data.item
        text = said[item.offset : item.offset + item.length]
        if _INDIC.search(text.decode()):
            yield run.data, text
        run = run.next


def _read(stream: Any, run: Any, text: bytes) -> bool:
    """Give the glyphs of a run their letters; tell whether they read as its text."""
    font, _ = stream.add_font(run.item.analysis.font)
    known: dict[bytes, bool] = font.__dict__.setdefault("known_texts", {})
    if text not in known:
        known[text] = all([_give(font, *each) for each in _clusters(run, text)])
    return known[text]


def _clusters(run: Any, text: bytes) -> Iterator[tuple[list[int], str]]:
    """Yield the glyphs that belong together, with the text they are drawn for."""
    count = run.glyphs.num_glyphs
    glyphs = [info.glyph for info in run.glyphs.glyphs[0:count]]
    groups = groupby(zip(run.glyphs.log_clusters[0:count], glyphs, strict=True), key=itemgetter(0))
    parts = [(start, [glyph for _, glyph in together if glyph < _NO_INK]) for start, together in groups]
    ends = [*(start for start, _ in parts[1:]), len(text)]
    return ((part, text[start:end].decode()) for (start, part), end in zip(parts, ends, strict=True))


def _give(font: Any, glyphs: list[int], text: str) -> bool:
    """Give each glyph its letter, the first without one what is left over; tell whether they read as the text."""
    letters, spare = _letters(font), text
    for glyph in glyphs:
        spare = spare.replace(letters.get(glyph, ""), "", 1)
    taker = next((glyph for glyph in glyphs if glyph not in letters), None)
    for glyph in glyphs:
        if not font.to_unicode.get(glyph):
            font.to_unicode[glyph] = letters.get(glyph, spare if glyph == taker else "")
    return len(glyphs) == 1 and font.to_unicode[glyphs[0]] == text


def _letters(font: Any) -> dict[int, str]:
    """Return the letter of each glyph that a font has for one letter alone."""
    from weasyprint.pdf.fonts import TTFont

    if not hasattr(font, "letters"):
        file = TTFont(io.BytesIO(font.file_content), fontNumber=font.index, lazy=True)
        pairs = sorted(file.getBestCmap().items(), reverse=True)  # of a space and a no-break space the space
        font.letters = {file.getGlyphID(name): chr(code) for code, name in pairs}
    found: dict[int, str] = font.letters
    return found
