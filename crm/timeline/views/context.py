"""What the parts of a contact's page need, gathered once for the page and for what htmx swaps in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import render_template, request
from flask_login import current_user
from markupsafe import Markup

from crm.accounts.queries import the_business
from crm.interactions import queries as interactions
from crm.interactions import rules
from crm.interactions.forms import LogForm
from crm.interactions.listed import ListedFollowUp, StoryEntry
from crm.interactions.models import Interaction
from crm.interactions.words import CHANNEL_NAMES, KIND_NAMES
from crm.loyalty.queries.panel import member_panel
from crm.loyalty.words import level_name
from crm.shared.clock import local_date
from crm.shared.drawn import Drawn
from crm.shared.formatting import locale
from crm.sla.queries import calendar_at
from crm.sla.today import last_close_on
from crm.timeline.queries import Desk
from crm.timeline.story import StoryFilter, by_day, story_page

_blank_fields = Drawn()


def log_form(desk: Desk, now: datetime, form: type[LogForm] = LogForm, **given: Any) -> LogForm:
    """Return the quick log as sent, or an empty one with `formdata=None`."""
    return form(now=now, staff=desk.active, business=the_business(), by_id=current_user.id, **given)


def blank_log_fields(desk: Desk, now: datetime) -> Markup:
    """Return the fields of an empty quick log, drawn once for each person, language and set of texts.

    They are on every contact's page, and drawing them takes longer than all the rest of it.
    """
    staff = tuple((person.id, person.name) for person in desk.active)
    key = (str(locale()), the_business().currency, current_user.id, staff, tuple(desk.canned_notes))

    def draw() -> str:
        form = log_form(desk, now, formdata=None, assignee_id=current_user.id)
        return render_template("timeline/_log_fields.html", form=form, desk=desk)

    return _blank_fields.get(key, draw)


def story_context(contact_id: int, desk: Desk, now: datetime, wanted: StoryFilter | None = None) -> dict[str, Any]:
    """Return what timeline/_story.html needs."""
    wanted = wanted or StoryFilter()
    page = story_page(contact_id, wanted, request.args.get("from") if request.method == "GET" else None)
    business = the_business()
    return {
        "story": by_day(page.rows, business.time_zone),
        "next_place": page.next_place,
        "wanted": wanted,
        "people": desk.people,
        "desk": desk,
        "now": now,
        "today": local_date(now, business.time_zone),
        "kind_names": KIND_NAMES,
        "channel_names": CHANNEL_NAMES,
        "may_edit": lambda entry: may_edit(entry, now),
    }


def member_context(contact_id: int, now: datetime) -> dict[str, Any]:
    """Return what templates/loyalty/_panel.html and the heading need: where the contact stands just now."""
    member = member_panel(contact_id, now)
    return {"member": member, "level": level_name(member.level) if member and not member.is_first else ""}


def follow_ups_context(contact_id: int, desk: Desk, now: datetime) -> dict[str, Any]:
    """Return what timeline/_follow_ups.html needs; only Today reads the calendar and speaks of closing time."""
    return {"follow_ups": interactions.open_follow_ups_of(contact_id), "desk": desk, "now": now, "day_ends_at": None}


def day_end_for(follow_ups: Sequence[ListedFollowUp], now: datetime) -> datetime | None:
    """Return when the business closes today, where one of the follow-ups is due by then."""
    today = local_date(now, the_business().time_zone)
    if not any(each.due_on == today and each.due_time is None and not each.is_done for each in follow_ups):
        return None
    calendar = calendar_at(now)
    return last_close_on(today, calendar) if calendar else None


def may_edit(entry: Interaction | StoryEntry, now: datetime) -> bool:
    """Tell whether the person signed in may still change an entry."""
    return rules.may_edit(entry.staff_id, entry.logged_at, by_id=current_user.id, now=now)
