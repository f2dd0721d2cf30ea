"""The promise slip: what is read out, printed or sent to the customer after a complaint is taken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from urllib.parse import quote

from crm.complaints.clock_words import due_text
from crm.complaints.queries.cases import Case
from crm.complaints.rules import reference_of
from crm.contacts.models import Contact
from crm.contacts.rules import Channel
from crm.shared.translating import gettext
from crm.sla.rules import UNREACHABLE_AT, Clock, ClockKind, clock_due_at, earliest_due


def slip_text(case: Case, now: datetime) -> str:
    """Return the next promise to the customer as a sentence to read out; empty where nothing runs.

    It is said of what lies ahead, and of an answer or a promise before the resolution: nobody reads out what
    is broken already.
    """
    running = _ahead(case, now)
    words = [clock for clock in running if clock.kind is not ClockKind.RESOLUTION]
    clock = earliest_due(words) or earliest_due(running)
    if clock is None:
        return ""
    return promise_sentence(clock, case.complaint.channel, now) + " " + reference_sentence(case.complaint.id)


def _ahead(case: Case, now: datetime) -> list[Clock]:
    """Return the running clocks whose deadline comes, and is not over."""
    running = [clock for clock in case.derivation.clocks if clock.is_running]
    return [clock for clock in running if now < clock_due_at(clock) < UNREACHABLE_AT]


def promise_sentence(clock: Clock, came_by: str, now: datetime) -> str:
    """Return one clock as what we say to the customer, who is answered the way that the message came.

    What was promised may be a call or a new haircut: it is said to come, not how.
    """
    when = due_text(clock_due_at(clock), now)
    if clock.kind is ClockKind.RESOLUTION:
        return settled_sentence(clock, now)
    channel = Channel.IN_PERSON if clock.kind is ClockKind.PROMISE else clock.channel or came_by
    if channel == Channel.PHONE:
        return gettext("We will call you by %(when)s.", when=when)
    if channel == Channel.IN_PERSON:
        return gettext("We will get back to you by %(when)s.", when=when)
    return gettext("We will write to you by %(when)s.", when=when)


def settled_sentence(clock: Clock, now: datetime) -> str:
    """Return by when it will be settled as a sentence."""
    return gettext("It will be settled by %(when)s.", when=due_text(clock_due_at(clock), now))


def slip_lines(case: Case, now: datetime) -> list[str]:
    """Return the sentences of the printed slip: the next word of ours, then by when it is settled."""
    ahead = _ahead(case, now)
    words = earliest_due(clock for clock in ahead if clock.kind is not ClockKind.RESOLUTION)
    settled = earliest_due(clock for clock in ahead if clock.kind is ClockKind.RESOLUTION)
    lines = [promise_sentence(words, case.complaint.channel, now)] if words else []
    return lines + ([settled_sentence(settled, now)] if settled else [])


def reference_sentence(complaint_id: int) -> str:
    """Return the reference as a sentence."""
    return gettext("Your reference: %(reference)s.", reference=reference_of(complaint_id))


def slip_links(contact: Contact | None, business: str, sentences: Sequence[str]) -> Iterator[tuple[Channel, str]]:
    """Yield by channel an address that opens the slip as a message in the program of whoever sits here."""
    if contact is None or contact.is_blocked:
        return
    subject, text = quote(business), quote("\n".join((*sentences, business)))
    for email in contact.emails[:1]:
        yield Channel.EMAIL, f"mailto:{quote(email.address)}?subject={subject}&body={text}"
    for number in [phone.e164 for phone in contact.phones if phone.e164][:1]:
        yield Channel.TEXT, f"sms:{number}?body={text}"
        yield Channel.MESSAGING, f"https://wa.me/{number.lstrip('+')}?text={text}"
