"""How alike two words are, as they are spelt and as they sound. Pure functions over strings."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import TypeVar

from crm.contacts.search_rules import QueryPart
from crm.shared.text import skeleton, sound

_Q = TypeVar("_Q")
_D = TypeVar("_D")
TELLING = 4  # the letters from which a fragment tells names apart
LONG = 5  # the letters from which a word with one wrong letter is known
AS_HEARD = 0.88  # the likeness of two words that sound the same, the most that sounds can say
_LEAST = 0.3  # the least likeness of two words that counts as a match
_FULL = 0.85  # the likeness from which a part counts as said in full


def assign(queried: Sequence[_Q], said: Sequence[_D], likeness: Callable[[_Q, _D], float]) -> list[float]:
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


@lru_cache(maxsize=65536)
def spelt_alike(query: str, said: str) -> float:
    """Return how alike two words are as they are spelt; a fragment that is no chance is as good as a beginning."""
    if query == said:
        return 1.0
    if said.startswith(query):
        return 0.8 + 0.15 * len(query) / len(said)
    if len(query) > 1 and query in said:
        is_telling = len(query) >= (TELLING if query.isascii() else TELLING - 1)
        return 0.8 + 0.04 * len(query) / len(said) if is_telling else 0.6
    if len(said) == 1 and query.startswith(said):
        return 0.4
    if min(len(query), len(said)) >= LONG and query.isascii() and _is_one_apart(query, said):
        return 0.5 + 0.015 * min(len(query), 8) + 0.04 * (sorted(query) == sorted(said))
    return 0.0


def written_together(joined: str, said: Sequence[str]) -> float:
    """Return how well a query written as one word fits words that follow one another."""
    together, begin = "".join(said), 0
    if len(joined) < 2 or joined not in together:
        return 0.0
    for at, word in enumerate(said):
        if together.startswith(joined, begin):
            ends = accumulate(map(len, said[at:]))
            return 0.9 if len(joined) in ends else 0.8 if len(joined) >= TELLING else 0.0
        begin += len(word)
    return 0.0


def heard_share(queried: tuple[QueryPart, ...], said: tuple[tuple[str, ...], ...]) -> float:
    """Return the share of the query that is heard in a name, parts joined where that helps."""
    hits = assign(queried, said, _part_likeness)
    if len(said) + len(queried) > 2 and min(hits) < 0.6:
        hits = _with_joins(queried, said, hits)
    if max(hits) < 0.5:
        return 0.0
    if min(hits) < _LEAST:  # where a part is missing, only what is said in full counts fully
        hits = [hit if hit > _FULL else 0.75 * hit for hit in hits]
    value = sum(part.weight * hit for part, hit in zip(queried, hits, strict=True))
    value /= sum(part.weight for part in queried) or 1.0
    return value - 0.006 * max(0, len(said) - len(queried))


def _part_likeness(query: QueryPart, said: tuple[str, ...]) -> float:
    return _likest(query.sounds, said)


@lru_cache(maxsize=131072)
def _likest(queried: tuple[str, ...], said: tuple[str, ...]) -> float:
    return max((_alike(query, one) for query in queried for one in said), default=0.0)


def _alike(query: str, said: str) -> float:
    """Return how alike two sounds are; the fewer consonants, the less their likeness says."""
    if query == said:
        return AS_HEARD
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
    for joined in _joins(said, 4 if len(queried) == 1 else 2):
        for at, part in enumerate(queried):
            if better[at] < 0.5:
                better[at] = max(better[at], _joined_likeness(part.sounds, (joined,)))
    return better


@lru_cache(maxsize=8192)
def _joins(said: tuple[tuple[str, ...], ...], most: int) -> tuple[str, ...]:
    """Return the likeliest sounds of up to so many parts that follow one another, written as one."""
    likeliest = [part[0] for part in said if part]
    starts = range(len(likeliest) - 1)
    return tuple(
        sound("".join(likeliest[at : at + many]))
        for at in starts
        for many in range(2, min(most, len(likeliest) - at) + 1)
    )


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
