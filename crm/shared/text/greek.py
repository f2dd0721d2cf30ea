"""Latin spellings of Greek words, whose pairs of letters are said otherwise than they are spelt."""

import re

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
        ("ντ", "nt"),
        ("(?<=[αε])υ(?=[αεηιουωβγδζλμνρ])", "v"),
        ("(?<=[αε])υ", "f"),
        ("ου", "ou"),
        ("χ", "ch"),
        ("[ηυ]", "i"),
    )
)


def greek_spellings(word: str) -> tuple[str, ...]:
    """Return a folded Greek word with its pairs written in Latin letters as they are said, likeliest first."""
    said = word
    for pattern, to in _PAIRS:
        said = pattern.sub(to, said)
    soft = re.sub("^γι(?=[αεοω])", "y", said)  # Yannis beside Giannis
    return said, said.replace("mp", "b"), said.replace("nt", "d"), said.replace("ch", "kh"), word, soft
