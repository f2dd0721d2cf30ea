"""Where to look for a query, cheapest and surest first: conditions over the search document.

Pure: a condition is a tree of phrases; `search_index` writes it for each database. A stage is only
run when the ones before it did not find enough.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from crm.contacts.search_rules import QueryPart, QueryPlan, QueryWord
from crm.shared.text import skeleton

SPELT = ("names", "other")
MOST_ROWS = 120


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

    `closer` are narrower conditions to run too when this one was cut off at so many rows;
    a stage that is not whole leaves out a part of the query.
    """

    condition: Condition
    closer: tuple[Condition, ...] = ()
    rows: int = MOST_ROWS
    is_whole: bool = True


def stages(plan: QueryPlan) -> Iterator[Stage]:
    """Return where to look, surest first."""
    if plan.numbers:
        yield Stage(AnyOf(tuple(Phrase(number, ("digits",)) for number in plan.numbers)))
    if plan.email:
        yield Stage(Phrase(plan.email, ("other",)))
    if plan.words:
        yield from _spelt_stages(plan)
    if plan.parts and not plan.is_tag:
        yield from _heard_stages(plan)


def _spelt_stages(plan: QueryPlan) -> Iterator[Stage]:
    if plan.is_tag:
        yield Stage(AllOf((Phrase("# ", ("other",)), *_all(plan, " {}").parts)))
        return
    yield Stage(_all(plan, " {}"), closer=(_all(plan, " {} "), Phrase(f" {plan.text} ")))
    if len(plan.words) == 1 and 2 <= len(plan.words[0].latin) <= 5:
        yield Stage(Phrase(f" *{plan.words[0].latin}", ("sounds",)), rows=40)
    if any(len(word.text) > 2 for word in plan.words):
        yield Stage(_all(plan, "{}"))


def _all(plan: QueryPlan, shape: str) -> AllOf:
    return AllOf(tuple(_spelt(word, shape) for word in plan.words))


def _spelt(word: QueryWord, shape: str) -> Condition:
    if word.text.isdecimal() and len(word.text) >= 3:
        return Phrase(word.text, (*SPELT, "digits"))
    if len(word.text) < 3:
        shape = shape if shape == " {} " else " {}"
    texts = dict.fromkeys(text for text in (word.text, word.latin) if text)
    phrases = tuple(Phrase(shape.format(text), SPELT) for text in texts)
    return phrases[0] if len(phrases) == 1 else AnyOf(phrases)


def _heard_stages(plan: QueryPlan) -> Iterator[Stage]:
    strong = [part for part in plan.parts if len(part.sounds[0]) > 1 and part.weight > 0.2]
    if not strong:
        return
    heard = AllOf(tuple(_start(part) for part in plan.parts if part.weight > 0.2))
    yield Stage(AllOf(tuple(_bones(part) for part in strong)), closer=(heard,))
    bones = skeleton(plan.joined)
    if len(plan.parts) > 1 and len(bones) >= 4:
        yield Stage(Phrase(bones, ("sounds",)))
    if len(strong) > 2:
        yield Stage(_all_but_one(strong), is_whole=False)
    if len(plan.words) > 1:
        yield from _one_part_stages(strong)


def _start(part: QueryPart) -> Condition:
    return _any(f" {one}" for one in part.sounds)


def _any(texts: Iterator[str]) -> Condition:
    phrases = tuple(Phrase(text, ("sounds",)) for text in dict.fromkeys(texts))
    return phrases[0] if len(phrases) == 1 else AnyOf(phrases)


def _bones(part: QueryPart) -> Condition:
    return _any(text for bones in part.skeletons for text in _bone_texts(bones))


def _bone_texts(bones: str) -> tuple[str, ...]:
    if len(bones) < 2:
        return (f" ~{bones} ",)
    return (f" ~{bones}",) if len(bones) < 4 else (f" ~{bones}", bones)


def _all_but_one(parts: list[QueryPart]) -> Condition:
    groups = combinations(parts[:5], len(parts[:5]) - 1)
    return AnyOf(tuple(AllOf(tuple(_bones(part) for part in group)) for group in groups))


def _one_part_stages(parts: list[QueryPart]) -> Iterator[Stage]:
    """Look for each part by itself, whole, the longest first."""
    longest = sorted(parts, key=lambda part: -part.weight)[:4]
    for part in longest:
        yield Stage(_any(f" {one} " for one in part.sounds), rows=40, is_whole=False)
    for part in longest:
        if len(part.skeletons[0]) >= 3:
            yield Stage(_bones(part), rows=40, is_whole=False)
