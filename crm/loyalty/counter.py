"""What the counter sees beside a name: the level, where it is above the first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select

from crm.contacts.queries.facts import Fact, badge_source, fact_source
from crm.loyalty.models import MemberStanding, RecognitionLevel
from crm.loyalty.words import level_name
from crm.shared.database import read


@badge_source
@fact_source
def level_facts(contact_ids: Sequence[int], now: datetime) -> Mapping[int, Sequence[Fact]]:
    """Tell of each contact found which level it holds; everybody's level is not worth a word."""
    rows = read(_levels(), {"contact_ids": contact_ids})
    return {row.contact_id: [Fact(level_name(row), "level", "heart")] for row in rows}


@cache
def _levels() -> Select[int, str | None, str]:
    level = RecognitionLevel
    contact_ids: Any = bindparam("contact_ids", expanding=True)
    return (
        select(MemberStanding.contact_id, level.key, level.name)
        .join(level, level.id == MemberStanding.level_id)
        .where(MemberStanding.contact_id.in_(contact_ids), level.rank > 0)
    )
