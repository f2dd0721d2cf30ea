"""Forms and words of importing a complaint log: the file, what its columns and channel words mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from crm.accounts.forms import zone_choices
from crm.complaints.importing import FIELDS, Choice, Finding
from crm.complaints.queries.settings import categories
from crm.complaints.words import category_name
from crm.contacts.forms.imports import DATE_ORDERS
from crm.contacts.forms.labels import CHANNEL_NAMES
from crm.contacts.import_sentences import said as said
from crm.shared.forms import BaseForm, OnceForm, choices
from crm.shared.translating import gettext
from crm.shared.translating import lazy_gettext as _

ENDINGS = (".csv", ".tsv", ".txt", ".xlsx", ".json", ".ndjson", ".jsonl")
FIELD_NAMES = {
    "": _("is left out"),
    "reference": _("Reference"),
    "contact_name": _("Name of the customer"),
    "contact_phone": _("Phone of the customer"),
    "contact_email": _("Email of the customer"),
    "channel": _("Channel"),
    "category": _("Category"),
    "severity": _("Severity"),
    "description": _("What happened"),
    "created_at": _("Created"),
    "passed_on_at": _("Passed on"),
    "first_response_at": _("First response"),
    "due_at": _("Due"),
    "closed_at": _("Closed"),
    "status": _("Status"),
    "disputed": _("Customer disputed it"),
    "timely": _("Answered in time, as the file says"),
    "late": _("Answered late, as the file says"),
    "created_time": _("Created, the time alone"),
    "first_response_time": _("First response, the time alone"),
    "due_time": _("Due, the time alone"),
    "closed_time": _("Closed, the time alone"),
}
FINDING_NAMES = {
    Finding.EXACT_DUPLICATE: _("Exact copies of an earlier row; kept once"),
    Finding.SAME_REFERENCE: _("The reference of an earlier row, with other content; both are kept"),
    Finding.CLOSED_BEFORE_CREATED: _("Closed before they were created; taken as closed at once"),
    Finding.RESPONSE_BEFORE_CREATED: _("Answered before they were created; taken as answered at once"),
    Finding.PASSED_ON_BEFORE_CREATED: _("Passed on before they were created"),
    Finding.DUE_BEFORE_CREATED: _("Due before they were created; taken as due at once"),
    Finding.DUE_TOO_FAR: _("Due more than five years later; taken as no due date"),
    Finding.NO_DATE: _("A word where a date belongs; taken as empty and kept as a note"),
    Finding.MISSING_CHANNEL: _("No channel"),
    Finding.UNKNOWN_CHANNEL: _("A channel word that means none of our channels"),
    Finding.UNKNOWN_CATEGORY: _("A category word that means none of our categories"),
    Finding.MISSING_DUE_DATE: _("No due date; not counted as met"),
    Finding.CLOSED_THOUGH_OPEN: _("Closed by their date though their status is another; taken as closed"),
    Finding.CLOSED_WITHOUT_DATE: _("Closed by their status, without a date; not measured"),
    Finding.MIDNIGHT_CLOSE: _("Closed at exactly midnight: perhaps a date written as a time"),
    Finding.DATE_ORDER_GUESSED: _("Dates that could be read with the day or the month first"),
    Finding.MORE_CELLS: _("More cells than columns; what is beyond them is left out"),
    Finding.ALREADY_HERE: _("Here already; left as they are"),
    Finding.CLOSED_SINCE: _("Here already and closed since; closed as the file says"),
    Finding.DIFFERENT_HERE: _("Here already with another end than the file says; left as they are"),
    Finding.OTHER_DUE_DATE: _("Here already, other due date in the file: not changed"),
}


class LogForm(OnceForm):
    """A complaint log."""

    file = FileField(_("File"), validators=[FileRequired(_("Choose a file first."))])

    def validate_file(self, field: FileField) -> None:
        """Take only tables."""
        if not (field.data.filename or "").lower().endswith(ENDINGS):
            raise ValidationError(
                gettext("Files ending in .csv, .tsv, .txt, .xlsx, .json, .ndjson or .jsonl can be read.")
            )


class ChoiceForm(BaseForm):
    """In which zone the times of a log are, and in which order its dates are written."""

    time_zone = SelectField(_("Times are in the zone"))
    date_order = SelectField(_("Dates are written"), choices=choices(DATE_ORDERS.items()))

    def __init__(self, *given: Any, **named: Any) -> None:
        """Offer every zone."""
        super().__init__(*given, **named)
        self.time_zone.choices = [*choices([("", _("of the business"))]), *zone_choices()]


def field_choices() -> list[SelectChoice]:
    """Return what a column can be."""
    return choices(FIELD_NAMES.items())


def channel_choices() -> list[SelectChoice]:
    """Return what a channel word can mean."""
    return choices([("", _("unknown")), *((channel.value, name) for channel, name in CHANNEL_NAMES.items())])


def category_choices() -> list[SelectChoice]:
    """Return what a category word can mean."""
    return choices([("", _("unknown")), *((each.name, category_name(each)) for each in categories())])


def chosen(form: Mapping[str, str], trial: Mapping[str, Any], *, time_zone: str, date_order: str) -> Choice:
    """Return what was chosen; what was not sent stays as it was."""
    columns = _sent(form, "column", trial["columns"], FIELDS)
    channels = _sent(form, "channel", trial["channels"], {str(channel) for channel in CHANNEL_NAMES})
    names = _sent(form, "category", trial["categories"], {each.name for each in categories()})
    return Choice(columns, channels, names, time_zone, date_order)


def _sent(form: Mapping[str, str], name: str, asked: Sequence[Mapping[str, Any]], known: Any) -> dict[str, str]:
    found = {}
    for position, each in enumerate(asked):
        sent = form.get(f"{name}-{position}", each["chosen"])
        found[each["name"]] = sent if sent in known else ""
    return found
