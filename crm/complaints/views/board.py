"""The board of complaints with its filters, and the views that a person saved of it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from crm.accounts.queries import active_staff, the_business
from crm.complaints import board_words, words
from crm.complaints.actions.views import remove_view, save_view
from crm.complaints.forms.board import ViewForm, board_filter, filter_address
from crm.complaints.models import SavedView
from crm.complaints.queries.board import Viewer, board, saved_views
from crm.complaints.rules import BadReference, ViewNameTaken, parse_reference
from crm.extensions import db
from crm.interactions.words import CHANNEL_NAMES
from crm.shared import clock
from crm.shared.clock import local_date
from crm.shared.permissions import Permission, requires
from crm.shared.translating import gettext

bp = Blueprint("complaint_board", __name__)


@bp.get("/complaints")
@requires(Permission.SERVE_CUSTOMERS)
def board_page() -> ResponseReturnValue:
    """Show the complaints that are open, the earliest due first; a reference leads to its page."""
    sought = request.args.get("reference", "")
    if sought:
        return _found(sought)
    return _page(ViewForm(formdata=None))


@bp.post("/complaints/views")
@requires(Permission.SERVE_CUSTOMERS)
def keep_view() -> ResponseReturnValue:
    """Keep the filters of the address under a name."""
    form, filters = ViewForm(), filter_address(board_filter(request.args))
    if not form.validate():
        return _page(form, 422)
    try:
        save_view(current_user.id, form.name.data, filters, now=clock.now())
    except ViewNameTaken as refusal:
        form.name.errors = [gettext(refusal.sentence)]
        return _page(form, 409)
    db.session.commit()
    address: dict[str, Any] = dict(filters)
    return redirect(url_for("complaint_board.board_page", **address), code=303)


@bp.post("/complaints/views/<int:view_id>/removal")
@requires(Permission.SERVE_CUSTOMERS)
def forget_view(view_id: int) -> ResponseReturnValue:
    """Forget a view of one's own."""
    view = db.session.get(SavedView, view_id)
    if view is None or view.staff_id != current_user.id:
        abort(404)
    remove_view(view, now=clock.now())
    db.session.commit()
    return redirect(url_for("complaint_board.board_page"), code=303)


def _found(sought: str) -> ResponseReturnValue:
    try:
        complaint_id = parse_reference(sought)
    except BadReference:
        return _page(ViewForm(formdata=None), 422, not_found=sought)
    return redirect(url_for("complaints.complaint_page", complaint_id=complaint_id), code=302)


def _page(form: ViewForm, status: int = 200, **given: Any) -> ResponseReturnValue:
    now, asked = clock.now(), board_filter(request.args)
    today = local_date(now, the_business().time_zone)
    viewer = Viewer(staff_id=current_user.id, now=now, today=today)
    page, row_words = board(asked, viewer, request.args.get("from")), board_words.RowWords(now, today)
    context = {
        "rows": [row_words.row(each) for each in page.rows],
        "next_place": page.next_place,
        "asked": asked,
        "address": filter_address(asked),
        "views": saved_views(current_user.id),
        "people": active_staff(),
        "form": form,
        "now": now,
        "today": today,
        "words": words,
        "board_words": board_words,
        "channel_names": CHANNEL_NAMES,
    }
    return render_template("complaints/board.html", **context, **given), status
