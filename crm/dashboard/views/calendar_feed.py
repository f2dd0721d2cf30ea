"""The secret iCalendar address of a person; whoever has it reads first names, days and kinds, nothing else."""

from __future__ import annotations

from flask import Blueprint, Response, abort, current_app
from flask_babel import force_locale

from crm.accounts import queries
from crm.dashboard.calendar_feed import calendar_of
from crm.shared import clock
from crm.shared.permissions import public

bp = Blueprint("calendar_feed", __name__)


@bp.get("/calendar/<token>.ics")
@public
def calendar_feed(token: str) -> Response:
    """Send the key dates and follow-ups of the person whose address this is."""
    staff, business = queries.staff_by_feed_token(token), queries.business()
    if staff is None or business is None:
        abort(404)
    now = clock.now()
    today = clock.local_date(now, business.time_zone)
    public_url = current_app.config["SETTINGS"].public_url
    with force_locale(staff.language or business.languages[0]):
        content = calendar_of(staff, business, today=today, now=now, public_url=public_url)
    return Response(content, mimetype="text/calendar", headers={"X-Robots-Tag": "noindex"})
