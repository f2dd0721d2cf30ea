"""The audit trail: every action records its one event in the transaction of the change."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_login import current_user

from crm.extensions import db
from crm.shared.models import AuditEvent


def record(
    action: str,
    *,
    at: datetime,
    subject: Any = None,
    actor_id: int | None = None,
    **details: Any,
) -> AuditEvent:
    """Add one event to the open transaction; details must not hold personal data or secrets."""
    event = AuditEvent(
        at=at,
        actor_id=actor_id if actor_id is not None else _signed_in_id(),
        action=action,
        subject_type=subject.__tablename__ if subject is not None else "",
        subject_id=subject.id if subject is not None else None,
        details=details,
    )
    db.session.add(event)
    return event


def _signed_in_id() -> int | None:
    """Return the id of the person signed in, or None for the system itself."""
    return current_user.id if current_user and current_user.is_authenticated else None
