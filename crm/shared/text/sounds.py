"""The sound of a Latin spelling, and its consonant skeleton.

The sound merges what Indian, Persian, Arabic and Filipino spellings of one name vary in: voice and
breath of stops, sibilants, vowel length, diphthongs, final h. The skeleton also drops vowels and
merges b, p, f and v, for scripts that write no short vowels.
"""

import re
from functools import lru_cache

_VOWELS = "aeiou"
# In order; each pattern sees what the ones before it left.
_RULES = tuple(
    (re.compile(pattern), to)
    for pattern, to in (
        (r"^mc", "mac"),
        (r"([a-z])\1+", r"\1"),
        (r"(?<=[aeiou])[vw]u(?=[^aeiou]|$)", "u"),
        (r"(?<=[aeiou])[vw](?=[^aeiouyh]|$)", "u"),
        (r"sh?[vw](?=[aeiou])", "s"),
        (r"khw(?=a)", "kh"),
        (r"^hr", "r"),
        (r"^x", "s"),
        (r"^ou(?=[aei])", "v"),
        (r"^(?:gn|gny|jn|jny|dny|ny|nj)(?=[aeiou])", "n"),
        (r"(?:dny|jny|jn|gny)(?=[aeiou])", "gn"),
        (r"^ng(?=[aeiou])", "n"),
        (r"ng?h?$", "n"),
        (r"(?<=[ieu])mh(?=a)", "nh"),
        (r"chr(?!a)", "kr"),
        (r"t?s?ch|c[sz]|dj", "s"),
        (r"^ks(?=[aeiou])", "s"),
        (r"ck", "k"),
        (r"ce$", "s"),
        (r"c(?=[eiy])", "s"),
        (r"ksh|x", "ks"),
        (r"qu(?=[ei])", "k"),
        (r"sh|zh", "s"),
        (r"[gk]h", "k"),
        (r"[td]h", "t"),
        (r"[pb]h", "p"),
        (r"[jz]", "s"),
        (r"[cqg]", "k"),
        (r"d", "t"),
        (r"[bf]", "p"),
        (r"n(?=[pm])", "m"),
        (r"w", "v"),
        (r"(?<!^)h(?![aeiouy])", ""),
        (r"(?<=[^aeiou])h", ""),
        (r"(?<!^)y|y(?![aeiou])", "i"),
        (r"[ae]i(?=[^aeiou]|$)", "i"),
        (r"ei(?=[aou])", "ai"),
        (r"a[ou](?=[^aeiou]|$)|o[ou]", "u"),
        (r"e", "i"),
        (r"o", "u"),
        (r"([a-z])\1+", r"\1"),
    )
)


@lru_cache(maxsize=65536)
def sound(latin: str) -> str:
    """Return how a Latin spelling sounds, the words kept apart."""
    if " " in latin:
        return " ".join(sound(word) for word in latin.split())
    for pattern, to in _RULES:
        latin = pattern.sub(to, latin)
    return latin


@lru_cache(maxsize=65536)
def skeleton(sounded: str) -> str:
    """Return the consonants of each word of a sound; a first vowel (or h) is kept as "a"."""
    if " " in sounded:
        return " ".join(skeleton(word) for word in sounded.split())
    first = "a" if sounded[:1] in ("a", "i", "u", "h") and sounded else sounded[:1]
    rest = re.sub(r"[aiuh]", "", sounded[1:])
    return re.sub(r"n(?=p)", "m", (first + rest).replace("v", "p"))
