"""How complaints read: the names of the closed sets, of categories and people, and lines of the history."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from crm.complaints.listed import AnyEvent
from crm.complaints.models import CauseCategory, Remedy
from crm.complaints.rules import (
    DueKind,
    EventKind,
    FollowUpAnswer,
    NextStep,
    PauseReason,
    RemedyKind,
    Status,
    reference_of,
)
from crm.interactions.rules import Outcome
from crm.interactions.words import CHANNEL_ICONS, CHANNEL_NAMES
from crm.shared.formatting import comma, format_day, format_deadline, format_instant, format_money
from crm.shared.translating import gettext
from crm.shared.translating import lazy_gettext as _
from crm.sla.rules import Severity
from crm.sla.words import CLOCK_NAMES

SEVERITY_NAMES = {
    Severity.LOW: _("low"),
    Severity.NORMAL: _("normal"),
    Severity.HIGH: _("high"),
    Severity.URGENT: _("urgent"),
}
STATUS_NAMES = {
    Status.NEW: _("New"),
    Status.ACKNOWLEDGED: _("Acknowledged"),
    Status.INVESTIGATING: _("Investigating"),
    Status.REMEDY_OFFERED: _("Remedy"),
    Status.RESOLVED: _("Resolved"),
    Status.FOLLOWED_UP: _("Followed up"),
    Status.CLOSED: _("Closed"),
    Status.REOPENED: _("Reopened"),
    Status.WITHDRAWN: _("Withdrawn"),
    Status.CANCELLED: _("Mistake or spam"),
    Status.DUPLICATE: _("Duplicate"),
}
REMEDY_NAMES = {
    RemedyKind.APOLOGY: _("Apology"),
    RemedyKind.EXPLANATION: _("Explanation"),
    RemedyKind.REDO: _("Redo or repair"),
    RemedyKind.REPLACEMENT: _("Replacement"),
    RemedyKind.REFUND: _("Refund"),
    RemedyKind.DISCOUNT: _("Discount"),
    RemedyKind.GIFT: _("Gift or treat"),
    RemedyKind.OTHER: _("Something else"),
}
PAUSE_NAMES = {
    PauseReason.CUSTOMER: _("the customer"),
    PauseReason.SUPPLIER: _("a supplier"),
    PauseReason.AGREED_DATE: _("an agreed date"),
}
ANSWER_NAMES = {
    FollowUpAnswer.SATISFIED: _("Satisfied"),
    FollowUpAnswer.NOT_SATISFIED: _("Not satisfied"),
    FollowUpAnswer.NO_ANSWER: _("No answer"),
}
DUE_NAMES = {
    DueKind.FIRST_RESPONSE: _("Answer"),
    DueKind.NEXT_RESPONSE: _("Answer again"),
    DueKind.PROMISE: _("Keep the promise"),
    DueKind.RESOLUTION: _("Resolve"),
    DueKind.LOOK: _("Read the new message"),
    DueKind.FOLLOW_UP: _("Ask if it is fixed"),
    DueKind.REMEDY: _("Give the remedy"),
}
STEP_NAMES = {
    NextStep.LOOK: _("Read the message"),
    NextStep.ANSWER: _("Answer the customer"),
    NextStep.INVESTIGATE: _("Look into it"),
    NextStep.DECIDE: _("Decide the remedy"),
    NextStep.OFFER_REMEDY: _("Offer a remedy"),
    NextStep.GIVE_REMEDY: _("Hand over the remedy"),
    NextStep.RESOLVE: _("Resolve"),
    NextStep.FOLLOW_UP: _("Ask if it is fixed"),
}
_CATEGORY_NAMES = {
    "service-quality": _("service quality"),
    "product-quality": _("product quality"),
    "delay": _("delay or late delivery"),
    "price": _("price, billing or hidden charge"),
    "staff": _("staff conduct and courtesy"),
    "trust": _("trust, safety or privacy"),
    "information": _("wrong, unclear or inconsistent information"),
    "returns": _("returns and refunds"),
    "booking": _("website or booking friction"),
    "other": _("other"),
}
CONVERSATION = frozenset(
    {EventKind.OPENED, EventKind.HEARD, EventKind.SAID, EventKind.ACKNOWLEDGED, EventKind.FOLLOWED_UP}
)
CORRECTABLE = frozenset({EventKind.OPENED, EventKind.HEARD, EventKind.SAID, EventKind.ACKNOWLEDGED})
_ICONS = {
    EventKind.NOTED: "people",
    EventKind.ASSIGNED: "person",
    EventKind.PROMISED: "clock",
    EventKind.PAUSED: "clock",
    EventKind.RESUMED: "clock",
    EventKind.REMEDY_OFFERED: "gift",
    EventKind.REMEDY_APPROVED: "check",
    EventKind.REMEDY_GIVEN: "gift",
    EventKind.RESOLVED: "check",
    EventKind.REOPENED: "alert",
    EventKind.SEVERITY_CHANGED: "alert",
}


def channel_name(channel: str) -> str:
    """Return the name of a channel, in words where an imported log gave none."""
    return str(CHANNEL_NAMES.get(channel, channel)) if channel else gettext("no channel")  # type: ignore[call-overload]


def category_name(category: CauseCategory | None) -> str:
    """Return a category's name: the translated one of those that come with the program, else the owner's."""
    return "" if category is None else cause_name(category.key, category.name)


def cause_name(key: str | None, name: str) -> str:
    """Return a category's name from its key, if it came with the program, or its own name."""
    return str(_CATEGORY_NAMES[key]) if key in _CATEGORY_NAMES else name


