"""Who hears of what about complaints, and which alerts of a clock are due. Pure (rule 26)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from crm.shared.permissions import Role
from crm.sla.rules import Alert, AlertLevel, BusinessCalendar, ClockMoments, alerts_at

_KINDS = {
    AlertLevel.WARNING: "warning",
    AlertLevel.LAST_SAFE_MOMENT: "safe",
    AlertLevel.BREACH: "breach",
}


@dataclass(frozen=True)
class Team:
    """The people who may be told, by what they do."""

    owners: tuple[int, ...] = ()
    counter: tuple[int, ...] = ()
    active: frozenset[int] = frozenset()

    def in_charge(self, staff_id: int | None) -> tuple[int, ...]:
        """Return the person in charge, else everybody at the counter, else the owners."""
        if staff_id is not None and staff_id in self.active:
            return (staff_id,)
        return self.counter or self.owners


def team_of(people: Collection[tuple[int, str]]) -> Team:
    """Return the team from the ids and roles of those who still work here."""
    return Team(
        owners=tuple(each for each, role in people if role == Role.OWNER),
        counter=tuple(each for each, role in people if role in (Role.FRONT_DESK, Role.MANAGER)),
        active=frozenset(each for each, _role in people),
    )


@dataclass(frozen=True)
class DueAlerts:
    """The alerts of a clock to give now, and when it is looked at next; None: never again."""

    now: tuple[Alert, ...]
    next_at: datetime | None


def due_alerts(moments: ClockMoments, calendar: BusinessCalendar, now: datetime) -> DueAlerts:
    """Return which alerts of a clock are due; a warning that comes after the deadline is left out."""
    alerts = alerts_at(moments, calendar)
    due = tuple(alert for alert in alerts if _is_due(alert, now))
    later = [alert.send_at for alert in alerts if not _is_due(alert, now)]
    breaches = tuple(alert for alert in due if alert.level is AlertLevel.BREACH)
    return DueAlerts(breaches or due, min(later, default=None))


def _is_due(alert: Alert, now: datetime) -> bool:
    """At the due instant itself a promise is still kept (rule 10)."""
    return alert.send_at <= now and (alert.level is not AlertLevel.BREACH or alert.at < now)


def notice_kind(alert: Alert) -> str:
    """Return the kind of notice of an alert; a deadline that passed while closed is told as such."""
    return "digest" if alert.is_in_digest and alert.level is AlertLevel.BREACH else _KINDS[alert.level]


def told(alert: Alert, in_charge_id: int | None, team: Team) -> Sequence[int]:
    """Return who hears of an alert: of a breach the owners and the person in charge."""
    if alert.level is not AlertLevel.BREACH:
        return team.in_charge(in_charge_id)
    own = (in_charge_id,) if in_charge_id in team.active and in_charge_id not in team.owners else ()
    return (*team.owners, *(each for each in own if each is not None))
