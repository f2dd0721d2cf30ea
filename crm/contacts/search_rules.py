"""How contacts are found: what is indexed of a contact, what a query means, how good a match is.

Pure. A contact is one `SearchDocument` of four texts; each begins and ends with a space, and so
does every word in it, so that the phrase " mur" means "a word that starts with mur":

- names:  entries parted by " ; ", each a name as folded words; for other scripts also in Latin;
- sounds: per name the sounds of its parts (" . " between parts, " ; " between names), then " | "
  and marked keys: ~ a skeleton, = the skeleton and + the sound of the whole name, * its initials;
- other:  entries parted by " ; ": organisations, "# tag", emails;
- digits: each number as its digits.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from crm.shared.text import (
    NameKey,
    ascii_digits,
    fold,
    latin,
    name_keys,
    skeleton,
    sound,
    sounds_of,
    words,
)

# Raised whenever another document is made of the same contact: at its next start an installation then
# writes its index anew. A test of the keys of many names tells when that is so.
SEARCH_RULES_VERSION = 2

LONGEST_QUERY = 120
MOST_QUERY_WORDS = 8
_ENTRY, _PART, _KEYS = " ; ", " . ", " | "
_ARTICLES = {"al", "el", "ul", "il", "ar", "ad", "as", "an", "at", "az", "ash", "ath"}
_PARTICLES = _ARTICLES | {
    "de", "del", "dela", "della", "di", "da", "do", "dos", "la", "le", "los", "las", "van", "von",
    "der", "den", "ter", "bin", "binti", "bint", "ibn", "ben", "jr", "sr", "dr", "mr", "mrs", "ms",
    "sri", "shri", "smt", "prof", "haji", "st", "ma", "the", "and", "of",
    "sir", "madam", "maam", "ji", "bhai", "saheb", "sahab", "sahib", "garu", "akka", "aunty", "uncle",
}  # fmt: skip
_PHONE_SHAPE = re.compile(r"(?:tel:|[+#*(])?[\d\s()+./*#–—‐‑-]*\d[\d\s()+./*#–—‐‑-]*\Z")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af]{2,8}\Z")


@dataclass(frozen=True, slots=True)
class SearchDocument:
    """What is indexed of one contact."""

    names: str
    sounds: str
    other: str
    digits: str


@dataclass(frozen=True, slots=True)
class QueryWord:
    """A word of the query as folded, in Latin letters, and how much it counts."""

    text: str
    latin: str
    weight: float


@dataclass(frozen=True, slots=True)
class QueryPart:
    """A part of a name in the query by its possible sounds, and how much it counts."""

    sounds: tuple[str, ...]
    weight: float

    @property
    def skeletons(self) -> tuple[str, ...]:
        """The consonant skeletons of the sounds, without repetitions."""
        return tuple(dict.fromkeys(skeleton(one) for one in self.sounds))


@dataclass(frozen=True)
class QueryPlan:
    """What a query means: words, parts by sound, and whether it can be a number or an email."""

    text: str
    words: tuple[QueryWord, ...] = ()
    parts: tuple[QueryPart, ...] = ()
    numbers: tuple[str, ...] = ()
    email: str = ""
    is_tag: bool = False

    @property
    def is_empty(self) -> bool:
        """True when nothing can be looked for."""
        return not (self.words or self.numbers or self.email)

    @property
    def initials(self) -> str:
        """The letters of a query that can only be initials: "mks" or "m k s"."""
        if len(self.words) == 1:
            return self.words[0].latin
        return self.text.replace(" ", "") if all(len(word.text) == 1 for word in self.words) else ""

    @cached_property
    def joined(self) -> str:
        """The likeliest sound of the whole query written as one word."""
        return sound("".join(part.sounds[0] for part in self.parts))


def search_document(
    *,
    names: Sequence[str],
    organisations: Sequence[str] = (),
    emails: Sequence[str] = (),
    phones: Sequence[str] = (),
    tags: Sequence[str] = (),
) -> SearchDocument:
    """Return what to index of a contact; phones both as typed and as E.164."""
    keys = name_keys(names).names
    other = [entry for name in organisations for entry in _spelt(words(name))]
    other += [f"# {entry}" for tag in tags for entry in _spelt(words(tag))]
    other += [fold(email).replace(" ", "") for email in emails]
    return SearchDocument(
        names=_spaced(entry for key in keys for entry in _name_entries(key)),
        sounds=_sound_text(keys),
        other=_spaced(other),
        digits=_spaced(dict.fromkeys(filter(None, map(_digits, phones))), parted_by=" "),
    )


def _spaced(entries: Iterable[str], *, parted_by: str = _ENTRY) -> str:
    return f" {parted_by.join(dict.fromkeys(filter(None, entries)))} "


def _digits(text: str) -> str:
    return re.sub(r"\D", "", ascii_digits(text))


def _spelt(folded: tuple[str, ...]) -> tuple[str, str]:
    """Return a text as folded words and in Latin letters."""
    text = " ".join(folded)
    return text, latin(text)


def _name_entries(key: NameKey) -> Iterable[str]:
    yield " ".join(key.folded)
    yield " ".join(key.latin)
    for word in key.folded:
        if _CJK.match(word):
            yield word[0]
            yield from (word[at:] for at in range(1, len(word)))


def _sound_text(keys: tuple[NameKey, ...]) -> str:
    by_name = (_PART.join(" ".join(part) for part in key.sounds) for key in keys)
    marked: dict[str, None] = {}
    for key in keys:
        marked |= dict.fromkeys(_marked_keys(key))
    return f" {_ENTRY.join(by_name)}{_KEYS}{' '.join(marked)} "


def _marked_keys(key: NameKey) -> Iterable[str]:
    for part in key.sounds:
        yield from (f"~{skeleton(one)}" for one in part)
    if len(key.sounds) > 1:
        yield from (f"={bones}" for bones in key.joined_bones)
        yield f"+{key.joined}"
    yield from (f"*{initials}" for initials in key.initials)


def plan_query(text: str) -> QueryPlan:
    """Return what a query means; an empty plan when there is nothing to look for."""
    text = text[:LONGEST_QUERY].strip()
    folded = words(text)[:MOST_QUERY_WORDS]
    return QueryPlan(
        text=" ".join(folded),
        words=tuple(_query_word(word) for word in folded),
        parts=tuple(part for word in folded for part in _query_parts(word)),
        numbers=_numbers(text),
        email=_email_fragment(text),
        is_tag=text.startswith("#") and bool(folded),
    )


def _query_word(word: str) -> QueryWord:
    return QueryWord(text=word, latin=latin(word), weight=_weight(word))


def _query_parts(word: str) -> Iterable[QueryPart]:
    if word in _ARTICLES and word not in ("an", "as"):
        return
    weight = _weight(word)
    for sounds in sounds_of(word):
        yield QueryPart(sounds=sounds, weight=min(weight, _weight(sounds[0])))


def _weight(word: str) -> float:
    """Longer words tell people apart; particles and initials hardly do."""
    if word in _PARTICLES:
        return 0.15
    if len(word) == 1 and word.isascii():
        return 0.35
    return 0.6 + min(len(word), 8) * 0.1


def _numbers(text: str) -> tuple[str, ...]:
    """Return the digits of a phone fragment in any notation: as typed and without trunk zeros."""
    plain = ascii_digits(text).strip()
    if not _PHONE_SHAPE.match(plain):
        return ()
    digits = _digits(plain.replace("(0)", ""))
    found = (digits, digits.lstrip("0"), re.sub(r"^0*", "", _digits(plain)))
    return tuple(dict.fromkeys(number for number in found if len(number) >= 3))


def _email_fragment(text: str) -> str:
    """Return the text as a fragment of an email address, if it has a sign of one."""
    fragment = fold(text)
    has_sign = "@" in fragment or re.search(r"\w[._+-]\w", fragment)
    return fragment if has_sign and " " not in fragment and len(fragment) >= 3 else ""
