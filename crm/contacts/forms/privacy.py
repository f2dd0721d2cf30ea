"""The form of erasing for good, and how the record of a contact reads on paper."""

from __future__ import annotations

from wtforms import PasswordField
from wtforms.validators import DataRequired

from crm.shared.forms import BaseForm
from crm.shared.translating import lazy_gettext as _


class AnonymiseForm(BaseForm):
    """The owner's password, asked again because nothing brings the person back."""

    current_password = PasswordField(_("Your password"), validators=[DataRequired(_("Please fill this in."))])


TABLE_NAMES = {
    "contact": _("The contact"),
    "contact_phone": _("Phones"),
    "contact_email": _("Emails"),
    "contact_address": _("Addresses"),
    "contact_link": _("Web pages and profiles"),
    "contact_tag": _("Tags"),
    "contact_tie": _("Ties to others"),
    "contact_field_value": _("Own fields"),
    "key_date": _("Key dates"),
    "key_date_notice": _("Notices of key dates"),
    "consent": _("Consent"),
    "interaction": _("History"),
    "follow_up": _("Follow-ups"),
    "reward": _("Rewards"),
    "moment": _("Moments worth a treat"),
    "surprise_suggestion": _("Suggested for a surprise"),
    "bereavement": _("Notes of bereavement"),
    "tact_decision": _("Given in spite of a reason not to"),
    "contact_change": _("Changes by imports"),
    "contact_merge": _("Merges"),
    "distinct_pair": _("Found to be different from others"),
    "erasure_request": _("Wishes to be erased"),
    "audit_event": _("Who opened or changed this record"),
}
# What is technical, or said by another column already.
HIDDEN = {"id", "version", "position", "sort_name", "folded", "contact_id", "subject_type", "subject_id", "before"}
COLUMN_NAMES = {
    "name": _("Name"),
    "raw": _("Number"),
    "e164": _("International number"),
    "at": _("When"),
    "occurred_at": _("When"),
    "logged_at": _("Written down"),
    "is_given": _("Allowed"),
    "by_id": _("By"),
    "staff_id": _("By"),
    "actor_id": _("By"),
    "field_id": _("Field"),
    "tag_id": _("Tag"),
}
