"""The form of erasing for good."""

from __future__ import annotations

from wtforms import PasswordField
from wtforms.validators import DataRequired

from crm.shared.forms import BaseForm
from crm.shared.translating import lazy_gettext as _


class AnonymiseForm(BaseForm):
    """The owner's password, asked again because nothing brings the person back."""

    current_password = PasswordField(_("Your password"), validators=[DataRequired(_("Please fill this in."))])
