"""What the owner decides about feedback: the limit, what is asked by itself, the link at the counter."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import update

from crm.extensions import db
from crm.feedback.models import CounterLink
from crm.feedback.queries.asking import feedback_settings
from crm.shared.events import record


@dataclass(frozen=True, kw_only=True)
class AskingHabits:
    """How often a contact is asked at most, and on which occasions by itself."""

    limit_days: int
    asks_after_service: bool
    service_days: int
    asks_after_complaint: bool
    asks_yearly: bool


def change_settings(wanted: AskingHabits, *, now: datetime, by_id: int | None) -> None:
    """Change how the business asks; the trail says which settings, not what they were."""
    settings, values = feedback_settings(), asdict(wanted)
    changed = sorted(name for name, value in values.items() if getattr(settings, name) != value)
    for name in changed:
        setattr(settings, name, values[name])
    record("feedback_settings.changed", at=now, subject=settings, actor_id=by_id, names=changed)


def make_counter_link(*, now: datetime, by_id: int | None) -> CounterLink:
    """Make the link at the counter; the one before ends."""
    held = update(CounterLink).where(CounterLink.ended_at.is_(None)).values(ended_at=now)
    db.session.execute(held, execution_options={"synchronize_session": False})
    made = CounterLink(token=secrets.token_urlsafe(32), made_at=now, made_by_id=by_id)
    db.session.add(made)
    db.session.flush()
    record("counter_link.made", at=now, subject=made, actor_id=by_id)
    return made
