"""Latin readings of Greek words, whose pairs of letters are said otherwise than they are spelt."""

import re
from functools import lru_cache

from anyascii import anyascii

GREEK = re.compile("[\u0370-\u03ff]")
# In order. As in ISO 843 (transcription): ευ is ev before a voiced sound and ef before others, γγ is ng.
_PAIRS = tuple(
    (re.compile(pattern), to)
    for pattern, to in (
        ("^γκ", "g"),
        ("γγ|γκ", "ng"),
        ("γχ", "nch"),
        ("^μπ", "b"),
        ("μπ", "mp"),
        ("^ντ", "d"),
        ("(?<=[αε])υ(?=[αεηιουωβγδζλμνρ])", "v"),
        ("(?<=[αε])υ", "f"),
        ("ου", "ou"),
        ("χ", "ch"),
        ("[ηυ]", "i"),
    )
)


@lru_cache(maxsize=65536)
def greek_readings(word: str) -> tuple[str, ...]:
    """Return the Latin readings of a folded Greek word, likeliest first."""
    spelt = word
    for pattern, to in _PAIRS:
        spelt = pattern.sub(to, spelt)
    said = _plain(spelt)
    options = [said, said.replace("mp", "b"), said.replace("nt", "d"), said.replace("ch", "kh"), _plain(word)]
    return tuple(dict.fromkeys(options))


def _plain(word: str) -> str:
    return re.sub("[^a-z0-9]+", "", anyascii(word).lower())
