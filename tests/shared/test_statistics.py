"""After many rows are written PostgreSQL knows how many there are."""

from __future__ import annotations

from sqlalchemy import text

from crm.accounts.models import Business
from crm.extensions import db
from crm.shared.database import refresh_statistics
from tests.factories.contacts import make_contact


def test_statistics_are_fresh_after_many_rows(business: Business) -> None:
    for number in range(30):
        make_contact(f"Contact {number}")
    db.session.flush()
    refresh_statistics()
    if db.engine.dialect.name == "postgresql":
        counted = db.session.scalar(text("SELECT reltuples FROM pg_class WHERE relname = 'contact'"))
        assert counted is not None and counted >= 30
    else:
        names = db.session.scalars(text("SELECT name FROM sqlite_master WHERE name LIKE 'sqlite_stat%'")).all()
        assert names == []
