"""Forms of messages."""

from __future__ import annotations

from wtforms import StringField
from wtforms.validators import DataRequired, Length

from crm.shared.forms import OnceForm
from crm.shared.translating import lazy_gettext as _


class AddressForm(OnceForm):
    """An address for alerts."""

    address = StringField(
        _("Email, or an Apprise address"), validators=[DataRequired(_("Please fill this in.")), Length(max=500)]
    )
