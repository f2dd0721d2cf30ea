"""The start screen."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from crm.accounts.queries import has_colleagues, the_business
from crm.dashboard.queries import Day, day_at, day_sheet
from crm.shared import clock
from crm.shared.formatting import format_month_day, format_time, local, locale
from crm.shared.permissions import Permission, requires
from crm.shared.translating import gettext
from crm.sla.today import Opening

bp = Blueprint("today", __name__)
ALL = "all"


@bp.get("/")
@requires(Permission.SERVE_CUSTOMERS)
def today_page() -> ResponseReturnValue:
    """Show the day: follow-ups, key dates, recent contacts and the search field."""
    now, business = clock.now(), the_business()
    day, whose = day_at(business, now), request.args.get("whose")
    staff_id = None if whose == ALL else current_user.id
    sheet = day_sheet(business, day.on, staff_id=staff_id, place=request.args.get("from"))
    return render_template(
        "dashboard/today.html",
        now=now,
        today=day.on,
        opening=_opening_text(day),
        day_ends_at=day.opening.day_ends_at if day.opening else None,
        sheet=sheet,
        recent=sheet.recent,
        whose=ALL if whose == ALL else None,
        lacks_pin=current_user.pin_hash is None and has_colleagues(current_user),
    )


def _opening_text(day: Day) -> str:
    """Return how the business stands: "open until 20:00", "closed, opens Monday 09:00"."""
    opening = day.opening
    if opening is None:
        return ""
    if opening.is_open:
        return (
            gettext("open until %(time)s", time=format_time(opening.closes_at))
            if opening.closes_at
            else gettext("open round the clock")
        )
    return _closed_text(day, opening)


def _closed_text(day: Day, opening: Opening) -> str:
    if opening.opens_at is None:
        return gettext("closed")
    opens, hour = local(opening.opens_at), format_time(opening.opens_at)
    days = (opens.date() - day.on).days
    if days == 0:
        return gettext("closed, opens %(time)s", time=hour)
    names = locale().days["format"]["wide"]
    named = gettext("tomorrow") if days == 1 else names[opens.weekday()] if days < 7 else format_month_day(opens.date())
    return gettext("closed, opens %(day)s %(time)s", day=named, time=hour)
