"""A business and its people."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

from crm.accounts.models import Business, Staff
from crm.accounts.passwords import hash_secret
from crm.extensions import db
from crm.shared import clock
from crm.shared.permissions import Role
from crm.sla.models import CalendarVersion

PASSWORD = "seven lotus ponds"
PIN = "2580"
WEEKLY = {str(day): [["09:00", "20:00"]] if day < 6 else [] for day in range(7)}


@cache
def hashed(secret: str) -> str:
    """Hash a test password once."""
    return hash_secret(secret)


def make_business(**given: object) -> Business:
    """Make the business, open Monday to Saturday from 9 to 20."""
    now = clock.now()
    values: dict[str, object] = {
        "id": 1,
        "name": "Jasmine Salon",
        "country": "IN",
        "time_zone": "Asia/Kolkata",
        "currency": "INR",
        "languages": ["en", "ta"],
        "created_at": now,
    }
    business = Business(**(values | given))
    opened = now - timedelta(days=800)
    hours = CalendarVersion(
        valid_from=opened, time_zone=business.time_zone, weekly=WEEKLY, exceptions={}, created_at=opened
    )
    db.session.add_all([business, hours])
    db.session.flush()
    return business


def make_staff(name: str, *, role: Role = Role.FRONT_DESK, **given: object) -> Staff:
    """Make a person with the common test password and PIN."""
    values: dict[str, object] = {
        "name": name,
        "email": name.split()[0].lower() + "@jasmine.example",
        "role": role,
        "password_hash": hashed(PASSWORD),
        "pin_hash": hashed(PIN),
        "created_at": clock.now(),
    }
    staff = Staff(**(values | given))
    db.session.add(staff)
    db.session.flush()
    return staff
