"""Follow-ups where they stand, on Today and on a contact's page: done, taken back, postponed, assigned."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from wtforms.validators import ValidationError

from crm.extensions import db
from crm.interactions import actions
from crm.interactions import queries as interactions
from crm.interactions.forms import AssignForm, PostponeForm
from crm.interactions.listed import ListedFollowUp
from crm.interactions.models import FollowUp
from crm.interactions.rules import AlreadyDone, FollowUpChanged
from crm.shared import clock
from crm.shared.errors import Conflict
from crm.shared.formatting import format_instant
from crm.shared.forms import VersionForm
from crm.shared.htmx import is_htmx, local_path
from crm.shared.permissions import Permission, requires
from crm.shared.translating import gettext
from crm.timeline.queries import Desk, desk
from crm.timeline.views.context import day_end_for

bp = Blueprint("follow_ups", __name__, url_prefix="/follow-ups/<int:follow_up_id>")


@bp.get("")
@requires(Permission.SERVE_CUSTOMERS)
def follow_up_page(follow_up_id: int) -> ResponseReturnValue:
    """Show one follow-up with what can be done about it; closed again where somebody left without changing it."""
    is_left = "left" in request.args
    context = _context(_listed(follow_up_id), clock.now()) | {"is_change_left": is_left, "is_change_open": not is_left}
    return render_template("timeline/follow_up.html", **context)


@bp.post("/completion")
@requires(Permission.SERVE_CUSTOMERS)
def finish(follow_up_id: int) -> ResponseReturnValue:
    """Mark a follow-up as done, once."""
    follow_up, now = _follow_up(follow_up_id), clock.now()
    return _changed(follow_up, now, lambda: actions.finish(follow_up, by_id=current_user.id, now=now))


@bp.post("/reopening")
@requires(Permission.SERVE_CUSTOMERS)
def reopen(follow_up_id: int) -> ResponseReturnValue:
    """Take back that a follow-up was done."""
    follow_up, now, form = _follow_up(follow_up_id), clock.now(), VersionForm()
    version = form.version.data
    return _changed(follow_up, now, lambda: actions.reopen(follow_up, version=version, by_id=current_user.id, now=now))


@bp.post("/postponement")
@requires(Permission.SERVE_CUSTOMERS)
def postpone(follow_up_id: int) -> ResponseReturnValue:
    """Move a follow-up to another day and hour."""
    follow_up, now, form = _follow_up(follow_up_id), clock.now(), PostponeForm()
    if not form.validate():
        return _page(_listed(follow_up_id), now, 422, gettext("Write the day and hour as the fields show them."))
    try:
        day = form.day(now)
    except ValidationError as refusal:
        return _page(_listed(follow_up_id), now, 422, str(refusal))
    version, by_id = form.version.data, current_user.id
    return _changed(follow_up, now, lambda: actions.postpone(follow_up, day, version=version, by_id=by_id, now=now))


@bp.post("/assignment")
@requires(Permission.SERVE_CUSTOMERS)
def assign(follow_up_id: int) -> ResponseReturnValue:
    """Give a follow-up to another person."""
    follow_up, now, offered = _follow_up(follow_up_id), clock.now(), desk()
    form = AssignForm(staff=offered.active)
    if not form.validate():
        return _page(_listed(follow_up_id), now, 422, gettext("Choose somebody from the list."), offered)
    version, staff_id, by_id = form.version.data, form.assignee_id.data, current_user.id
    return _changed(
        follow_up, now, lambda: actions.assign(follow_up, staff_id, version=version, by_id=by_id, now=now), offered
    )


def _changed(
    follow_up: FollowUp, now: datetime, change: Callable[[], None], offered: Desk | None = None
) -> ResponseReturnValue:
    """Make a change and answer with the row as it stands; a conflict says who was faster."""
    try:
        change()
    except (AlreadyDone, FollowUpChanged) as conflict:
        db.session.rollback()
        found = _listed(follow_up.id)
        return _page(found, now, conflict.status, _sentence(conflict, found), offered)
    db.session.commit()
    if not is_htmx():
        return redirect(local_path(request.form.get("next")), code=303)
    return _page(_listed(follow_up.id), now, offered=offered)


def _sentence(conflict: Conflict, follow_up: ListedFollowUp) -> str:
    if follow_up.done_at is None or follow_up.done_by_name is None:
        return gettext(conflict.sentence)
    return gettext("%(name)s did this: %(when)s.", name=follow_up.done_by_name, when=format_instant(follow_up.done_at))


def _page(
    follow_up: ListedFollowUp, now: datetime, status: int = 200, refusal: str = "", offered: Desk | None = None
) -> ResponseReturnValue:
    """Answer a change with the row under htmx, with the page of the follow-up without."""
    context = _context(follow_up, now, offered) | {"refusal": refusal, "is_change_open": bool(refusal)}
    return render_template("timeline/_follow_up.html" if is_htmx() else "timeline/follow_up.html", **context), status


def _context(follow_up: ListedFollowUp, now: datetime, offered: Desk | None = None) -> dict[str, Any]:
    back = local_path(request.values.get("next"))
    is_contact_shown = back != url_for("timeline.contact_page", contact_id=follow_up.contact_id)
    return {
        "each": follow_up,
        "now": now,
        "desk": offered or desk(),
        "day_ends_at": day_end_for([follow_up], now) if is_contact_shown else None,
        "back": back,
        "is_contact_shown": is_contact_shown,
        "is_change_open": True,
    }


def _follow_up(follow_up_id: int) -> FollowUp:
    return interactions.follow_up(follow_up_id) or abort(404)


def _listed(follow_up_id: int) -> ListedFollowUp:
    return interactions.listed_follow_up(follow_up_id) or abort(404)
