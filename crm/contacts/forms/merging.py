"""The form of a merge: for every field of both contacts, whose value is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import IntegerField, RadioField
from wtforms.validators import Optional
from wtforms.widgets import HiddenInput

from crm.contacts.rules.duplicates import Sign, Strength
from crm.contacts.rules.merging import FIELDS, Choices, FieldPair, Keep
from crm.shared.forms import VersionForm, choices
from crm.shared.translating import lazy_gettext as _

SIGN_NAMES = {
    Sign.PHONE: _("same number"),
    Sign.EMAIL: _("same email address"),
    Sign.BIRTHDAY: _("same birthday"),
    Sign.ADDRESS: _("same address"),
    Sign.ORGANISATION: _("same organisation"),
    Sign.NAME: _("similar name"),
    Sign.OTHER_BIRTHDAY: _("but different birthdays"),
    Sign.OTHER_KIND: _("but one is an organisation"),
}
STRENGTH_NAMES = {
    Strength.STRONG: _("very likely the same"),
    Strength.LIKELY: _("likely the same"),
    Strength.POSSIBLE: _("possibly the same, perhaps one household"),
    Strength.WEAK: _("weak: hardly the same"),
}
OWN_FIELD = "own_"
BIRTHDAY = "birthday"


class MergeForm(VersionForm):
    """The versions of both contacts that the person saw; a choice for each field that differs is added."""

    other_version = IntegerField(widget=HiddenInput(), validators=[Optional()])

    def chosen(self) -> Choices:
        """Return what the person chose to keep."""
        picked = {name: Keep(value) for name, value in self.data.items() if value in set(Keep)}
        return Choices(
            fields={name: picked[name] for name in FIELDS if name in picked},
            own_fields={
                int(name.removeprefix(OWN_FIELD)): keep for name, keep in picked.items() if name.startswith(OWN_FIELD)
            },
            birthday=picked.get(BIRTHDAY, Keep.THIS),
        )


def merge_form(pairs: Sequence[FieldPair], labels: Mapping[str, Any], **given: Any) -> MergeForm:
    """Return the form with a choice for each field in which the two contacts differ."""
    fields = {pair.name: _choice(pair, labels[pair.name]) for pair in pairs if not pair.is_same}
    form: MergeForm = type("ThisMergeForm", (MergeForm,), fields)(**given)
    return form


def _choice(pair: FieldPair, label: Any) -> RadioField:
    options = [(Keep.THIS, pair.this or _("nothing")), (Keep.OTHER, pair.other or _("nothing"))]
    if pair.is_joinable:
        options.append((Keep.BOTH, _("keep both")))
    return RadioField(label, choices=choices(options), default=pair.proposed)
