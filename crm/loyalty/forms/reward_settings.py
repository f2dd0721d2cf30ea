"""The forms of the owner's settings of rewards: the catalogue, moments, the budget."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from wtforms import IntegerField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import HiddenInput

from crm.accounts.forms import ROLE_NAMES
from crm.complaints.forms.settings import amount_of, plain_amount
from crm.loyalty.actions.reward_settings import CatalogueDetails
from crm.loyalty.models.rewards import CatalogueReward, MomentSetting
from crm.loyalty.reward_words import MOMENT_NAMES, REWARD_KIND_NAMES
from crm.loyalty.rules.budget import NOTHING, Budget
from crm.loyalty.rules.moments import LONGEST_NOTICE, MomentKind
from crm.loyalty.rules.rewards import LONGEST_EXPIRY_DAYS, RewardKind
from crm.loyalty.rules.surprises import MOST_SUGGESTED
from crm.shared.formatting import comma
from crm.shared.forms import OnceForm, VersionForm, choices
from crm.shared.permissions import Role
from crm.shared.translating import gettext
from crm.shared.translating import lazy_gettext as _

TOO_LONG = _("That is too long.")
FILL_IN = _("Please fill this in.")
LEAST_ROLES = {
    Role.FRONT_DESK: _("everybody"),
    Role.MANAGER: _("managers and the owner"),
    Role.OWNER: _("the owner only"),
}


class CatalogueForm(OnceForm):
    """A reward of the catalogue."""

    version = IntegerField(widget=HiddenInput(), validators=[Optional()])
    name = StringField(_("Name"), validators=[DataRequired(_("Write a name.")), Length(max=80, message=TOO_LONG)])
    kind = SelectField(_("What it is for"), choices=choices(REWARD_KIND_NAMES.items()))
    cost = StringField(_("What it costs us"), validators=[Length(max=40, message=TOO_LONG)])
    expiry_days = IntegerField(
        _("Valid for days after it is issued"),
        default=30,
        validators=[InputRequired(FILL_IN), NumberRange(0, LONGEST_EXPIRY_DAYS, _("Between 0 and 1000 days."))],
    )
    least_role = SelectField(_("Given by"), choices=choices(LEAST_ROLES.items()))

    def __init__(self, *args: Any, currency: str, item: CatalogueReward | None = None, **kwargs: Any) -> None:
        """Begin with what holds, where there is something."""
        names = ("name", "kind", "expiry_days", "least_role", "version")
        held = {name: getattr(item, name) for name in names} if item else {}
        cost = {"cost": plain_amount(item.cost)} if item else {}
        super().__init__(*args, data={**held, **cost}, **kwargs)
        self.currency, self.amount = currency, NOTHING

    def validate_cost(self, field: StringField) -> None:
        """Read the cost in the digits in which it was typed; empty means nothing."""
        self.amount = amount_of(field.data or "", self.currency) or NOTHING

    @property
    def details(self) -> CatalogueDetails:
        """Return what was typed."""
        return CatalogueDetails(
            name=self.name.data or "", kind=RewardKind(self.kind.data), cost=self.amount,
            expiry_days=self.expiry_days.data or 0, least_role=self.least_role.data or Role.OWNER,
        )  # fmt: skip


class BudgetForm(VersionForm):
    """The budget from this month on, and how many surprises are suggested a week."""

    monthly_budget = StringField(
        _("Budget for rewards in a month; empty for none"), validators=[Length(max=40, message=TOO_LONG)]
    )
    surprises_a_week = IntegerField(
        _("Suggest people to surprise each week"),
        validators=[InputRequired(FILL_IN), NumberRange(0, MOST_SUGGESTED, _("Between 0 and 20."))],
    )

    def __init__(self, *args: Any, budget: Budget, surprises: int, version: int, currency: str, **kwargs: Any) -> None:
        """Begin with what holds."""
        held = {"monthly_budget": plain_amount(budget.amount), "surprises_a_week": surprises, "version": version}
        super().__init__(*args, data=held, **kwargs)
        self.currency = currency
        self.amount: Decimal | None = budget.amount

    def validate_monthly_budget(self, field: StringField) -> None:
        """Read the amount in the digits in which it was typed."""
        self.amount = amount_of(field.data or "", self.currency)


@dataclass(frozen=True, kw_only=True)
class TypedMoment:
    """How a kind of moment is to be treated, as it was typed."""

    kind: MomentKind
    is_proposed: bool
    automatic_id: int | None
    notice_days: int


def moment_values(settings: Mapping[str, MomentSetting], items: Mapping[int, str]) -> dict[str, str]:
    """Return how moments are treated as the fields of their table hold it; a retired reward is none."""
    values: dict[str, str] = {}
    for kind, each in settings.items():
        is_offered = each.is_automatic and each.catalogue_id in items
        values[f"{kind}:proposed"] = "yes" if each.is_proposed else ""
        values[f"{kind}:reward"] = str(each.catalogue_id) if is_offered else ""
        values[f"{kind}:notice"] = str(each.notice_days)
    return values


def stored_moments(
    typed: Mapping[str, str], held: Mapping[str, str], items: Mapping[int, str]
) -> list[tuple[str, str]]:
    """Return the name of each kind of moment that differs from what was typed, and how it is stored."""
    return [
        (str(MOMENT_NAMES[kind]), _moment_words(kind, held, items))
        for kind in MomentKind
        if any(held[name] != typed.get(name, _UNTYPED.get(part, "")) for part in _PARTS if (name := f"{kind}:{part}"))
    ]


_PARTS = ("proposed", "reward", "notice")
_UNTYPED = {"notice": "0"}


def _moment_words(kind: MomentKind, held: Mapping[str, str], items: Mapping[int, str]) -> str:
    reward, notice = held[f"{kind}:reward"], held[f"{kind}:notice"]
    said = [gettext("Propose")] if held[f"{kind}:proposed"] else []
    said += [f"{gettext('Issue by itself')}: {items[int(reward)]}"] if reward else []
    return comma().join([*said, f"{gettext('Days ahead')}: {notice}"])


def typed_moments(values: Mapping[str, str], items: Mapping[int, str]) -> list[TypedMoment]:
    """Return how moments were typed to be treated; raises ValidationError."""
    return [_typed_moment(kind, values, items) for kind in MomentKind]


def _typed_moment(kind: MomentKind, values: Mapping[str, str], items: Mapping[int, str]) -> TypedMoment:
    reward, notice = values.get(f"{kind}:reward", ""), values.get(f"{kind}:notice", "") or "0"
    if reward and (not reward.isascii() or not reward.isdigit() or int(reward[:9]) not in items):
        raise ValidationError(gettext("Choose a reward of the catalogue."))
    days = int(notice) if notice.isdecimal() and len(notice) < 4 else -1
    if not 0 <= days <= LONGEST_NOTICE:
        raise ValidationError(gettext("Between 0 and %(most)s days ahead.", most=LONGEST_NOTICE))
    is_proposed = values.get(f"{kind}:proposed") == "yes"
    return TypedMoment(
        kind=kind, is_proposed=is_proposed, automatic_id=int(reward) if reward else None, notice_days=days
    )


def least_role_name(role: str) -> str:
    """Return who gives a reward."""
    return str(LEAST_ROLES.get(Role(role), ROLE_NAMES[Role(role)]))
