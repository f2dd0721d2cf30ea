"""Forms and words of consent."""

from __future__ import annotations

from wtforms import RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from crm.contacts.forms.labels import CHANNEL_NAMES
from crm.contacts.rules.closed_sets import CONSENT_CHANNELS, Channel, ConsentPurpose
from crm.shared.forms import OnceForm, choices
from crm.shared.translating import lazy_gettext as _

PURPOSE_NAMES = {
    ConsentPurpose.SERVICE: _("answers and reminders"),
    ConsentPurpose.FEEDBACK: _("questions about the service"),
    ConsentPurpose.MARKETING: _("news and offers"),
}
OWN_LINK = "own-link"  # said by the customer, so nobody here chooses it
# A closed set: free text here would outlive an erasure, because consent lines are never changed.
SOURCE_NAMES = {
    "in-person": _("said in person"),
    "phone": _("said on the phone"),
    "paper": _("signed on paper"),
    "email": _("written by email"),
    "message": _("written in a message"),
    "website": _("ticked on the website"),
    OWN_LINK: _("by the link in a question"),
}
_NEEDED = _("Please choose one.")


class ConsentForm(OnceForm):
    """What a contact allowed or refused: on which channel, for what, in which words, and how they said so."""

    channel = SelectField(
        _("Channel"), choices=choices((each, CHANNEL_NAMES[each]) for each in CONSENT_CHANNELS), default=Channel.EMAIL
    )
    purpose = SelectField(_("For"), choices=choices(PURPOSE_NAMES.items()), default=ConsentPurpose.MARKETING)
    answer = RadioField(
        _("Answer"),
        choices=choices([("given", _("allowed")), ("refused", _("refused"))]),
        validators=[InputRequired(_NEEDED)],
    )
    source = SelectField(_("How"), choices=choices(pair for pair in SOURCE_NAMES.items() if pair[0] != OWN_LINK))
    text_version = StringField(_("Wording, if one was shown"), validators=[Length(max=60)])
