"""Exporting contacts; the trail says who took how many, and when."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, Response, render_template, stream_with_context
from flask.typing import ResponseReturnValue

from crm.contacts.actions.exports import TextTooLong, note_export
from crm.contacts.exporting import contacts_as_xlsx, csv_chunks, vcard_chunks
from crm.contacts.forms.imports import ExportForm, tag_choices
from crm.contacts.import_task import installation_id
from crm.contacts.queries.exports import ExportWish, export_count, exported_contacts, tags_in_use
from crm.extensions import db
from crm.shared import clock
from crm.shared.formatting import local
from crm.shared.permissions import Permission, requires

bp = Blueprint("exports", __name__, url_prefix="/exports")
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "vcf": "text/vcard; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def _form(**given: object) -> ExportForm:
    form = ExportForm(**given)
    form.tag.choices = tag_choices(tags_in_use())
    return form


@bp.get("")
@requires(Permission.EXPORT)
def exports_page() -> ResponseReturnValue:
    """Ask which contacts to export."""
    return render_template("contacts/exports.html", form=_form(formdata=None), count=export_count(ExportWish()))


@bp.post("")
@requires(Permission.EXPORT)
def export() -> ResponseReturnValue:
    """Send the contacts as a file."""
    form, now = _form(), clock.now()
    if not form.validate():
        return render_template("contacts/exports.html", form=form, count=export_count(ExportWish())), 422
    wish = ExportWish(form.kind.data, int(form.tag.data) if form.tag.data else None, form.archived.data)
    note_export(export_count(wish), form.format.data, now=now)
    db.session.commit()
    response = Response(_content(form.format.data, wish), content_type=_TYPES[form.format.data])
    filename = f"contacts-{local(now):%Y-%m-%d}.{form.format.data}"
    response.headers.set("Content-Disposition", "attachment", filename=filename)
    return response


def _content(ending: str, wish: ExportWish) -> bytes | Iterator[bytes]:
    contacts = exported_contacts(wish, installation_id())
    if ending == "xlsx":
        try:
            return contacts_as_xlsx(contacts)
        except ValueError as error:
            raise TextTooLong from error
    return stream_with_context(csv_chunks(contacts) if ending == "csv" else vcard_chunks(contacts))
