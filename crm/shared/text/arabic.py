"""Latin readings of words in the Arabic script, which omits short vowels."""

import re
from functools import lru_cache

ARABIC = re.compile("[\u0600-\u06ff\u0750-\u077f]")
_VAV, _YE = "W", "Y"

_EMPHATIC = re.compile("[ضذظ]")
_CONSONANT = "[b-df-hj-np-tv-z]"
# A shadda never survives folding: here it stands for the ll of Allah.
_LETTERS = {
    "ا": "a", "آ": "a", "أ": "a", "إ": "e", "ء": "", "ئ": "", "ؤ": "o", "ع": "E",
    "ب": "b", "پ": "p", "ت": "t", "ط": "t", "ث": "s", "س": "s", "ص": "s",
    "ج": "j", "چ": "ch", "ح": "H", "ه": "H", "ة": "a", "خ": "kh", "د": "d", "ذ": "z",
    "ر": "r", "ز": "z", "ض": "z", "ظ": "z", "ژ": "j", "ش": "sh", "غ": "gh", "ف": "f",
    "ق": "gh", "ک": "k", "گ": "g", "ل": "l", "م": "m", "ن": "n", "و": _VAV, "ی": _YE,
    "\u0651": "ll", "ٹ": "t", "ڈ": "d", "ڑ": "r", "ں": "n", "ڤ": "v", "ڭ": "g", "ڨ": "g",
    "ۆ": "o", "ۇ": "u",
}  # fmt: skip


@lru_cache(maxsize=65536)
def arabic_readings(word: str) -> tuple[str, ...]:
    """Return the Latin readings of a word in the Arabic script, likeliest first."""
    if word == "الله":
        return ("allah", "lah")
    stem = re.sub("^[وبل]?ال(?!له)(?=...)", "", word).replace("الله", "ا\u0651ه")
    raw = "".join(_LETTERS.get(letter, letter if letter.isascii() else "") for letter in stem)
    raw = re.sub(r"^E(?=[WY])", "", raw) if len(raw) < 3 else raw.replace("EY", "i", 1)
    raw = raw.replace("E", "a")
    options = [_read(raw, "u"), _read(raw, "v"), _read(raw, "av")]
    if "Wal" in raw[1:-2]:  # the article inside a name: Zulfiqar
        options.append(_read(raw.replace("Wal", "ul"), "u"))
    if _EMPHATIC.search(word):
        options.append(_read(raw.replace("z", "d"), "u"))
    return tuple(dict.fromkeys([*options, *(_unparted(option) for option in options[:1])]))


def _read(raw: str, vav: str) -> str:
    """Read the letters that are a consonant or a vowel; part equal consonants by a vowel."""
    text = re.sub(rf"^{_VAV}|{_VAV}(?=a)", "v", raw)
    text = re.sub(rf"(?<=[aeiou]){_VAV}(?=[^aeiou])", vav[-1], text).replace(_VAV, vav)
    text = re.sub(rf"^{_YE}|(?<=a){_YE}(?=.)|{_YE}(?=a)", "y", text).replace(_YE, "i")
    text = re.sub(rf"(?<={_CONSONANT})H", "aH", text).lower()
    text = text.replace("dj", "daj")
    return re.sub(rf"({_CONSONANT})(?=\1)(?!ll)", r"\1a", text) if "ll" not in text else text


def _unparted(text: str) -> str:
    """Take out the vowel put between two equal consonants: they may be one, doubled."""
    return re.sub(rf"({_CONSONANT})a(?=\1)", "", text)
