"""Giving notice of key dates: once a day, from the business's own reminder hour on, by one worker."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert

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
    if local.hour >= business.reminder_hour:
        jobs.enqueue_once(REMINDERS, now=now, unique_key=f"{REMINDERS}:{local.date().isoformat()}")


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
