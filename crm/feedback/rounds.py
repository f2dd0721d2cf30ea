"""The worker's part: asking by itself, once a day from the business's reminder hour on, some contacts at a time.

Each step is a job of its own, so that nobody at the counter waits for the whole round. Who may not be asked, by
consent, limit or tact, is passed over; nobody decides against that here.
"""

from __future__ import annotations

from datetime import date, datetime

from flask import current_app

from crm.accounts.models import Business
from crm.contacts.models import Contact
from crm.extensions import db
from crm.feedback.actions.asking import Asking, Question, ask, withdraw_mails
from crm.feedback.models import FeedbackSettings
from crm.feedback.queries.asking import feedback_settings, refused_meanwhile
from crm.feedback.queries.occasions import Occasion, occasions
from crm.feedback.rules import Way
from crm.shared import clock, jobs
from crm.shared.database import reading_only
from crm.shared.errors import Refused
from crm.shared.models import Job
from crm.shared.zones import zone_named

ASKING = "feedback-asking"
AT_ONCE = 25


@jobs.sweep
def withdraw_refused(now: datetime) -> None:
    """Take mails out of the outbox whose contacts have refused being asked in the meantime, before anything is sent."""
    refused = refused_meanwhile(now)
    if refused:
        withdraw_mails(refused)


@jobs.sweep
def plan_asking(now: datetime) -> None:
    """Plan the day's round once, where something is to be asked by itself and mail can go out."""
    business = db.session.get(Business, 1)
    if business is None or not current_app.config["SETTINGS"].smtp_url or not _asks_by_itself(feedback_settings()):
        return
    local = now.astimezone(zone_named(business.time_zone))
    if local.hour >= business.reminder_hour:
        day = local.date().isoformat()
        jobs.enqueue_once(ASKING, now=now, unique_key=f"{ASKING}:{day}", after=None)


def _asks_by_itself(settings: FeedbackSettings) -> bool:
    return settings.asks_after_service or settings.asks_after_complaint or settings.asks_yearly


@jobs.work(ASKING)
def ask_some(job: Job, now: datetime) -> None:
    """Ask the next contacts in the day's order, and plan those after them."""
    after = tuple(job.payload["after"]) if job.payload["after"] else (-1, "")
    with reading_only():
        today = clock.local_date(now, db.session.get_one(Business, 1).time_zone)
        waiting = [each for each in occasions(feedback_settings(), today) if each.place > after]
    for each in waiting[:AT_ONCE]:
        _ask(each, now, today)
    if len(waiting) > AT_ONCE:
        rank, key = waiting[AT_ONCE - 1].place
        unique_key = f"{ASKING}:{today.isoformat()}:{rank}:{key}"
        jobs.enqueue_once(ASKING, now=now, unique_key=unique_key, after=[rank, key])


def _ask(occasion: Occasion, now: datetime, today: date) -> None:
    """Ask one contact by email, unless something speaks against it."""
    question = Question(
        measure=occasion.measure, way=Way.EMAIL, complaint_id=occasion.complaint_id, moment=occasion.moment,
        unique_key=occasion.key,
    )  # fmt: skip
    asking = Asking(now=now, today=today, public_url=current_app.config["SETTINGS"].public_url)
    try:
        ask(db.session.get_one(Contact, occasion.contact_id), question, asking)
    except Refused:
        return
