"""Where to look for a query, cheapest and surest first: conditions over the search document.

Pure: a condition is a tree of phrases; `search_index` writes it for each database. A stage is only
run when the ones before it did not find enough.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from crm.contacts.search_likeness import LONG
from crm.contacts.search_rules import QueryPart, QueryPlan, QueryWord
from crm.shared.text import joined_bones, skeleton

SPELT = ("names", "other")
MANY = 1000
MOST_LETTERS = 20  # of a word that is looked for with a wrong letter at each place
HEARD = 0.9  # the most that a name scores which is written otherwise
MOST_ROWS = 40
MOST_ROWS_OF_A_PART = 24


@dataclass(frozen=True, slots=True)
class Phrase:
    """Some column holds this text."""

    text: str
    columns: tuple[str, ...] = ("names",)


@dataclass(frozen=True, slots=True)
class AllOf:
    """All conditions hold."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one condition holds."""

    parts: tuple["Condition", ...]


Condition = Phrase | AllOf | AnyOf


@dataclass(frozen=True, slots=True)
class Stage:
    """A condition, and at most how many rows to take.

    It is run while fewer than `below` contacts are found. One that leaves out a part of the query is
    run only while fewer than `below_sure` are sure by those that ask for all of it. No contact that
    only this stage finds scores more than `most`. `closer` are narrower conditions to run too when it
    was cut off at so many rows.
    """

    condition: Condition
    below: int
    closer: tuple[Condition, ...] = ()
    rows: int = MOST_ROWS
    below_sure: int = MANY
    most: float = 2.0

    @property
    def is_whole(self) -> bool:
        """True when it asks for all of the query."""
        return self.below_sure == MANY


def stages(plan: QueryPlan, limit: int = 10) -> Iterator[Stage]:
    """Return where to look, surest first, until `limit` good ones are found."""
    if plan.numbers:
        yield Stage(AnyOf(tuple(Phrase(number, ("digits",)) for number in plan.numbers)), limit)
    if plan.email:
        yield Stage(Phrase(plan.email, ("other",)), limit)
    if plan.is_tag:
        yield Stage(AllOf((Phrase("# ", ("other",)), *_all(plan, " {}").parts)), limit)
    elif plan.words:
        yield from _spelt_stages(plan, 1 if plan.numbers or plan.email else limit)
        if plan.parts and not plan.numbers and "@" not in plan.email:
            yield from _heard_stages(plan, limit)


def _spelt_stages(plan: QueryPlan, limit: int) -> Iterator[Stage]:
    is_one_word = len(plan.words) == 1
    closer: tuple[Condition, ...] = (_all(plan, " {} "),)
    if not is_one_word:
        closer += (Phrase(f" {plan.text} "),)
    elif plan.words[0].latin != plan.text:  # those in the script of the query before those that are read like it
        closer += (Phrase(f" {plan.text} "), Phrase(f" {plan.text}"))
    yield Stage(_all(plan, " {}"), limit, closer=closer)
    letters = plan.initials
    if 2 <= len(letters) <= 5:
        written = Phrase(f"!{letters}", ("sounds",))
        yield Stage(AnyOf((written, Phrase(f"*{letters}", ("sounds",)))), limit, closer=(written,))
    if any(len(word.text) > 2 for word in plan.words):
        yield Stage(_all(plan, "{}"), limit if is_one_word else 1)


def _all(plan: QueryPlan, shape: str) -> AllOf:
    return AllOf(tuple(_spelt(word, shape) for word in plan.words))


def _spelt(word: QueryWord, shape: str) -> Condition:
    if word.text.isdecimal() and len(word.text) >= 3:
        return Phrase(word.text, (*SPELT, "digits"))
    if len(word.text) < 3:
        shape = shape if shape == " {} " else " {}"
    texts = dict.fromkeys(text for text in (word.text, word.latin) if text)
    phrases = tuple(Phrase(_shaped(text, shape), SPELT) for text in texts)
    return phrases[0] if len(phrases) == 1 else AnyOf(phrases)


def _shaped(text: str, shape: str) -> str:
    """Put a word in its shape; a single character of another script must be a whole word."""
    return f" {text} " if len(text) == 1 and not text.isascii() else shape.format(text)


def _heard_stages(plan: QueryPlan, limit: int) -> Iterator[Stage]:
    strong = [part for part in plan.parts if len(part.sounds[0]) > 1 and part.weight > 0.5]
    if not strong:
        return
    yield _whole_stage(plan, strong, limit)
    longest = sorted(strong, key=lambda part: -part.weight)[:3]
    if len(longest) > 2:
        yield Stage(_pairs(longest), MANY, below_sure=limit)
    elif len(longest) > 1:
        beside = AnyOf((_beside(*longest), _beside(*reversed(longest))))
        yield Stage(beside, MANY, rows=MOST_ROWS_OF_A_PART, below_sure=limit)
    if len(plan.words) > 1:
        yield Stage(_any_word(plan), 4 * limit, below_sure=1)
        yield from _one_part_stages(longest, 2 * limit)
    else:
        yield from _mistyped_stages(plan, limit)


