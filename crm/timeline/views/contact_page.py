"""A contact's page: who this is, what to remember, the quick log, the whole story, what is to be done."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.contacts.queries.page import ContactCard, contact_card
from crm.contacts.rules import Channel
from crm.contacts.views.key_dates import panel_context
from crm.interactions.forms import LogForm
from crm.interactions.rules import Kind
from crm.loyalty.views.reward_context import card_context as rewards_context
from crm.shared import clock
from crm.shared.addresses import number_in_address
from crm.shared.permissions import Permission, requires
from crm.timeline.queries import Desk, desk
from crm.timeline.story import StoryFilter
from crm.timeline.views.context import blank_log_fields, follow_ups_context, member_context, story_context

bp = Blueprint("timeline", __name__)


@bp.get("/contacts/<int:contact_id>")
@requires(Permission.SERVE_CUSTOMERS)
def contact_page(contact_id: int) -> ResponseReturnValue:
    """Show a contact; one that was merged sends on to the contact that was kept."""
    card = contact_card(contact_id) or abort(404)
    if card.contact.merged_into_id is not None:
        return redirect(url_for("timeline.contact_page", contact_id=card.contact.merged_into_id), code=302)
    now, offered = clock.now(), desk()
    return render_template("timeline/contact.html", **page_context(card, offered, now))


def page_context(card: ContactCard, offered: Desk, now: datetime, form: LogForm | None = None) -> dict[str, Any]:
    """Return everything that the whole page needs; a form that was sent, where it is to be shown again."""
    return {
        "card": card,
        "contact": card.contact,
        "form": form,
        "blank_fields": None if form else blank_log_fields(offered, now),
        **panel_context(card.contact),
        **rewards_context(card),
        **member_context(card.contact.id, now),
        **follow_ups_context(card.contact.id, offered, now),
        **story_context(card.contact.id, offered, now, asked_filter()),
    }


def asked_filter() -> StoryFilter:
    """Return the filter in the address; unknown values are ignored."""
    kind, channel = request.args.get("kind", ""), request.args.get("channel", "")
    return StoryFilter(
        kind=kind if kind in set(Kind) else "",
        channel=channel if channel in set(Channel) else "",
        staff_id=request.args.get("staff", type=number_in_address),
    )
