"""The worker's part: the round over all contacts, nightly and after rules changed, and a look at new entries.

A round is a chain of jobs, each one stretch of ids, so that nobody at the counter waits for more than one.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select, update

from crm.accounts.models import Business
from crm.contacts.models import Contact
from crm.extensions import db
from crm.interactions.models import Interaction
from crm.loyalty.actions.standings import hide_merged, refresh, work_out
from crm.loyalty.models import LoyaltySettings
from crm.loyalty.queries.facts import Scope, facts_of
from crm.loyalty.queries.ladder import Ladder, ladder
from crm.shared import jobs
from crm.shared.database import reading_only
from crm.shared.models import Job

ROUND = "standings"
STRETCH = 2_500
MOST_AT_ONCE = 500


@jobs.sweep
def plan_round(now: datetime) -> None:
    """Plan a round over all contacts once a day of the business, and once for each change of the rules."""
    if db.session.get(Business, 1) is None:
        return
    terms = ladder(now)
    if terms.computed_on is None or terms.computed_on < terms.today:
        _plan(f"{ROUND}:{terms.today.isoformat()}", now, rules_changed=terms.computed_on is None)


def plan_after_change(version: int, *, now: datetime) -> None:
    """Plan a round because the levels or rules were saved as this version."""
    _plan(f"{ROUND}:version-{version}", now, rules_changed=True)


def _plan(key: str, now: datetime, *, rules_changed: bool) -> None:
    jobs.enqueue_once(ROUND, now=now, unique_key=key, key=key, first=1, rules_changed=rules_changed)


@jobs.work(ROUND)
def work_out_stretch(job: Job, now: datetime) -> None:
    """Work out the standings of one stretch of ids, and plan the next; the last one closes the round."""
    first, key, rules_changed = job.payload["first"], job.payload["key"], job.payload["rules_changed"]
    with reading_only():
        terms = ladder(now)
        highest = db.session.scalar(select(func.max(Contact.id))) or 0
        scope = Scope(first=first, last=first + STRETCH - 1)
        outcome = work_out(facts_of(scope, terms.today), terms, now=now, rules_changed=rules_changed)
    outcome.write()
    hide_merged(scope)
    if scope.last < highest:
        payload = {"key": key, "first": scope.last + 1, "rules_changed": rules_changed}
        jobs.enqueue(ROUND, now=now, unique_key=f"{key}:{scope.last + 1}", **payload)
    else:
        _close(terms)


def _close(terms: Ladder) -> None:
    db.session.execute(update(LoyaltySettings).values(computed_on=terms.today))


@jobs.sweep
def look_at_new_entries(now: datetime) -> None:
    """Bring up to date whoever has entries that nobody looked at yet, such as imported ones."""
    seen = db.session.scalar(select(LoyaltySettings.seen_interaction_id)) or 0
    fresh = select(Interaction.id, Interaction.contact_id).where(Interaction.id > seen)
    rows = db.session.execute(fresh.order_by(Interaction.id).limit(MOST_AT_ONCE)).all()
    if not rows:
        return
    refresh({row.contact_id for row in rows}, now=now)
    db.session.execute(update(LoyaltySettings).values(seen_interaction_id=rows[-1].id))
