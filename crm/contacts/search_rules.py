"""How contacts are found: what is indexed of a contact, what a query means, how good a match is.

Pure. A contact is one `SearchDocument` of four texts; each begins and ends with a space, and so
does every word in it, so that the phrase " mur" means "a word that starts with mur":

- names:  entries parted by " ; ", each a name as folded words; for other scripts also in Latin, with
  letters that others lack written out, and with its initials as one word;
- sounds: per name the sounds of its parts (" . " between parts, " ; " between names), then " | "
  and marked keys: ~ a skeleton, = the skeleton and + the sound of the name from one of its words on,
  written as one word, * its initials (! where it is written with some);
  After another " | " the sounds of organisations, as of the names;
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
    sounds_in,
    words,
    written_out,
)

# Raised whenever another document is made of the same contact: at its next start an installation then
# writes its index anew. A test of the keys of many names tells when that is so.
SEARCH_RULES_VERSION = 5

LONGEST_QUERY = 120
MOST_QUERY_WORDS = 8
_ENTRY, _PART, _KEYS = " ; ", " . ", " | "
_ARTICLES = {"al", "el", "ul", "il", "ar", "ad", "as", "an", "at", "az", "ash", "ath"}
_PARTICLES = _ARTICLES | {
    "de", "del", "dela", "della", "di", "da", "do", "dos", "la", "le", "los", "las", "van", "von",
    "der", "den", "ter", "bin", "binti", "bint", "ibn", "ben", "jr", "sr", "dr", "mr", "mrs", "ms",
    "sri", "shri", "smt", "prof", "haji", "st", "ma", "the", "and", "of",
}  # fmt: skip
_AFTER_A_NAME = {
    "jr", "sr", "sir", "madam", "maam", "ji", "bhai", "saheb", "sahab", "sahib", "garu", "akka", "aunty", "uncle",
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

    @cached_property
    def weight(self) -> float:
        """How much all words count together; at least something to divide by."""
        return sum(word.weight for word in self.words) or 1.0

    @cached_property
    def is_letters(self) -> bool:
        """True for some letters by themselves."""
        return len(self.words) > 1 and all(len(word.text) == 1 for word in self.words)

    @cached_property
    def initials(self) -> str:
        """The letters of a query that can only be initials: "mks" or "m k s"."""
        if len(self.words) == 1:
            return self.words[0].latin
        return self.text.replace(" ", "") if self.is_letters else ""

    @cached_property
    def joined(self) -> tuple[str, ...]:
        """How the whole query written as one word sounds: its likeliest parts, then as it is spelt."""
        likeliest = "".join(part.sounds[0] for part in self.parts)
        return tuple(dict.fromkeys(sound(one) for one in (likeliest, self.spelt_joined[0])))

    @property
    def joined_after_letters(self) -> str:
        """How it sounds written as one word without its initials; empty when it has none or nothing else."""
        spoken = [part.sounds[0] for part in self.parts if len(part.sounds[0]) > 1]
        return sound("".join(spoken)) if 1 < len(spoken) < len(self.parts) else ""

    @cached_property
    def joined_keys(self) -> tuple[str, ...]:
        """The keys of a name that sounds so when written as one word, if they are long enough to tell."""
        return tuple(f"+{one}" for one in self.joined if len(one) > 4)

    @cached_property
    def spelt_joined(self) -> tuple[str, ...]:
        """The whole query written as one word: in Latin letters, and as folded."""
        spelt = ("".join(word.latin for word in self.words), "".join(word.text for word in self.words))
        return tuple(dict.fromkeys(one.replace(" ", "") for one in spelt))


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
    other = [entry for name in organisations for entry in _spellings(name)]
    other += [f"# {entry}" for tag in tags for entry in (*_spellings(tag), "".join(words(tag)))]
    other += [fold(email).replace(" ", "") for email in emails]
    return SearchDocument(
        names=_spaced(entry for key in keys for entry in _name_entries(key)),
        sounds=_sound_text(keys, name_keys(organisations).names),
        other=_spaced(other),
        digits=_spaced(dict.fromkeys(filter(None, map(_digits, phones))), parted_by=" "),
    )


def _spaced(entries: Iterable[str], *, parted_by: str = _ENTRY) -> str:
    return f" {parted_by.join(dict.fromkeys(filter(None, entries)))} "


def _digits(text: str) -> str:
    return re.sub(r"\D", "", ascii_digits(text))


def _spellings(text: str) -> Iterable[str]:
    """Return a text as folded words, in Latin letters, and with its letters written out."""
    folded = " ".join(words(text))
    return dict.fromkeys((folded, latin(folded), " ".join(words(written_out(text)))))


def _name_entries(key: NameKey) -> Iterable[str]:
    yield " ".join(key.folded)
    yield " ".join(key.latin)
    yield " ".join(key.written)
    yield " ".join(key.initials_together)
    for word in key.folded:
        if _CJK.match(word):
            yield word[0]
            yield from (word[at:] for at in range(1, len(word)))


def _sound_text(names: tuple[NameKey, ...], organisations: tuple[NameKey, ...]) -> str:
    marked: dict[str, None] = {}
    for key in names:
        marked |= dict.fromkeys(_marked_keys(key))
    for key in organisations:
        marked |= dict.fromkeys(_skeleton_keys(key))
    texts = [_heard(names), " ".join(marked), *([_heard(organisations)] if organisations else [])]
    return f" {_KEYS.join(texts)} "


def _heard(keys: tuple[NameKey, ...]) -> str:
    return _ENTRY.join(_PART.join(" ".join(part) for part in key.sounds) for key in keys)


def _skeleton_keys(key: NameKey) -> Iterable[str]:
    return (f"~{skeleton(one)}" for part in key.sounds for one in part)


def _marked_keys(key: NameKey) -> Iterable[str]:
    yield from _skeleton_keys(key)
    yield from (f"={bones}" for bones in key.joined_bones)
    yield from (f"+{joined}" for joined in key.joined)
    mark = "!" if key.has_initials else "*"
    yield from (f"{mark}{initials}" for initials in key.initials)


def plan_query(text: str) -> QueryPlan:
    """Return what a query means; an empty plan when there is nothing to look for."""
    text = text[:LONGEST_QUERY].strip()
    folded, written = words(text)[:MOST_QUERY_WORDS], words(written_out(text))
    last = len(folded) - 1  # it may be the beginning of a name yet to be typed
    spelt = enumerate(zip(folded, written, strict=False))
    return QueryPlan(
        text=" ".join(folded),
        words=tuple(_query_word(word, is_last=at == last) for at, word in enumerate(folded)),
        parts=tuple(part for at, pair in spelt for part in _query_parts(*pair, is_last=at == last)),
        numbers=_numbers(text),
        email=_email_fragment(text),
        is_tag=text.startswith("#") and bool(folded),
    )


def _query_word(word: str, *, is_last: bool) -> QueryWord:
    return QueryWord(text=word, latin=latin(word), weight=_weight(word, is_last=is_last))


def _query_parts(word: str, written: str, *, is_last: bool) -> Iterable[QueryPart]:
    if word in _ARTICLES and word not in ("an", "as") and not is_last:
        return
    weight = _weight(word, is_last=is_last)
    for sounds in sounds_in(word, written):
        yield QueryPart(sounds=sounds, weight=min(weight, _weight(sounds[0], is_last=is_last)))


def _weight(word: str, *, is_last: bool) -> float:
    """Longer words tell people apart; titles, initials and particles that a name follows hardly do."""
    if word in _AFTER_A_NAME or (word in _PARTICLES and not is_last):
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
