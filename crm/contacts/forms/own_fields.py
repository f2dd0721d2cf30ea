"""Forms about the owner's own fields."""

from __future__ import annotations

from wtforms import IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, ValidationError

from crm.contacts.forms.labels import FIELD_KIND_NAMES
from crm.contacts.rules import FieldKind
from crm.contacts.rules.own_fields import parsed_choices
from crm.shared.forms import OnceForm, VersionForm, choices
from crm.shared.translating import lazy_gettext as _

_NEEDED = _("Please fill this in.")


class FieldChangeForm(VersionForm):
    """The name, choices and place of a field."""

    name = StringField(_("Name of the field"), validators=[DataRequired(_NEEDED), Length(max=60)])
    choice_lines = TextAreaField(_("Choices, one on each line"), validators=[Length(max=4000)])
    position = IntegerField(_("Place in the form"), validators=[InputRequired(_NEEDED), NumberRange(0, 9999)])
    is_choice = False

    @property
    def choice_list(self) -> list[str]:
        """Return the choices as a list."""
        return parsed_choices(self.choice_lines.data or "")

    def validate_choice_lines(self, field: TextAreaField) -> None:
        """Ask for two choices at least where one is to be chosen."""
        if self.is_choice and len(self.choice_list) < 2:
            raise ValidationError(_("Write two choices or more, one on each line."))


class FieldForm(OnceForm, FieldChangeForm):
    """A new field."""

    kind = SelectField(_("What it holds"), choices=choices(FIELD_KIND_NAMES.items()), default=FieldKind.TEXT)
    position = None

    def validate_choice_lines(self, field: TextAreaField) -> None:
        """Ask for choices only where the field is a choice."""
        self.is_choice = self.kind.data == FieldKind.CHOICE
        super().validate_choice_lines(field)
