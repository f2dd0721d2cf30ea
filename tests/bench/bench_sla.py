"""Print how many deadlines a second the clock engine gives, and how long a far one takes.

Run from the top folder: `python -m tests.bench.bench_sla`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from time import perf_counter

from crm.sla.rules import (
    BusinessCalendar,
    Channel,
    Clock,
    CountingMode,
    Period,
    Policy,
    Received,
    SlaTarget,
    attainment,
    clock_alerts,
    clock_state,
    derive_clocks,
    due_at,
    openings,
)

START = datetime(2026, 1, 5, 8, tzinfo=UTC)
LUNCH = ((time(9), time(12)), (time(13, 30), time(18)))
TARGETS = [
    SlaTarget(CountingMode.ELAPSED, timedelta(hours=24)),
    SlaTarget(CountingMode.OPEN_DAYS, timedelta(days=5)),
    SlaTarget(CountingMode.OPEN_HOURS, timedelta(hours=2)),
    SlaTarget(CountingMode.DAY_END, min_open_time=timedelta(hours=1)),
]
TWO_YEARS = SlaTarget(CountingMode.OPEN_HOURS, timedelta(hours=7.5 * 261 * 2))


def a_calendar() -> BusinessCalendar:
    """Return an office with a lunch break and twenty holidays."""
    holidays = {date(2026 + n // 10, 1 + n % 10, 15): () for n in range(20)}
    return BusinessCalendar("America/New_York", dict.fromkeys(range(5), LUNCH), holidays)


def seconds(work: Callable[[], object]) -> float:
    """Return how long a piece of work takes."""
    begin = perf_counter()
    work()
    return perf_counter() - begin


def deadlines(calendar: BusinessCalendar, target: SlaTarget, count: int) -> None:
    """Compute deadlines of starts spread over a year."""
    for number in range(count):
        due_at(START + timedelta(minutes=25.7 * number), target, calendar)


def forget_openings() -> None:
    """Empty every cache of openings and of the offsets of zones."""
    for each in vars(openings).values():
        if hasattr(each, "cache_clear"):
            each.cache_clear()


def far_deadlines(rounds: int) -> tuple[list[float], list[float]]:
    """Time the deadline two years away, with nothing cached and with its openings cached."""
    cold, warm = [], []
    for _ in range(rounds):
        forget_openings()
        due = partial(due_at, START, TWO_YEARS, a_calendar())
        cold.append(seconds(due))
        warm.append(seconds(due))
    return sorted(cold), sorted(warm)


def running_clocks(calendar: BusinessCalendar, count: int) -> list[Clock]:
    """Return clocks as a sweep finds them."""
    start = Received(occurred_at=START, channel=Channel.EMAIL)
    events = [replace(start, occurred_at=START + n * timedelta(hours=1)) for n in range(count // 2)]
    return [clock for event in events for clock in derive_clocks([event], Policy(), calendar)]


def sweep(clocks: list[Clock], now: datetime) -> None:
    """Ask every clock how it stands and when it alerts."""
    for clock in clocks:
        clock_state(clock, now)
        clock_alerts(clock)


def main() -> None:
    """Measure on one core."""
    calendar = a_calendar()
    for target in TARGETS:
        taken = seconds(partial(deadlines, calendar, target, 20_000))
        print(f"{target.mode:10}  {20_000 / taken:9,.0f} deadlines/s")
    for name, times in zip(("cold", "warm"), far_deadlines(50), strict=True):
        print(f"two years away, {name}  {1000 * times[25]:.3f} ms (worst {1000 * times[-1]:.3f})")
    print(f"it is due {due_at(START, TWO_YEARS, calendar):%Y-%m-%d %H:%M} UTC")
    clocks = running_clocks(calendar, 2_000)
    now = START + timedelta(days=20)
    print(f"sweep of 2,000 running clocks  {seconds(partial(sweep, clocks, now)):.3f} s")
    period = Period(START, START + timedelta(days=90))
    print(f"attainment of them  {seconds(partial(attainment, clocks, period, now)):.3f} s")


if __name__ == "__main__":
    main()
