"""The form that ties two contacts."""

from __future__ import annotations

from wtforms import IntegerField, SelectField, StringField
from wtforms.validators import Length, Optional

from crm.contacts.forms.labels import TIE_CHOICES
from crm.contacts.rules import TieKind
from crm.shared.forms import BaseForm, choices
from crm.shared.translating import lazy_gettext as _


class TieForm(BaseForm):
    """How two contacts belong together, and who the other is."""

    kind = SelectField(_("How"), id="tie-kind", choices=choices(TIE_CHOICES.items()), default="household")
    other_query = StringField(_("Who"), validators=[Length(max=120)])
    other_id = IntegerField(validators=[Optional()])

    @property
    def tie_kind(self) -> TieKind:
        """Return the kind of tie."""
        return TieKind(str(self.kind.data).removesuffix("-of"))

    @property
    def is_first(self) -> bool:
        """Tell whether the contact stands first in the tie."""
        return not str(self.kind.data).endswith("-of")
