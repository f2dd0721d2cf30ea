"""The forms of backups."""

from __future__ import annotations

from wtforms import PasswordField
from wtforms.validators import DataRequired

from crm.shared.forms import BaseForm, OnceForm
from crm.shared.translating import lazy_gettext as _


class BackUpForm(OnceForm):
    """Ask for a backup now."""


class DownloadForm(BaseForm):
    """The owner's password, asked again because a backup holds everything."""

    current_password = PasswordField(_("Your password"), validators=[DataRequired(_("Please fill this in."))])
