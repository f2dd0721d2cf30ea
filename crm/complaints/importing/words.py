"""The words of a log: channels, severities, yes and no, and what means that a complaint is closed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise

from crm.contacts.importing.text import plain_key
from crm.contacts.rules.closed_sets import Channel
from crm.sla.rules.targets import Severity

from .abroad import CHANNELS_ABROAD, CLOSED_ABROAD, NO_ABROAD, SEVERITIES_ABROAD, YES_ABROAD

UNKNOWN = ""
MOST_WORDS_OF_A_CHANNEL = 4

_CHANNELS: Mapping[str, str] = {
    Channel.PHONE: "phone|telephone|tel|call|phone call|call center|call centre|hotline|voice|voicemail|"
    "telephonic|telephonically|helpline|help line|toll free|toll free number|tollfree|ivr",
    Channel.WEBSITE: "web|website|online|internet|web form|webform|form|contact form|portal|mobile|mobile app|app|"
    "self service|web site|website form|chat bot|open311|"
    "web portal|online form",
    Channel.EMAIL: "email|e mail|mail|electronic mail",
    Channel.LETTER: "letter|postal mail|post|postal|fax|us mail|paper|in writing|written",
    Channel.TEXT: "text|text message|text message sms|sms|mms",
    Channel.MESSAGING: "messaging|messaging app|whatsapp|messenger|chat|live chat|web chat|webchat|"
    "whats app|whatsapp business|whatsapp business app|whats app business|telegram|signal|viber|line|wechat",
    Channel.SOCIAL: "social|social media|facebook|instagram|twitter|x|tiktok|review|google review|reviews",
    Channel.IN_PERSON: "in person|walk in|walkin|counter|front desk|office|store|in store|visit|face to face|"
    "reception|walk in customer|branch|in house",
}
_SEVERITIES: Mapping[str, str] = {
    Severity.URGENT: "very high|urgent|critical|emergency|blocker|p1|highest|severe|1",
    Severity.HIGH: "high|major|important|p2|2",
    Severity.NORMAL: "normal|medium|moderate|standard|p3|3",
    Severity.LOW: "very low|low|minor|trivial|p4|lowest|4",
}
_YES = frozenset(["yes", "y", "true", "t", "1", "1.0", "x"]) | frozenset(YES_ABROAD)
_NO = frozenset(["no", "n", "false", "f", "0", "0.0"]) | frozenset(NO_ABROAD)
_IN_TIME = frozenset(["ontime", "on time", "in time", "timely", "within sla", "met"])
_LATE = frozenset(["overdue", "late", "untimely", "not met", "missed", "sla violated", "violated", "breached"])
_DISPUTED = {"disputed": True, "not disputed": False, "undisputed": False}
_CLOSED = (
    *("closed", "resolved", "done", "complete", "completed", "fixed", "solved", "settled", "finished", "cancelled"),
    *("canceled", "withdrawn", "rejected", "untimely response", "close", "disposed", "disposed of", "duplicate", "dup"),
    *CLOSED_ABROAD,
)

_STILL_OPEN_WORDS = (
    "open|new|in progress|work in progress|pending|assigned|unassigned|active|on hold|awaiting|reopened|acknowledged|"
    "under review|under investigation|waiting|escalated|not closed|unresolved|in process|processing|submitted"
)
_STILL_OPEN = frozenset(_STILL_OPEN_WORDS.split("|"))
_NOT_YET_WORDS = "to|be|can|will|partly|partially|nothing|yet|until|unless|before"
_NOT_YET = frozenset(_NOT_YET_WORDS.split("|")) | _STILL_OPEN
_LEAST_LETTERS = 4
_ABOUT_WHAT = "case|complaint|grievance|issue|ticket|request|service request|incident|status|auto|automatically|now"
_OF_WHAT = tuple(f"{word} " for word in _ABOUT_WHAT.split("|"))
_NEGATIONS = frozenset(("not", "non", "no", "never", "nicht", "kein", "niet", "pas", "nao"))


def _meanings(*tables: Mapping[str, str]) -> dict[str, str]:
    """Return what each word of the tables means; the later table wins where two languages share one."""
    pairs = (pair for table in tables for pair in table.items())
    return {plain_key(word): str(meaning) for meaning, words in pairs for word in words.split("|")}


_BY_WORD = _meanings(CHANNELS_ABROAD, _CHANNELS)
_CLOSED_KEYS = tuple(map(plain_key, _CLOSED))
_CLOSED_WORDS = frozenset(key for key in _CLOSED_KEYS if " " not in key)
_SEVERITY_BY_WORD = _meanings(SEVERITIES_ABROAD, _SEVERITIES)


def proposed_channel(word: str) -> str:
    """Return the channel that a word means, "" where nobody can know (UNKNOWN, OTHER, Referral).

    Of a few words, "Constituent call", one may be known; where two mean different channels, nobody can know.
    """
    exact = exact_channel(word)
    parts = plain_key(word).split()
    if exact or len(parts) > MOST_WORDS_OF_A_CHANNEL:
        return exact
    found = {_BY_WORD[part] for part in parts if part in _BY_WORD and len(part) > 1}
    return found.pop() if len(found) == 1 else UNKNOWN


def exact_channel(word: str) -> str:
    """Return the channel that a text means with all of its words, "" where it is none."""
    return _BY_WORD.get(plain_key(word)) or _BY_WORD.get(plain_key(word.casefold()), UNKNOWN)


@lru_cache(maxsize=1000)
def severity_of(word: str) -> str:
    """Return the severity that a word means; normal where it says nothing we know."""
    key = plain_key(word)
    if _NEGATIONS.intersection(key.split()):
        return Severity.NORMAL.value  # "not urgent" is not urgent, and nobody knows what else
    words = sorted(key.split(), key=str.isdecimal)  # "5 very high": what a number counts differs, words say it
    pairs = map(" ".join, pairwise(words))
    known = [_SEVERITY_BY_WORD[each] for each in (key, *pairs, *words) if each in _SEVERITY_BY_WORD]
    return known[0] if known else Severity.NORMAL.value


def yes_or_no(word: str) -> bool | None:
    """Return what was answered; None for a blank or anything else: that is unknown, not no."""
    key = word.strip().casefold()
    return True if key in _YES else False if key in _NO else None


def is_disputed(word: str) -> bool | None:
    """Return whether the customer disputed it; None where nobody knows."""
    return _DISPUTED.get(plain_key(word), yes_or_no(word))


def in_time(timely: str, late: str) -> bool | None:
    """Return what was answered to "in time?", else to "late?"; None where nobody knows."""
    for answer, meaning_of_yes in ((timely, True), (late, False)):
        key = plain_key(answer)
        if key in _IN_TIME or key in _LATE:
            return key in _IN_TIME
        said = yes_or_no(answer)
        if said is not None:
            return said is meaning_of_yes
    return None


@lru_cache(maxsize=1000)
def means_closed(status: str) -> bool:
    """Tell whether a status says that a complaint is over: at its beginning, cut short, or within other words."""
    key = plain_key(status)
    for of_what in _OF_WHAT:
        key = key.removeprefix(of_what)
    if any(key == word or key.startswith(f"{word} ") for word in _CLOSED_KEYS):
        return True
    if len(key) >= _LEAST_LETTERS and any(word.startswith(key) for word in _CLOSED_WORDS):
        return True
    said = frozenset(key.split())
    return bool(said & _CLOSED_WORDS) and not said & (_NOT_YET | _NEGATIONS)


@lru_cache(maxsize=1000)
def is_status(word: str) -> bool:
    """Tell whether a word says how far a complaint is, and not another state."""
    key = plain_key(word)
    is_open = any(key == each or (each != "new" and key.startswith(f"{each} ")) for each in _STILL_OPEN)
    return is_open or means_closed(word)
