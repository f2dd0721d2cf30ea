"""Who is a customer on a date, and what follows over a period: retention, churn, what a customer is worth; pure.

Somebody is a customer at the end of a date if the last visit until then is no older than the business's own limit
(180 days by default). Whoever was one when a period began and is none when it ends was lost. A newcomer came for the
first time; whoever was lost before the period and came again in it has come back, and counts as new beside them.
Formulas: DOMAIN.md, "The owner's figures and their rhythm".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

DAYS_OF_A_YEAR = Decimal("365.25")


def earliest_visit_of_a_customer(on: date, *, lost_days: int) -> date:
    """Return the date on or after which the last visit lies of whoever is a customer at the end of a date."""
    return on - timedelta(lost_days)


def retention_rate(at_start: int, at_end: int, new: int) -> float | None:
    """Return (customers at the end - new ones) / customers at the start; None where there were none."""
    return (at_end - new) / at_start if at_start else None


def churn_rate(lost: int, at_start: int) -> float | None:
    """Return lost customers / customers at the start; None where there were none."""
    return lost / at_start if at_start else None


def growth(now: int, before: int) -> float | None:
    """Return by which share a number grew (below 0: shrank); None where there was nothing before."""
    return (now - before) / before if before else None


@dataclass(frozen=True)
class Turnover:
    """Customers of a period: at its start, of them still at its end, and who came for the first time or came back.

    `referred`: of those who came for the first time, how many somebody brought.
    """

    at_start: int
    kept: int
    first_time: int
    came_back: int
    referred: int = 0

    @property
    def new(self) -> int:
        """Return how many are customers at the end and were none at the start."""
        return self.first_time + self.came_back

    @property
    def at_end(self) -> int:
        """Return how many are customers at the end."""
        return self.kept + self.new

    @property
    def lost(self) -> int:
        """Return how many were customers at the start and are none at the end."""
        return self.at_start - self.kept

    @property
    def retention(self) -> float | None:
        """Return the retention rate, from 0 to 1."""
        return retention_rate(self.at_start, self.at_end, self.new)

    @property
    def churn(self) -> float | None:
        """Return the churn rate, from 0 to 1."""
        return churn_rate(self.lost, self.at_start)

    @property
    def growth(self) -> float | None:
        """Return by which share the number of customers grew; below 0 where it shrank."""
        return growth(self.at_end, self.at_start)


@dataclass(frozen=True)
class Worth:
    """Those who are customers today: their visits and what they spent in 12 months, and for how many days they are.

    `spend` is in the business's currency; visits on one date count once.
    """

    customers: int
    visits: int
    spend: Decimal
    days: int

    @property
    def per_visit(self) -> Decimal | None:
        """Return the average spend of a visit; None without visits."""
        return self.spend / self.visits if self.visits else None

    @property
    def visits_a_year(self) -> Decimal | None:
        """Return how often a customer came in 12 months, on average."""
        return Decimal(self.visits) / self.customers if self.customers else None

    @property
    def years(self) -> Decimal | None:
        """Return for how many years they have been customers, on average."""
        return self.days / DAYS_OF_A_YEAR / self.customers if self.customers else None

    @property
    def lifetime_value(self) -> Decimal | None:
        """Return spend per visit x visits a year x years as a customer; None where no amount was noted."""
        per_visit, visits, years = self.per_visit, self.visits_a_year, self.years
        return per_visit * visits * years if self.spend and per_visit and visits and years is not None else None
