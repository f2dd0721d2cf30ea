"""Giving notice of key dates: once a day, from the business's own reminder hour on, by one worker."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from crm.accounts.models import Business
from crm.contacts.key_date_rules import LeapDayRule
from crm.contacts.models import KeyDateNotice
from crm.contacts.queries.key_dates import missing_notices
from crm.extensions import db
from crm.shared import clock, jobs
from crm.shared.events import record
from crm.shared.models import Job
from crm.shared.zones import zone_named

REMINDERS = "key-date-reminders"


@jobs.sweep
def plan_reminders(now: datetime) -> None:
    """Plan the day's reminders once, when the business's clock has passed its reminder hour."""
    business = db.session.get(Business, 1)
    if business is None:
        return
    local = now.astimezone(zone_named(business.time_zone))
    key = f"{REMINDERS}:{local.date().isoformat()}"
    if local.hour < business.reminder_hour or _is_planned(key):
        return
    try:
        with db.session.begin_nested():
            jobs.enqueue(REMINDERS, now=now, unique_key=key)
    except IntegrityError:  # another worker planned it in this very moment
        return


@jobs.work(REMINDERS)
def give_notice(job: Job, now: datetime) -> None:
    """Write the notices that are due today and not yet written."""
    business = db.session.get_one(Business, 1)
    today = clock.local_date(now, business.time_zone)
    missing = missing_notices(today, LeapDayRule(business.leap_day_rule))
    columns = ("key_date_id", "falls_on", "notice_days")
    if missing:
        db.session.execute(insert(KeyDateNotice), [dict(zip(columns, each, strict=True)) for each in missing])
        record("key_date.notices_given", at=now, subject=job, count=len(missing))


def _is_planned(key: str) -> bool:
    return db.session.scalar(select(Job.id).where(Job.unique_key == key)) is not None