@dataclass(frozen=True)
class Names:
    """Names by id that lines of the history need."""

    staff: Mapping[int, str]
    categories: Mapping[int, str]

    @classmethod
    def of_people(cls, people: Mapping[int, Any]) -> Names:
        """Return the names of people alone."""
        return cls({staff_id: person.name for staff_id, person in people.items()}, {})

    def person(self, staff_id: int | None) -> str:
        """Return a person's name; nobody where there is none."""
        return self.staff.get(staff_id or 0) or gettext("nobody")

    def category(self, category_id: int | None) -> str:
        """Return a category's name."""
        return self.categories.get(category_id or 0) or (gettext("changed") if category_id else gettext("none"))


def event_icon(event: AnyEvent) -> str:
    """Return the icon of an event: its channel's in the conversation, else its kind's."""
    if event.kind in CONVERSATION:
        return CHANNEL_ICONS.get(event.channel, "message")  # type: ignore[call-overload]
    return _ICONS.get(EventKind(event.kind), "note")


def _within_a_line(name: str) -> str:
    """Return a name as it stands within a line, in lower case; a brand such as WhatsApp keeps its capitals."""
    return name.lower() if name[1:].islower() else name


def turn_title(event: AnyEvent) -> str:
    """Return who spoke in the conversation and how: "Customer, by phone"."""
    channel = _within_a_line(channel_name(event.channel))
    if event.kind in (EventKind.OPENED, EventKind.HEARD):
        return gettext("Customer · %(channel)s", channel=channel)
    if event.outcome == Outcome.NO_ANSWER:
        return gettext("We tried · %(channel)s, no answer", channel=channel)
    if event.outcome == Outcome.VOICEMAIL:
        return gettext("We tried · %(channel)s, voicemail", channel=channel)
    if event.kind == EventKind.FOLLOWED_UP:
        return gettext("Asked if it is fixed: %(answer)s", answer=str(ANSWER_NAMES[event.details["answer"]]).lower())
    return gettext("We · %(channel)s", channel=channel)


def event_line(event: AnyEvent, names: Names) -> str:
    """Return what happened as one line."""
    line = _LINES.get(event.kind)
    if event.kind in CONVERSATION or line is None:
        return turn_title(event) if event.kind in CONVERSATION else str(event.kind)
    return line(event.details, names)


def _money(details: Mapping[str, Any]) -> str:
    return format_money(Decimal(details["cost"]), details["currency"])


def _remedy(details: Mapping[str, Any]) -> str:
    name = str(REMEDY_NAMES[details["remedy"]]).lower()
    return name if Decimal(details["cost"]) == 0 else f"{name}{comma()}{_money(details)}"


def _corrected(details: Mapping[str, Any], names: Names) -> str:
    parts = [channel_name(details["channel"])] if details.get("channel") else []
    parts += [format_instant(datetime.fromisoformat(details["true_at"]))] if details.get("true_at") else []
    return gettext("Corrected: %(what)s", what=comma().join(parts))


