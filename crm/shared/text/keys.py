"""All search keys of the names of one contact."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from crm.shared.text.folding import words
from crm.shared.text.scripts import latin_words, readings
from crm.shared.text.sounds import skeleton, sound

MOST_WORDS = 12
_SERVANT_OF = re.compile(r"(abd)[aeiou]+(?:l(?=[^h]|ah))?([a-z]{3,})\Z")
_SERVANT = re.compile(r"abd[aeiou][lrsnzt]?\Z")
_ARTICLES = {"al", "el", "ul", "il"}
_TITLES = {
    "dr", "mr", "mrs", "ms", "miss", "prof", "sri", "shri", "smt", "thiru", "thirumathi", "selvi", "adv", "er", "engr",
    "atty", "rev", "fr", "sr", "capt", "col", "hon", "haji", "hj", "gng", "daktar", "doctor",
}  # fmt: skip
# How names are shortened, and how they are said.
_SHORT = {
    "mohd": "mohammad", "muhd": "mohammad", "mhd": "mohammad", "md": "mohammad",
    "sk": "sheikh", "shk": "sheikh", "ma": "maria", "fco": "francisco", "fr": "francisco", "jno": "john",
    "wm": "william", "chas": "charles", "geo": "george", "thos": "thomas", "jas": "james",
    "sean": "shon", "shaun": "shon", "shawn": "shon", "geoffrey": "jeffrey", "stephen": "steven",
}  # fmt: skip


def _initial(word: str) -> str:
    """Return the first Latin letter of a word, or the letter it spells out."""
    options = next(iter(readings(word)), ())
    return next((one for one in options if len(one) == 1), options[0][:1] if options else "")


@dataclass(frozen=True, slots=True)
class NameKey:
    """One name: its folded words, its Latin words, and the sounds each of its parts may have."""

    folded: tuple[str, ...]
    latin: tuple[str, ...]
    sounds: tuple[tuple[str, ...], ...]

    @property
    def joined(self) -> str:
        """The likeliest sound of the whole name written as one word."""
        return sound("".join(part[0] for part in self.sounds))

    @property
    def joined_bones(self) -> tuple[str, ...]:
        """Skeletons of the whole name as one word: by the first readings and by the second."""
        readings = ([part[min(at, len(part) - 1)] for part in self.sounds] for at in (0, 1))
        return tuple(dict.fromkeys(joined_bones("".join(one)) for one in readings))

    @property
    def initials(self) -> tuple[str, ...]:
        """The first Latin letters of two words and more, a title before them left out or not."""
        letters = "".join(_initial(word) for word in self.folded)
        titles = next((at for at, word in enumerate(self.latin) if word not in _TITLES), 0)
        found = ("".join(word[0] for word in self.latin), letters, letters[titles:])
        return tuple(dict.fromkeys(one for one in found if len(one) > 1))


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
        first = _SERVANT_OF.match(re.sub(r"([a-z])\1+", r"\1", options[0])) if options else None
        if first:
            parts += [(sound(first[1]),), (sound(first[2]),)]
        elif options:
            parts.append(tuple(dict.fromkeys(filter(None, map(sound, options)))))
    return tuple(part for part in parts if part)


def joined_bones(sounds: str) -> str:
    """Return the skeleton of sounds written as one word, each repeated consonant once."""
    return re.sub(r"(.)\1+", r"\1", skeleton(sound(sounds)))


def name_key(name: str) -> NameKey:
    """Return the keys of one name; its first words if it is very long."""
    folded = words(name)[:MOST_WORDS]
    parts = tuple(part for word in folded for part in sounds_of(word) if not is_article(word))
    return NameKey(folded=folded, latin=latin_words(folded), sounds=parts)


def is_article(word: str) -> bool:
    """Tell if a folded word is the Arabic article, which writers add, drop and join at will."""
    return word in _ARTICLES


def name_keys(names: Iterable[str]) -> NameKeys:
    """Return the keys of all names, without empty ones and repetitions."""
    keys = (name_key(name) for name in names)
    return NameKeys(names=tuple(dict.fromkeys(key for key in keys if key.latin)))
