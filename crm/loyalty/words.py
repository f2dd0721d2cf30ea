"""How recognition reads: names of levels, rules as sentences that can be said aloud, why somebody holds a level."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from crm.accounts.queries import the_business
from crm.loyalty.models import LevelChange
from crm.loyalty.queries.members import AwayShelf
from crm.loyalty.queries.panel import MemberPanel
from crm.loyalty.rules.gaps import Absence
from crm.loyalty.rules.levels import YEAR, HeldBy, Lost, Needed, Way, Why
from crm.shared.formatting import format_day, format_long_time, format_money
from crm.shared.translating import gettext, ngettext
from crm.shared.translating import lazy_gettext as _

_LEVEL_NAMES = {
    "guest": _("Guest"),
    "regular": _("Regular"),
    "friend": _("Friend of the house"),
    "champion": _("Champion"),
}
LOST_NAMES = {
    Lost.MOVED: _("moved away"),
    Lost.PRICE: _("too expensive"),
    Lost.DISSATISFIED: _("was not satisfied"),
    Lost.COMPETITOR: _("goes somewhere else"),
    Lost.NO_NEED: _("does not need it any more"),
    Lost.DIED: _("has died"),
    Lost.UNKNOWN: _("nobody knows"),
}
ABSENCE_NAMES = {
    Absence.USUAL: _("as usual"),
    Absence.OVERDUE: _("overdue"),
    Absence.AT_RISK: _("at risk"),
    Absence.LOST: _("lost"),
}
SHELF_NAMES = {
    AwayShelf.OVERDUE: _("Overdue"),
    AwayShelf.AT_RISK: _("At risk"),
    AwayShelf.LOST: _("Lost"),
}
WHY_NAMES = {
    Why.START: _("when levels were first worked out"),
    Why.RULE: _("by what they did"),
    Why.HAND: _("given by hand"),
    Why.GRACE_OVER: _("the grace period is over"),
    Why.HAND_OVER: _("what was given by hand has ended"),
    Why.RULES: _("the rules were changed"),
}


class Named(Protocol):
    """A level with its name."""

    @property
    def key(self) -> str | None:
        """Which of those that come with the program, None once it was renamed."""

    @property
    def name(self) -> str:
        """The owner's own name."""


def level_name(level: Named | None) -> str:
    """Return a level's name: the translated one of those that come with the program, else the owner's."""
    if level is None:
        return ""
    return str(_LEVEL_NAMES[level.key]) if level.key in _LEVEL_NAMES else level.name


