"""How well a document answers a query, and why: every result can say what matched."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from operator import itemgetter

from crm.contacts.search_likeness import AS_HEARD, LONG, assign, heard_share, spelt_alike, written_together
from crm.contacts.search_rules import QueryPlan, QueryWord, SearchDocument

_LACKING = 0.77  # the most for a name that lacks a word of the query: less than for one that begins with each
_READ = 0.98  # of the likeness of a name in the script of the query, for one that is only read like it
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
    is_together = _is_written_together(plan, document)
    if is_together or _has_some_word(plan, document):
        best = _better(best, _score_words(plan, document, is_together=is_together))
    if best is None or best[0] < AS_HEARD:
        best = _better(best, _score_sounds(plan, document))
    return Match(contact_id, round(best[0], 4), best[1], best[2]) if best else None


def _better(one: "_Scored | None", two: "_Scored | None") -> "_Scored | None":
    return one if two is None or (one and one[0] >= two[0]) else two


def _has_some_word(plan: QueryPlan, document: SearchDocument) -> bool:
    """Tell, cheaply, if any word can be found as it is spelt; initials stand for longer words."""
    texts = document.names + document.other + document.digits
    if any(_is_in(word, texts) for word in plan.words):
        return True
    return len(plan.words) == 1 and (len(plan.text) >= LONG or _initials(plan, document) > 0)


def _is_written_together(plan: QueryPlan, document: SearchDocument) -> bool:
    names = document.names.replace(" ", "")
    return any(one in names for one in plan.spelt_joined)


_Scored = tuple[float, Reason, str]
_NOTHING: _Scored = (0.0, Reason.ORGANISATION, "")
_value_of = itemgetter(0)


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


def _score_words(plan: QueryPlan, document: SearchDocument, *, is_together: bool) -> _Scored | None:
    """Score the words as spelt: each name by itself, what it lacks sought in the other texts."""
    if not plan.words:
        return None
    others = _other_hits(plan, document)
    names = [] if plan.is_tag else document.names.strip().split(" ; ")
    scored = [_score_name(plan, name, others, is_together=is_together) for name in names if name]
    scored.append((_initials(plan, document), Reason.INITIALS, names[0] if names else ""))
    if any(hit is not _NOTHING for hit in others):
        total = sum(word.weight * hit[0] for word, hit in zip(plan.words, others, strict=True))
        _value, reason, text = max(others, key=_value_of)
        scored.append((total / plan.weight, reason, text))
    best_of = max(scored, key=_value_of)
    return best_of if best_of[0] >= _SHARE else None


def _initials(plan: QueryPlan, document: SearchDocument) -> float:
    """Return how well the query fits the initials of a name; best those that it is written with."""
    if len(plan.initials) < 2 or plan.is_tag:
        return 0.0
    return 0.88 if f"!{plan.initials}" in document.sounds else 0.78 if f"*{plan.initials}" in document.sounds else 0.0


def _score_name(plan: QueryPlan, name: str, others: Sequence[_Scored], *, is_together: bool) -> _Scored:
    if name == plan.text:
        return 1.3, Reason.NAME, name
    said = name.split()
    together = max(written_together(one, said) for one in plan.spelt_joined) if is_together else 0.0
    hits = assign(plan.words, said, _spelt_likeness)
    if max(*hits, together) < 0.55:
        return 0.0, Reason.NAME, name
    value, least = 0.0, 1.0
    for word, hit, other in zip(plan.words, hits, others, strict=True):
        full = max(hit, other[0])
        value, least = value + word.weight * full, min(least, full)
    value = value / plan.weight - 0.006 * max(0, len(said) - len(plan.words))
    value += 0.02 * (hits[0] > 0 and _spelt_likeness(plan.words[0], said[0]) > 0)
    value = max(value if least > 0 else min(value, _LACKING), together)
    return value, Reason.INITIALS if plan.is_letters else Reason.NAME, name


def _spelt_likeness(query: QueryWord, said: str) -> float:
    """Return how alike two words are as they are spelt."""
    likeness = spelt_alike(query.text, said)
    if query.latin and query.latin != query.text:
        return max(likeness, _READ * spelt_alike(query.latin, said))
    return likeness


def _other_hits(plan: QueryPlan, document: SearchDocument) -> list[_Scored]:
    """Return for each word its best hit among organisations, tags, emails and numbers."""
    texts = document.other + document.digits
    if not any(_is_in(word, texts) for word in plan.words):
        return [_NOTHING] * len(plan.words)
    entries = [*filter(None, document.other.strip().split(" ; ")), document.digits]
    return [
        max(
            (_other_hit(word, entry, plan.is_tag) for entry in entries if _is_in(word, entry)),
            default=_NOTHING,
            key=_value_of,
        )
        for word in plan.words
    ]


def _is_in(word: QueryWord, text: str) -> bool:
    return word.text in text or bool(word.latin and word.latin in text)


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
    """Score the parts of the query by how they sound, for each name and each organisation."""
    if not plan.parts or plan.is_tag:
        return None
    heard_names, _, rest = document.sounds.partition(" | ")
    value, at = _best_heard(plan, heard_names)
    names = document.names.strip().split(" ; ")
    best: _Scored = (value, Reason.SOUNDS_LIKE, names[min(at, len(names) - 1)])
    joined = _joined_likeness(plan.joined_keys, rest)
    if joined > value:
        best = joined, Reason.SOUNDS_LIKE, names[0]
    value, at = _best_heard(plan, rest.partition(" | ")[2])
    if 0.9 * value > best[0]:
        best = 0.9 * value, Reason.ORGANISATION, document.other.strip().split(" ; ")[at]
    return best if best[0] >= _SHARE else None


def _best_heard(plan: QueryPlan, sounds: str) -> tuple[float, int]:
    """Return how well the query is heard in the likest of some names, and which that is."""
    best, found = 0.0, 0
    for at, heard in enumerate(sounds.strip().split(" ; ") if sounds else ()):
        value = heard_share(plan.parts, tuple(tuple(part.split()) for part in heard.split(" . ")))
        if value > best:
            best, found = value, at
    return best, found


def _joined_likeness(keys: Sequence[str], sounds: str) -> float:
    """Return how well the query, written as one word, is heard in a name or in its beginning, written so too."""
    return 0.8 if any(f"{key} " in sounds for key in keys) else 0.72 if any(key in sounds for key in keys) else 0.0
