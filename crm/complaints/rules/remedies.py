"""What a role may give at once, and what needs the owner's yes."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from crm.shared.permissions import Role

from .kinds import RemedyKind

# Words cost nothing: they are given by saying them.
SPOKEN = frozenset({RemedyKind.APOLOGY, RemedyKind.EXPLANATION})
SENIOR = frozenset({Role.MANAGER, Role.OWNER})
NOTHING = Decimal(0)

Limits = Mapping[tuple[str, str], Decimal]


def authority_limit(role: str, kind: str, limits: Limits) -> Decimal | None:
    """Return up to which cost a role gives a remedy at once; None for the owner, who has no limit.

    Until the owner has set a limit it is nothing: what is free is given, what costs is asked for.
    """
    if role == Role.OWNER:
        return None
    return limits.get((role, kind), NOTHING)


def needs_approval(role: str, kind: str, cost: Decimal, limits: Limits) -> bool:
    """Tell whether a remedy of this cost waits for a yes; exactly the limit does not."""
    limit = authority_limit(role, kind, limits)
    return limit is not None and cost > limit


def may_decide(role: str, kind: str, cost: Decimal, limits: Limits) -> bool:
    """Tell whether a role may say yes or no: the owner, or a manager within the manager's own limit."""
    return role in SENIOR and not needs_approval(role, kind, cost, limits)


def may_lower_severity(role: str) -> bool:
    """Tell whether a role may make a complaint less urgent, or excuse a broken promise."""
    return role in SENIOR


def budget_left(budget: Decimal | None, spent: Decimal) -> Decimal | None:
    """Return what is left of the month's budget for remedies; None where none is set. May be below zero."""
    return None if budget is None else budget - spent
