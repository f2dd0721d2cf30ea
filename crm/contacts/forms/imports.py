"""Forms of importing and exporting: the file, what its columns are, and which contacts to export."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from crm.contacts.forms.labels import CHANNEL_NAMES, DETAIL_NAMES
from crm.contacts.import_sentences import said as said
from crm.contacts.importing import TARGET_FIELDS
from crm.contacts.importing.consents import read_consents
from crm.shared.formatting import format_year_day
from crm.shared.forms import BaseForm, OnceForm, choices
from crm.shared.translating import gettext
from crm.shared.translating import lazy_gettext as _

ENDINGS = (".vcf", ".vcard", ".csv", ".txt", ".tsv", ".xlsx", ".xlsm")
MOST_COLUMNS = 400
DATE_ORDERS = {
    "": _("as the file suggests"),
    "DMY": _("day, month, year (31.12.2026)"),
    "MDY": _("month, day, year (12/31/2026)"),
    "YMD": _("year, month, day (2026-12-31)"),
}
ENCODINGS = (
    *("utf-8", "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp874"),
    *("utf-16", "cp932", "gb18030", "cp949", "big5", "koi8-r", "mac-roman", "cp437"),
)
ADDED_NAMES = {
    **DETAIL_NAMES,
    "phone": _("Phone"),
    "email": _("Email"),
    "address": _("Address"),
    "link": _("Web address"),
    "tag": _("Tag"),
    "birthday": _("Birthday"),
    "anniversary": _("Anniversary"),
    "refused": _("Opted out"),
    "allowed": _("Agreed"),
    "consent": _("Consent"),
}
# Parts of a proposal that are not offered by themselves.
PART_NAMES = {
    "street2": _("Street, second line"),
    "street3": _("Street, third line"),
    "consent_at": _("Time of the consent"),
    "event": _("Anniversary"),
}
EVIDENCE_NAMES = {"phone": _("same number"), "email": _("same email address"), "number": _("same record number")}
STEP_NAMES = {
    "": _("Waiting for the worker"),
    "reading": _("Reading the file"),
    "comparing": _("Comparing with your contacts"),
    "preparing": _("Preparing new contacts"),
    "storing": _("Storing"),
    "undoing": _("Undoing"),
}
STATE_NAMES = {
    "reading": _("being read"),
    "columns": _("waits for its columns"),
    "trying": _("being tried"),
    "tried": _("tried, not imported"),
    "importing": _("being imported"),
    "imported": _("imported"),
    "undoing": _("being undone"),
    "undone": _("undone"),
    "unreadable": _("cannot be read"),
    "discarded": _("given up"),
}
KEPT_REASONS = {
    "used": _("used since, so it was archived"),
    "changed": _("changed since, so it was archived"),
    "consent": _("carries a line of consent, which is never removed; it was archived"),
    "gone": _("merged or erased since"),
    "fields": _("changed since, so this stays:"),
}


class UploadForm(OnceForm):
    """A file of contacts."""

    file = FileField(_("File"), validators=[FileRequired(_("Choose a file first."))])

    def validate_file(self, field: FileField) -> None:
        """Take only files of a kind that can hold contacts."""
        name = (field.data.filename or "").lower()
        if not name.endswith(ENDINGS):
            raise ValidationError(gettext("Files ending in .vcf, .csv, .tsv, .txt or .xlsx can be read."))


class ColumnsForm(BaseForm):
    """In which order dates are written, and in which encoding the file is."""

    date_order = SelectField(_("Dates are written"), choices=choices(DATE_ORDERS.items()))
    encoding = SelectField(_("Encoding"), choices=choices([("", _("as recognised")), *((e, e) for e in ENCODINGS)]))


class ExportForm(BaseForm):
    """Which contacts to export, and as what."""

    format = RadioField(
        _("File"),
        choices=choices([("csv", "CSV"), ("xlsx", _("Excel (XLSX)")), ("vcf", _("vCard, for phones"))]),
        default="csv",
    )
    kind = SelectField(
        _("Kind"),
        choices=choices([("", _("everybody")), ("person", _("people")), ("organisation", _("organisations"))]),
    )
    tag = SelectField(_("Tag"), choices=[])
    archived = SelectField(
        _("Archived"),
        choices=choices([("no", _("leave out")), ("yes", _("include")), ("only", _("only these"))]),
        default="no",
    )


def column_choices(field: str) -> list[SelectChoice]:
    """Return what a column can fill, with the proposal where it is one of several of its kind."""
    pairs = [(target.key, gettext(target.label)) for target in TARGET_FIELDS]
    labels = dict(pairs)
    if field not in labels:
        base, _hash, slot = field.partition("#")
        plain = base.split(":")[0]
        names = labels | PART_NAMES
        name = next(names[key] for key in (base, plain, plain.split("_")[0]) if key in names)
        pairs.insert(0, (field, f"{name} {slot}".strip()))
    return choices(pairs)


def proposed_field(column: Mapping[str, Any]) -> str:
    """Return what a column is proposed to fill; one of consent is our own list only where its cells are written so."""
    is_bare = column["samples"] and not any(map(read_consents, column["samples"]))
    return "consent" if column["field"] == "consents" and is_bare else str(column["field"])


def chosen_columns(form: Mapping[str, str], columns: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return the field chosen for each column; what was not sent or is unknown stays as proposed."""
    known = {target.key for target in TARGET_FIELDS}
    found = {}
    for position, column in enumerate(columns):
        sent = form.get(f"column-{position}", "")
        found[column["name"]] = sent if sent in known else column["field"]
    return found


def added_name(name: str) -> str:
    """Return how a field of a contact is called; own fields bear their own name."""
    return str(ADDED_NAMES.get(name, name))


def added_text(name: str, text: str) -> str:
    """Return the text that is added, channels by their names and days as the reader writes them."""
    if name in {"refused", "allowed", "preferred_channel"}:
        return str({"all": _("all"), **{str(key): label for key, label in CHANNEL_NAMES.items()}}.get(text, text))
    day = re.fullmatch(r"(\d{4}|-)-(\d\d)-(\d\d)", text) if name in {"birthday", "anniversary"} else None
    if day is None:
        return text
    return format_year_day(int(day[2]), int(day[3]), int(day[1]) if day[1] != "-" else None)


def tag_choices(names: Iterable[tuple[int, str]]) -> list[SelectChoice]:
    """Return the tags to choose from."""
    return choices([("", _("any tag or none")), *((str(tag_id), name) for tag_id, name in names)])
