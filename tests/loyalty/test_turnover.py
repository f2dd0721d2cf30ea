"""Retention, churn and what a customer is worth: tables of examples."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from crm.loyalty.rules.turnover import (
    Turnover,
    Worth,
    churn_rate,
    earliest_visit_of_a_customer,
    growth,
    retention_rate,
)

METRICS = Path(__file__).parents[3] / "shared" / "data" / "metrics.json"


@pytest.mark.parametrize(
    ("at_start", "at_end", "new", "rate"),
    [
        (100, 100, 0, 1.0),
        (100, 90, 20, 0.7),
        (200, 210, 50, 0.8),
        (100, 0, 0, 0.0),
        (1, 5, 5, 0.0),
        (0, 30, 30, None),
        (0, 0, 0, None),
    ],
)
def test_retention_leaves_new_customers_out(at_start: int, at_end: int, new: int, rate: float | None) -> None:
    assert retention_rate(at_start, at_end, new) == rate


def test_retained_and_lost_make_up_all_of_the_start() -> None:
    year = Turnover(at_start=120, kept=90, first_time=40, came_back=5, referred=12)
    assert (year.lost, year.new, year.at_end) == (30, 45, 135)
    assert (year.retention, year.churn) == (0.75, 0.25)
    assert year.growth == pytest.approx(0.125)


def test_who_came_back_does_not_lift_retention_above_all() -> None:
    quarter = Turnover(at_start=10, kept=10, first_time=0, came_back=7)
    assert (quarter.retention, quarter.churn, quarter.growth) == (1.0, 0.0, 0.7)


def test_of_nobody_there_is_no_rate() -> None:
    opened = Turnover(at_start=0, kept=0, first_time=8, came_back=0)
    assert (opened.retention, opened.churn, opened.growth, opened.at_end) == (None, None, None, 8)


@pytest.mark.parametrize(
    ("on", "lost_days", "earliest"),
    [
        (date(2026, 6, 30), 180, date(2026, 1, 1)),
        (date(2024, 3, 1), 1, date(2024, 2, 29)),
        (date(2026, 6, 30), 365, date(2025, 6, 30)),
    ],
)
def test_from_when_on_a_visit_makes_a_customer(on: date, lost_days: int, earliest: date) -> None:
    assert earliest_visit_of_a_customer(on, lost_days=lost_days) == earliest


def test_lifetime_value_is_spend_times_visits_times_years() -> None:
    """Two customers, four visits of 250 each in the year, customers for two years."""
    worth = Worth(customers=2, visits=8, spend=Decimal(2000), days=1461)
    assert (worth.per_visit, worth.visits_a_year, worth.years) == (Decimal(250), Decimal(4), Decimal(2))
    assert worth.lifetime_value == Decimal(2000)


@pytest.mark.parametrize(
    "worth", [Worth(0, 0, Decimal(0), 0), Worth(3, 0, Decimal(0), 900), Worth(3, 9, Decimal(0), 900)]
)
def test_without_amounts_there_is_no_value(worth: Worth) -> None:
    assert worth.lifetime_value is None


def test_a_customer_since_today_is_worth_nothing_yet_said_as_nought() -> None:
    assert Worth(1, 1, Decimal(100), 0).lifetime_value == 0


@pytest.mark.skipif(not METRICS.exists(), reason="shared/data/metrics.json is not beside this checkout")
def test_published_rates_come_out_again() -> None:
    cases = [case for case in json.loads(METRICS.read_text())["cases"] if case["metric"] in ("churn", "growth")]
    assert len(cases) >= 4
    for case in cases:
        given, scale = case["given"], 100 if case.get("unit") == "percent" or case["metric"] == "growth" else 1
        is_churn = case["metric"] == "churn"
        rate = churn_rate(given["lost"], given["at_start"]) if is_churn else growth(given["now"], given["before"])
        assert rate is not None and rate * scale == pytest.approx(case["recomputed"]), case["id"]
