"""Whether two written names can be one person's. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from crm.contacts.importing.text import is_email
from crm.shared.text import latin_words, sounds_of, words

_TITLES = {
    *("mr", "mrs", "ms", "miss", "dr", "prof", "sir", "madam", "sri", "shri", "smt", "thiru", "tmt", "selvi"),
    *("herr", "frau", "sr", "sra", "mme", "m"),
}


def is_compatible(first: str, second: str) -> bool:
    """Tell whether two names can be one person's: the shorter one's words all answer to the longer one's.

    Initials answer to words they begin; spellings that sound alike answer to each other, in any script.
    """
    if is_placeholder(first) or is_placeholder(second):
        return True
    shorter, longer = sorted((_name_words(first), _name_words(second)), key=len)
    return _answer_to(shorter, list(longer))


def is_placeholder(name: str) -> bool:
    """Tell a name from an email or phone that stands for one."""
    return not name.strip() or is_email(name.strip()) or not any(letter.isalpha() for letter in name)


@lru_cache(maxsize=20_000)
def _name_words(name: str) -> tuple[str, ...]:
    found = tuple(word for word in words(name) if word not in _TITLES)
    return found or words(name)


def _answer_to(shorter: Sequence[str], longer: list[str]) -> bool:
    """Pair each word with one of the longer name; at least one pair must be more than initials."""
    is_sure = False
    for word in sorted(shorter, key=len, reverse=True):
        found = next((other for other in longer if _same_word(word, other)), None)
        if found is None:
            return False
        longer.remove(found)
        is_sure = is_sure or min(len(word), len(found)) > 1
    return is_sure


def _same_word(first: str, second: str) -> bool:
    if first == second:
        return True
    latin = [" ".join(latin_words((word,))) for word in (first, second)]
    if min(map(len, latin)) <= 1:
        return latin[0][:1] == latin[1][:1]
    sounds = [set(sounds_of(word)) for word in (first, second)]
    return latin[0] == latin[1] or bool(sounds[0] & sounds[1])
