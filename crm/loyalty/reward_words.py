"""How rewards, moments, surprises and tact read: names of the closed sets, and sentences to say aloud."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from crm.complaints.rules import reference_of
from crm.loyalty.models.rewards import Moment, Reward, SurpriseSuggestion
from crm.loyalty.queries.moments import ListedMoment
from crm.loyalty.queries.reward_panel import PanelMoment, PanelReward
from crm.loyalty.queries.tact import tact_of
from crm.loyalty.rules.moments import REWARD_KINDS, MomentKind
from crm.loyalty.rules.rewards import RewardKind, RewardState
from crm.loyalty.rules.surprises import SurpriseReason
from crm.loyalty.rules.tact import Act, Hold, TactFacts, holds
from crm.shared.formatting import comma, format_day, format_long_time, format_time, local
from crm.shared.translating import gettext, ngettext
from crm.shared.translating import lazy_gettext as _

REWARD_KIND_NAMES = {
    RewardKind.BIRTHDAY: _("Birthday treat"),
    RewardKind.ANNIVERSARY: _("Anniversary treat"),
    RewardKind.MILESTONE: _("Milestone thank-you"),
    RewardKind.REFERRAL: _("Referral thank-you"),
    RewardKind.MAKE_GOOD: _("Make-good"),
    RewardKind.SURPRISE: _("Surprise"),
    RewardKind.WELCOME_BACK: _("Welcome back"),
}
STATE_NAMES = {
    RewardState.OPEN: _("Issued"),
    RewardState.HANDED_OVER: _("Handed over"),
    RewardState.EXPIRED: _("Expired"),
    RewardState.TAKEN_BACK: _("Taken back"),
}
MOMENT_NAMES = {
    MomentKind.BIRTHDAY: _("Birthday"),
    MomentKind.ANNIVERSARY: _("Anniversary"),
    MomentKind.YEARS: _("Years as a customer"),
    MomentKind.VISITS: _("10th, 50th and 100th visit"),
    MomentKind.REFERRAL: _("Brought a new customer"),
    MomentKind.AFTER_COMPLAINT: _("Return after a complaint"),
    MomentKind.LONG_AWAY: _("Return after a long time"),
}
EMPTY_TEXTS = {
    "": _("No rewards yet. Open a contact and give one, or let moments propose them."),
    RewardState.OPEN: _("None waits to be handed over."),
    RewardState.HANDED_OVER: _("None was handed over yet."),
    RewardState.EXPIRED: _("None has expired."),
    RewardState.TAKEN_BACK: _("None was taken back."),
}


def moment_title(moment: Moment | PanelMoment | ListedMoment) -> str:
    """Return a moment as a person says it: "10th visit", "Birthday, turns 46"."""
    number = moment.number or 0
    if moment.kind == MomentKind.BIRTHDAY and number:
        return gettext("Birthday, turns %(num)s", num=number)
    if moment.kind == MomentKind.ANNIVERSARY and number:
        return ngettext("Anniversary, %(num)d year", "Anniversary, %(num)d years", number)
    if moment.kind == MomentKind.YEARS:
        return ngettext("%(num)d year with us", "%(num)d years with us", number)
    if moment.kind == MomentKind.VISITS:
        return gettext("Visit number %(num)s", num=number)
    if moment.kind == MomentKind.LONG_AWAY:
        return gettext("Back after %(length)s", length=format_long_time(number))
    return str(MOMENT_NAMES[MomentKind(moment.kind)])


def reward_kind_of(kind: str) -> str:
    """Return the kind of reward that goes with a moment."""
    return REWARD_KINDS[MomentKind(kind)].value


def surprise_sentence(suggestion: SurpriseSuggestion) -> str:
    """Return why somebody deserves a surprise, as a sentence."""
    if suggestion.reason == SurpriseReason.NEVER_REWARDED:
        text = ngettext("%(num)d visit within a year", "%(num)d visits within a year", suggestion.number)
        return gettext("%(visits)s, and never a reward.", visits=text)
    if suggestion.reason == SurpriseReason.PRAISED:
        return gettext("Praised us in the last two months.")
    return gettext("Had a reason to complain, and is satisfied with how we solved it.")


def why_given(reward: Reward | PanelReward) -> str:
    """Return for what a reward was given."""
    if reward.note:
        return reward.note
    if reward.reason in set(MomentKind):
        return str(MOMENT_NAMES[MomentKind(reward.reason)])
    return str(REWARD_KIND_NAMES[RewardKind(reward.kind)])


def hold_texts(holds: tuple[Hold, ...], facts: TactFacts) -> list[str]:
    """Return what holds greetings, rewards and requests, each as a sentence."""
    return [_hold_text(hold, facts) for hold in holds]


def held_texts(contact_ids: Iterable[int], today: date) -> dict[int, list[str]]:
    """Return by contact what holds a reward, in two queries for a whole list."""
    facts = tact_of(sorted(set(contact_ids)))
    return {each: hold_texts(holds(found, Act.REWARD, today), found) for each, found in facts.items()}


def _hold_text(hold: Hold, facts: TactFacts) -> str:
    if hold is Hold.DIED:
        return gettext("Noted as having died.")
    if hold is Hold.OPEN_COMPLAINT:
        references = comma().join(reference_of(each) for each in facts.complaint_ids)
        return gettext("A complaint is open: %(references)s.", references=references)
    if hold is Hold.BEREAVEMENT and facts.mourning_until is not None:
        return gettext("In mourning, noted until %(day)s.", day=format_day(facts.mourning_until))
    return gettext("Has refused offers and allowed them on no channel.")


def state_sentence(reward: Reward | PanelReward, state: RewardState, today: date) -> str:
    """Return how a reward stands, by whom and when: "Handed over by Kavitha, today 16:30"."""
    if state is RewardState.HANDED_OVER and reward.handed_over_at is not None:
        when = _when(reward.handed_over_at, today)
        return gettext("Handed over by %(name)s, %(when)s", name=_name(reward.handed_over_by), when=when)
    if state is RewardState.TAKEN_BACK and reward.taken_back_at is not None:
        when = _when(reward.taken_back_at, today)
        return gettext("Taken back by %(name)s, %(when)s", name=_name(reward.taken_back_by), when=when)
    if state is RewardState.EXPIRED:
        return gettext("Expired: the last day was %(day)s", day=format_day(reward.expires_on, today=today))
    return gettext("To be handed over until %(day)s", day=format_day(reward.expires_on, today=today))


def issued_sentence(reward: Reward | PanelReward, today: date) -> str:
    """Return by whom and when a reward was issued."""
    when = format_day(local(reward.issued_at).date(), today=today)
    if reward.issued_by is None:
        return gettext("issued by itself, %(when)s", when=when)
    return gettext("issued by %(name)s, %(when)s", name=reward.issued_by.name, when=when)


def _when(at: Any, today: date) -> str:
    return f"{format_day(local(at).date(), today=today)} {format_time(at)}"


def _name(person: Any) -> str:
    return person.name if person is not None else gettext("nobody named")
