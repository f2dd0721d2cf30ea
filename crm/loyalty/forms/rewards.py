"""The forms of rewards at the counter: giving, handing over, taking back, dismissing, a bereavement note."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wtforms import BooleanField, DateField, HiddenField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from crm.loyalty.models.rewards import CatalogueReward
from crm.shared.forms import BaseForm, OnceForm, choices
from crm.shared.translating import lazy_gettext as _

TOO_LONG = _("That is too long.")


class DecisionForm(OnceForm):
    """What may be decided with every press: why in spite of a hold, and that the budget may be exceeded."""

    why = StringField(_("Why all the same"), validators=[Length(max=240, message=TOO_LONG)])
    is_confirmed = BooleanField(_("Beyond the budget"))
    back = HiddenField()


class GiveForm(DecisionForm):
    """Which reward, a note, and whether it is handed over at once."""

    catalogue_id = SelectField(_("Reward"), coerce=int, validators=[InputRequired(_("Choose a reward."))])
    note = StringField(_("What for (optional)"), validators=[Length(max=240, message=TOO_LONG)])
    is_handed_over = HiddenField()

    def __init__(self, *args: Any, items: Iterable[CatalogueReward], **kwargs: Any) -> None:
        """Offer the rewards that this person may give."""
        super().__init__(*args, **kwargs)
        self.catalogue_id.choices = choices((str(each.id), each.name) for each in items)


class ReasonForm(OnceForm):
    """A reason: for taking a reward back, or for doing without one."""

    reason = StringField(_("Reason"), validators=[Length(max=240, message=TOO_LONG)])
    back = HiddenField()


class BereavementForm(BaseForm):
    """Until when; empty for the usual time."""

    until = DateField(_("Until"), validators=[Optional()])
