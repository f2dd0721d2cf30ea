"""The words of a log: channels, severities, yes and no, and what means that a complaint is closed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

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
    Channel.LETTER: "letter|postal mail|post|postal|fax|us mail|paper",
    Channel.TEXT: "text|text message|text message sms|sms|mms",
    Channel.MESSAGING: "messaging|messaging app|whatsapp|messenger|chat|live chat|web chat|webchat|"
    "whats app|whatsapp business|whatsapp business app|whats app business|telegram|signal|viber|line|wechat",
    Channel.SOCIAL: "social|social media|facebook|instagram|twitter|x|tiktok|review|google review|reviews",
    Channel.IN_PERSON: "in person|walk in|walkin|counter|front desk|office|store|in store|visit|face to face|"
    "reception|walk in customer|branch|in house",
}
_SEVERITIES: Mapping[str, str] = {
    Severity.URGENT: "urgent|critical|emergency|blocker|p1|highest|severe|1",
    Severity.HIGH: "high|major|important|p2|2",
    Severity.NORMAL: "normal|medium|moderate|standard|p3|3",
    Severity.LOW: "low|minor|trivial|p4|lowest|4",
}
_YES_WORDS = "yes|y|true|t|1|1.0|x|ontime|on time|in time|timely|within sla|met"
_YES = frozenset((*_YES_WORDS.split("|"), *YES_ABROAD))
_NO_WORDS = "no|n|false|f|0|0.0|overdue|late|untimely|not met|missed|sla violated|violated|breached"
_NO = frozenset((*_NO_WORDS.split("|"), *NO_ABROAD))
_CLOSED = (
    *("closed", "resolved", "done", "complete", "completed", "fixed", "solved", "settled", "finished", "cancelled"),
    *("canceled", "withdrawn", "rejected", "untimely response", "close", "disposed", "disposed of"),
    *CLOSED_ABROAD,
)

_STILL_OPEN_WORDS = (
    "open|new|in progress|work in progress|pending|assigned|unassigned|active|on hold|awaiting|reopened|acknowledged|"
    "under review|under investigation|waiting|escalated|not closed|unresolved|in process|processing|submitted"
)
_STILL_OPEN = frozenset(_STILL_OPEN_WORDS.split("|"))
_ABOUT_WHAT = "case|complaint|grievance|issue|ticket|request|service request|incident|status|auto|automatically|now"
_OF_WHAT = tuple(f"{word} " for word in _ABOUT_WHAT.split("|"))
_NEGATIONS = frozenset(("not", "non", "no", "never", "nicht", "kein", "niet", "pas", "nao"))


def _meanings(*tables: Mapping[str, str]) -> dict[str, str]:
    """Return what each word of the tables means; the later table wins where two languages share one."""
    pairs = (pair for table in tables for pair in table.items())
    return {plain_key(word): str(meaning) for meaning, words in pairs for word in words.split("|")}


_BY_WORD = _meanings(CHANNELS_ABROAD, _CHANNELS)
_CLOSED_KEYS = tuple(map(plain_key, _CLOSED))
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
    known = [_SEVERITY_BY_WORD[each] for each in (key, *key.split()) if each in _SEVERITY_BY_WORD]
    return known[0] if known else Severity.NORMAL.value


def yes_or_no(word: str) -> bool | None:
    """Return what was answered; None for a blank or anything else: that is unknown, not no."""
    key = word.strip().casefold()
    return True if key in _YES else False if key in _NO else None


@lru_cache(maxsize=1000)
def means_closed(status: str) -> bool:
    """Tell whether a status says that a complaint is over."""
    key = plain_key(status)
    for of_what in _OF_WHAT:
        key = key.removeprefix(of_what)
    return any(key == word or key.startswith(f"{word} ") for word in _CLOSED_KEYS)


@lru_cache(maxsize=1000)
def is_status(word: str) -> bool:
    """Tell whether a word says how far a complaint is, and not another state."""
    return means_closed(word) or plain_key(word) in _STILL_OPEN
