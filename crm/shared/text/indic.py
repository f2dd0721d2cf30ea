"""Latin readings of words in Indic scripts, from the layout that their Unicode blocks share."""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice, product

INDIC = re.compile("[\u0900-\u0dff]")
_SCHWA_DROPPED = {0x0900, 0x0980, 0x0A00, 0x0A80}  # Devanagari, Bengali, Gurmukhi, Gujarati
_BENGALI, _TAMIL, _SINHALA = 0x0980, 0x0B80, 0x0D80
_NASAL, _NUKTA, _VIRAMA, _SCHWA = "N", "*", "-", "A"
_MOST = 6


def _table(offsets: Iterable[int], values: str) -> dict[int, str]:
    """Return the Latin values of letters by their offset in the block."""
    return dict(zip(offsets, values.split(), strict=True))


_VOWELS = _table(range(0x05, 0x15), "a a i i u u ri li e e e ai o o o au")
_CONSONANTS = _table(
    range(0x15, 0x3A),
    "k kh g gh n ch ch j jh ny t th d dh n t th d dh n n p ph b bh m y r r l l zh v sh sh s h",
)
_SIGNS = _table(range(0x3E, 0x4D), "a i i u u ri ri e e e ai o o o au")
_OTHERS = {0x01: _NASAL, 0x02: _NASAL, 0x03: "", 0x3C: _NUKTA, 0x4D: _VIRAMA, 0x70: _NASAL}
_ASSAMESE_W = "\u09f1"
_CHILLU = dict(zip("\u0d7a\u0d7b\u0d7c\u0d7d\u0d7e\u0d7f", "nnrllk", strict=True)) | {"\u09ce": "t"}
_WITH_NUKTA = {"k": "q", "j": "z", "ph": "f", "d": "r", "dh": "r", "p": "f", "y": "y"}

_SINHALA_VOWELS = _table(range(0x05, 0x17), "a a a a i i u u ri ri li li e e ai o o au")
_SINHALA_CONSONANTS = _table(
    (*range(0x1A, 0x32), *range(0x33, 0x3C), 0x3D, *range(0x40, 0x47)),
    "k kh g gh n ng ch ch j jh ny gn nj t th d dh n nd t th d dh n nd p ph b bh m mb y r l v sh sh s h l f",
)
_SINHALA_SIGNS = _table(
    (0x4F, 0x50, 0x51, 0x52, 0x53, 0x54, 0x56, 0x58, *range(0x59, 0x60), 0x72),
    "a a a i i u u ru e e ai o o au l ru",
)

# How the letters of the English alphabet are spelled out for initials (எஸ். for S.).
_LETTER_NAMES = {
    "e": "a", "bi": "b", "si": "c", "di": "d", "i": "e", "ef": "f", "eph": "f", "ji": "g",
    "ech": "h", "hech": "h", "aich": "h", "ai": "i", "aay": "i", "ay": "i", "je": "j",
    "ke": "k", "el": "l", "em": "m", "en": "n", "o": "o", "pi": "p", "kyu": "q", "kyuu": "q",
    "ar": "r", "es": "s", "as": "s", "ti": "t", "yu": "u", "vi": "v", "vhi": "v",
    "dablyu": "w", "eks": "x", "vai": "y", "vay": "y", "jed": "z", "ejs": "h", "yem": "m",
    "yen": "n", "yel": "l", "yes": "s", "yech": "h", "yef": "f", "bhi": "v", "eych": "h",
}  # fmt: skip


@lru_cache(maxsize=65536)
def indic_readings(word: str) -> tuple[str, ...]:
    """Return the Latin readings of a word in an Indic script, likeliest first."""
    word = word.replace("\u0a5c", "\u0a21\u0a3c")  # Gurmukhi has the d with a dot as one letter too
    block = ord(next(letter for letter in word if INDIC.match(letter))) & ~0x7F
    options = _tamil(_syllables(word)) if block == _TAMIL else _by_block(block, word)
    options += [option.replace("jny", "gy") for option in options[:1] if "jny" in option]
    options += [option.replace("nyny", one) for option in options[:1] if "nyny" in option for one in ("nj", "n")]
    if _FLAPPED.search(word):
        options += _by_block(block, _FLAPPED.sub("\\1", word))[:1]
    named = [_LETTER_NAMES[option] for option in options if option in _LETTER_NAMES]
    if block == _TAMIL:
        named += [{"d": "t", "b": "p", "t": "d", "p": "b"}.get(name, name) for name in named]
    return tuple(dict.fromkeys([*options[:_MOST], *named]))


# The d with a dot, said as an r, that some write as a d: Rathod beside Rathore.
_FLAPPED = re.compile("([\u0921\u0922\u09a1\u09a2\u0a21\u0a22])[\u093c\u09bc\u0a3c]")


def _by_block(block: int, word: str) -> list[str]:
    """Return the readings of a word in a script that has a letter for each consonant."""
    units = _syllables(_bengali(word) if block == _BENGALI else word)
    if block in _SCHWA_DROPPED:
        units = _without_schwas(units)
    options = _with_nasals("".join(units).replace(_SCHWA, "a"))
    if block == _BENGALI:
        options += [option.replace("ow", "w") for option in options[:1] if "ow" in option]
        options += _with_nasals("".join(units).replace(_SCHWA, "o"))[:1]
    return options


# A w has no letter of its own in Bengali: it is o and y, or a b under another letter; Assamese has one, and its own r.
_BENGALI_W = re.compile("\u0993\u09af\u09bc|(?<=\u09cb)\u09af\u09bc|(?<=[^\u09ac\u09ae\u09b0\u09b2]\u09cd)\u09ac")


