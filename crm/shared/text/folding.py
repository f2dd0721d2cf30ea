"""Fold text so that the same letters compare equal, whatever keyboard or program wrote them."""

import re
import unicodedata
from functools import lru_cache

# Letters that carry a stroke or a tail in one piece: Unicode does not take them apart.
_ONE_PIECE = str.maketrans(
    {
        "đ": "d", "ð": "d", "ɖ": "d", "ħ": "h", "ı": "i", "ĸ": "k", "ł": "l", "ŀ": "l",
        "ŋ": "ng", "ø": "o", "œ": "oe", "æ": "ae", "ß": "ss", "ŧ": "t", "þ": "th", "ə": "a",
        # Arabic script: one letter per sound, whichever of the two keyboards typed it.
        "ي": "ی", "ى": "ی", "ې": "ی", "ے": "ی", "ك": "ک", "ڪ": "ک", "ہ": "ه", "ۀ": "ه",
        "ھ": "ه", "ە": "ه", "ة": "ه", "ۃ": "ه", "ٱ": "ا", "ـ": None,
    }
)  # fmt: skip
# Apostrophes and modifier letters inside a word join its parts: O'Brien, Ra'uf, H`Yim.
_APOSTROPHES = str.maketrans(dict.fromkeys("'’‘`´ʻʼʾʿˈ′＇\u05f3"))
# What is written for a letter by those who lack it, where that sounds otherwise than the bare letter.
_WRITTEN_OUT = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "ə": "e", "ç": "s", "č": "ch", "ć": "ch", "ñ": "ny"}
)
# Accents and optional vowel points; the vowel signs of Indic scripts and kana marks stay.
_ACCENTS = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc"
    "\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe2f]"
)
_ASCII_PLAIN = re.compile(r"[a-z0-9 ]*\Z")


def ascii_digits(text: str) -> str:
    """Replace the decimal digits of every script by 0-9."""
    if text.isascii():
        return text
    return "".join(_digit(letter) if letter.isdecimal() else letter for letter in text)


def _digit(letter: str) -> str:
    return str(unicodedata.decimal(letter))


def _visible(text: str) -> str:
    """Drop format characters (joiners, direction marks) and turn controls into spaces."""
    kept = []
    for letter in text:
        category = unicodedata.category(letter)
        if category in ("Cc", "Zs", "Zl", "Zp"):
            kept.append(" ")
        elif category not in ("Cf", "Cs", "Cn", "Co"):
            kept.append(letter)
    return "".join(kept)


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """Return the text in one case without accents, joiners and native digits, spaces single."""
    lowered = text.casefold()
    if _ASCII_PLAIN.match(lowered):
        return " ".join(lowered.split())
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", lowered).casefold())
    plain = _ACCENTS.sub("", apart.translate(_APOSTROPHES))
    together = unicodedata.normalize("NFC", _visible(plain)).translate(_ONE_PIECE)
    return " ".join(ascii_digits(together).split())


def written_out(text: str) -> str:
    """Return the text with ae, oe, ue, ch and the like for letters, as those write who lack them."""
    lowered = text.casefold()
    return lowered if lowered.isascii() else unicodedata.normalize("NFC", lowered).translate(_WRITTEN_OUT)


def words(text: str) -> tuple[str, ...]:
    """Return the folded words of a text: letters, digits and vowel signs, nothing else."""
    folded = fold(text)
    if not _ASCII_PLAIN.match(folded):
        folded = "".join(letter if _is_word_part(letter) else " " for letter in folded)
    return tuple(folded.split())


def _is_word_part(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "LMN"
