"""The forms of recovery's settings: days, budget, authority limits, categories of causes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_precision
from wtforms import IntegerField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, ValidationError

from crm.accounts.forms import ROLE_NAMES
from crm.complaints.forms.opening import TOO_LONG, id_or_none
from crm.complaints.models import CauseCategory, RecoverySettings
from crm.complaints.rules import SPOKEN, Limits, RemedyKind
from crm.complaints.words import REMEDY_NAMES, category_name
from crm.interactions.rules import parse_amount
from crm.shared.errors import Refused
from crm.shared.formatting import comma
from crm.shared.forms import OnceForm, VersionForm, choices
from crm.shared.permissions import Role
from crm.shared.translating import gettext
from crm.shared.translating import lazy_gettext as _

LIMITED_ROLES = (Role.FRONT_DESK, Role.MANAGER)
LIMITED_KINDS = tuple(kind for kind in RemedyKind if kind not in SPOKEN)


def amount_of(text: str, currency: str) -> Decimal | None:
    """Return a typed amount, None for an empty one; raises ValidationError."""
    try:
        return parse_amount(text, get_currency_precision(currency))
    except Refused as refusal:
        raise ValidationError(gettext(refusal.sentence)) from refusal


def plain_amount(amount: Decimal | None) -> str:
    """Return an amount as it is typed."""
    return "" if amount is None else f"{amount.normalize():f}"


class RecoveryForm(VersionForm):
    """Days and the budget."""

    follow_up_days = IntegerField(
        _("Ask whether it is fixed after days"),
        validators=[InputRequired(_("Please fill this in.")), NumberRange(0, 60, _("Between 0 and 60 days."))],
    )
    pause_cap_days = IntegerField(
        _("A complaint waits at most days"),
        validators=[InputRequired(_("Please fill this in.")), NumberRange(1, 60, _("Between 1 and 60 days."))],
    )
    monthly_budget = StringField(
        _("Budget for remedies in a month; empty for none"), validators=[Length(max=40, message=TOO_LONG)]
    )

    def __init__(self, *args: Any, settings: RecoverySettings, currency: str, version: int, **kwargs: Any) -> None:
        """Begin with what holds."""
        budget = plain_amount(settings.monthly_budget)
        values = {"follow_up_days": settings.follow_up_days, "pause_cap_days": settings.pause_cap_days}
        super().__init__(*args, data={**values, "monthly_budget": budget, "version": version}, **kwargs)
        self.currency, self.budget = currency, settings.monthly_budget

    def validate_monthly_budget(self, field: StringField) -> None:
        """Read the amount in the digits in which it was typed."""
        self.budget = amount_of(field.data or "", self.currency)


class CategoryForm(OnceForm):
    """A category of one's own, below another or on top."""

    name = StringField(
        _("New category"), validators=[DataRequired(_("Write a name.")), Length(max=80, message=TOO_LONG)]
    )
    parent_id = SelectField(_("Belongs to"), coerce=id_or_none)

    def offer(self, categories: list[CauseCategory]) -> CategoryForm:
        """Offer the upper level as what it belongs to."""
        upper = [(str(each.id), category_name(each)) for each in categories if each.parent_id is None]
        self.parent_id.choices = choices([("", _("none: a category on top")), *upper])
        return self


def limit_values(held: Limits) -> dict[str, str]:
    """Return the limits as the fields of their table hold them."""
    return {
        f"{role.value}:{kind.value}": plain_amount(held.get((role, kind)))
        for role in LIMITED_ROLES
        for kind in LIMITED_KINDS
    }


def stored_limits(typed: dict[str, str], held: dict[str, str]) -> list[tuple[str, str]]:
    """Return the name and the stored text of each limit that differs from what was typed."""
    return [
        (f"{REMEDY_NAMES[kind]}{comma()}{ROLE_NAMES[role]}", held[name])
        for role in LIMITED_ROLES
        for kind in LIMITED_KINDS
        if held[name := f"{role.value}:{kind.value}"] != typed.get(name, "")
    ]


def typed_limits(values: dict[str, str], currency: str) -> dict[tuple[str, str], Decimal | None]:
    """Return the limits as they were typed; raises ValidationError naming the amount."""
    return {
        (role.value, kind.value): amount_of(values.get(f"{role.value}:{kind.value}", ""), currency)
        for role in LIMITED_ROLES
        for kind in LIMITED_KINDS
    }
