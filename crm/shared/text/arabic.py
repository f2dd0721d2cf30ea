"""Latin readings of words in the Arabic script, which omits short vowels."""

import re
from collections.abc import Iterator
from functools import lru_cache

from crm.shared.text.arabic_names import vowelled

ARABIC = re.compile("[\u0600-\u06ff\u0750-\u077f]")
_VAV, _YE = "W", "Y"

# The article inside a name, before a letter that takes up its l: Nureddin, Shamsuddin.
_INNER_ARTICLE = re.compile("(?<=..)ال(?=[تثدذرزسشصضطظن]..)")
# Names that end in an alef written as ye.
_SAID_WITH_A = frozenset(
    [
        "عیسی",
        "موسی",
        "یحیی",
        "مصطفی",
        "مرتضی",
        "مجتبی",
        "کبری",
        "صغری",
        "لیلی",
        "سلمی",
        "هدی",
        "ندی",
        "منی",
        "بشری",
        "سلوی",
        "نجوی",
    ]
)
# Two given names that many write as one: Mohammad Javad, Gholam Hossein.
_COMPOUND = re.compile("(محمد|غلام|امیر)(.{3,})\\Z")
_EMPHATIC = re.compile("[ضذظ]")
_CONSONANT = "[b-df-hj-np-tv-z]"
# A shadda never survives folding: here it stands for the ll of Allah.
_LETTERS = {
    "ا": "a", "آ": "a", "أ": "a", "إ": "e", "ء": "", "ئ": "", "ؤ": "o", "ع": "E",
    "ب": "b", "پ": "p", "ت": "t", "ط": "t", "ث": "s", "س": "s", "ص": "s",
    "ج": "j", "چ": "ch", "ح": "H", "ه": "H", "خ": "kh", "د": "d", "ذ": "z",
    "ر": "r", "ز": "z", "ض": "z", "ظ": "z", "ژ": "j", "ش": "sh", "غ": "gh", "ف": "f",
    "ق": "gh", "ک": "k", "گ": "g", "ل": "l", "م": "m", "ن": "n", "و": _VAV, "ی": _YE,
    "\u0651": "ll", "ٹ": "t", "ڈ": "d", "ڑ": "r", "ں": "n", "ڤ": "v", "ڭ": "g", "ڨ": "g",
    "ۆ": "o", "ۇ": "u",
}  # fmt: skip


def compound_parts(word: str) -> tuple[str, ...]:
    """Return the two given names that are written as one word, else the word itself."""
    found = _COMPOUND.match(word)
    return found.groups() if found else (word,)


@lru_cache(maxsize=65536)
def arabic_readings(word: str) -> tuple[str, ...]:
    """Return the Latin readings of a word in the Arabic script, likeliest first."""
    if word == "الله":
        return ("allah", "lah")
    word = word.replace("خوا", "خا")  # a vav that nobody says: Kharazmi
    stem = re.sub("^[وبل]?ال(?!له)(?=...)", "", word).replace("الله", "ا\u0651ه")
    if known := _known_readings(word, stem):
        return known
    raw = _raw(stem)
    options = [*_final_readings(word, raw), _read(raw, "u"), _read(raw, "v"), _read(raw, "av")]
    if "ج" in stem:  # Gamal beside Jamal
        options.append(_read(raw.replace("j", "g"), "u"))
    options += _article_readings(word, stem, raw)
    if _EMPHATIC.search(word):
        options.append(_read(raw.replace("z", "d"), "u"))
    if "ث" in word:  # Othman beside Osman
        options.append(_read(_raw(stem.replace("ث", "ت")), "u"))
    return tuple(dict.fromkeys([*options, *(_unparted(option) for option in options[:1])]))


def _known_readings(word: str, stem: str) -> tuple[str, ...]:
    """Return the spellings of a known name, also after the article and as of the one whose servant somebody is."""
    served = word.removeprefix("عبدال")
    if served != word:
        return tuple(f"abdul{one}" for one in vowelled(served)[:1])
    return vowelled(stem)


def _final_readings(word: str, raw: str) -> Iterator[str]:
    """Yield what the last letters or an h inside suggest: Fatemeh, Musa, Mehdi beside Mahdi."""
    if re.search(f"{_CONSONANT}H$", raw):
        yield _read(f"{raw[:-1]}eH", "u")
    if word in _SAID_WITH_A:
        yield _read(f"{raw.removesuffix(_YE)}a", "u")
    inside = re.sub(f"(?<={_CONSONANT})H(?={_CONSONANT})", "eH", raw)
    if inside != raw:
        yield _read(raw, "u")
        yield _read(inside, "u")


def _article_readings(word: str, stem: str, raw: str) -> Iterator[str]:
    """Yield what an article inside or before a name may sound like: Nureddin, Zulfiqar, Elham."""
    if _INNER_ARTICLE.search(stem):
        yield _read(_raw(_INNER_ARTICLE.sub("و", stem)), "u")
    if "Wal" in raw[1:-2]:
        yield _read(raw.replace("Wal", "ul"), "u")
        yield _read(raw.replace("Wal", "W"), "u")
    if stem != word and word.startswith("ال"):
        yield _read(_raw(word), "u")


def _raw(stem: str) -> str:
    """Spell a stem letter by letter; letters with several readings stay as marks."""
    raw = "".join(_LETTERS.get(letter, letter if letter.isascii() else "") for letter in stem)
    raw = re.sub(r"^E(?=[WY])", "", raw) if len(raw) < 3 else raw.replace("EY", "i", 1)
    return raw.replace("E", "a")


def _read(raw: str, vav: str) -> str:
    """Read the letters that are a consonant or a vowel; part consonants that sound alike by a vowel."""
    text = re.sub(rf"^{_VAV}|{_VAV}(?=a)", "v", raw)
    text = re.sub(rf"(?<=[aeiou]){_VAV}(?=[^aeiou])", vav[-1], text).replace(_VAV, vav)
    text = re.sub(rf"^{_YE}|(?<=a){_YE}(?=.)|{_YE}(?=a)", "y", text).replace(_YE, "i")
    text = re.sub(rf"(?<={_CONSONANT})H", "aH", text).lower()
    if "ll" in text:
        return text
    text = re.sub(r"(ch|sh|[sjz])(?=[sjz]|ch)|([td])(?=[tdj])", r"\g<0>a", text)
    return re.sub(rf"({_CONSONANT})(?=\1)", r"\1a", text)


def _unparted(text: str) -> str:
    """Take out the vowel put between two consonants that sound alike: they may be one, doubled."""
    return re.sub(rf"({_CONSONANT})a(?=\1)", "", re.sub(r"([sjz])a(?=[sjz])|([td])a(?=[td])", r"\1\2", text))
