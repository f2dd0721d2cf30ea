"""What a contact allows: recording it, its history, and opting out of everything."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from crm.contacts.actions.consent import opt_out_of_everything, record_consent
from crm.contacts.forms.consent import PURPOSE_NAMES, SOURCE_NAMES, ConsentForm
from crm.contacts.forms.labels import CHANNEL_NAMES
from crm.contacts.models import Contact
from crm.contacts.queries.consent import consent_panel
from crm.contacts.queries.people import living_contact
from crm.extensions import db
from crm.shared import clock
from crm.shared.forms import once
from crm.shared.htmx import answer, answer_invalid
from crm.shared.permissions import Permission, requires

bp = Blueprint("consent", __name__, url_prefix="/contacts/<int:contact_id>")


def consent_context(contact: Contact, form: ConsentForm | None = None) -> dict[str, Any]:
    """Return what templates/contacts/_consent.html needs, for every page that includes it."""
    return {
        "contact": contact,
        "consents": consent_panel(contact.id),
        "consent_form": form or ConsentForm(formdata=None),
        "channel_names": CHANNEL_NAMES,
        "purpose_names": PURPOSE_NAMES,
        "source_names": SOURCE_NAMES,
    }


def _contact(contact_id: int) -> Contact:
    return living_contact(contact_id) or abort(404)


@bp.get("/consents")
@requires(Permission.SERVE_CUSTOMERS)
def consent_page(contact_id: int) -> ResponseReturnValue:
    """Show everything a contact ever allowed and refused."""
    return render_template("contacts/consents.html", **consent_context(_contact(contact_id)))


@bp.post("/consents")
@requires(Permission.SERVE_CUSTOMERS)
def add(contact_id: int) -> ResponseReturnValue:
    """Record what a contact allowed or refused."""
    contact, form = _contact(contact_id), ConsentForm()
    if not form.validate():
        return answer_invalid("contacts/_consent.html", "contacts/consents.html", **consent_context(contact, form))
    address = url_for("consent.consent_page", contact_id=contact_id)
    once(form.form_key.data, clock.now(), lambda: _record(contact, form, address))
    db.session.commit()
    return answer("contacts/_consent.html", address, **consent_context(contact))


def _record(contact: Contact, form: ConsentForm, address: str) -> str:
    record_consent(
        contact,
        channel=form.channel.data,
        purpose=form.purpose.data,
        is_given=form.answer.data == "given",
        text_version=form.text_version.data or "",
        source=form.source.data,
        by_id=current_user.id,
        now=clock.now(),
    )
    return address


@bp.post("/opt-out")
@requires(Permission.SERVE_CUSTOMERS)
def opt_out(contact_id: int) -> ResponseReturnValue:
    """Refuse everything on every channel at once."""
    contact = _contact(contact_id)
    opt_out_of_everything(contact, source="in-person", by_id=current_user.id, now=clock.now())
    db.session.commit()
    address = url_for("consent.consent_page", contact_id=contact_id)
    return answer("contacts/_consent.html", address, **consent_context(contact))
