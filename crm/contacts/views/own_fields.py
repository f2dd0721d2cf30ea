"""The owner's settings page of own fields."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from crm.contacts.actions import own_fields as actions
from crm.contacts.forms.labels import FIELD_KIND_NAMES
from crm.contacts.forms.own_fields import FieldChangeForm, FieldForm
from crm.contacts.models import ContactField
from crm.contacts.queries.lists import own_fields
from crm.contacts.rules import FieldKind, FieldNameTaken
from crm.extensions import db
from crm.shared import clock
from crm.shared.forms import once
from crm.shared.permissions import Permission, requires
from crm.shared.settings_versions import SettingsMovedOn, go_on_from, settings_version, take_settings
from crm.shared.translating import gettext

bp = Blueprint("contact_fields", __name__, url_prefix="/settings/contact-fields")


def _page(form: FieldForm, status: int = 200) -> ResponseReturnValue:
    fields = own_fields(with_retired=True)
    return render_template("contacts/fields.html", form=form, fields=fields, kind_names=FIELD_KIND_NAMES), status


def _field(field_id: int) -> ContactField:
    return db.session.get(ContactField, field_id) or abort(404)


@bp.get("")
@requires(Permission.CHANGE_SETTINGS)
def fields_page() -> ResponseReturnValue:
    """Show the own fields and a form to add one."""
    return _page(FieldForm(formdata=None))


@bp.post("")
@requires(Permission.CHANGE_SETTINGS)
def add() -> ResponseReturnValue:
    """Add an own field."""
    form = FieldForm()
    if not form.validate():
        return _page(form, 422)
    address = url_for("contact_fields.fields_page")
    try:
        once(form.form_key.data, clock.now(), lambda: _add(form, address))
    except FieldNameTaken as refusal:
        db.session.rollback()
        form.name.errors = [gettext(refusal.sentence)]
        return _page(form, 409)
    db.session.commit()
    return redirect(address, code=303)


def _add(form: FieldForm, address: str) -> str:
    actions.add_field(form.name.data, FieldKind(form.kind.data), form.choice_list, now=clock.now())
    return address


@bp.get("/<int:field_id>")
@requires(Permission.CHANGE_SETTINGS)
def field_page(field_id: int) -> ResponseReturnValue:
    """Show one own field."""
    field = _field(field_id)
    return render_template("contacts/field.html", form=_stored_form(field), field=field)


@bp.post("/<int:field_id>")
@requires(Permission.CHANGE_SETTINGS)
def change(field_id: int) -> ResponseReturnValue:
    """Change the name, choices or place of an own field."""
    field, form = _field(field_id), FieldChangeForm()
    form.is_choice = field.kind == FieldKind.CHOICE
    if not form.validate():
        return render_template("contacts/field.html", form=form, field=field), 422
    try:
        take_settings(_settings_of(field), form.version.data)
        actions.change_field(field, form.name.data, form.choice_list, position=form.position.data, now=clock.now())
    except SettingsMovedOn as refusal:
        return _conflict(form, field, gettext(refusal.sentence))
    except FieldNameTaken as refusal:
        db.session.rollback()
        form.name.errors = [gettext(refusal.sentence)]
        return render_template("contacts/field.html", form=form, field=_field(field_id)), refusal.status
    db.session.commit()
    return redirect(url_for("contact_fields.fields_page"), code=303)


def _settings_of(field: ContactField) -> str:
    return f"contact_field:{field.id}"


def _stored_form(field: ContactField) -> FieldChangeForm:
    lines, version = "\n".join(field.choices), settings_version(_settings_of(field))
    held = {"name": field.name, "choice_lines": lines, "position": field.position, "version": version}
    return FieldChangeForm(formdata=None, data=held)


def _conflict(form: FieldChangeForm, field: ContactField, sentence: str) -> ResponseReturnValue:
    texts = go_on_from(_stored_form(field), form)
    return render_template("contacts/field.html", form=form, field=field, sentence=sentence, texts=texts), 409


@bp.post("/<int:field_id>/retirement")
@requires(Permission.CHANGE_SETTINGS)
def retire(field_id: int) -> ResponseReturnValue:
    """Take an own field out of the forms."""
    actions.retire_field(_field(field_id), now=clock.now())
    db.session.commit()
    return redirect(url_for("contact_fields.fields_page"), code=303)


@bp.post("/<int:field_id>/return")
@requires(Permission.CHANGE_SETTINGS)
def bring_back(field_id: int) -> ResponseReturnValue:
    """Bring a retired field back."""
    actions.return_field(_field(field_id), now=clock.now())
    db.session.commit()
    return redirect(url_for("contact_fields.fields_page"), code=303)