def _bengali(word: str) -> str:
    """Write a Bengali or Assamese word with a letter w where it is said so, and a y where i stands for it."""
    word = word.replace("\u09f0", "\u09b0").replace("\u0987\u09af\u09bc", "\u09af\u09bc")
    return _BENGALI_W.sub(_ASSAMESE_W, word)


def _syllables(word: str) -> list[str]:
    """Return consonants and vowels in turn; an inherent vowel is marked as a schwa."""
    units: list[str] = []
    for letter in word:
        kind, value = _letter(letter)
        if kind == "consonant":
            units += [value, _SCHWA]
        elif kind == "sign" and units and units[-1] == _SCHWA:
            units[-1] = value
        elif value == _VIRAMA:
            _drop_schwa(units)
        elif value == _NUKTA:
            if len(units) > 1:
                units[-2] = _WITH_NUKTA.get(units[-2], units[-2])
        elif value:
            units.append(value)
    return units


def _drop_schwa(units: list[str]) -> None:
    if units and units[-1] == _SCHWA:
        units.pop()


def _letter(letter: str) -> tuple[str, str]:
    """Return what a letter is (vowel, consonant, sign or other) and its Latin value."""
    if letter in _CHILLU:
        return "other", _CHILLU[letter]
    if letter == _ASSAMESE_W:
        return "consonant", "w"
    code = ord(letter)
    if 0x0D80 <= code < 0x0E00:
        return _sinhala_letter(code - _SINHALA)
    if not 0x0900 <= code < 0x0D80:
        return "other", letter if letter.isascii() else ""
    offset = code & 0x7F
    for kind, table in (("vowel", _VOWELS), ("consonant", _CONSONANTS), ("sign", _SIGNS)):
        if offset in table:
            return kind, table[offset]
    if code == 0x0B83:
        return "other", "f"
    return "other", _OTHERS.get(offset, "")


def _sinhala_letter(offset: int) -> tuple[str, str]:
    for kind, table in (
        ("vowel", _SINHALA_VOWELS),
        ("consonant", _SINHALA_CONSONANTS),
        ("sign", _SINHALA_SIGNS),
    ):
        if offset in table:
            return kind, table[offset]
    return "other", {0x02: _NASAL, 0x4A: _VIRAMA}.get(offset, "")


def _without_schwas(units: list[str]) -> list[str]:
    """Drop the inherent vowels that northern languages do not say: last, and between syllables."""
    kept = list(units)
    if len(kept) > 2 and kept[-1] == _SCHWA and not _ends_in_cluster(kept):
        kept.pop()
    for at in range(len(kept) - 3, 2, -1):
        around = kept[at - 2 : at + 3]
        if kept[at] == _SCHWA and [_is_consonant(unit) for unit in around] == [
            False, True, False, True, False,
        ]:  # fmt: skip
            del kept[at]
    return kept


def _ends_in_cluster(units: list[str]) -> bool:
    """Tell if the last consonant can't be said after the one before it without a vowel: Surya, Krishna, Shukla."""
    if len(units) < 4 or not _is_consonant(units[-3]):
        return False
    return units[-2] in ("r", "y", "v") or (units[-2] in ("n", "m", "l") and units[-3] not in ("n", "m", "l", "r", "y"))


def _is_consonant(unit: str) -> bool:
    return unit[0] not in "aeiouAN"


def _with_nasals(text: str) -> list[str]:
    """Return the readings of the nasal sign: m before lips and at the end, n elsewhere, or both."""
    if _NASAL not in text:
        return [text]
    likely = re.sub(f"{_NASAL}(?=[pbm]|$)", "m", text)
    options = [likely.replace(_NASAL, "n"), text.replace(_NASAL, "m"), text.replace(_NASAL, "n")]
    return options if "Nh" not in text else [*options, text.replace("N", "ng")]


# Tamil has one letter where its neighbours have four. Read by position: hard first and doubled,
# soft between vowels and after a nasal.
_TAMIL_SOFT = {"k": "g", "ch": "s", "t": "d", "p": "b"}


def _tamil(units: list[str]) -> list[str]:
    """Return the readings of a Tamil word from its units."""
    units = ["a" if unit == _SCHWA else unit for unit in units]
    text = "".join(_tamil_unit(units, at) for at in range(len(units)))
    text = text.replace("rr", "tr").replace("nr", "ndr").replace("ffb", "f").replace("fb", "f").replace("fp", "f")
    parts = re.split(r"((?<=[aeiou])(?:g|ny)(?=[aeiou])|tch|ts)", text)
    choices = [_tamil_choices(part) for part in parts]
    options = ["".join(choice) for choice in islice(product(*choices), 8)]
    options[1:1] = [option.replace("suv", "sv") for option in options[:1] if "suva" in option]
    bare = re.match(r"[iu](?=[rl][aeiou])", text)
    return options[:4] + [option[1:] for option in options[:2] if bare] + options[4:]


def _tamil_choices(part: str) -> tuple[str, ...]:
    return {"g": ("g", "h"), "ny": ("ny", "gn"), "tch": ("tch", "ksh"), "ts": ("ts", "ksh")}.get(part, (part,))


def _tamil_unit(units: list[str], at: int) -> str:
    unit = units[at]
    if unit not in _TAMIL_SOFT:
        return unit
    before = units[at - 1] if at else ""
    after = units[at + 1] if at + 1 < len(units) else ""
    if unit == "ch" and before in ("", "n", "m", "ny"):
        return "j" if before == "ny" else "s"
    if before in ("n", "m", "ny"):
        return _TAMIL_SOFT[unit]
    is_soft = before[-1:] in tuple("aeiou") and before and after[:1] in tuple("aeiou") and after
    return _TAMIL_SOFT[unit] if is_soft or before in ("r", "l", "zh", "y", "f") else unit