def _whole_stage(plan: QueryPlan, strong: list[QueryPart], limit: int) -> Stage:
    """Look for all parts by their skeletons, or the whole as others may write it in fewer words or more."""
    letters = tuple(_start(part) for part in plan.parts if len(part.sounds[0]) == 1)
    bones_of = _bones if len(strong) > 1 else _bones_anywhere
    whole = AllOf((*(bones_of(part) for part in strong), *letters))
    heard = AllOf(tuple(_start(part) for part in plan.parts if part.weight > 0.2))
    just_so = [_any(f" {one} " for one in part.sounds) for part in strong if len(plan.parts) == 1]
    joined = _joined(plan)
    closest = joined if len(skeleton(plan.joined[0])) > 3 else _any(f"+{one}" for one in plan.joined)
    return Stage(AnyOf((*joined.parts, whole)), 2 * limit, closer=(closest, *just_so, heard), most=HEARD)


def _joined(plan: QueryPlan) -> AnyOf:
    """The query written as one word, by its skeleton; where that says little, as it sounds and is spelt."""
    bones = skeleton(plan.joined[0])
    keys = [*(f"={joined_bones(one)}" for one in plan.joined), f"~{bones}", f"~{skeleton(plan.joined_after_letters)}"]
    if len(bones) < 4:
        keys += [f"+{one}" for one in plan.joined]
    spelt = [Phrase(f" {plan.spelt_joined[0]}")] if len(bones) < 4 <= len(plan.spelt_joined[0]) else []
    return AnyOf((*(Phrase(key, ("sounds",)) for key in dict.fromkeys(keys) if len(key) > 3), *spelt))


def _beside(part: QueryPart, other: QueryPart) -> Condition:
    """A part as it sounds, beside a word that begins like the other one, or that but for its second consonant."""
    begins = (
        f"~{bones[:1]}{second}"
        for bones in other.skeletons[:2]
        for second in (bones[1:2] or " ", bones[2:3] or " ", "p")
    )
    return AllOf((_any(f" {one} " for one in part.sounds[:2]), _any(begins)))


def _mistyped_stages(plan: QueryPlan, limit: int) -> Iterator[Stage]:
    """Look for a long word with one wrong letter, in its spelling or among its consonants."""
    word, bones = plan.spelt_joined[0], skeleton(plan.joined[0])
    if LONG <= len(word) <= MOST_LETTERS:
        around = (AllOf((Phrase(f" {word[:at]}"), Phrase(f"{word[at + 2 :]} "))) for at in range(len(word) - 1))
        yield Stage(AnyOf(tuple(around)), 2 * limit, below_sure=1)
    if len(bones) > 3:
        yield Stage(_mistyped(bones), 2 * limit, below_sure=1)


def _mistyped(bones: str) -> Condition:
    """The skeleton but for one consonant: what is left of it begins or ends one in the index."""
    half = (len(bones) + 1) // 2
    return AnyOf(
        (
            *(Phrase(text, ("sounds",)) for text in dict.fromkeys((f"~{bones[:-1]}", bones[1:]))),
            AllOf((Phrase(f"~{bones[:half]}", ("sounds",)), Phrase(f"{bones[-half:]} ", ("sounds",)))),
        )
    )


def _any_word(plan: QueryPlan) -> Condition:
    return AnyOf(tuple(_spelt(word, " {} ") for word in plan.words if word.weight > 0.5))


def _start(part: QueryPart) -> Condition:
    return _any(f" {one}" for one in part.sounds)


def _any(texts: Iterable[str]) -> Condition:
    phrases = tuple(Phrase(text, ("sounds",)) for text in dict.fromkeys(texts))
    return phrases[0] if len(phrases) == 1 else AnyOf(phrases)


def _bones(part: QueryPart) -> Condition:
    """A word starts with a skeleton of the part; a very short one must be all of it."""
    return _any(f"~{bones}" if len(bones) > 1 else f"~{bones} " for bones in part.skeletons)


def _bones_anywhere(part: QueryPart) -> Condition:
    """A skeleton of the part is inside a word or the whole name: written together by others."""
    return _any(
        bones if len(bones) > 3 else f"~{bones}" if len(bones) > 1 else f"~{bones} " for bones in part.skeletons
    )


def _pairs(parts: list[QueryPart]) -> Condition:
    pairs = combinations(parts, 2)
    return AnyOf(tuple(AllOf(tuple(_bones(part) for part in pair)) for pair in pairs))


def _one_part_stages(longest: list[QueryPart], below: int) -> Iterator[Stage]:
    """Look for each part by itself: whole, then by its skeleton."""
    rows = MOST_ROWS_OF_A_PART
    for part in longest:
        yield Stage(_any(f" {one} " for one in part.sounds), 4 * below, rows=rows, below_sure=1)
    for part in longest:
        if len(part.skeletons[0]) >= 3:
            yield Stage(_bones_anywhere(part), 4 * below, rows=rows, below_sure=1)
