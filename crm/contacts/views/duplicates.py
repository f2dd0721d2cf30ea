"""The page of suspected duplicates."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from crm.contacts.actions.distinct import mark_distinct
from crm.contacts.forms.merging import SIGN_NAMES, STRENGTH_NAMES
from crm.contacts.queries.duplicates import suspected_pairs
from crm.contacts.queries.people import living_contact
from crm.extensions import db
from crm.shared import clock
from crm.shared.htmx import answer, local_path
from crm.shared.permissions import Permission, requires

bp = Blueprint("duplicates", __name__, url_prefix="/contacts")


@bp.get("/duplicates")
@requires(Permission.RESOLVE_DUPLICATES)
def duplicates_page() -> ResponseReturnValue:
    """Show the pairs that may be the same person, the surest signs first."""
    page = suspected_pairs(request.args.get("from"))
    context = {"page": page, "sign_names": SIGN_NAMES, "strength_names": STRENGTH_NAMES}
    return render_template("contacts/duplicates.html", **context)


@bp.post("/<int:contact_id>/distinction/<int:other_id>")
@requires(Permission.RESOLVE_DUPLICATES)
def distinguish(contact_id: int, other_id: int) -> ResponseReturnValue:
    """Note that two contacts are not the same person."""
    one, other = living_contact(contact_id) or abort(404), living_contact(other_id) or abort(404)
    mark_distinct(one, other, now=clock.now(), by_id=current_user.id)
    db.session.commit()
    address = local_path(request.form.get("next"), url_for("duplicates.duplicates_page"))
    return answer("contacts/_distinct.html", address, one=one, other=other)
