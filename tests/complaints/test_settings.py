"""The owner's settings of recovery, as a browser sees them."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import select

from crm.complaints.models import AuthorityLimit, CauseCategory, RecoverySettings
from crm.extensions import db
from tests.client import PageClient

PATH = "/settings/recovery"


def test_days_and_budget(as_owner: PageClient) -> None:
    assert "service quality" in as_owner.get(PATH).text
    as_owner.post(PATH, {"follow_up_days": "5", "pause_cap_days": "7", "monthly_budget": "१५,०००"})
    settings = db.session.get_one(RecoverySettings, 1)
    assert (settings.follow_up_days, settings.pause_cap_days, settings.monthly_budget) == (5, 7, Decimal(15000))
    page = as_owner.post(PATH, {"follow_up_days": "99", "pause_cap_days": "70", "monthly_budget": "lots"}, status=422)
    assert 'value="lots"' in page.text
    assert db.session.get_one(RecoverySettings, 1).follow_up_days == 5


def test_limits(as_owner: PageClient) -> None:
    as_owner.post(f"{PATH}/limits", {"front-desk:refund": "1,000", "manager:refund": "5000"})
    assert {row.role: row.amount for row in db.session.scalars(select(AuthorityLimit))} == {
        "front-desk": Decimal(1000),
        "manager": Decimal(5000),
    }
    wrong = as_owner.post(f"{PATH}/limits", {"front-desk:refund": "much", "manager:gift": "7"}, status=422).text
    assert 'value="much"' in wrong and 'value="7"' in wrong
    as_owner.post(f"{PATH}/limits", {"front-desk:refund": ""})
    assert db.session.scalars(select(AuthorityLimit)).all() == []


def test_categories(as_owner: PageClient, as_manager: PageClient) -> None:
    top = db.session.scalars(select(CauseCategory).where(CauseCategory.key == "delay")).one()
    as_owner.post(f"{PATH}/categories", {"name": "Courier", "parent_id": str(top.id), "form_key": "k" * 20})
    as_owner.post(f"{PATH}/categories", {"name": "Courier", "parent_id": str(top.id), "form_key": "k" * 20})
    added = db.session.scalars(select(CauseCategory).where(CauseCategory.name == "Courier")).one()
    assert added.parent_id == top.id
    as_owner.post(f"{PATH}/categories/{added.id}/retirement")
    assert "not offered" in as_owner.get(PATH).text
    for name in ("", " "):
        as_owner.post(f"{PATH}/categories", {"name": name, "parent_id": ""}, status=422)
    as_manager.post(f"{PATH}/categories", {"name": "x", "parent_id": ""}, status=403)
    as_owner.post(f"{PATH}/categories/999/retirement", status=404)
