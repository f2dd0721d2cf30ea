"""How the review reads: names of periods, states and causes, and what the figures say as sentences."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from crm.complaints.words import Names, channel_name
from crm.loyalty.rules.levels import Lost
from crm.loyalty.rules.turnover import Turnover
from crm.loyalty.words import LOST_NAMES
from crm.reports.queries.clocks import NONE, ClockLine
from crm.reports.queries.customers import Part
from crm.reports.queries.recovery import Measure
from crm.reports.rules import BreachCause, Change, Effect, Group, Span, SpanName, whole_percent
from crm.shared.formatting import comma, format_deadline, format_duration, format_instant, format_number, locale
from crm.shared.native import written_date, written_span
from crm.shared.translating import gettext, ngettext
from crm.shared.translating import lazy_gettext as _
from crm.sla.rules import Attainment, ClockState
from crm.sla.words import CLOCK_NAMES

SPAN_NAMES = {
    SpanName.THIS_WEEK: _("This week"),
    SpanName.LAST_WEEK: _("Last week"),
    SpanName.THIS_MONTH: _("This month"),
    SpanName.LAST_MONTH: _("Last month"),
    SpanName.THIS_QUARTER: _("This quarter"),
    SpanName.LAST_QUARTER: _("Last quarter"),
}
CAUSE_NAMES = {
    BreachCause.SHORT_STAFFED: _("short-staffed"),
    BreachCause.HANDOVER: _("handover"),
    BreachCause.SUPPLIER: _("waited for a supplier"),
    BreachCause.UNCLEAR_WHO: _("unclear who"),
    BreachCause.SYSTEM_DOWN: _("system or phone down"),
    BreachCause.CUSTOMER_UNREACHABLE: _("customer unreachable"),
    BreachCause.OTHER: _("other"),
}
FILTER_NAMES = {
    "": _("All"),
    "counted": _("Counted"),
    "met": _("Kept"),
    "broken": _("Broken"),
    "met-late": _("Kept late"),
    "overdue": _("Overdue"),
    "excused": _("Excused"),
    "cancelled": _("Ended"),
    "merged": _("Merged"),
    "open": _("Still open"),
}
STATE_NAMES = {
    ClockState.MET: _("kept"),
    ClockState.MET_LATE: _("kept late"),
    ClockState.BREACHED: _("overdue"),
    ClockState.EXCUSED: _("excused"),
    ClockState.CANCELLED: _("ended"),
    ClockState.MERGED: _("merged"),
    ClockState.RUNNING: _("still open"),
}
MEASURE_NAMES = {
    Measure.RECEIVED: _("Complaints received"),
    Measure.RESOLVED: _("Resolved"),
    Measure.FIRST_FIX: _("Fixed the first time"),
    Measure.REOPENED_SOON: _("Reopened within 7 days"),
    Measure.SATISFIED: _("Satisfied at the follow-up"),
    Measure.NOT_SATISFIED: _("Not satisfied at the follow-up"),
    Measure.NO_ANSWER: _("No answer after two tries"),
    Measure.ABOUT: _("What complaints are about"),
    Measure.CAUSED_BY: _("Why they happened"),
}
PART_NAMES = {
    Part.START: _("Customers at the start"),
    Part.KEPT: _("Still customers"),
    Part.LOST: _("Lost customers"),
    Part.FIRST_TIME: _("Came for the first time"),
    Part.REFERRED: _("Brought by somebody"),
    Part.CAME_BACK: _("Came back after being lost"),
    Part.END: _("Customers at the end"),
    Part.TODAY: _("Customers today"),
}


def span_text(span: Span) -> str:
    """Return a period in words: 12 June 2026, or 1 – 31 May 2026."""
    if span.first == span.last:
        return written_date(span.first, "yMMMMd", locale())
    return written_span(span.first, span.last, locale())


def percent(share: float | None) -> str:
    """Return a share in percent; a dash where there is nothing."""
    return "–" if share is None else gettext("%(num)s%%", num=whole_percent(share))


def kept_text(figure: Attainment) -> str:
    """Return promises kept as a sentence."""
    if not figure.total:
        return gettext("No promise was due in this period.")
    return gettext("%(met)s of %(total)s promises kept", met=figure.met, total=figure.total)


def change_text(change: Change) -> str:
    """Return how the share changed against the period before, with the counts where they make it only a hint."""
    points = change.points
    if points is None:
        return gettext("Nothing to compare with in the period before.")
    if not change.is_hint:
        return _points_text(points)
    counts = {"now": _some_of_all(change.now), "before": _some_of_all(change.before)}
    return gettext("%(change)s; only a hint: %(now)s now, %(before)s before", change=_points_text(points), **counts)


def _points_text(points: int) -> str:
    if points == 0:
        return gettext("as in the period before")
    if points > 0:
        return ngettext("%(num)d point better than before", "%(num)d points better than before", points)
    return ngettext("%(num)d point worse than before", "%(num)d points worse than before", -points)


def _some_of_all(figure: Attainment) -> str:
    return gettext("%(met)s of %(total)s", met=figure.met, total=figure.total)


def kept_customers_text(figure: Turnover) -> str:
    """Return who stayed a customer over a period as a sentence."""
    values = {"kept": format_number(figure.kept), "start": format_number(figure.at_start)}
    return gettext("%(kept)s of %(start)s customers stayed", **values)


def reason_name(reason: str | None) -> str:
    """Return why a customer left; a phrase of its own where nobody has noted it."""
    return str(LOST_NAMES[Lost(reason)]) if reason else gettext("not noted yet")


def late_text(line: ClockLine, now: datetime) -> str:
    """Return by how much a promise was late; empty where it was not."""
    end = line.stopped_at or now
    return format_duration(end - line.due_at) if end > line.due_at else ""


def course_text(line: ClockLine) -> str:
    """Return what happened to a clock in one line."""
    facts = {"start": format_instant(line.started_at), "due": format_deadline(line.due_at)}
    if line.stopped_at is None:
        return gettext("began %(start)s, due %(due)s, nobody has kept it yet", **facts)
    ended = format_instant(line.stopped_at)
    if line.state is ClockState.BREACHED:
        return gettext("began %(start)s, due %(due)s, ended unkept %(end)s", **facts, end=ended)
    return gettext("began %(start)s, due %(due)s, done %(end)s", **facts, end=ended)


def effect_text(effect: Effect) -> str:
    """Return what became of a cause after an action was done."""
    facts = {"before": effect.before, "after": effect.after, "days": effect.days}
    if not effect.is_whole:
        return gettext("%(before)s in the 30 days before, %(after)s in the %(days)s since", **facts)
    return gettext("%(before)s in the 30 days before, %(after)s in the 30 days after", **facts)


def length(time: timedelta | None) -> str:
    """Return a length of time; a dash where there is none."""
    return "–" if time is None else format_duration(time)


@dataclass(frozen=True)
class Bars:
    """One way to group promises kept: its heading, the filter of its records, and how each key reads."""

    heading: str
    field: str
    groups: list[Group[Hashable]]
    name: Callable[[Hashable], str]

    def value(self, key: Hashable) -> str:
        """Return the key as the address of its records has it; nobody and none are 0."""
        return "0" if key is None else str(key) or NONE


def weekday_name(key: Hashable) -> str:
    """Return the name of a weekday; 0 is Monday."""
    return str(locale().days["stand-alone"]["wide"][int(str(key))])


def hour_name(key: Hashable) -> str:
    """Return an hour of the day as its first minute."""
    return f"{int(str(key)):02}:00"


def clock_name(key: Hashable) -> str:
    """Return the name of a kind of clock."""
    return str(CLOCK_NAMES.get(str(key), key))  # type: ignore[call-overload]


def clock_names(kinds: Iterable[str]) -> str:
    """Return the names of kinds of clocks, one after the other."""
    return comma().join(clock_name(kind).lower() for kind in kinds)


def channel_or_none(key: Hashable) -> str:
    """Return the name of a channel."""
    return channel_name(str(key or ""))


def names_of_people(names: Names) -> Callable[[Hashable], str]:
    """Return how persons in charge read."""
    return lambda key: names.person(key if isinstance(key, int) else None)


def names_of_causes(names: Names) -> Callable[[Hashable], str]:
    """Return how categories read."""
    return lambda key: names.category(key if isinstance(key, int) else None)
