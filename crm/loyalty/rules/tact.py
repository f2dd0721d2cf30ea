"""Tact: what holds a greeting, a reward or a request, and why.

Pure. Nobody with an open complaint, in mourning, without consent or noted as dead gets something cheerful by itself;
staff see what holds it, and can decide otherwise with a reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from crm.contacts.rules import Channel
from crm.contacts.rules.closed_sets import ConsentPurpose
from crm.contacts.rules.consent import ConsentKey, ConsentLine, may_contact
from crm.shared.errors import Refused

MOURNING_TIME = timedelta(days=90)
LONGEST_MOURNING = timedelta(days=730)


class Act(StrEnum):
    """What somebody, or the worker, wants to do for a contact."""

    GREETING = "greeting"
    REWARD = "reward"
    REQUEST = "request"


class Hold(StrEnum):
    """Why it is held."""

    DIED = "died"
    OPEN_COMPLAINT = "open-complaint"
    BEREAVEMENT = "bereavement"
    NO_CONSENT = "no-consent"


class Held(Refused):
    """Something speaks against it. Write why it should be done all the same."""


class BadEndDate(Refused):
    """The end lies in the future, within two years."""


@dataclass(frozen=True, kw_only=True)
class TactFacts:
    """What is known of a contact that asks for tact."""

    has_died: bool = False
    complaint_ids: tuple[int, ...] = ()
    mourning_until: date | None = None
    consents: Mapping[ConsentKey, ConsentLine] = field(default_factory=dict)


def holds(facts: TactFacts, act: Act, today: date, *, channel: str = Channel.IN_PERSON) -> tuple[Hold, ...]:
    """Return what holds an act towards a contact on a local date, the weightiest first."""
    found = {
        Hold.DIED: facts.has_died,
        Hold.OPEN_COMPLAINT: bool(facts.complaint_ids),
        Hold.BEREAVEMENT: is_mourning(facts.mourning_until, today),
        Hold.NO_CONSENT: not _is_wanted(facts.consents, act, channel),
    }
    return tuple(hold for hold, is_so in found.items() if is_so)


def still_holding(found: Iterable[Hold], decided: Iterable[str]) -> tuple[Hold, ...]:
    """Return the holds that nobody has decided about yet."""
    settled = set(decided)
    return tuple(hold for hold in found if hold not in settled)


def is_mourning(until: date | None, today: date) -> bool:
    """Tell whether a bereavement note holds; its last day is still one."""
    return until is not None and today <= until


def mourning_end(today: date, until: date | None = None) -> date:
    """Return the last day of a bereavement note, by default in 90 days; raise BadEndDate."""
    end = today + MOURNING_TIME if until is None else until
    if not today <= end <= today + LONGEST_MOURNING:
        raise BadEndDate
    return end


def _is_wanted(consents: Mapping[ConsentKey, ConsentLine], act: Act, channel: str) -> bool:
    """Tell whether a contact allows an act on a channel.

    Greetings and rewards are marketing, requests are feedback. Across the counter no consent is needed, but
    who has refused on some channel and allowed it on none does not want it there either.
    """
    purpose = ConsentPurpose.FEEDBACK if act is Act.REQUEST else ConsentPurpose.MARKETING
    if channel != Channel.IN_PERSON:
        return may_contact(consents, channel, purpose)
    answers = [line.is_given for (_channel, about), line in consents.items() if about == purpose]
    return not answers or any(answers)
