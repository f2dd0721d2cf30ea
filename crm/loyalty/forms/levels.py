"""The forms of recognition: the levels with their rules, a level given by hand, why somebody left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from babel.numbers import get_currency_precision
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.fields import DateField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from crm.interactions.rules import parse_amount
from crm.loyalty.queries.ladder import Ladder
from crm.loyalty.rules.levels import MONTHS, MOST_LEVELS, MOST_WAYS, YEAR, Lost, Way
from crm.loyalty.rules.rehearsal import LevelDraft
from crm.loyalty.words import LOST_NAMES, level_name
from crm.shared.errors import Refused
from crm.shared.forms import OnceForm, choices, strip
from crm.shared.translating import gettext
from crm.shared.translating import lazy_gettext as _

LONGEST_NAME = 60
LONGEST_PERKS = 400
_FIGURES = ("visits", "years", "referrals")
_TOO_LONG = _("That is too long.")


@dataclass
class TypedWay:
    """A rule as it is typed."""

    visits: str = ""
    months: str = str(YEAR)
    spend: str = ""
    years: str = ""
    referrals: str = ""

    @property
    def is_blank(self) -> bool:
        """Tell whether nothing was typed."""
        return not (self.visits or self.spend or self.years or self.referrals)


@dataclass
class TypedLevel:
    """A level as it is typed; a blank rule after its own ones waits to be filled in."""

    id: int | None
    name: str
    perks: str = ""
    place: str = ""
    is_removed: bool = False
    ways: list[TypedWay] = field(default_factory=list)
    original_name: str = ""


@dataclass
class TypedLadder:
    """The whole page as it is typed."""

    levels: list[TypedLevel]
    grace_days: str
    lost_days: str
    version: int

    def in_order(self) -> list[TypedLevel]:
        """Return the levels that stay, in the order of their places."""
        named = [level for level in self.levels if level.name and not level.is_removed]
        return sorted(named, key=lambda level: (_number(level.place, 99, most=99), level.id is None))

    def drafts(self, currency: str) -> list[LevelDraft]:
        """Return the levels lowest first; raises ValidationError naming what cannot be read."""
        return [
            LevelDraft(
                level.id,
                level.name,
                level.perks,
                tuple(_way(each, currency, level.name) for each in level.ways if not each.is_blank),
                keeps_key=level.id is not None and level.name == level.original_name,
            )
            for level in self.in_order()
        ]

    def days(self) -> tuple[int, int]:
        """Return the days of grace, and after how many somebody counts as lost; raises ValidationError."""
        grace = _number(self.grace_days, -1, most=365)
        lost = _number(self.lost_days, -1, most=1500)
        if grace < 0 or lost < 30:
            raise ValidationError(gettext("Grace lasts 0 to 365 days; lost is after 30 to 1,500 days."))
        return grace, lost


def ladder_as_typed(terms: Ladder) -> TypedLadder:
    """Return the levels as the page begins with them, and one blank level."""
    levels = [
        TypedLevel(
            level.id,
            level_name(level),
            level.perks,
            str(place + 1),
            ways=[_typed_way(way) for way in terms.ways_of(level.id)],
            original_name=level_name(level),
        )
        for place, level in enumerate(terms.active)
    ]
    return with_blanks(TypedLadder(levels, str(terms.grace_days), str(terms.lost_days), terms.version))


def with_blanks(typed: TypedLadder) -> TypedLadder:
    """Add a blank rule to each level but the first, and a blank level at the end."""
    if len(typed.levels) < MOST_LEVELS and all(level.name for level in typed.levels):
        typed.levels.append(TypedLevel(None, "", place=str(len(typed.levels) + 1)))
    for level in typed.levels[1:]:
        if len(level.ways) < MOST_WAYS and not any(way.is_blank for way in level.ways):
            level.ways.append(TypedWay())
    return typed


def typed_ladder(values: Mapping[str, str], terms: Ladder) -> TypedLadder:
    """Return the page as it was sent."""
    names = {level.id: level_name(level) for level in terms.levels}
    levels = []
    for at in range(MOST_LEVELS):
        if f"level-{at}-name" in values:
            levels.append(_typed_level(values, f"level-{at}-", names))
    version = values.get("version", "")
    seen = int(version) if version.isdecimal() and len(version) < 10 else terms.version
    return TypedLadder(levels, _text(values, "grace_days", 5), _text(values, "lost_days", 5), seen)


def _typed_level(values: Mapping[str, str], prefix: str, names: Mapping[int, str]) -> TypedLevel:
    typed_id = values.get(prefix + "id", "")
    level_id = int(typed_id) if typed_id.isdecimal() and len(typed_id) < 10 else None
    known = level_id if level_id in names else None
    ways = []
    for at in range(MOST_WAYS):
        given = {name: _text(values, f"{prefix}way-{at}-{name}", 20) for name in (*_FIGURES, "months", "spend")}
        if not TypedWay(**given).is_blank:
            ways.append(TypedWay(**given))
    return TypedLevel(
        known,
        _text(values, prefix + "name", LONGEST_NAME),
        _text(values, prefix + "perks", LONGEST_PERKS),
        _text(values, prefix + "place", 3),
        bool(values.get(prefix + "removed")),
        ways,
        names.get(known or 0, ""),
    )


def _text(values: Mapping[str, str], name: str, longest: int) -> str:
    return (strip(values.get(name, "")) or "")[:longest]


def _typed_way(way: Way) -> TypedWay:
    said = {name: str(getattr(way, name)) for name in _FIGURES if getattr(way, name) is not None}
    spend = "" if way.spend is None else f"{way.spend.normalize():f}"
    return TypedWay(months=str(way.months), spend=spend, **said)


def _way(typed: TypedWay, currency: str, level: str) -> Way:
    figures = {name: _figure(getattr(typed, name), level) for name in _FIGURES}
    months = _number(typed.months, YEAR, most=max(MONTHS))
    return Way(months=months if months in MONTHS else YEAR, spend=_spend(typed.spend, currency, level), **figures)


def _figure(text: str, level: str) -> int | None:
    if not text:
        return None
    number = _number(text, 0, most=999)
    if number < 1:
        raise ValidationError(gettext("%(level)s: write numbers from 1 to 999.", level=level))
    return number


def _spend(text: str, currency: str, level: str) -> Decimal | None:
    try:
        return parse_amount(text, get_currency_precision(currency)) or None
    except Refused as refusal:
        raise ValidationError(f"{level}: {gettext(refusal.sentence)}") from refusal


def _number(text: str, otherwise: int, *, most: int) -> int:
    if not text.isdecimal() or len(text) > 5:
        return otherwise
    return int(text) if int(text) <= most else otherwise


class GrantForm(OnceForm):
    """A level given by hand."""

    level_id = SelectField(_("Level"), coerce=int)
    reason = StringField(_("Why"), validators=[DataRequired(_("Write why.")), Length(max=200, message=_TOO_LONG)])
    until_on = DateField(_("Until, that day included"), validators=[InputRequired(_("Choose a day."))])

    def offer(self, terms: Ladder) -> GrantForm:
        """Offer the levels above the first."""
        given = [level for level in terms.active if level.id != terms.lowest.id]
        self.level_id.choices = choices([(level.id, level_name(level)) for level in given])  # type: ignore[misc]
        return self


class DepartureForm(OnceForm):
    """Why a customer left."""

    reason = RadioField(
        _("Why did they leave?"),
        choices=choices([(each.value, name) for each, name in LOST_NAMES.items()]),
        default=Lost.UNKNOWN.value,
    )
    note = TextAreaField(_("Note"), validators=[Length(max=500, message=_TOO_LONG)])
