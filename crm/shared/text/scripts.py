"""Latin readings of words in other scripts.

The blocks of nine Indic scripts share one layout, so one table by offset serves all; Sinhala and
the Arabic, Hebrew and Greek scripts have tables of their own; anyascii does the rest. `latin` is the likeliest
reading, `readings` adds the others a writer may have meant (a Tamil letter for k, g or h; a Persian
vav for v, u or o; the spelled-out name of an English initial).
"""

import re
from functools import lru_cache

from anyascii import anyascii

from crm.shared.text.arabic import ARABIC, arabic_readings, compound_parts
from crm.shared.text.folding import words
from crm.shared.text.greek import GREEK, greek_spellings
from crm.shared.text.han import FAMILY_NAMES, given_names, japanese_family_name
from crm.shared.text.hebrew import HEBREW, hebrew_readings
from crm.shared.text.indic import INDIC, indic_readings

MOST_READINGS = 8
_HAN = re.compile(r"[\u3005\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af]{2,5}\Z")
# Letters that other writers spell otherwise: Tamil zh, a breathed k, Rajni for Rajani, Serbian dj and lj, Zvi for Tzvi,
# Letchumi for Lakshmi.
_OTHERWISE = (("zh", "l"), ("kh", "h"), ("ajn", "ajan"), ("dj", "d"), ("lj", "l"), ("tz", "z"), ("tch", "ksh"))
# The short a after a v, which northern languages and those who spell like them leave out: Devraj for Devaraj.
_V_WITHOUT_A = re.compile("(?<=[aeiu])([vw])(?=[bcdfgjklmnpqrstxz]|$)")
_NOT_LATIN = re.compile(r"[^a-z0-9]+")


def latin(text: str) -> str:
    """Return the likeliest Latin spelling of a text in any script, in words of a-z and 0-9."""
    return " ".join(latin_words(words(text)))


def latin_words(folded: tuple[str, ...]) -> tuple[str, ...]:
    """Return the likeliest Latin words of folded words; a word in letters that nobody can spell in Latin has none."""
    return tuple(likeliest for word in folded for options in readings(word) for likeliest in options[:1])


@lru_cache(maxsize=65536)
def readings(word: str) -> tuple[tuple[str, ...], ...]:
    """Return the Latin readings of one folded word, likeliest first, for each part it has.

    A word has one part, but for Chinese and Korean names (family name and given name) and given names
    written as one in the Arabic script.
    """
    if word.isascii():
        return (_spellings((word,)),)
    if INDIC.search(word):
        return (_spellings(indic_readings(word)),)
    if ARABIC.search(word):
        return tuple(_spellings(arabic_readings(part)) for part in compound_parts(word))
    if HEBREW.search(word):
        return (_spellings(hebrew_readings(word)),)
    if GREEK.search(word):
        return (_spellings(tuple(map(_plain, greek_spellings(word)))),)
    if _HAN.match(word):
        return _east_asian(word)
    written = dict.fromkeys((word, word.replace("г", "h")))  # Ihor beside Igor
    return (_spellings(tuple(map(_plain, written))),)


def _east_asian(word: str) -> tuple[tuple[str, ...], ...]:
    """Return the readings of a family name of one letter and of the given name; of a Japanese one too."""
    family, given = (_plain(word[0]), *FAMILY_NAMES.get(word[0], ())), word[1:]
    abroad = given_names(given, tuple(map(_plain, given)))
    japanese, rest = japanese_family_name(word)
    return _spellings((*family, japanese)), _spellings((_plain(given), *abroad, _plain(rest)))


def _plain(word: str) -> str:
    return _NOT_LATIN.sub("", anyascii(word).lower())


def _spellings(options: tuple[str, ...]) -> tuple[str, ...]:
    """Add the spellings that writers of Latin letters use for the same name."""
    found = [option for option in options if option]
    for option in tuple(found):
        found += [option.replace(one, other) for one, other in _OTHERWISE if one in option]
        if re.match(r"(al|el)[^aeioul]{1,2}[aeiou]..", option):
            found.append(option[2:])
        elif re.match(r"ye[^aeiou]..", option):  # Ellamma beside Yellamma
            found.append(option[1:])
    found += [_V_WITHOUT_A.sub(r"\1a", option) for option in found[:1] if _V_WITHOUT_A.search(option)]
    return tuple(dict.fromkeys(found))[:MOST_READINGS]
