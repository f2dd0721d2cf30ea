"""Which code page of another writing makes words of some bytes: guessers fail on the few names of a short file.

A word is right where it is of one script from end to end, made of its frequent signs, with capitals only where they
may stand. Pages that share their bytes part on that: Cyrillic begins names with capitals, Hebrew has none.
"""

import re
from collections.abc import Callable

_CASED = (r"^(?:{0}{1}+|{0}+|{1}+)$", r"^{0}{1}+$")
_CYRILLIC = ("[А-ЯЁЂЃЄІЇЈЉЊЋЌЎЏҐ]", "[а-яёђѓєіїјљњћќўџґ]")
_GREEK = ("[Α-ΩΆΈ-Ώ]", "[α-ωά-ώΐΰ]")
_HEBREW = r"[\u05d0-\u05d9\u05db\u05dc\u05de\u05e0-\u05e2\u05e4\u05e6-\u05ea\u05f3\u05f4]"  # no final letters
_ARABIC = r"[\u0621-\u0628\u062a-\u063a\u0641-\u0648\u064aپچژگکی\u200c]"  # none that only ends a word
_LETTERS = {
    "cp1255": re.compile(rf"^{_HEBREW}+[\u05d0-\u05ea]$"),
    "cp1256": re.compile(rf"^{_ARABIC}+[\u0621-\u063a\u0641-\u064aکی]$"),
    "cp874": re.compile(
        r"^(?:[\u0e40-\u0e44]?[\u0e01-\u0e2e][\u0e31\u0e34-\u0e39\u0e47-\u0e4c]*[\u0e30\u0e32\u0e33\u0e46]?){2,}$"
    ),
}
_KANA = re.compile(r"^[\u3041-\u3096\u30a1-\u30fc]$")
_HALF_WIDTH = re.compile(r"^[\uff66-\uff9f]{2,}$")
_FREQUENT = {  # of each page: the set that has its frequent signs, and the first bytes of these
    "cp932": ("shift_jis", range(0x88, 0x99)),
    "cp949": ("euc_kr", range(0xB0, 0xC9)),
    "gb18030": ("gb2312", range(0xB0, 0xD8)),
    "euc_jp": ("shift_jis", range(0x88, 0x99)),
    "cp950": ("big5", range(0xA4, 0xC7)),
}
_ENOUGH = 0.8
_FULL = 2
_WORD = re.compile(r"[^\s,;|\"<>()@.:/\-'\u3000-\u3002・、。「」\d]+")


def page_of_other_writing(content: bytes) -> str:
    """Return the page in which four of five words that are not ASCII are right, the best one; else ""."""
    scores = {page: _score(content, page, judge) for page, judge in _JUDGES.items()}
    best = max(scores, key=lambda page: scores[page])
    return best if scores[best] > 0 else ""


def _score(content: bytes, page: str, judge: Callable[[str], int]) -> float:
    try:
        text = content.decode(page)
    except UnicodeDecodeError:
        return 0
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    found = [judge(word) for word in words]
    right = sum(1 for score in found if score)
    return sum(found) / len(words) if words and right >= _ENOUGH * len(words) else 0


def _cased(upper: str, lower: str) -> Callable[[str], int]:
    whole, named = (re.compile(pattern.format(upper, lower)) for pattern in _CASED)
    return lambda word: bool(whole.match(word)) + _FULL * bool(named.match(word))


def _uncased(page: str) -> Callable[[str], int]:
    return lambda word: _FULL * bool(_LETTERS[page].match(word))


def _frequent(page: str) -> Callable[[str], int]:
    narrow, first = _FREQUENT[page]
    is_japanese = narrow == "shift_jis"

    def is_frequent(sign: str) -> bool:
        if is_japanese and _KANA.match(sign):
            return True
        try:
            return sign.encode(narrow)[0] in first
        except UnicodeEncodeError:
            return False

    def judge(word: str) -> int:
        if all(map(is_frequent, word)):
            return _FULL
        return int(is_japanese and bool(_HALF_WIDTH.match(word)))

    return judge


_JUDGES: dict[str, Callable[[str], int]] = {
    **{page: _frequent(page) for page in _FREQUENT},
    "cp1251": _cased(*_CYRILLIC),
    "koi8-u": _cased(*_CYRILLIC),
    "cp1253": _cased(*_GREEK),
    **{page: _uncased(page) for page in _LETTERS},
}