def joined(parts: Sequence[str], word: str) -> str:
    """Return parts of a sentence with a word before the last one."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {word} {parts[-1]}" if parts else ""


def way_sentence(way: Way) -> str:
    """Return a rule as staff say it: "12 visits in 12 months and 3 years with us"."""
    return joined([_asked(each) for each in _parts(way)], gettext("and"))


def ways_sentence(ways: Sequence[Way]) -> str:
    """Return all rules of a level in one sentence; empty where there are none."""
    return joined([way_sentence(way) for way in ways], gettext("or"))


def _parts(way: Way) -> list[tuple[str, Any, int]]:
    asked = (way.visits, way.spend, way.years, way.referrals)
    months = (way.months, YEAR, YEAR, YEAR)
    names = ("visits", "spend", "years", "referrals")
    return [part for part in zip(names, asked, months, strict=True) if part[1] is not None]


def _asked(part: tuple[str, Any, int]) -> str:
    what, number, months = part
    if what == "visits":
        said = ngettext("%(num)d visit", "%(num)d visits", number)
        return gettext("%(visits)s in %(months)d months", visits=said, months=months)
    if what == "spend":
        return gettext("%(amount)s spent in 12 months", amount=_money(number))
    if what == "years":
        return ngettext("%(num)d year with us", "%(num)d years with us", number)
    return ngettext("%(num)d friend brought", "%(num)d friends brought", number)


def needed_sentence(needed: Needed, today: date) -> str:
    """Return one figure with what it needs: "14 visits since 1 March; needs 12"."""
    since = format_day(needed.since_on, today=today) if needed.since_on else ""
    if needed.what == "spend":
        spent, needs = _money(Decimal(needed.have)), _money(Decimal(needed.needs))
        return gettext("%(spent)s spent since %(since)s; needs %(needs)s", spent=spent, since=since, needs=needs)
    have: Any = int(needed.have)
    if needed.what == "visits":
        said = ngettext("%(num)d visit", "%(num)d visits", have)
        return gettext("%(visits)s since %(since)s; needs %(needs)d", visits=said, since=since, needs=needed.needs)
    if needed.what == "years":
        said = ngettext("%(num)d year with us", "%(num)d years with us", have)
        if not since:
            return gettext("no visit yet; needs %(needs)d years", needs=needed.needs)
        return gettext("%(years)s, since %(since)s; needs %(needs)d", years=said, since=since, needs=needed.needs)
    said = ngettext("%(num)d friend brought", "%(num)d friends brought", have)
    return gettext("%(friends)s; needs %(needs)d", friends=said, needs=needed.needs)


def _money(amount: Decimal) -> str:
    return format_money(amount, the_business().currency)


def why_line(panel: MemberPanel) -> str:
    """Return why a contact holds its level, as one line that can be read out."""
    if panel.held.held_by == HeldBy.HAND and panel.grant is not None:
        until = format_day(panel.grant.until_on, today=panel.today)
        return gettext("Given by hand until %(day)s.", day=until)
    if panel.held.held_by == HeldBy.GRACE and panel.held.grace_until is not None:
        until = format_day(panel.held.grace_until, today=panel.today)
        return gettext("Held until %(day)s, though its rule is not met just now.", day=until)
    if panel.held.held_by == HeldBy.COMPLAINT:
        return gettext("Held while a complaint is open, though its rule is not met just now.")
    if panel.why:
        return joined([needed_sentence(each, panel.today) for each in panel.why], gettext("and")) + "."
    if panel.visits_total:
        return ngettext("%(num)d visit so far.", "%(num)d visits so far.", panel.visits_total)
    return gettext("No visit yet.")


def keeps_line(panel: MemberPanel) -> str:
    """Return what keeps a level, empty where nothing needs to."""
    if panel.is_first or panel.held.held_by == HeldBy.HAND:
        return ""
    if panel.held.held_by == HeldBy.RULE and panel.safe_until is not None:
        day = format_day(panel.safe_until, today=panel.today)
        return gettext("Safe until %(day)s, even without another visit.", day=day)
    said = ways_sentence(panel.keeps)
    return gettext("Kept by %(rules)s.", rules=said) if said else ""


def next_line(panel: MemberPanel) -> str:
    """Return what is missing for the next level: "Champion after 6 more visits, or 2 more friends brought"."""
    ways = [joined([_missing(each) for each in needed], gettext("and")) for needed in panel.next_ways if needed]
    if panel.next_level is None or not ways:
        return ""
    return gettext(
        "%(level)s after %(missing)s.", level=level_name(panel.next_level), missing=joined(ways, gettext("or"))
    )


def _missing(needed: Needed) -> str:
    if needed.what == "spend":
        return gettext("%(amount)s more spent", amount=_money(Decimal(needed.missing)))
    number = int(needed.missing)
    if needed.what == "visits":
        return ngettext("%(num)d more visit", "%(num)d more visits", number)
    if needed.what == "years":
        return ngettext("%(num)d more year", "%(num)d more years", number)
    return ngettext("%(num)d more friend brought", "%(num)d more friends brought", number)


def absence_line(panel: MemberPanel) -> str:
    """Return how long somebody has stayed away, beside their own habit."""
    if panel.last_visit_on is None:
        return ""
    days = (panel.today - panel.last_visit_on).days
    said = gettext("%(length)s since the last visit", length=format_long_time(days))
    if panel.gap_days is None:
        return said
    usual = ngettext("usually %(num)d day", "usually %(num)d days", panel.gap_days)
    return gettext("%(days)s, %(usual)s", days=said, usual=usual)


class Moved(Named, Protocol):
    """A change of level as the story tells it: the level after, and as a number which way."""

    @property
    def number(self) -> int:
        """2 the first time, 1 upward, -1 back."""


def moved_line(moved: Moved) -> str:
    """Return a change of level as a line of the history."""
    return _moved(level_name(moved), moved.number)


def change_line(change: LevelChange) -> str:
    """Return a recorded change of level as a line."""
    return _moved(level_name(change.to_level), 2 if change.from_level_id is None else 1 if change.is_up else -1)


def _moved(name: str, way: int) -> str:
    if way == 2:
        return gettext("Recognised as %(level)s", level=name)
    return gettext("Became %(level)s", level=name) if way == 1 else gettext("Back to %(level)s", level=name)
