"""How targets, deadlines and opening hours read on a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from crm.contacts.forms.labels import CHANNEL_NAMES
from crm.contacts.rules import Channel
from crm.shared.formatting import comma, format_time, format_weekday, local, locale
from crm.shared.native import native, written_date
from crm.shared.translating import gettext, ngettext
from crm.shared.translating import lazy_gettext as _
from crm.sla.effects import TargetChange, TargetKind
from crm.sla.opening_hours import Overlap, Period, format_periods
from crm.sla.rules import (
    UNREACHABLE_AT,
    BusinessCalendar,
    ClockKind,
    ClosedCalendarError,
    CountingMode,
    Explanation,
    Rehearsal,
    Severity,
    SlaTarget,
    UnreachableDeadlineError,
    describe_target,
    due_at,
)

SEVERITY_NAMES = {
    Severity.URGENT: _("Urgent"),
    Severity.HIGH: _("High"),
    Severity.NORMAL: _("Normal"),
    Severity.LOW: _("Low"),
}
MODE_NAMES = {
    CountingMode.OPEN_HOURS: _("in opening hours"),
    CountingMode.OPEN_DAYS: _("on days we are open"),
    CountingMode.DAY_END: _("the same business day"),
    CountingMode.ELAPSED: _("round the clock"),
}
CLOCK_NAMES = {
    ClockKind.FIRST_RESPONSE: _("First response"),
    ClockKind.NEXT_RESPONSE: _("Next response"),
    ClockKind.PROMISE: _("Promise"),
    ClockKind.RESOLUTION: _("Resolution"),
}
_MANY = {
    Channel.EMAIL: _("emails"),
    Channel.WEBSITE: _("messages from the website"),
    Channel.PHONE: _("calls"),
    Channel.TEXT: _("text messages"),
    Channel.MESSAGING: _("WhatsApp messages"),
    Channel.SOCIAL: _("social media messages"),
    Channel.IN_PERSON: _("complaints in person"),
    Channel.LETTER: _("letters"),
}
_MANY_COMPLAINTS = {
    Severity.URGENT: _("urgent complaints"),
    Severity.HIGH: _("complaints of high severity"),
    Severity.NORMAL: _("complaints of normal severity"),
    Severity.LOW: _("complaints of low severity"),
}
_NEAR = timedelta(days=6)


def target_words(target: SlaTarget) -> str:
    """Return a target as people say it: "within 24 hours, counted on days we are open"."""
    return native(describe_target(target, gettext), locale())


def due_words(due: datetime, now: datetime) -> str:
    """Return a deadline as weekday and time, with the date where it is days away; midnight ends its day."""
    if due == UNREACHABLE_AT:
        return gettext("unreachable")
    is_near, at = abs(due - now) < _NEAR, local(due)
    day, clock = at.date(), format_time(at)
    if at.time() == time(0):
        day, clock = day - timedelta(days=1), native("24:00", locale())
    if is_near:
        return f"{written_date(day, 'EEE', locale())} {clock}"
    return f"{day_words(day)}{comma()}{clock}"


def moment_words(at: datetime) -> str:
    """Return a local date and time with its weekday."""
    return f"{day_words(at.date())}{comma()}{format_time(at.time())}"


def day_words(on: date) -> str:
    """Return a date with weekday and year, short."""
    weekday, day = written_date(on, "EEE", locale()), written_date(on, "yMMMd", locale())
    return gettext("%(weekday)s, %(day)s", weekday=weekday, day=day)


def example_words(target: SlaTarget, calendar: BusinessCalendar, now: datetime) -> str:
    """Return the worked example: when something received now would be due."""
    try:
        due = due_at(now, target, calendar)
    except (ClosedCalendarError, UnreachableDeadlineError):
        return gettext("Received now it could not be due: you do not open for a long time.")
    return gettext("Received now it would be due %(due)s.", due=due_words(due, now))


def explanation_lines(explanation: Explanation) -> Sequence[str]:
    """Return the explanation of a deadline, a sentence a step."""
    lines = explanation.lines(gettext, day_text=format_weekday, moment_text=moment_words)
    return tuple(native(line, locale()) for line in lines)


def rehearsal_words(change: TargetChange, rehearsal: Rehearsal) -> str:
    """Return what a new target would have made of the past, or that there is no past to replay."""
    noun = _noun(change)
    if not rehearsal.total:
        return gettext("No %(noun)s were answered in the last 90 days, so there is nothing to replay.", noun=noun)
    if rehearsal.late_before == rehearsal.late_after:
        return ngettext(
            "%(num)d of %(total)d %(noun)s would have been late, as before.",
            "%(num)d of %(total)d %(noun)s would have been late, as before.",
            rehearsal.late_after,
            total=rehearsal.total,
            noun=noun,
        )
    return native(rehearsal.sentence(noun, gettext), locale()) + "."


def row_name(kind: TargetKind, name: str) -> str:
    """Return the name of the channel or severity that a target is set for."""
    return str(CHANNEL_NAMES[Channel(name)] if kind is TargetKind.RESPONSE else SEVERITY_NAMES[Severity(name)])


def _noun(change: TargetChange) -> str:
    if change.kind is TargetKind.RESPONSE:
        return str(_MANY[Channel(change.name)])
    return str(_MANY_COMPLAINTS[Severity(change.name)])


def weekday_name(day: int) -> str:
    """Return the name of a weekday, 0 for Monday."""
    return str(locale().days["stand-alone"]["wide"][day])


def hours_words(periods: Sequence[Sequence[str]]) -> str:
    """Return the opening hours of a day, or that it is closed; a period is never broken at its hyphen."""
    return format_periods(periods).replace("-", "-\N{WORD JOINER}") or gettext("closed")


def overlap_sentence(overlap: Overlap) -> str:
    """Return the sentence that names two periods of neighbouring days that overlap."""
    return gettext(
        "%(first_day)s %(first)s and %(second_day)s %(second)s overlap.",
        first_day=weekday_name(overlap.day),
        first=_span(overlap.period),
        second_day=weekday_name(overlap.next_day),
        second=_span(overlap.next_period),
    )


def overlap_in_day(first: Period, second: Period) -> str:
    """Return the sentence that names two periods of one day that overlap."""
    return gettext("%(first)s and %(second)s overlap.", first=_span(first), second=_span(second))


def _span(period: Period) -> str:
    return format_periods([period])


def week_words(weekly: Mapping[str, Sequence[Sequence[str]]]) -> list[tuple[str, str]]:
    """Return the hours of a week, neighbouring days with the same hours on one line."""
    runs: list[tuple[int, int, str]] = []
    for day in range(7):
        hours = hours_words(weekly.get(str(day), []))
        if runs and runs[-1][2] == hours:
            runs[-1] = (runs[-1][0], day, hours)
        else:
            runs.append((day, day, hours))
    return [(_days(first, last), hours) for first, last, hours in runs]


def _days(first: int, last: int) -> str:
    if first == last:
        return weekday_name(first)
    return gettext("%(first)s to %(last)s", first=weekday_name(first), last=weekday_name(last))
