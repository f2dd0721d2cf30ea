"""A year of complaints in the salon, made from the same dice each time."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from crm.accounts.models import Staff
from crm.demo.complaints import load_complaints
from crm.demo.stories import Shop
from crm.extensions import db
from tests.conftest import NOW
from tests.factories.contacts import make_contact

COMPLAINTS = 60


@pytest.fixture
def year(owner: Staff, manager: Staff, kavitha: Staff, asha: Staff) -> int:
    """Complaints of the last twelve months, some still open; returns how many."""
    contact_ids = [make_contact(name).id for name in ("مریم احمدی", "கவிதா", "Ana Cruz")] * (COMPLAINTS * 5)
    shop = Shop(owner.id, (kavitha.id, asha.id), "INR", NOW, timedelta(hours=5, minutes=30))
    count = load_complaints(Random(7), contact_ids, shop, recent_share=0.3)
    db.session.flush()
    return count
