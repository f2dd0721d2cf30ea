"""Rewards at the counter and in the settings, as a browser sees them, with and without htmx."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from crm.accounts.models import Staff
from crm.contacts.actions.merging import merge
from crm.contacts.models import Contact
from crm.contacts.rules.merging import Choices
from crm.extensions import db
from crm.loyalty.actions.grants import note_departure
from crm.loyalty.actions.reward_settings import change_budget
from crm.loyalty.actions.rewards import Cause, hand_over, take_back
from crm.loyalty.actions.surprises import suggest
from crm.loyalty.models.rewards import (
    Bereavement,
    CatalogueReward,
    Moment,
    MomentSetting,
    Reward,
    RewardBudget,
    SurpriseSuggestion,
    TactDecision,
)
from crm.loyalty.queries.surprises import candidates
from crm.loyalty.rules.levels import Lost
from crm.shared.models import AuditEvent
from tests.client import PageClient
from tests.conftest import NOW
from tests.counting import counted_queries
from tests.factories.complaints import make_complaint
from tests.factories.contacts import make_contact
from tests.factories.interactions import make_interaction
from tests.factories.rewards import giving, make_item, make_moment, make_reward

TODAY = date(2026, 6, 12)


@pytest.fixture
def murugan(owner: Staff) -> Contact:
    """A regular."""
    return make_contact()


@pytest.fixture
def item(owner: Staff) -> CatalogueReward:
    """A birthday treat of ₹450."""
    return make_item()


def rewards() -> list[Reward]:
    """Return every reward."""
    return list(db.session.scalars(select(Reward).order_by(Reward.id)))


def form(item: CatalogueReward | None = None, **given: Any) -> dict[str, Any]:
    """Return a form as the page sends it."""
    return ({"catalogue_id": item.id} if item else {}) | {"form_key": "k1"} | given


@pytest.mark.parametrize("htmx", [True, False])
def test_given_by_hand_once_however_often_it_is_sent(
    as_kavitha: PageClient, murugan: Contact, item: CatalogueReward, htmx: bool
) -> None:
    path = f"/contacts/{murugan.id}/rewards"
    assert "Hair spa" in as_kavitha.get(path).text
    for _time in range(2):
        answer = as_kavitha.post(path, form(item, note="so patient"), htmx=htmx, status=200 if htmx else 303)
    reward = rewards()[0]
    assert (len(rewards()), reward.note, reward.handed_over_at) == (1, "so patient", None)
    if htmx:
        assert answer.text.lstrip().startswith("<section") and "Hand over" in answer.text
    else:
        assert answer.location == f"/contacts/{murugan.id}#rewards"
    page = as_kavitha.get(f"/contacts/{murugan.id}").text
    assert "so patient" in page and "Reward issued" in page


def test_handed_over_now_in_one_press(as_kavitha: PageClient, murugan: Contact, item: CatalogueReward) -> None:
    as_kavitha.post(f"/contacts/{murugan.id}/rewards", form(item, is_handed_over="yes"))
    assert rewards()[0].handed_over_at == NOW
    page = as_kavitha.get(f"/contacts/{murugan.id}").text
    assert "Handed over by Kavitha S, today 16:30" in page


def test_what_was_handed_over_today_is_seen_at_once(
    as_kavitha: PageClient, murugan: Contact, item: CatalogueReward
) -> None:
    as_kavitha.post(f"/contacts/{murugan.id}/rewards", form(item, is_handed_over="yes"))
    opened = '<details class="pad" open><summary>Earlier rewards'
    assert opened in as_kavitha.get(f"/contacts/{murugan.id}").text
    rewards()[0].handed_over_at = NOW - timedelta(days=1)
    db.session.commit()
    assert opened not in as_kavitha.get(f"/contacts/{murugan.id}").text


@pytest.mark.parametrize("htmx", [True, False])
def test_the_second_till_is_told_by_whom_and_when(
    as_kavitha: PageClient, as_manager: PageClient, murugan: Contact, item: CatalogueReward, kavitha: Staff, htmx: bool
) -> None:
    reward = make_reward(murugan, kavitha, item)
    as_kavitha.post(f"/rewards/{reward.id}/handover", form())
    answer = as_manager.post(f"/rewards/{reward.id}/handover", form(form_key="k2"), htmx=htmx, status=409).text
    assert "Hair spa: Handed over by Kavitha S, today 16:30" in answer
    assert ("<html" in answer) is not htmx
    as_kavitha.post(f"/rewards/{reward.id}/handover", form())  # her own double press gets the same answer
    events = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "reward.handed_over")).all()
    assert len(events) == 1


def test_expired_and_taken_back_are_told(as_kavitha: PageClient, murugan: Contact, kavitha: Staff) -> None:
    old = make_reward(murugan, kavitha, make_item("Old", expiry_days=0))
    old.expires_on = TODAY - timedelta(days=1)
    back = make_reward(murugan, kavitha, make_item("Back"))
    take_back(back, "wrong person", giving(kavitha))
    for reward, words in ((old, "Old: Expired: the last day was yesterday"), (back, "Back: Taken back by Kavitha S")):
        key = f"key-{reward.id}"
        assert words in as_kavitha.post(f"/rewards/{reward.id}/handover", form(form_key=key), status=409).text
    page = as_kavitha.get(f"/contacts/{murugan.id}").text
    assert "Earlier rewards" in page and "wrong person" in page


def test_whoever_has_died_is_said_on_the_panel(as_kavitha: PageClient, murugan: Contact, kavitha: Staff) -> None:
    make_interaction(murugan, kind="visit")
    note_departure(murugan, Lost.DIED, "", by_id=kavitha.id, now=NOW)
    db.session.commit()
    assert "Noted as having died." in as_kavitha.get(f"/contacts/{murugan.id}").text


@pytest.mark.parametrize("htmx", [True, False])
def test_what_is_held_says_why_and_can_be_decided(
    as_kavitha: PageClient, murugan: Contact, item: CatalogueReward, kavitha: Staff, htmx: bool
) -> None:
    complaint = make_complaint(kavitha, murugan)
    path = f"/contacts/{murugan.id}/rewards"
    held = as_kavitha.post(path, form(item, note="so patient"), htmx=htmx, status=422).text
    assert f"A complaint is open: {complaint.reference}." in held and 'name="why"' in held
    assert 'value="so patient"' in held and rewards() == []
    as_kavitha.post(path, form(item, why="she asked for it", form_key="k2"), htmx=htmx, status=200 if htmx else 303)
    assert db.session.scalars(select(TactDecision)).one().why == "she asked for it"


def test_the_budget_refuses_the_front_desk_and_asks_seniors(
    as_kavitha: PageClient, as_manager: PageClient, murugan: Contact, item: CatalogueReward
) -> None:
    change_budget(date(2026, 6, 1), Decimal(100), 3, now=NOW)
    path = f"/contacts/{murugan.id}/rewards"
    refused = as_kavitha.post(path, form(item, is_confirmed="yes"), status=422).text
    assert "Ask a manager or the owner" in refused and "Give it beyond" not in refused
    asked = as_manager.post(path, form(item, form_key="k2"), status=422).text
    assert "Give it beyond the budget" in asked and rewards() == []
    as_manager.post(path, form(item, is_confirmed="yes", form_key="k3"))
    assert len(rewards()) == 1


def test_a_role_gives_only_its_own(as_kavitha: PageClient, as_owner: PageClient, murugan: Contact) -> None:
    dear, path = make_item("A day at the spa", least_role="owner"), f"/contacts/{murugan.id}/rewards"
    assert "A day at the spa" not in as_kavitha.get(path).text
    assert "Not a valid choice" in as_kavitha.post(path, form(dear), status=422).text
    as_owner.post(path, form(dear))
    assert len(rewards()) == 1


def test_taken_back_with_a_reason(
    as_kavitha: PageClient, as_manager: PageClient, murugan: Contact, kavitha: Staff
) -> None:
    reward = make_reward(murugan, kavitha)
    path = f"/rewards/{reward.id}/return"
    assert "Write the reason" in as_kavitha.post(path, form(reason=" "), status=422).text
    hand_over(reward, giving(kavitha))
    as_kavitha.post(path, form(reason="mistake", form_key="k2"), status=403)
    assert reward.taken_back_at is None
    as_manager.post(path, form(reason="mistake", form_key="k3"))
    assert rewards()[0].take_back_reason == "mistake"


def test_a_voucher_opens_its_reward_for_those_signed_in(
    as_kavitha: PageClient, anonymous: PageClient, murugan: Contact, kavitha: Staff
) -> None:
    reward = make_reward(murugan, kavitha)
    at = f"/contacts/{murugan.id}/rewards#reward-{reward.id}"
    assert as_kavitha.get(f"/rewards/{reward.code}", status=302).location == at
    assert anonymous.get(f"/rewards/{reward.code}", status=302).location.startswith("/sign-in")
    for code in ("ABCDEFGHJKMNPQRS", "nonsense", "x" * 3000):
        as_kavitha.get(f"/rewards/{code}", status=404)
    typed = "-".join(reward.code[part : part + 4] for part in range(0, 16, 4)).lower()
    assert as_kavitha.post("/rewards/code", {"code": typed}).location == f"/rewards/{reward.code}"
    unknown = as_kavitha.post("/rewards/code", {"code": "nonsense"}).location
    assert "There is no voucher with this code" in as_kavitha.get(unknown).text


def test_the_voucher_of_a_merged_contact_opens_the_one_that_was_kept(
    as_kavitha: PageClient, murugan: Contact, kavitha: Staff, item: CatalogueReward
) -> None:
    other, cause = make_contact("Murugan S"), Cause(reason="birthday", occurrence="2026")
    kept, doubled = (make_reward(each, kavitha, item, cause) for each in (murugan, other))
    hand_over(doubled, giving(kavitha))
    merge(murugan, other, Choices(fields={}, own_fields={}), now=NOW)
    db.session.commit()
    location = as_kavitha.get(f"/rewards/{doubled.code}", status=302).location
    assert location.startswith(f"/contacts/{murugan.id}/rewards#")
    told = as_kavitha.post(f"/rewards/{kept.id}/handover", form(), status=409).text
    assert "This reward was handed over already." in told


def test_the_list_filters_and_is_empty_in_words(as_kavitha: PageClient, murugan: Contact, kavitha: Staff) -> None:
    assert "No rewards yet" in as_kavitha.get("/rewards").text
    for number in range(55):
        make_reward(murugan, kavitha, make_item(f"Treat {number}", cost=Decimal(1)))
    first = as_kavitha.get("/rewards").text
    assert first.count('class="tag tag--joy"') == 50 and "No budget for rewards is set." in first
    older = first.split('class="rows__more">')[1].split('href="')[1].split('"')[0].replace("&amp;", "&")
    assert as_kavitha.get(older).text.count('class="tag tag--joy"') == 5
    assert "None was handed over yet." in as_kavitha.get("/rewards?state=handed-over&kind=surprise").text
    as_kavitha.get("/rewards?state=nonsense&kind=bribe")
    as_kavitha.get("/rewards?from=broken", status=404)
    complaint = make_complaint(kavitha, murugan)
    assert f"A complaint is open: {complaint.reference}." in as_kavitha.get("/rewards").text
    with counted_queries() as statements:
        as_kavitha.get("/rewards?state=open")
    assert len(statements) <= 12


@pytest.mark.parametrize("htmx", [True, False])
def test_a_bereavement_note_in_one_click(as_kavitha: PageClient, murugan: Contact, htmx: bool) -> None:
    path = f"/contacts/{murugan.id}/bereavement"
    answer = as_kavitha.post(path, htmx=htmx, status=200 if htmx else 303)
    page = answer.text if htmx else as_kavitha.get(f"/contacts/{murugan.id}").text
    assert "In mourning, noted until 10 September 2026." in page
    for until in ("2025-01-01", "yesterday", "2036-01-01"):
        as_kavitha.post(path, {"until": until}, htmx=htmx, status=422)
    as_kavitha.post(path, {"until": "2026-06-30"}, htmx=htmx, status=200 if htmx else 303)
    assert db.session.scalars(select(Bereavement)).one().until == date(2026, 6, 30)
    as_kavitha.post(f"{path}/end", htmx=htmx, status=200 if htmx else 303)
    assert "In mourning, noted" not in as_kavitha.get(f"/contacts/{murugan.id}").text


def test_moments_are_handed_over_or_left(as_kavitha: PageClient, murugan: Contact, item: CatalogueReward) -> None:
    birthday, tenth = make_moment(murugan, number=46), make_moment(murugan, kind="visits", occurrence="10", number=10)
    for path in ("/moments", f"/contacts/{murugan.id}"):
        page = as_kavitha.get(path).text
        assert "Birthday, turns 46" in page and "Visit number 10" in page
    data = form(item, is_handed_over="yes", back="/moments")
    assert as_kavitha.post(f"/moments/{birthday.id}/gift", data).location == "/moments"
    assert rewards()[0].handed_over_at == NOW and rewards()[0].reason == "birthday"
    again = as_kavitha.post(f"/moments/{birthday.id}/gift", data | {"form_key": "k2"}, status=409).text
    assert "issued for the same reason already" in again and "Visit number 10" in again
    path = f"/moments/{tenth.id}/dismissal"
    assert "Write the reason" in as_kavitha.post(path, {"form_key": "k3"}, status=422).text
    as_kavitha.post(path, {"form_key": "k4", "reason": "is abroad", "back": "https://evil.example/"})
    assert "No moment waits" in as_kavitha.get("/moments").text
    assert db.session.get_one(Moment, tenth.id).dismissal == "is abroad"


def test_a_refused_moment_shows_on_the_page_it_came_from(
    as_kavitha: PageClient, murugan: Contact, item: CatalogueReward, kavitha: Staff
) -> None:
    complaint, other = make_complaint(kavitha, murugan), make_item("A day off")
    moment, latha = make_moment(murugan, number=46), make_moment(make_contact("Latha"), number=30)
    data = form(other, back="/moments", is_handed_over="yes")
    page = as_kavitha.post(f"/moments/{moment.id}/gift", data, status=422).text
    assert "<h1>Moments" in page and "Latha" in page
    line = page.split(f'id="moment-{moment.id}"')[1].split(f'id="moment-{latha.id}"')[0]
    assert f"A complaint is open: {complaint.reference}." in line and 'name="why"' in line and "hx-post" not in line
    assert f'<option value="{other.id}" selected>' in line and 'name="is_handed_over" value="yes"' in line
    gone = data | {"why": "asked", "form_key": "k2"}
    assert as_kavitha.post(f"/moments/{moment.id}/gift", gone).location == "/moments"
    long = {"reason": "x" * 300, "back": "/moments", "form_key": "k3"}
    page = as_kavitha.post(f"/moments/{latha.id}/dismissal", long, status=422).text
    assert "That is too long." in page and "x" * 300 in page and "<details open>" in page


def test_a_treat_that_waits_for_the_budget_is_said_among_the_rewards(
    as_kavitha: PageClient, murugan: Contact, item: CatalogueReward
) -> None:
    setting = db.session.get_one(MomentSetting, "birthday")
    setting.is_automatic, setting.catalogue_id = True, item.id
    make_moment(murugan, number=46)
    assert "beyond this month" not in as_kavitha.get("/rewards").text
    change_budget(date(2026, 6, 1), Decimal(100), 3, now=NOW)
    with counted_queries() as statements:
        page = as_kavitha.get("/rewards").text
    assert "1 treat waits" in page and "Birthday, turns 46" in page and len(statements) <= 12
    change_budget(date(2026, 6, 1), Decimal(450), 3, now=NOW)
    assert "beyond this month" not in as_kavitha.get("/rewards").text


def test_a_refused_surprise_shows_on_the_page_it_came_from(
    as_manager: PageClient, murugan: Contact, item: CatalogueReward
) -> None:
    change_budget(date(2026, 6, 1), Decimal(100), 3, now=NOW)
    make_interaction(murugan, kind="compliment")
    suggest(candidates(TODAY), TODAY, NOW)
    (found,) = db.session.scalars(select(SurpriseSuggestion)).all()
    page = as_manager.post(f"/surprises/{found.id}/gift", form(item, back="/surprises"), status=422).text
    assert "<h1>Surprises" in page and "Give it beyond the budget" in page
    data = form(item, back="/surprises", is_confirmed="yes", form_key="k2")
    assert as_manager.post(f"/surprises/{found.id}/gift", data).location == "/surprises"
    again = as_manager.post(f"/surprises/{found.id}/gift", data | {"form_key": "k3"}, status=409).text
    assert "<h1>Surprises" in again and "issued for the same reason already" in again


def test_today_shows_treats_and_what_is_held(as_kavitha: PageClient, murugan: Contact, kavitha: Staff) -> None:
    assert 'id="moments"' not in as_kavitha.get("/").text
    make_moment(murugan, number=46)
    make_moment(make_contact("Latha"), falls_on=TODAY + timedelta(days=1))
    make_complaint(kavitha, murugan)
    page = as_kavitha.get("/").text
    panel = page.split('id="moments"')[1].split("</section>")[0]
    assert "Birthday, turns 46" in panel and "held" in panel and "Latha" not in panel


def test_surprises_of_the_week(as_kavitha: PageClient, murugan: Contact, item: CatalogueReward) -> None:
    assert "Nobody is suggested this week" in as_kavitha.get("/surprises").text
    make_interaction(murugan, kind="compliment")
    make_interaction(make_contact("Latha"), kind="compliment")
    suggest(candidates(TODAY), TODAY, NOW)
    first, second = db.session.scalars(select(SurpriseSuggestion).order_by(SurpriseSuggestion.id)).all()
    assert "Praised us in the last two months." in as_kavitha.get("/surprises").text
    assert as_kavitha.post(f"/surprises/{first.id}/gift", form(item, back="/surprises")).location == "/surprises"
    as_kavitha.post(f"/surprises/{second.id}/dismissal", {"reason": "moved away", "form_key": "k2"})
    page = as_kavitha.get("/surprises").text
    assert "moved away" in page and "Given" in page and rewards()[0].reason == "surprise"


def test_what_is_not_there_is_404(as_kavitha: PageClient, murugan: Contact) -> None:
    as_kavitha.get("/contacts/99999/rewards", status=404)
    for path in (
        "/contacts/99999/rewards", "/rewards/99999/handover", "/rewards/99999/return", "/moments/99999/gift",
        "/moments/99999/dismissal", "/surprises/99999/gift", "/surprises/99999/dismissal",
        "/contacts/99999/bereavement", "/contacts/99999/bereavement/end",
    ):  # fmt: skip
        as_kavitha.post(path, form(), status=404)
    murugan.blocked_at = NOW
    db.session.flush()
    as_kavitha.get(f"/contacts/{murugan.id}/rewards", status=404)


@pytest.mark.parametrize("data", [{}, {"catalogue_id": "99999"}, {"catalogue_id": "one"}, {"note": "x" * 500}])
def test_bad_input_changes_nothing(
    as_kavitha: PageClient, murugan: Contact, item: CatalogueReward, data: dict[str, str]
) -> None:
    as_kavitha.post(f"/contacts/{murugan.id}/rewards", data | {"form_key": "k"}, status=422)
    assert rewards() == []


# ── Settings ──

ITEM = {
    "name": "Flowers",
    "kind": "surprise",
    "cost": "௩௦௦",
    "expiry_days": "14",
    "least_role": "manager",
    "form_key": "c",
}


def test_the_catalogue_is_the_owners(as_owner: PageClient, as_manager: PageClient) -> None:
    as_manager.get("/settings/rewards", status=403)
    as_manager.post("/settings/rewards/catalogue", ITEM, status=403)
    assert "Write a name." in as_owner.post("/settings/rewards/catalogue", ITEM | {"name": " "}, status=422).text
    for _time in range(2):
        as_owner.post("/settings/rewards/catalogue", ITEM | {"form_key": "c"})
    item = db.session.scalars(select(CatalogueReward)).one()
    assert (item.cost, item.expiry_days, item.least_role) == (Decimal(300), 14, "manager")
    path = f"/settings/rewards/catalogue/{item.id}"
    assert 'value="300"' in as_owner.get(path).text
    as_owner.post(path, ITEM | {"name": "Roses", "version": "1"})
    stale = as_owner.post(path, ITEM | {"name": "Tulips", "version": "1"}, status=409).text
    assert "Tulips" in stale and "Roses" in stale
    as_owner.post(f"{path}/retirement")
    assert "retired" in as_owner.get("/settings/rewards").text
    as_owner.post(f"{path}/retirement")
    assert item.retired_at is None
    as_owner.get("/settings/rewards/catalogue/99999", status=404)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "Write a name."),
        ({"cost": "dear"}, "Write an amount such as"),
        ({"expiry_days": "-1"}, "Between 0 and 1000 days."),
        ({"kind": "bribe"}, "Not a valid choice"),
        ({"least_role": "nobody"}, "Not a valid choice"),
    ],
)
def test_mistakes_in_the_catalogue_are_said(as_owner: PageClient, change: dict[str, str], words: str) -> None:
    page = as_owner.post("/settings/rewards/catalogue", ITEM | change, status=422).text
    assert words in page and db.session.scalars(select(CatalogueReward)).all() == []


def test_moments_are_set_and_mistakes_change_nothing(as_owner: PageClient, item: CatalogueReward) -> None:
    data = {"birthday:proposed": "yes", "birthday:reward": str(item.id), "birthday:notice": "3"}
    as_owner.post("/settings/rewards/moments", data)
    birthday, visits = (db.session.get_one(MomentSetting, kind) for kind in ("birthday", "visits"))
    assert (birthday.is_automatic, birthday.catalogue_id, birthday.notice_days) == (True, item.id, 3)
    assert not visits.is_proposed
    for wrong in ({"birthday:notice": "31"}, {"birthday:notice": "soon"}, {"birthday:reward": "99999"}):
        as_owner.post("/settings/rewards/moments", data | wrong, status=422)
    assert db.session.get_one(MomentSetting, "birthday").notice_days == 3


def test_the_budget_is_set_from_this_month_on(as_owner: PageClient) -> None:
    as_owner.post("/settings/rewards/budget", {"monthly_budget": "2,400", "surprises_a_week": "5"})
    budget = db.session.scalars(select(RewardBudget)).one()
    assert (budget.month, budget.amount) == (date(2026, 6, 1), Decimal(2400))
    for wrong in ({"monthly_budget": "much"}, {"surprises_a_week": "21"}):
        data = {"monthly_budget": "1", "surprises_a_week": "1"} | wrong
        as_owner.post("/settings/rewards/budget", data, status=422)
    assert "₹2,400 left of this month’s ₹2,400" in as_owner.get("/rewards").text


def test_the_story_tells_rewards_page_by_page(as_kavitha: PageClient, murugan: Contact, kavitha: Staff) -> None:
    for number in range(15):
        hand_over(make_reward(murugan, kavitha, make_item(f"Treat {number}")), giving(kavitha))
    first = as_kavitha.get(f"/contacts/{murugan.id}").text
    older = first.split('class="story__older">')[1].split('href="')[1].split('"')[0].replace("&amp;", "&")
    second = as_kavitha.get(older).text
    told = [page.count("<b>Reward ") for page in (first, second)]
    assert told == [20, 10]
    assert "<b>Reward " not in as_kavitha.get(f"/contacts/{murugan.id}?kind=visit").text
    assert "<b>Reward " in as_kavitha.get(f"/contacts/{murugan.id}?staff={kavitha.id}").text
