"""The frame of every page for staff: where one can go, who is here, and what waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from flask import render_template, request, url_for
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy import Integer, Select, bindparam, select, type_coerce

from crm.accounts import queries
from crm.complaints.queries.board import urgent_count
from crm.messages.queries import unread_count
from crm.shared import clock, jobs
from crm.shared.database import read
from crm.shared.drawn import Drawn
from crm.shared.formatting import locale
from crm.shared.models import WorkerBeat
from crm.shared.permissions import Permission
from crm.shared.translating import lazy_gettext as _
from crm.shared.types import UtcDateTime

NAVIGATION = [
    ("today.today_page", "sun", _("Today"), Permission.SERVE_CUSTOMERS),
    ("contacts.list_page", "people", _("Contacts"), Permission.SERVE_CUSTOMERS),
    ("complaint_board.board_page", "flag", _("Complaints"), Permission.SERVE_CUSTOMERS),
    ("regulars.regulars_page", "heart", _("Regulars"), Permission.SERVE_CUSTOMERS),
    ("rewards.rewards_page", "gift", _("Rewards"), Permission.SERVE_CUSTOMERS),
    ("review.review_page", "bars", _("Review"), Permission.REVIEW),
    ("settings.settings_page", "gear", _("Settings"), Permission.CHANGE_SETTINGS),
]
_rails = Drawn()


@dataclass(frozen=True)
class PageFacts:
    """What the frame of every page shows, read in one query."""

    unread: int
    urgent: int
    is_worker_alive: bool


def page_facts() -> PageFacts:
    """Return what the frame of a page shows to the person signed in."""
    now = clock.now()
    values = {"staff_id": current_user.id, "now": now}
    unread, urgent, seen_at = read(_facts_statement(), values).one()
    return PageFacts(unread=unread, urgent=urgent, is_worker_alive=jobs.is_fresh(seen_at, now))


@cache
def _facts_statement() -> Select[int, int, datetime]:
    beat = select(WorkerBeat.seen_at).where(WorkerBeat.id == 1).scalar_subquery()
    unread = unread_count(bindparam("staff_id", type_=Integer))
    return select(unread, urgent_count(bindparam("now", type_=UtcDateTime)), type_coerce(beat, UtcDateTime))


def rail(facts: PageFacts) -> Markup:
    """Return the navigation beside every page, drawn once for each person, place and state of what waits."""
    here = _here()
    place = (request.script_root, here, facts.unread, facts.urgent)
    reader = (str(locale()), queries.the_business().name, current_user.name, current_user.role)

    def draw() -> str:
        return render_template("layouts/_rail.html", navigation=NAVIGATION, here=here, facts=facts)

    return _rails.get((place, reader), draw)


def _here() -> str:
    """Return the endpoint in the navigation to which this page belongs, or none."""
    path = request.path
    if path == "/account":
        return "account.account_page"
    for endpoint, _icon, _text, _permission in NAVIGATION:
        address = url_for(endpoint)
        if path == address or (address != "/" and path.startswith(address)):
            return endpoint
    return ""
