"""Archiving and restoring a contact."""

from __future__ import annotations

from flask import Blueprint, abort, redirect
from flask.typing import ResponseReturnValue
from flask_login import current_user

from crm.contacts.actions.archiving import archive, restore
from crm.contacts.models import Contact
from crm.contacts.paths import contact_path
from crm.contacts.queries.people import living_contact
from crm.extensions import db
from crm.shared import clock
from crm.shared.permissions import Permission, requires

bp = Blueprint("archiving", __name__, url_prefix="/contacts/<int:contact_id>")


def _contact(contact_id: int) -> Contact:
    return living_contact(contact_id) or abort(404)


@bp.post("/archiving")
@requires(Permission.SERVE_CUSTOMERS)
def archive_contact(contact_id: int) -> ResponseReturnValue:
    """Take a contact out of the daily lists."""
    archive(_contact(contact_id), now=clock.now(), by_id=current_user.id)
    db.session.commit()
    return redirect(contact_path(contact_id), code=303)


@bp.post("/restoration")
@requires(Permission.SERVE_CUSTOMERS)
def restore_contact(contact_id: int) -> ResponseReturnValue:
    """Bring an archived contact back."""
    restore(_contact(contact_id), now=clock.now(), by_id=current_user.id)
    db.session.commit()
    return redirect(contact_path(contact_id), code=303)