def _offered(details: Mapping[str, Any], names: Names) -> str:
    if details.get("needs_approval"):
        return gettext("Remedy waits for a yes: %(remedy)s", remedy=_remedy(details))
    return gettext("Remedy: %(remedy)s", remedy=_remedy(details))


def _paused(details: Mapping[str, Any], names: Names) -> str:
    until = format_day(date.fromisoformat(details["resume_on"]))
    return gettext("Waits for %(whom)s until %(day)s", whom=PAUSE_NAMES[details["reason"]], day=until)


def _looked(details: Mapping[str, Any], names: Names) -> str:
    return gettext("Only thanks") if details["only_thanks"] else gettext("Goes on with that message")


def _assigned(details: Mapping[str, Any], names: Names) -> str:
    return gettext("In charge: %(name)s", name=names.person(details["after"]))


def _severity(details: Mapping[str, Any], names: Names) -> str:
    before, after = SEVERITY_NAMES[details["before"]], SEVERITY_NAMES[details["after"]]
    return gettext("Severity: %(after)s, before %(before)s", after=after, before=before)


def _promised(details: Mapping[str, Any], names: Names) -> str:
    return gettext("Promised by %(when)s", when=format_deadline(datetime.fromisoformat(details["due_at"])))


def _excused(details: Mapping[str, Any], names: Names) -> str:
    return gettext("Excused: %(clock)s", clock=CLOCK_NAMES[details["clock"]])


def _other(details: Mapping[str, Any]) -> str:
    return reference_of(details["complaint_id"])


_LINES: Mapping[str, Callable[[Mapping[str, Any], Names], str]] = {
    EventKind.NOTED: lambda details, names: gettext("Internal"),
    EventKind.INVESTIGATED: lambda details, names: gettext("Looking into it"),
    EventKind.ASSIGNED: _assigned,
    EventKind.SEVERITY_CHANGED: _severity,
    EventKind.CATEGORY_CHANGED: lambda details, names: gettext(
        "Category: %(name)s", name=names.category(details["after"])
    ),
    EventKind.PROMISED: _promised,
    EventKind.PAUSED: _paused,
    EventKind.RESUMED: lambda details, names: gettext("Goes on"),
    EventKind.REMEDY_OFFERED: _offered,
    EventKind.REMEDY_APPROVED: lambda details, names: gettext("Approved: %(remedy)s", remedy=_remedy(details)),
    EventKind.REMEDY_DECLINED: lambda details, names: gettext("Declined: %(remedy)s", remedy=_remedy(details)),
    EventKind.REMEDY_GIVEN: lambda details, names: gettext("Handed over: %(remedy)s", remedy=_remedy(details)),
    EventKind.RESOLVED: lambda details, names: gettext("Resolved"),
    EventKind.REOPENED: lambda details, names: gettext("Reopened"),
    EventKind.WITHDRAWN: lambda details, names: gettext("The customer took it back"),
    EventKind.CANCELLED: lambda details, names: gettext("A mistake or spam"),
    EventKind.DUPLICATE: lambda details, names: gettext("Goes on in %(reference)s", reference=_other(details)),
    EventKind.TOOK_IN: lambda details, names: gettext("Took in the duplicate %(reference)s", reference=_other(details)),
    EventKind.LINKED: lambda details, names: gettext("Belongs with %(reference)s", reference=_other(details)),
    EventKind.LOOKED_AT: _looked,
    EventKind.CORRECTED: _corrected,
    EventKind.EXCUSED: _excused,
    EventKind.TERMS_APPLIED: lambda details, names: gettext("New targets hold from here on"),
}


def promised_line(event: AnyEvent) -> str:
    """Return the promise that was made in a turn of the conversation."""
    return _promised(event.details, Names({}, {}))


def remedy_state(remedy: Remedy) -> str:
    """Return how a remedy stands."""
    if remedy.given_at is not None:
        return gettext("handed over")
    if remedy.needs_approval and remedy.decided_at is None:
        return gettext("waits for a yes")
    if remedy.is_approved is False:
        return gettext("declined")
    return gettext("approved, not handed over yet") if remedy.is_approved else gettext("not handed over yet")
