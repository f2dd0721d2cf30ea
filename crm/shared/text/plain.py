"""Text without signs that are no text: what a form gives and an export writes."""

from __future__ import annotations

import re

_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# Control characters, byte order marks, halves of characters: XML, and so a workbook, cannot hold them.
_NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff\ud800-\udfff]")


def plain_text(text: str) -> str:
    r"""Return a text with \n at its line ends and no control character but that and \t."""
    return text if text.isascii() and text.isprintable() else _NO_TEXT.sub("", _LINE_ENDS.sub("\n", text))
