"""The form of a contact: a name and a number first, everything else on demand; rows for several of a kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import (
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length, Optional, ValidationError
from wtforms.widgets import HiddenInput

from crm.contacts.forms.labels import CHANNEL_NAMES, DETAIL_NAMES, KIND_NAMES, language_choices
from crm.contacts.importing.text import is_email
from crm.contacts.models import ContactField
from crm.contacts.rules import (
    AddressDetails,
    BadFieldValue,
    ContactDetails,
    ContactKind,
    EmailDetails,
    PhoneDetails,
    safe_link,
)
from crm.contacts.rules.own_fields import stored_value
from crm.shared.forms import LANGUAGE_NAMES_FONT, OnceForm, RowForm, VersionForm, choices, strip
from crm.shared.translating import gettext
from crm.shared.translating import lazy_gettext as _

MOST_ROWS = 30
LISTS = ("phones", "emails", "addresses", "links")
_LONG = _("That is too long.")


def _text(label: Any, most: int, *checks: Any, **kwargs: Any) -> StringField:
    return StringField(label, validators=[Length(max=most, message=_LONG), *checks], default="", **kwargs)


def web_address(_form: Any, field: Any) -> None:
    """Take web addresses only."""
    if field.data and safe_link(field.data) is None:
        raise ValidationError(gettext("Write a web address, such as https://example.com."))


def email_address(_form: Any, field: Any) -> None:
    """Take what can be an email address only, by the same measure as an import."""
    if field.data and not is_email(field.data):
        raise ValidationError(gettext("Write the address as name@example.com."))


def _place() -> StringField:
    return _text(_("What it is"), 30)


class PhoneRow(RowForm):
    """A number and what it is."""

    raw = _text(_("Phone"), 80)
    kind = _place()


class EmailRow(RowForm):
    """An email address and what it is."""

    address = _text(_("Email"), 254, email_address)
    kind = _place()


class AddressRow(RowForm):
    """A postal address and what it is."""

    street = TextAreaField(_("Street and number"), validators=[Length(max=500, message=_LONG)], default="")
    locality = _text(_("Town"), 120)
    region = _text(_("Region or state"), 120)
    postcode = _text(_("Postcode"), 20)
    country = _text(_("Country"), 80)
    kind = _place()


class OwnValueRow(RowForm):
    """The value of one own field."""

    field_id = IntegerField(widget=HiddenInput(), validators=[Optional()])
    value = _text(_("Value"), 2000)


class ContactForm(OnceForm, VersionForm):
    """Everything that people write about a contact."""

    kind = RadioField(_("Kind"), choices=choices(KIND_NAMES.items()), default=ContactKind.PERSON)
    name = StringField(_("Name"), validators=[Length(max=240, message=_LONG)])
    phones = FieldList(FormField(PhoneRow), max_entries=MOST_ROWS)
    emails = FieldList(FormField(EmailRow), max_entries=MOST_ROWS)
    addresses = FieldList(FormField(AddressRow), max_entries=MOST_ROWS)
    links = FieldList(
        StringField(_("Web page or profile"), filters=[strip], validators=[web_address], default=""),
        max_entries=MOST_ROWS,
    )
    given_name = StringField(_("Given name"), validators=[Length(max=120, message=_LONG)])
    family_name = StringField(_("Family name"), validators=[Length(max=120, message=_LONG)])
    other_names = StringField(DETAIL_NAMES["other_names"], validators=[Length(max=240, message=_LONG)])
    organisation = StringField(_("Organisation"), validators=[Length(max=200, message=_LONG)])
    job_title = StringField(_("Job title"), validators=[Length(max=120, message=_LONG)])
    tags = StringField(_("Tags, with commas between"), validators=[Length(max=1000, message=_LONG)])
    preferences = TextAreaField(_("Remember"), validators=[Length(max=2000, message=_LONG)])
    notes = TextAreaField(_("Notes"), validators=[Length(max=20000, message=_LONG)])
    preferred_channel = SelectField(
        _("Preferred channel"), default="", choices=choices([("", _("any")), *CHANNEL_NAMES.items()])
    )
    language = SelectField(_("Language"), default="", render_kw=LANGUAGE_NAMES_FONT)
    source = StringField(_("How they found us"), validators=[Length(max=80, message=_LONG)])
    referred_by_id = IntegerField(_("Referred by"), validators=[Optional()])
    referred_query = StringField(_("Referred by"), validators=[Length(max=120, message=_LONG)])
    own = FieldList(FormField(OwnValueRow), max_entries=200)
    more = HiddenField()

    def __init__(self, *args: Any, own_fields: Sequence[ContactField] = (), **kwargs: Any) -> None:
        """Fill the form; `own_fields` are those that the owner defined, `added` is the row that was asked for."""
        super().__init__(*args, **kwargs)
        self.own_fields = {field.id: field for field in own_fields}
        self.added: Any = None
        self.language.choices = choices(language_choices(self.language.data or ""))

    @property
    def own_rows(self) -> list[tuple[ContactField, Any]]:
        """Return each own field with its row."""
        pairs = ((self.own_fields.get(row.field_id.data), row) for row in self.own)
        return [(field, row) for field, row in pairs if field is not None]

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Check every field, the links and the own fields too; each mistake is named beside its field."""
        is_valid = bool(super().validate(*args, **kwargs))
        return all([is_valid, self._has_good_values()])

    def _has_good_values(self) -> bool:
        is_good = True
        for field, row in self.own_rows:
            try:
                row.value.data = stored_value(field.kind, row.value.data or "", choices=field.choices)
            except BadFieldValue as refusal:
                row.value.errors = [gettext(refusal.sentence)]
                is_good = False
        return is_good

    def details(self) -> ContactDetails:
        """Return what was typed."""
        values = {row.field_id.data: row.value.data or "" for row in self.own}
        texts = {name: getattr(self, name).data or "" for name in _TEXTS}
        return ContactDetails(
            kind=ContactKind(self.kind.data) if self.kind.data in set(ContactKind) else ContactKind.PERSON,
            phones=tuple(PhoneDetails(raw=each["raw"] or "", kind=each["kind"] or "") for each in self.phones.data),
            emails=tuple(
                EmailDetails(address=each["address"] or "", kind=each["kind"] or "") for each in self.emails.data
            ),
            addresses=tuple(
                AddressDetails(**{name: text or "" for name, text in each.items()}) for each in self.addresses.data
            ),
            links=tuple(link or "" for link in self.links.data),
            tags=tuple((self.tags.data or "").replace("،", ",").replace("，", ",").split(",")),
            referred_by_id=self.referred_by_id.data or None,
            field_values={key: value for key, value in values.items() if key in self.own_fields},
            **texts,
        )

    def add_rows(self) -> None:
        """Add the empty row that was asked for, which takes the keyboard, and one where a list has none."""
        for name in LISTS:
            rows, is_asked = self[name], self.more.data == name
            if len(rows) < MOST_ROWS and (not len(rows) or is_asked):
                row = rows.append_entry()
                self.added = row if is_asked else self.added
        self.more.data = ""
        known = {row.field_id.data for row in self.own}
        for field_id in self.own_fields:
            if field_id not in known:
                self.own.append_entry({"field_id": field_id, "value": ""})


_TEXTS = (
    *("name", "given_name", "family_name", "other_names", "organisation", "job_title", "preferences", "notes"),
    *("preferred_channel", "language", "source"),
)


def form_values(details: ContactDetails) -> Mapping[str, Any]:
    """Return details as the values of the form's fields."""
    return {
        "kind": str(details.kind),
        "phones": [{"raw": each.raw, "kind": each.kind} for each in details.phones],
        "emails": [{"address": each.address, "kind": each.kind} for each in details.emails],
        "addresses": [{name: getattr(each, name) for name in AddressDetails.__slots__} for each in details.addresses],
        "links": list(details.links),
        "tags": ", ".join(details.tags),
        "referred_by_id": details.referred_by_id,
        "own": [{"field_id": key, "value": value} for key, value in details.field_values.items()],
        **{name: getattr(details, name) for name in _TEXTS},
    }
