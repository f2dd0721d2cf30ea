"""What the worker does about rewards: proposes moments, issues what may go by itself, suggests surprises.

Moments of the calendar are looked for every hour of the day from the business's reminder hour on; visits
are looked at as soon as they are logged. What takes long only reads, so that no till waits for it; every
step is safe to run twice and by two workers.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import update

from crm.accounts.models import Business
from crm.contacts.key_date_rules import LeapDayRule
from crm.extensions import db
from crm.loyalty.actions import moments, surprises
from crm.loyalty.models.rewards import RewardSettings
from crm.loyalty.queries import moment_sources as sources
from crm.loyalty.queries.ladder import ladder
from crm.loyalty.queries.rewards import reward_settings
from crm.loyalty.queries.surprises import candidates
from crm.loyalty.rules.moments import CATCH_UP, Window
from crm.loyalty.rules.surprises import week_of
from crm.shared import clock, jobs
from crm.shared.database import reading_only
from crm.shared.models import Job
from crm.shared.zones import zone_named

MOMENTS, SURPRISES = "reward-moments", "surprise-suggestions"
ENTRIES_AT_ONCE = 5_000


@jobs.sweep
def plan_reward_work(now: datetime) -> None:
    """Plan the hour's look at moments and the week's suggestion, each once."""
    business = db.session.get(Business, 1)
    if business is None:
        return
    local = now.astimezone(zone_named(business.time_zone))
    if local.hour < business.reminder_hour:
        return
    jobs.enqueue_once(MOMENTS, now=now, unique_key=f"{MOMENTS}:{local:%Y-%m-%dT%H}")
    jobs.enqueue_once(SURPRISES, now=now, unique_key=f"{SURPRISES}:{week_of(local.date())}")


@jobs.sweep
def look_at_new_visits(now: datetime) -> None:
    """Propose what the visits logged since the last round bring about."""
    settings, newest = db.session.get(RewardSettings, 1), sources.newest_entry_id()
    if settings is None or settings.moments_since is None:
        return
    seen = settings.seen_entry_id
    if seen is not None and newest <= seen:
        return
    reached = newest if seen is None else min(newest, seen + ENTRIES_AT_ONCE)
    if not _advance(seen, reached) or seen is None:
        return
    window = Window(today=_today(now), since=settings.moments_since, lost_days=ladder(now).lost_days)
    moments.propose(moments.find_by_visits(sources.visited_by_entries(seen, reached), window), now)


@jobs.work(MOMENTS)
def look_for_moments(job: Job, now: datetime) -> None:
    """Propose every moment that is due, and issue what may go by itself; the first run ever looks at no past."""
    today = _today(now)
    with reading_only():
        rule = LeapDayRule(db.session.get_one(Business, 1).leap_day_rule)
        since = reward_settings().moments_since or today
        window = Window(today=today, since=since, lost_days=ladder(now).lost_days)
        found = moments.find_foreseen(window, rule)
        found += moments.find_by_visits(sources.visited_since(today - CATCH_UP), window)
    reward_settings().moments_since = window.since
    moments.propose(found, now)
    moments.issue_by_itself(now, today)


@jobs.work(SURPRISES)
def suggest_surprises(job: Job, now: datetime) -> None:
    """Suggest whom to surprise this week."""
    today = _today(now)
    with reading_only():
        found = candidates(today)
    surprises.suggest(found, today, now)


def _advance(seen: int | None, reached: int) -> bool:
    """Move the mark of entries read in one statement; returns whether this worker did."""
    is_seen = RewardSettings.seen_entry_id.is_(None) if seen is None else RewardSettings.seen_entry_id == seen
    statement = update(RewardSettings).where(RewardSettings.id == 1, is_seen).values(seen_entry_id=reached)
    return bool(db.session.execute(statement).rowcount)  # type: ignore[attr-defined]


def _today(now: datetime) -> date:
    return clock.local_date(now, db.session.get_one(Business, 1).time_zone)
