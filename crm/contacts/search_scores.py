"""How well a document answers a query, and why: every result can say what matched."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import TypeVar

from crm.contacts.search_rules import QueryPart, QueryPlan, QueryWord, SearchDocument
from crm.shared.text import skeleton, sound

_Q = TypeVar("_Q")
_D = TypeVar("_D")
_LEAST = 0.3  # the least likeness of two words that counts as a match
_FULL = 0.85  # the likeness from which a part counts as said in full
_SHARE = 0.22  # the least share of a query that must match


class Reason(StrEnum):
    """Why a contact was found."""

    NAME = "name"
    SOUNDS_LIKE = "sounds_like"
    INITIALS = "initials"
    PHONE = "phone"
    EMAIL = "email"
    ORGANISATION = "organisation"
    TAG = "tag"


@dataclass(frozen=True, slots=True)
class Match:
    """One contact found: how good (0 to about 1.3), why, and the text of theirs that matched."""

    contact_id: int
    score: float
    reason: Reason
    text: str


def score(plan: QueryPlan, document: SearchDocument, *, contact_id: int = 0) -> Match | None:
    """Return how well a document answers a query and why; None when it does not."""
    best = _score_number(plan, document) if plan.numbers else None
    if plan.email:
        best = _better(best, _score_email(plan, document))
    if _has_some_word(plan, document):
        best = _better(best, _score_words(plan, document))
    if best is None or best[0] < 0.9:
        best = _better(best, _score_sounds(plan, document))
    return Match(contact_id, round(best[0], 4), best[1], best[2]) if best else None


def _better(one: "_Scored | None", two: "_Scored | None") -> "_Scored | None":
    return one if two is None or (one and one[0] >= two[0]) else two


def _has_some_word(plan: QueryPlan, document: SearchDocument) -> bool:
    """Tell, cheaply, if any word can be found as it is spelt; initials stand for longer words."""
    texts = document.names + document.other + document.digits
    if any(word.text in texts or (word.latin and word.latin in texts) for word in plan.words):
        return True
    return len(plan.words) == 1 and len(plan.text) < 6 and f"*{plan.text}" in document.sounds


_Scored = tuple[float, Reason, str]


def _score_number(plan: QueryPlan, document: SearchDocument) -> _Scored | None:
    for wanted in plan.numbers:
        if wanted in document.digits:
            number = next(one for one in document.digits.split() if wanted in one)
            exact = 0.3 if number == wanted else 0.2 if number.endswith(wanted) else 0.0
            return 0.8 + exact + 0.1 * len(wanted) / len(number), Reason.PHONE, number
    return None


def _score_email(plan: QueryPlan, document: SearchDocument) -> _Scored | None:
    if not plan.email or plan.email not in document.other:
        return None
    entries = [one for one in document.other.strip().split(" ; ") if plan.email in one]
    mails = [one for one in entries if "@" in one]
    if not mails:
        return None
    share = len(plan.email) / len(mails[0])
    return 0.8 + 0.3 * share + 0.1 * mails[0].startswith(plan.email), Reason.EMAIL, mails[0]


def _score_words(plan: QueryPlan, document: SearchDocument) -> _Scored | None:
    """Score the words as spelt: each name by itself, what it lacks sought in the other texts."""
    if not plan.words:
        return None
    others = _other_hits(plan, document)
    names = [] if plan.is_tag else document.names.strip().split(" ; ")
    scored = [_score_name(plan, name, others) for name in names if name]
    if len(plan.words) == 1 and len(plan.text) > 1 and f"*{plan.text}" in document.sounds:
        scored.append((0.78, Reason.INITIALS, names[0] if names else ""))
    if any(others):
        total = sum(word.weight * hit[0] for word, hit in zip(plan.words, others, strict=True))
        best = max(others, key=lambda hit: hit[0])
        scored.append((total / _total(plan.words), best[1], best[2]))
    best_of = max(scored, default=None, key=lambda one: one[0])
    return best_of if best_of and best_of[0] >= _SHARE else None


def _score_name(plan: QueryPlan, name: str, others: Sequence[_Scored]) -> _Scored:
    if name == plan.text:
        return 1.3, Reason.NAME, name
    said = name.split()
    hits = _assign(plan.words, said, _spelt_likeness)
    if max(hits) < 0.6:
        return 0.0, Reason.NAME, name
    total = sum(word.weight * max(hit, other[0]) for word, hit, other in zip(plan.words, hits, others, strict=True))
    value = total / _total(plan.words) - 0.006 * max(0, len(said) - len(plan.words))
    value += 0.02 * (hits[0] > 0 and _spelt_likeness(plan.words[0], said[0]) > 0)
    by_letters = all(len(word.text) == 1 for word in plan.words) and len(plan.words) > 1
    return value, Reason.INITIALS if by_letters else Reason.NAME, name


def _total(weighted: Sequence[QueryWord] | Sequence[QueryPart]) -> float:
    return sum(one.weight for one in weighted) or 1.0


def _assign(queried: Sequence[_Q], said: Sequence[_D], likeness: Callable[[_Q, _D], float]) -> list[float]:
    """Match each queried part with its likest of what the name has left; return the likenesses."""
    if len(queried) == 1:
        value = max((likeness(queried[0], one) for one in said), default=0.0)
        return [value if value >= _LEAST else 0.0]
    hits = [0.0] * len(queried)
    left = list(range(len(said)))
    pairs = [
        (value, at, to)
        for at, query in enumerate(queried)
        for to, one in enumerate(said)
        if (value := likeness(query, one)) >= _LEAST
    ]
    for value, at, to in sorted(pairs, reverse=True):
        if not hits[at] and to in left:
            hits[at] = value
            left.remove(to)
    return hits


def _spelt_likeness(query: QueryWord, said: str) -> float:
    """Return how alike two words are as they are spelt."""
    return max(_spelt(query.text, said), _spelt(query.latin, said) if query.latin else 0.0)


@lru_cache(maxsize=65536)
def _spelt(query: str, said: str) -> float:
    if query == said:
        return 1.0
    if said.startswith(query):
        return 0.8 + 0.15 * len(query) / len(said)
    if len(query) > 1 and query in said:
        return 0.6
    if len(said) == 1 and query.startswith(said):
        return 0.4
    return 0.0


def _other_hits(plan: QueryPlan, document: SearchDocument) -> list[_Scored]:
    """Return for each word its best hit among organisations, tags, emails and numbers."""
    nothing: _Scored = (0.0, Reason.ORGANISATION, "")
    texts = document.other + document.digits
    if not any(word.text in texts or (word.latin and word.latin in texts) for word in plan.words):
        return [nothing] * len(plan.words)
    entries = [entry for entry in document.other.strip().split(" ; ") if entry]
    return [
        max(
            (_other_hit(word, entry, plan.is_tag) for entry in [*entries, document.digits]),
            default=nothing,
            key=lambda hit: hit[0],
        )
        for word in plan.words
    ]


def _other_hit(word: QueryWord, entry: str, is_tag: bool) -> _Scored:
    reason, text = Reason.ORGANISATION, entry
    if entry.startswith("# "):
        reason, text = Reason.TAG, entry[2:]
    elif "@" in entry:
        reason = Reason.EMAIL
    elif entry.startswith(" "):
        return _digit_hit(word, entry)
    if is_tag and reason is not Reason.TAG:
        return 0.0, reason, text
    padded = f" {text} "
    for value, needle in ((0.9, f" {word.text} "), (0.75, f" {word.text}"), (0.55, word.text)):
        if needle in padded or (word.latin and needle.replace(word.text, word.latin) in padded):
            return value, reason, text
    return 0.0, reason, text


def _digit_hit(word: QueryWord, digits: str) -> _Scored:
    if word.text.isdecimal() and len(word.text) >= 3 and word.text in digits:
        return 0.8, Reason.PHONE, next(one for one in digits.split() if word.text in one)
    return 0.0, Reason.PHONE, ""


def _score_sounds(plan: QueryPlan, document: SearchDocument) -> _Scored | None:
    """Score the parts of the query by how they sound, for each name."""
    if not plan.parts or plan.is_tag:
        return None
    names = document.names.strip().split(" ; ")
    best, text = 0.0, ""
    if len(plan.joined) > 4 and f"+{plan.joined} " in document.sounds:
        best, text = 0.8, names[0]
    heard_names = document.sounds.partition(" | ")[0].strip().split(" ; ")
    for at, heard in enumerate(heard_names):
        parts = tuple(tuple(part.split()) for part in heard.split(" . "))
        value = _heard(plan.parts, parts)
        if value > best:
            best, text = value, names[min(at, len(names) - 1)]
    return (best, Reason.SOUNDS_LIKE, text) if best >= _SHARE else None


def _heard(queried: tuple[QueryPart, ...], said: tuple[tuple[str, ...], ...]) -> float:
    """Return the share of the query that is heard in a name, parts joined where that helps."""
    hits = _assign(queried, said, _part_likeness)
    total = _total(queried)
    if len(said) + len(queried) > 2 and min(hits) < 0.6:
        hits = _with_joins(queried, said, hits)
    if max(hits) < 0.5:
        return 0.0
    if min(hits) < _LEAST:  # where a part is missing, only what is said in full counts fully
        hits = [hit if hit > _FULL else 0.75 * hit for hit in hits]
    value = sum(part.weight * hit for part, hit in zip(queried, hits, strict=True)) / total
    return value - 0.006 * max(0, len(said) - len(queried))


def _part_likeness(query: QueryPart, said: tuple[str, ...]) -> float:
    return _likest(query.sounds, said)


@lru_cache(maxsize=131072)
def _likest(queried: tuple[str, ...], said: tuple[str, ...]) -> float:
    return max((_alike(query, one) for query in queried for one in said), default=0.0)


def _alike(query: str, said: str) -> float:
    """Return how alike two sounds are; the fewer consonants, the less their likeness says."""
    if query == said:
        return 0.88
    if len(said) == 1 or len(query) == 1:
        return _alike_initial(query, said)
    if len(query) >= 3 and said.startswith(query):
        return 0.72 + 0.1 * len(query) / len(said)
    bones, said_bones = skeleton(query), skeleton(said)
    trust = min(len(bones), 4) * 0.06
    if bones == said_bones:
        return 0.25 + trust + 0.3 * _nearness(query, said) ** 2
    if len(bones) >= 2 and said_bones.startswith(bones):
        return 0.15 + trust + 0.25 * _nearness(query, said[: len(query) + 1])
    if len(query) >= 4 and query in said:
        return 0.5
    return max(_alike_bones(bones, said_bones), _alike_when_mistyped(query, said))


def _alike_bones(bones: str, said: str) -> float:
    """Return a low likeness for skeletons one inside the other or one consonant apart."""
    if min(len(bones), len(said)) < 3:
        return 0.0
    if bones in said or said in bones:
        return 0.25 + 0.2 * min(len(bones), len(said)) / max(len(bones), len(said))
    if bones[0] == said[0] and _is_one_apart(bones, said):
        return 0.3 + 0.03 * min(len(bones), 6)
    return 0.0


def _alike_when_mistyped(query: str, said: str) -> float:
    """Return the likeness of two long sounds that a single consonant keeps apart."""
    bones, said_bones = skeleton(query), skeleton(said)
    if min(len(bones), len(said_bones)) < 4 or not _is_one_apart(bones, said_bones):
        return 0.0
    nearness = _nearness(query, said)
    return 0.26 + 0.35 * nearness if nearness > 0.7 else 0.0


def _is_one_apart(one: str, two: str) -> bool:
    """Tell if one letter put in, left out, changed or swapped with the next makes them equal."""
    if abs(len(one) - len(two)) > 1:
        return False
    at = next(
        (at for at, pair in enumerate(zip(one, two, strict=False)) if pair[0] != pair[1]),
        min(len(one), len(two)),
    )
    swapped = one[at + 1 : at + 2] + one[at : at + 1] + one[at + 2 :]
    return two[at:] in (one[at + 1 :], swapped) or two[at + 1 :] in (one[at + 1 :], one[at:])


def _alike_initial(query: str, said: str) -> float:
    if len(query) == 1:
        return 0.7 if said.startswith(query) else 0.0
    return 0.4 if query.startswith(said) else 0.0


def _nearness(one: str, two: str) -> float:
    """Return 1 for equal sounds, less for each letter put in, left out or changed (vowels half)."""
    longest = max(len(one), len(two))
    return max(0.0, 1 - _distance(one, two) / longest) if longest else 1.0


def _distance(one: str, two: str) -> float:
    row = [0.0]
    for letter in two:
        row.append(row[-1] + _cost(letter))
    for letter in one:
        above, row = row, [row[0] + _cost(letter)]
        for at, other in enumerate(two, 1):
            changed = 0.0 if letter == other else max(_cost(letter), _cost(other))
            row.append(min(above[at - 1] + changed, above[at] + _cost(letter), row[-1] + _cost(other)))
    return row[-1]


def _cost(letter: str) -> float:
    return 0.5 if letter in "aiuhy" else 1.0


def _with_joins(queried: tuple[QueryPart, ...], said: tuple[tuple[str, ...], ...], hits: list[float]) -> list[float]:
    """Raise likenesses where two parts of one side are written as one on the other."""
    better = list(hits)
    for at in range(len(queried) - 1):
        joined = _join(queried[at].sounds[0], queried[at + 1].sounds[0])
        value = max((_joined_likeness((joined,), one) for one in said), default=0.0) - 0.05 * (len(said) > 1)
        if value > (better[at] + better[at + 1]) / 2:
            better[at], better[at + 1] = max(better[at], value), max(better[at + 1], value)
    for one, two in pairwise(said):
        if one and two:
            joined = _join(one[0], two[0])
            for at, part in enumerate(queried):
                if better[at] < 0.5:
                    better[at] = max(better[at], _joined_likeness(part.sounds, (joined,)))
    return better


@lru_cache(maxsize=65536)
def _join(one: str, two: str) -> str:
    return sound(one + two)


def _joined_likeness(queried: tuple[str, ...], said: tuple[str, ...]) -> float:
    """Return the likeness of a joined pair with one word, if they are about as long."""
    short, long = sorted((len(queried[0]), len(said[0]) if said else 0))
    if short < 4 or short < 0.6 * long:
        return 0.0
    value = 0.9 * _likest(queried, said)
    return value if value >= 0.45 else 0.0
