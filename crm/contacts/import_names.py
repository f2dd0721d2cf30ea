"""Whether two written names can be one person's. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from crm.contacts.importing.text import is_email
from crm.shared.text import initial_letters, is_article, is_initial, readings, sound, sounds_in, words, written_out

_TITLES = {
    *("mr", "mrs", "ms", "miss", "dr", "prof", "sir", "madam", "sri", "shri", "smt", "thiru", "tmt", "selvi"),
    *("herr", "frau", "sr", "sra", "mme", "m"),
}


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a name: the sounds it may have, the letters it may begin with, and whether it is but an initial."""

    sounds: frozenset[str]
    letters: frozenset[str]
    is_initial: bool

    def is_same(self, other: _Part) -> bool:
        """Tell whether both can be one word, in any script and spelling, or one the initial of the other."""
        if self.is_initial or other.is_initial:
            return bool(self.letters & other.letters)
        return bool(self.sounds & other.sounds)


def is_compatible(first: str, second: str) -> bool:
    """Tell whether two names can be one person's: the shorter one's words all answer to the longer one's.

    Initials answer to words they begin; spellings that sound alike answer to each other, in any script, also
    where one writes together what the other parts (Dela Cruz, de la Cruz, Delacruz).
    """
    if is_placeholder(first) or is_placeholder(second):
        return True
    shorter, longer = sorted((_name_parts(first), _name_parts(second)), key=len)
    return _answer_to(shorter, list(longer)) or bool(_written_together(first) & _written_together(second))


def is_placeholder(name: str) -> bool:
    """Tell a name from an email or phone that stands for one."""
    return not name.strip() or is_email(name.strip()) or not any(letter.isalpha() for letter in name)


@lru_cache(maxsize=20_000)
def _name_parts(name: str) -> tuple[_Part, ...]:
    return tuple(part for word, written in _name_words(name) for part in _parts_of(word, written))


def _name_words(name: str) -> list[tuple[str, str]]:
    """Return the words of a name without titles, each as folded and with its letters written out."""
    everything = list(zip(words(name), words(written_out(name)), strict=True))
    return [pair for pair in everything if pair[0] not in _TITLES and not is_article(pair[0])] or everything


def _parts_of(word: str, written: str) -> Iterator[_Part]:
    begins = [{options[0][0]} for options in readings(word) if options]
    parts = sounds_in(word, written)
    for at, sounds in enumerate(parts):
        letters = begins[at] if len(begins) == len(parts) > 1 else initial_letters(word)
        yield _Part(frozenset(sounds), frozenset(letters), is_initial(word))


@lru_cache(maxsize=20_000)
def _written_together(name: str) -> frozenset[str]:
    """Return how a name sounds when it is written as one word, from each of its words on round to the one before."""
    heard = [sounds[0] for pair in _name_words(name) for sounds in sounds_in(*pair)]
    return frozenset(sound("".join(heard[at:] + heard[:at])) for at in range(len(heard)) if len(heard) > 1)


def _answer_to(shorter: Sequence[_Part], longer: list[_Part]) -> bool:
    """Pair each part with one of the longer name; at least one pair must be more than initials."""
    is_sure = False
    for part in sorted(shorter, key=lambda each: each.is_initial):
        found = next((other for other in longer if part.is_same(other)), None)
        if found is None:
            return False
        longer.remove(found)
        is_sure = is_sure or not (part.is_initial or found.is_initial)
    return is_sure
