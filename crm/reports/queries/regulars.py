"""The regulars by name, as they stand now: plain rows, because a report may list some thousand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import select

from crm.contacts.models import Contact
from crm.extensions import db
from crm.loyalty.models import MemberStanding

MOST_NAMED = 5_000


class Regular(NamedTuple):
    """Somebody who holds a level above the first."""

    contact_id: int
    name: str
    level_id: int
    since_on: date
    visits_12m: int


def regulars_by_name(level_ids: Sequence[int], *, limit: int = MOST_NAMED) -> list[Regular]:
    """Return who holds one of some levels, by sort name."""
    standing = MemberStanding
    statement = (
        select(standing.contact_id, Contact.name, standing.level_id, standing.since_on, standing.visits_12m)
        .join(Contact, Contact.id == standing.contact_id)
        .where(standing.is_listed.is_(True), standing.level_id.in_(level_ids))
        .order_by(Contact.sort_name, Contact.id)
        .limit(limit)
    )
    return [Regular(*row) for row in db.session.execute(statement)]
