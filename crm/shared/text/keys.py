"""All search keys of the names of one contact."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, product

from crm.shared.text.folding import words, written_out
from crm.shared.text.indic import INDIC
from crm.shared.text.scripts import latin_words, readings
from crm.shared.text.sounds import skeleton, sound

MOST_WORDS = 12
_SERVANT_OF = re.compile(r"(ab+d)[aeiou]+(l?)([a-z]{3,})\Z")
_SERVANT = re.compile(r"abd[aeiou][lrsnzt]?\Z")
_ARTICLES = {"al", "el", "ul", "il"}
# A Tamil letter stands for several Latin ones where it begins a name.
_TAMIL = re.compile("[\u0b80-\u0bff]")
_TAMIL_ALSO = {"p": "b", "t": "d", "k": "g", "s": "c", "u": "o", "e": "y"}
MOST_INITIALS = 12
_TITLES = {
    "dr", "mr", "mrs", "ms", "miss", "prof", "sri", "shri", "smt", "thiru", "thirumathi", "selvi", "adv", "er", "engr",
    "atty", "rev", "fr", "sr", "capt", "col", "hon", "haji", "hj", "gng", "daktar", "doctor",
}  # fmt: skip
# How names are shortened, and how they are said.
_SHORT = {
    "mohd": "mohammad", "muhd": "mohammad", "mhd": "mohammad", "md": "mohammad",
    "st": "saint", "sto": "santo", "sta": "santa",
    "sk": "sheikh", "shk": "sheikh", "ma": "maria", "fco": "francisco", "fr": "francisco", "jno": "john",
    "wm": "william", "chas": "charles", "geo": "jorj", "thos": "thomas", "jas": "james",
    "মো": "mohammad", "মোঃ": "mohammad", "मो": "mohammad", "グエン": "nguyen", "응우옌": "nguyen",
    "sean": "shon", "shaun": "shon", "shawn": "shon", "geoffrey": "jeffrey", "stephen": "steven",
    "george": "jorj", "georges": "jorj", "roger": "rojer", "eugene": "yujin", "michael": "mikael", "joachim": "joakim",
    "nicholas": "nikolas", "zacharia": "zakaria", "zachariah": "zakaria",
}  # fmt: skip


def initial_letters(word: str) -> str:
    """Return the Latin letters that a word may stand for as an initial, likeliest first."""
    options = next(iter(readings(word)), ())
    named = [one for one in options if len(one) == 1]
    first = options[0][0] if options else ""
    also = _TAMIL_ALSO.get(first, "") if _TAMIL.match(word) else ""
    return "".join(dict.fromkeys([*named, first, *also]))


def is_initial(word: str) -> bool:
    """Tell if a folded word is an initial: a letter, its name, or a syllable in an Indic script."""
    if len(word) == 1 or not INDIC.match(word):
        return len(word) == 1
    return len(word) == 2 or any(len(one) == 1 for one in readings(word)[0])


def _spelt_out(letters: tuple[str, ...]) -> Iterable[str]:
    """Yield the initials that letters of several meanings spell, likeliest first, not too many."""
    return map("".join, islice(product(*filter(None, letters)), MOST_INITIALS))


def _joined(key: Callable[[str], str], readings: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """Return the keys of the readings of a name from each part on, but the last, written as one word."""
    endings = (parts[at:] for parts in readings for at in range(len(parts) - 1))
    return tuple(dict.fromkeys(key("".join(ending)) for ending in endings))


@dataclass(frozen=True, slots=True)
class NameKey:
    """One name: its folded words, in Latin letters and those written out, the sounds each of its parts may have."""

    folded: tuple[str, ...]
    latin: tuple[str, ...]
    written: tuple[str, ...]
    sounds: tuple[tuple[str, ...], ...]

    @property
    def joined(self) -> tuple[str, ...]:
        """The likeliest sound of the name from each of its words on, but the last, written as one word."""
        return _joined(sound, (self._readings(0), self.latin))

    @property
    def joined_bones(self) -> tuple[str, ...]:
        """Their skeletons, by the second readings too."""
        return _joined(joined_bones, (self._readings(0), self._readings(1), self.latin))

    def _readings(self, which: int) -> tuple[str, ...]:
        return tuple(part[min(which, len(part) - 1)] for part in self.sounds)

    @property
    def initials(self) -> tuple[str, ...]:
        """The first Latin letters of two words and more, a title before them left out or not."""
        letters = tuple(map(initial_letters, self.folded))
        titles = next((at for at, word in enumerate(self.latin) if word not in _TITLES), 0)
        found = ("".join(word[0] for word in self.latin), *_spelt_out(letters), *_spelt_out(letters[titles:]))
        return tuple(dict.fromkeys(one for one in found if len(one) > 1))

    @property
    def initials_together(self) -> tuple[str, ...]:
        """Its Latin words, with initials that follow one another written as one; none where there are no two."""
        spelt = [initial_letters(word)[:1] if is_initial(word) else f" {word} " for word in self.folded]
        together = tuple("".join(spelt).split())
        return latin_words(together) if len(together) < len(self.folded) else ()

    @property
    def has_initials(self) -> bool:
        """True when some of its words, but not all, are written as initials."""
        short = sum(is_initial(word) for word in self.folded)
        return 0 < short < len(self.folded)


@dataclass(frozen=True, slots=True)
class NameKeys:
    """The keys of every name of a contact."""

    names: tuple[NameKey, ...]

    @property
    def sounds(self) -> frozenset[str]:
        """Every sound of every part, for likeness with another contact."""
        return frozenset(one for name in self.names for part in name.sounds for one in part)

    @property
    def skeletons(self) -> frozenset[str]:
        """Every consonant skeleton of every part."""
        return frozenset(skeleton(one) for one in self.sounds)


@lru_cache(maxsize=65536)
def sounds_of(word: str) -> tuple[tuple[str, ...], ...]:
    """Return the sounds of one folded word, for each part that it has."""
    parts: list[tuple[str, ...]] = []
    if _SERVANT.match(word):
        return ((sound("abd"),),)
    for options in readings(_SHORT.get(word, word)):
        first = _SERVANT_OF.match(options[0]) if options else None
        if first:
            served = (first[3], f"l{first[3]}") if first[2] and first[3][0] in "aeiou" else (first[3],)
            parts += [(sound(first[1]),), tuple(map(sound, served))]
        elif options:
            parts.append(tuple(dict.fromkeys(filter(None, map(sound, options)))))
    return tuple(part for part in parts if part)


def sounds_in(word: str, written: str) -> tuple[tuple[str, ...], ...]:
    """Return the sounds of one folded word, for each part that it has, also as it is written out."""
    parts = sounds_of(word)
    others = sounds_of(written) if written != word else ()
    if len(parts) != len(others):
        return parts
    return tuple(tuple(dict.fromkeys((*one, *other))) for one, other in zip(parts, others, strict=True))


def joined_bones(sounds: str) -> str:
    """Return the skeleton of sounds written as one word, each repeated consonant once."""
    return re.sub(r"(.)\1+", r"\1", skeleton(sound(sounds)))


def name_key(name: str) -> NameKey:
    """Return the keys of one name; its first words if it is very long."""
    folded, written = words(name)[:MOST_WORDS], words(written_out(name))[:MOST_WORDS]
    spelt = [pair for pair in zip(folded, written, strict=True) if not is_article(pair[0])]
    parts = tuple(part for pair in spelt for part in sounds_in(*pair))
    return NameKey(folded=folded, latin=latin_words(folded), written=written, sounds=parts)


def is_article(word: str) -> bool:
    """Tell if a folded word is the Arabic article, which writers add, drop and join at will."""
    return word in _ARTICLES


def name_keys(names: Iterable[str]) -> NameKeys:
    """Return the keys of all names, without empty ones and repetitions."""
    keys = (name_key(name) for name in names)
    return NameKeys(names=tuple(dict.fromkeys(key for key in keys if key.latin)))
