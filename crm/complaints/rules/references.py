"""References that a person can say: C-1042, spoken "C 10 42"."""

from __future__ import annotations

import re
import unicodedata

from .errors import BadReference

FIRST_REFERENCE = 1000
_LONGEST_NUMBER = 12
_LETTERS = {"c", "С".casefold(), "с"}  # the Cyrillic one looks the same


def reference_of(complaint_id: int) -> str:
    """Return the reference of a complaint: C-1042."""
    return f"C-{FIRST_REFERENCE + complaint_id}"


def spoken_reference(complaint_id: int) -> str:
    """Return a reference in the pairs of digits in which it is said aloud: C 10 42."""
    digits = str(FIRST_REFERENCE + complaint_id)
    first = len(digits) % 2
    pairs = [digits[place : place + 2] for place in range(first, len(digits), 2)]
    return " ".join(["C", *([digits[:first]] if first else []), *pairs])


def parse_reference(text: str) -> int:
    """Return the id of a complaint from its reference as people write or say it; raise BadReference.

    Takes "C-1042", "c 10 42", "1042", and digits of every script.
    """
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    match = re.fullmatch(r"(\w?)[\s\-–#:.]*((?:\d[\s\-–.]*)+)", plain)
    if match is None or (match[1] and match[1] not in _LETTERS and not match[1].isdigit()):
        raise BadReference
    leading = match[1] if match[1].isdigit() else ""
    digits = "".join(str(unicodedata.decimal(each)) for each in leading + match[2] if each.isdecimal())
    if len(digits) > _LONGEST_NUMBER or int(digits) <= FIRST_REFERENCE:
        raise BadReference
    return int(digits) - FIRST_REFERENCE
