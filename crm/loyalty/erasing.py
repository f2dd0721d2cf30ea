"""What stays of an erased person's recognition: levels and dates for the figures, without any words."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, update

from crm.contacts.actions.moving import stay_behind
from crm.contacts.erasers import register_eraser
from crm.extensions import db
from crm.loyalty.models import Departure, LevelGrant, MemberStanding


@register_eraser("member_standing", "level_grant", "level_change", "departure")
def erase_recognition(contact_ids: Sequence[int]) -> None:
    """Take away the standing, and empty what was written; changes of level stay as counts."""
    statements = (
        delete(MemberStanding).where(MemberStanding.contact_id.in_(contact_ids)),
        update(LevelGrant).where(LevelGrant.contact_id.in_(contact_ids)).values(reason=""),
        update(Departure).where(Departure.contact_id.in_(contact_ids)).values(note=""),
    )
    for statement in statements:
        db.session.execute(statement, execution_options={"synchronize_session": False})


stay_behind(MemberStanding.__tablename__)  # worked out anew for the kept contact
