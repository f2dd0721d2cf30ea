"""What the pages of rewards share: one press with its refusals, and the panel of a contact."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from flask import abort, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from crm.accounts.queries import the_business
from crm.contacts.models import Contact
from crm.contacts.queries.consent import consent_states
from crm.contacts.queries.page import ContactCard
from crm.contacts.queries.people import living_contact
from crm.extensions import db
from crm.loyalty.actions.rewards import Giving
from crm.loyalty.forms.rewards import DecisionForm
from crm.loyalty.models.rewards import CatalogueReward, Reward
from crm.loyalty.queries import rewards as queries
from crm.loyalty.queries.reward_panel import reward_panel
from crm.loyalty.queries.tact import States
from crm.loyalty.reward_words import hold_texts, state_sentence
from crm.loyalty.rules.budget import ConfirmOverBudget
from crm.loyalty.rules.rewards import AlreadyHandedOver, RewardExpired, RewardState, RewardTakenBack, may_give
from crm.loyalty.rules.tact import Act, Held, TactFacts, holds
from crm.shared import clock
from crm.shared.errors import Refused
from crm.shared.forms import new_form_key, once
from crm.shared.htmx import answer, is_htmx, local_path
from crm.shared.translating import gettext

KEPT = ("catalogue_id", "note", "is_handed_over", "why", "back", "reason")


@dataclass(frozen=True)
class Question:
    """What was refused and can be decided: the sentence, where to send the answer, what was typed."""

    sentence: str
    address: str = ""
    needs_why: bool = False
    needs_confirmation: bool = False
    typed: dict[str, str] = field(default_factory=dict)
    back: str = ""

    @property
    def is_open(self) -> bool:
        """Tell whether the person can decide."""
        return self.needs_why or self.needs_confirmation


Show = Callable[[Question, int], ResponseReturnValue]


def today_at(now: datetime) -> date:
    """Return the business's local date."""
    return clock.local_date(now, the_business().time_zone)


def giving_of(form: DecisionForm, now: datetime) -> Giving:
    """Return who gives, and what they decided."""
    return Giving(
        now=now, today=today_at(now), by_id=current_user.id, role=current_user.role, why=form.why.data or "",
        is_confirmed=bool(form.is_confirmed.data),
    )  # fmt: skip


def plain_giving(now: datetime) -> Giving:
    """Return who acts, without a decision."""
    return Giving(now=now, today=today_at(now), by_id=current_user.id, role=current_user.role)


def offered_items() -> list[CatalogueReward]:
    """Return the rewards that the person signed in may give."""
    return [each for each in queries.catalogue() if may_give(current_user.role, each.least_role)]


def open_contact(contact_id: int) -> Contact:
    """Return a contact that is worked with, or answer 404."""
    return living_contact(contact_id) or abort(404)


def press(
    contact: Contact, form: Any, act: Callable[[], object], reward: Reward | None = None, *, show: Show | None = None
) -> ResponseReturnValue:
    """Do one thing once, in one transaction; what is refused comes back with what can be decided.

    `show` draws the page that the press came from, by default the contact's panel.
    """
    again = show or (lambda question, status: refused(contact, question, status))
    back = local_path(form.back.data, panel_address(contact))
    if not form.validate():
        mistakes = [str(error) for errors in form.errors.values() for error in errors]
        return again(Question(" ".join(mistakes), typed=_typed(), back=back), 422)
    try:
        once(form.form_key.data, clock.now(), lambda: _acted(act, back))
        db.session.commit()
    except Refused as refusal:
        db.session.rollback()
        return again(question_of(refusal, reward, back), refusal.status)
    return answer("loyalty/_rewards.html", back, **(_if_htmx(contact)))


def _acted(act: Callable[[], object], back: str) -> str:
    act()
    return back


def question_of(refusal: Refused, reward: Reward | None, back: str) -> Question:
    """Return a refusal as what the person is told, and asked."""
    sentence = gettext(refusal.sentence)
    if reward is not None and isinstance(refusal, (AlreadyHandedOver, RewardTakenBack, RewardExpired)):
        fresh = queries.reward_by_id(reward.id) or reward
        today = today_at(clock.now())
        state = queries.reward_state(fresh, today)
        said = sentence if state is RewardState.OPEN else state_sentence(fresh, state, today)
        sentence = f"{fresh.name}: {said}"
    needs_why, is_dear = isinstance(refusal, Held), isinstance(refusal, ConfirmOverBudget)
    return Question(sentence, request.path, needs_why, is_dear, _typed(), back)


def _typed() -> dict[str, str]:
    return {name: request.form[name][:400] for name in KEPT if request.form.get(name)}


def refused(contact: Contact, question: Question, status: int) -> ResponseReturnValue:
    """Show the panel, or its page, with what was refused."""
    page = "loyalty/_rewards.html" if is_htmx() else "loyalty/rewards_of_contact.html"
    return render_template(page, contact=contact, **panel_context(contact, question=question)), status


def panel_address(contact: Contact) -> str:
    """Return where the panel is."""
    return f"/contacts/{contact.id}#rewards"


def panel_page(contact: Contact) -> ResponseReturnValue:
    """Show the panel on a page of its own, with the form to give a reward."""
    return render_template("loyalty/rewards_of_contact.html", contact=contact, **panel_context(contact, is_giving=True))


def card_context(card: ContactCard) -> dict[str, Any]:
    """Return what the panel needs on the contact's own page, whose consents are read already."""
    return panel_context(card.contact, consents=card.consents.states)


def panel_context(
    contact: Contact, *, consents: States | None = None, question: Question | None = None, is_giving: bool = False
) -> dict[str, Any]:
    """Return what `loyalty/_rewards.html` needs beside the contact."""
    today = today_at(clock.now())
    panel = reward_panel(contact, today)
    states = {each.id: each.state(today) for each in panel.rewards}
    facts = TactFacts(
        has_died=panel.has_died,
        complaint_ids=tuple(panel.complaint_ids), mourning_until=panel.mourning_until,
        consents=consent_states([contact.id])[contact.id] if consents is None else consents,
    )  # fmt: skip
    is_asked = panel.moments or is_giving or (question and question.is_open)
    return {
        "tact": facts,
        "held": hold_texts(holds(facts, Act.REWARD, today), facts),
        "moments": panel.moments,
        "rewards": [each for each in panel.rewards if states[each.id] == RewardState.OPEN],
        "earlier_rewards": [each for each in panel.rewards if states[each.id] != RewardState.OPEN],
        "reward_states": states,
        "offered": offered_items() if is_asked else [],
        "is_giving": is_giving,
        "question": question,
        "question_key": new_form_key(),
        "today": today,
    }


def _if_htmx(contact: Contact) -> dict[str, Any]:
    return {"contact": contact, **panel_context(contact)} if is_htmx() else {}


def to_panel(contact: Contact) -> ResponseReturnValue:
    """Answer a press without a form of its own: the panel under htmx, else its place on the contact's page."""
    if is_htmx():
        return render_template("loyalty/_rewards.html", contact=contact, **panel_context(contact))
    return redirect(panel_address(contact), code=303)
