"""The month's budget for rewards: what is given, what is promised, what is left, and who may go beyond.

Pure. A reward costs what its catalogue said when it was issued. It is given when it is handed over, and
promised from then until it is handed over, taken back or expired.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from crm.shared.errors import Refused
from crm.shared.permissions import Role

_SENIOR = frozenset({Role.MANAGER, Role.OWNER})
NOTHING = Decimal(0)


class OverBudget(Refused):
    """This goes beyond the month's budget for rewards. Ask a manager or the owner."""


class ConfirmOverBudget(Refused):
    """This goes beyond the month's budget for rewards. Confirm it to give it all the same."""


@dataclass(frozen=True, kw_only=True)
class Budget:
    """How a month's budget stands; `amount` None where the owner set none."""

    month: date
    amount: Decimal | None = None
    given: Decimal = NOTHING
    promised: Decimal = NOTHING

    @property
    def left(self) -> Decimal | None:
        """What is left of it, perhaps below nothing; None without a budget."""
        return None if self.amount is None else self.amount - self.given - self.promised

    @property
    def used_share(self) -> int:
        """How much of it is used in percent, at most 100."""
        if not self.amount:
            return 100 if self.given + self.promised else 0
        return min(100, int((self.given + self.promised) * 100 / self.amount))


def is_beyond(budget: Budget, cost: Decimal) -> bool:
    """Tell whether a cost goes beyond what is left; what is free never does, exactly the rest does not."""
    return budget.left is not None and cost > NOTHING and cost > budget.left


def check_budget(budget: Budget, cost: Decimal, *, role: str, is_confirmed: bool = False) -> None:
    """Raise OverBudget for the front desk, ConfirmOverBudget for who may go beyond but has not said so."""
    if not is_beyond(budget, cost):
        return
    if Role(role) not in _SENIOR:
        raise OverBudget
    if not is_confirmed:
        raise ConfirmOverBudget


def month_of(day: date) -> date:
    """Return the first day of a month."""
    return day.replace(day=1)


def next_month(month: date) -> date:
    """Return the first day of the month after."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
