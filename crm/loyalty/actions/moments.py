"""Proposing moments, giving a treat for one, dismissing it, and issuing by itself what may be."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import update

from crm.contacts.key_date_rules import LeapDayRule
from crm.extensions import db
from crm.loyalty.actions.rewards import Cause, Giving, hand_over, issue
from crm.loyalty.models.rewards import CatalogueReward, Moment, Reward
from crm.loyalty.queries import moment_sources as sources
from crm.loyalty.queries.moments import due_by_itself, known_occurrences, moment_settings
from crm.loyalty.queries.rewards import budget_of
from crm.loyalty.rules import moments as rules
from crm.loyalty.rules.budget import is_beyond
from crm.loyalty.rules.moments import Found, MomentKind, Window
from crm.loyalty.rules.rewards import AlreadyIssued, reason_of
from crm.shared.database import insert_new
from crm.shared.events import record

_OWN_STATEMENT: dict[str, Any] = {"synchronize_session": False}


def find_foreseen(window: Window, rule: LeapDayRule) -> list[Found]:
    """Return the birthdays, anniversaries and full years that are due."""
    notice = {kind: each.notice_days for kind, each in moment_settings().items()}
    longest = max(notice.get(kind, 0) for kind in rules.FORESEEN)
    found: list[Found] = []
    for row in sources.key_dates_around(window.today, longest, rule):
        kind = sources.DATED_KINDS[row.kind]
        found += rules.dated_moments(row.contact_id, kind, _Dated(row), window, rule, notice.get(kind, 0))
    ahead = notice.get(MomentKind.YEARS, 0)
    for contact_id, since_on in sources.customers_since_around(window.today, ahead, rule):
        found += rules.years_moments(contact_id, since_on, window, rule, ahead)
    return found


class _Dated:
    """A key date as the rules ask for it."""

    def __init__(self, row: Any) -> None:
        self.day, self.month, self.year, self.repeats = row.day, row.month, row.year, row.repeats
        self.notice_days = 0


def find_by_visits(contact_ids: Collection[int], window: Window) -> list[Found]:
    """Return what the visits of some contacts brought about in these days."""
    found: list[Found] = []
    for part in sources.chunks(contact_ids):
        days = sources.visit_days(part)
        for contact_id, visited in days.items():
            found += rules.visit_moments(contact_id, visited, window)
        found += rules.returns_after_complaints(sources.closed_complaints(part, window.today), days, window)
        for each in sources.newcomers_among(part):
            moment = rules.referral_moment(each.referrer_id, each.contact_id, each.visited_on, window)
            found += [moment] if moment is not None else []
    return found


def propose(found: Iterable[Found], now: datetime) -> int:
    """Propose each moment once, whoever else proposes it at this moment; returns how many are new."""
    settings = moment_settings()
    wanted = [each for each in found if each.kind in settings and settings[each.kind].is_proposed]
    rows = [_row(each, now) for each in _unknown(wanted)]
    if not rows:
        return 0
    for start in range(0, len(rows), sources.AT_ONCE):
        db.session.execute(insert_new(Moment), rows[start : start + sources.AT_ONCE])
    record("moments.proposed", at=now, count=len(rows))
    return len(rows)


def _row(found: Found, now: datetime) -> dict[str, Any]:
    return {
        "contact_id": found.contact_id, "kind": found.kind.value, "occurrence": found.occurrence,
        "number": found.number, "falls_on": found.falls_on, "proposed_at": now, "is_dismissed": False,
        "dismissal": "",
    }  # fmt: skip


def _unknown(found: Iterable[Found]) -> list[Found]:
    unique = {(each.kind, each.contact_id, each.occurrence): each for each in found}
    known: set[tuple[str, int, str]] = set()
    for kind in MomentKind:
        ids = {each.contact_id for each in unique.values() if each.kind is kind}
        for part in sources.chunks(ids):
            known |= {(kind.value, *pair) for pair in known_occurrences(part, kind)}
    return [each for key, each in unique.items() if (key[0].value, key[1], key[2]) not in known]


def give(moment: Moment, item: CatalogueReward, giving: Giving, *, is_handed_over: bool) -> Reward:
    """Issue the treat of a moment and perhaps hand it over at once; raise MomentSettled for the second person."""
    reward = issue(moment.contact, item, cause_of(moment), giving)
    _settle(moment, giving)
    if is_handed_over:
        hand_over(reward, giving)
    return reward


def dismiss(moment: Moment, reason: str, giving: Giving) -> None:
    """Do without a treat, with a reason; raise ReasonNeeded or MomentSettled."""
    _settle(moment, giving, is_dismissed=True, dismissal=reason_of(reason))
    record("moment.dismissed", at=giving.now, subject=moment, actor_id=giving.by_id, kind=moment.kind)


def issue_by_itself(now: datetime, today: date) -> int:
    """Issue what the owner wants issued by itself; what is held or beyond the budget waits for a person."""
    issued = 0
    for moment, item in due_by_itself(today):
        if not is_beyond(budget_of(today, today), item.cost):
            issued += _issue_one(moment, item, Giving(now=now, today=today))
    return issued


def _issue_one(moment: Moment, item: CatalogueReward, giving: Giving) -> int:
    """Issue one treat; returns how many were: none when somebody else was faster, or it was given before."""
    try:
        with db.session.begin_nested():
            give(moment, item, giving, is_handed_over=False)
    except (AlreadyIssued, rules.MomentSettled):
        return 0
    return 1


def cause_of(moment: Moment) -> Cause:
    """Return for what the treat of a moment is given."""
    return Cause(reason=moment.kind, occurrence=moment.occurrence, falls_on=moment.falls_on)


def _settle(moment: Moment, giving: Giving, **values: Any) -> None:
    statement = update(Moment).where(Moment.id == moment.id, Moment.settled_at.is_(None))
    values |= {"settled_at": giving.now, "settled_by_id": giving.by_id}
    changed = db.session.execute(statement.values(**values), execution_options=_OWN_STATEMENT)
    db.session.refresh(moment)
    if not changed.rowcount:  # type: ignore[attr-defined]
        raise rules.MomentSettled
