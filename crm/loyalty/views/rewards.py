"""Rewards: the list, a voucher's code, a contact's panel, issuing, handing over, taking back, and mourning."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from crm.extensions import db
from crm.loyalty.actions import rewards as actions
from crm.loyalty.actions import tact as tact_actions
from crm.loyalty.forms.rewards import BereavementForm, DecisionForm, GiveForm, ReasonForm
from crm.loyalty.models.rewards import CatalogueReward, Reward
from crm.loyalty.queries import rewards as queries
from crm.loyalty.queries.moments import waiting_for_budget
from crm.loyalty.reward_words import EMPTY_TEXTS, REWARD_KIND_NAMES, STATE_NAMES, held_texts
from crm.loyalty.rules.rewards import RewardKind, RewardState, typed_code
from crm.loyalty.views.reward_context import (
    Question,
    giving_of,
    offered_items,
    open_contact,
    panel_page,
    plain_giving,
    press,
    refused,
    to_panel,
    today_at,
)
from crm.shared import clock
from crm.shared.errors import Refused
from crm.shared.permissions import Permission, requires
from crm.shared.translating import gettext

bp = Blueprint("rewards", __name__)


@bp.get("/rewards")
@requires(Permission.SERVE_CUSTOMERS)
def rewards_page() -> ResponseReturnValue:
    """Show the rewards, the latest first, and the month's budget."""
    now = clock.now()
    today, state, kind = today_at(now), request.args.get("state", ""), request.args.get("kind", "")
    asked = queries.RewardFilter(
        state=state if state in set(RewardState) else "", kind=kind if kind in set(RewardKind) else ""
    )
    page = queries.reward_page(asked, today, request.args.get("from"))
    states = {each.id: queries.reward_state(each, today) for each in page.rows}
    held = held_texts((each.contact_id for each in page.rows if states[each.id] is RewardState.OPEN), today)
    budget = queries.budget_of(today, today)
    return render_template(
        "loyalty/rewards.html", page=page, asked=asked, today=today, budget=budget,
        waiting=waiting_for_budget(today, budget),
        states=states, held=held, state_names=STATE_NAMES,
        kind_names=REWARD_KIND_NAMES, empty_text=EMPTY_TEXTS[asked.state], is_unknown="unknown" in request.args,
    )  # fmt: skip


@bp.post("/rewards/code")
@requires(Permission.SERVE_CUSTOMERS)
def find_code() -> ResponseReturnValue:
    """Open the reward whose code somebody read aloud."""
    code = typed_code(request.form.get("code", "")[:60])
    if queries.reward_by_code(code) is None:
        return redirect(url_for("rewards.rewards_page", unknown=1), code=303)
    return redirect(url_for("rewards.open_code", code=code), code=303)


@bp.get("/rewards/<code>")
@requires(Permission.SERVE_CUSTOMERS)
def open_code(code: str) -> ResponseReturnValue:
    """Open the contact whose voucher was scanned, at its reward; of one merged into another, the one that was kept."""
    reward = queries.reward_by_code(typed_code(code[:60])) or abort(404)
    contact_id = reward.contact.merged_into_id or reward.contact_id
    return redirect(url_for("rewards.contact_rewards_page", contact_id=contact_id) + f"#reward-{reward.id}")


@bp.get("/contacts/<int:contact_id>/rewards")
@requires(Permission.SERVE_CUSTOMERS)
def contact_rewards_page(contact_id: int) -> ResponseReturnValue:
    """Show a contact's rewards, with the form to give one."""
    return panel_page(open_contact(contact_id))


@bp.post("/contacts/<int:contact_id>/rewards")
@requires(Permission.SERVE_CUSTOMERS)
def give(contact_id: int) -> ResponseReturnValue:
    """Issue a reward by hand, and perhaps hand it over at once."""
    contact, form = open_contact(contact_id), GiveForm(items=offered_items())

    def act() -> None:
        giving = giving_of(form, clock.now())
        item = db.session.get_one(CatalogueReward, form.catalogue_id.data)
        reward = actions.issue(contact, item, actions.by_hand(item, giving.today, form.note.data or ""), giving)
        if form.is_handed_over.data:
            actions.hand_over(reward, giving)

    return press(contact, form, act)


@bp.post("/rewards/<int:reward_id>/handover")
@requires(Permission.SERVE_CUSTOMERS)
def hand_over(reward_id: int) -> ResponseReturnValue:
    """Hand a reward over; the second till is told by whom and when."""
    reward, form = _reward(reward_id), DecisionForm()
    return press(reward.contact, form, lambda: actions.hand_over(reward, giving_of(form, clock.now())), reward)


@bp.post("/rewards/<int:reward_id>/return")
@requires(Permission.SERVE_CUSTOMERS)
def take_back(reward_id: int) -> ResponseReturnValue:
    """Take a reward back, with a reason."""
    reward, form = _reward(reward_id), ReasonForm()
    act = lambda: actions.take_back(reward, form.reason.data or "", plain_giving(clock.now()))  # noqa: E731
    return press(reward.contact, form, act, reward)


@bp.post("/contacts/<int:contact_id>/bereavement")
@requires(Permission.SERVE_CUSTOMERS)
def note_bereavement(contact_id: int) -> ResponseReturnValue:
    """Note that a contact mourns."""
    now, contact, form = clock.now(), open_contact(contact_id), BereavementForm()
    if not form.validate():
        return refused(contact, Question(gettext("Write the day on which the note ends.")), 422)
    try:
        tact_actions.note_bereavement(contact, form.until.data, today=today_at(now), by_id=current_user.id, now=now)
    except Refused as refusal:
        db.session.rollback()
        return refused(contact, Question(gettext(refusal.sentence)), refusal.status)
    db.session.commit()
    return to_panel(contact)


@bp.post("/contacts/<int:contact_id>/bereavement/end")
@requires(Permission.SERVE_CUSTOMERS)
def lift_bereavement(contact_id: int) -> ResponseReturnValue:
    """Lift the note."""
    now, contact = clock.now(), open_contact(contact_id)
    tact_actions.lift_bereavement(contact, today=today_at(now), by_id=current_user.id, now=now)
    db.session.commit()
    return to_panel(contact)


def _reward(reward_id: int) -> Reward:
    reward = queries.reward_by_id(reward_id) or abort(404)
    open_contact(reward.contact_id)
    return reward
