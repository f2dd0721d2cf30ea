"""How entries and follow-ups read: the names of the closed sets, titles, icons, and clocks of follow-ups."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from crm.contacts.rules import Channel
from crm.interactions.listed import AnyEntry, ListedFollowUp, StoryEntry
from crm.interactions.rules import Direction, Due, DueState, Kind, Outcome, due_state
from crm.shared.formatting import format_day, format_duration, format_time, local
from crm.shared.translating import gettext, ngettext
from crm.shared.translating import lazy_gettext as _

CHANNEL_NAMES = {
    Channel.PHONE: _("Phone"),
    Channel.IN_PERSON: _("In person"),
    Channel.TEXT: _("Text"),
    Channel.MESSAGING: _("WhatsApp"),
    Channel.EMAIL: _("Email"),
    Channel.SOCIAL: _("Social"),
    Channel.WEBSITE: _("Website"),
    Channel.LETTER: _("Letter"),
}
CHANNEL_ICONS = {
    Channel.PHONE: "phone",
    Channel.IN_PERSON: "shop",
    Channel.TEXT: "message",
    Channel.MESSAGING: "message",
    Channel.EMAIL: "mail",
    Channel.SOCIAL: "people",
    Channel.WEBSITE: "globe",
    Channel.LETTER: "note",
}
DIRECTION_NAMES = {Direction.IN: _("From them"), Direction.OUT: _("From us")}
KIND_NAMES = {
    Kind.ENQUIRY: _("Enquiry"),
    Kind.VISIT: _("Visit"),
    Kind.PURCHASE: _("Purchase"),
    Kind.COMPLIMENT: _("Compliment"),
    Kind.COMPLAINT: _("Complaint"),
    Kind.FOLLOW_UP: _("Follow-up"),
    Kind.OTHER: _("Other"),
}
KIND_ICONS = {Kind.COMPLIMENT: "heart", Kind.COMPLAINT: "flag"}
OUTCOME_NAMES = {
    Outcome.REACHED: _("Reached"),
    Outcome.NO_ANSWER: _("No answer"),
    Outcome.VOICEMAIL: _("Voicemail"),
}
DUE_NAMES = {
    Due.TODAY: _("Today"),
    Due.TOMORROW: _("Tomorrow"),
    Due.WEEK: _("In a week"),
    Due.DATE: _("On a day"),
}
_TITLES = {
    (Channel.PHONE, Direction.IN): _("Called in"),
    (Channel.PHONE, Direction.OUT): _("We called"),
    (Channel.TEXT, Direction.IN): _("Text message, in"),
    (Channel.TEXT, Direction.OUT): _("Text message, out"),
    (Channel.MESSAGING, Direction.IN): _("WhatsApp, in"),
    (Channel.MESSAGING, Direction.OUT): _("WhatsApp, out"),
    (Channel.EMAIL, Direction.IN): _("Email, in"),
    (Channel.EMAIL, Direction.OUT): _("Email, out"),
    (Channel.SOCIAL, Direction.IN): _("Social media, in"),
    (Channel.SOCIAL, Direction.OUT): _("Social media, out"),
    (Channel.LETTER, Direction.IN): _("Letter, in"),
    (Channel.LETTER, Direction.OUT): _("Letter, out"),
}
_WHOLE_TITLES = {Kind.VISIT: _("Visit"), Kind.PURCHASE: _("Purchase")}


@dataclass(frozen=True)
class DueClock:
    """How a follow-up stands, as a pill reads it."""

    state: DueState
    style: str
    icon: str
    text: str


_STYLES = {
    DueState.OVERDUE: ("clock--breach", "alert"),
    DueState.SOON: ("clock--soon", "clock"),
    DueState.TODAY: ("", "clock"),
    DueState.LATER: ("", "calendar"),
    DueState.DONE: ("clock--met", "check"),
}


def entry_title(entry: AnyEntry) -> str:
    """Return what happened and how: "Called in", "Visit", "Email, out"."""
    if entry.channel == Channel.IN_PERSON:
        return str(KIND_NAMES.get(_kind(entry), _("In person")))
    title = _TITLES.get((Channel(entry.channel), Direction(entry.direction)))
    return str(title or CHANNEL_NAMES.get(entry.channel, entry.channel))  # type: ignore[call-overload]


def entry_kind(entry: StoryEntry) -> str:
    """Return what it was about where the title does not say it, in lower case."""
    if entry.channel == Channel.IN_PERSON or entry.kind == Kind.OTHER:
        return ""
    return str(KIND_NAMES.get(_kind(entry), entry.kind)).lower()


def entry_icon(entry: StoryEntry) -> str:
    """Return the icon of an entry: a compliment's or complaint's own, else its channel's."""
    own = KIND_ICONS.get(_kind(entry))
    return own or CHANNEL_ICONS.get(entry.channel, "note")  # type: ignore[call-overload]


def outcome_name(entry: StoryEntry) -> str:
    """Return how a call ended, empty where nothing was noted."""
    return str(OUTCOME_NAMES.get(entry.outcome, "")).lower()  # type: ignore[call-overload]


def entry_when(entry: AnyEntry, now: datetime) -> str:
    """Return the hour of an entry, with its day unless that is today."""
    at, today = local(entry.occurred_at), local(now).date()
    hour = format_time(at)
    return hour if at.date() == today else f"{format_day(at.date(), today=today)} {hour}"


def _kind(entry: AnyEntry) -> Kind:
    return Kind(entry.kind)


def due_clock(follow_up: ListedFollowUp, now: datetime, day_ends_at: datetime | None = None) -> DueClock:
    """Return the clock of a follow-up; `day_ends_at` is when the business closes for today."""
    at = local(now)
    state = due_state(follow_up.due_on, follow_up.due_time, now_local=at, is_done=follow_up.is_done)
    style, icon = _STYLES[state]
    return DueClock(state, style, icon, _clock_text(follow_up, state, at, day_ends_at))


def _clock_text(follow_up: ListedFollowUp, state: DueState, at: datetime, day_ends_at: datetime | None) -> str:
    if follow_up.done_at is not None:
        done = local(follow_up.done_at)
        when = format_time(done) if done.date() == at.date() else format_day(done.date(), today=at.date())
        return gettext("done %(when)s", when=when)
    if state is DueState.LATER:
        return format_day(follow_up.due_on, today=at.date())
    if follow_up.due_on < at.date():
        days = (at.date() - follow_up.due_on).days
        return ngettext("late by %(num)d day", "late by %(num)d days", days)
    return _todays_text(follow_up, state, at, day_ends_at)


def _todays_text(follow_up: ListedFollowUp, state: DueState, at: datetime, day_ends_at: datetime | None) -> str:
    if follow_up.due_time is None:
        is_ahead = day_ends_at is not None and day_ends_at > at
        return (
            gettext("before %(time)s", time=format_time(day_ends_at)) if is_ahead and day_ends_at else gettext("today")
        )
    left = datetime.combine(follow_up.due_on, follow_up.due_time) - at.replace(tzinfo=None)
    if state is DueState.OVERDUE:
        return gettext("late by %(length)s", length=format_duration(left))
    if state is DueState.SOON:
        return gettext("in %(length)s", length=format_duration(left + timedelta(seconds=59)))
    return gettext("before %(time)s", time=format_time(follow_up.due_time))
