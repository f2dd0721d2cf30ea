"""Print how many deadlines a second the clock engine gives, and how long a far one takes.

Run from the top folder: `python -m tests.bench.bench_sla`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from time import perf_counter

from crm.sla.rules import BusinessCalendar, CountingMode, SlaTarget, due_at
from crm.sla.rules.openings import page_of

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


def main() -> None:
    """Measure on one core."""
    calendar = a_calendar()
    for target in TARGETS:
        rate = 20_000 / seconds(lambda target=target: deadlines(calendar, target, 20_000))
        print(f"{target.mode:10}  {rate:9,.0f} deadlines/s")
    cold, warm = [], []
    for _ in range(50):
        page_of.cache_clear()
        fresh = a_calendar()
        cold.append(seconds(lambda fresh=fresh: due_at(START, TWO_YEARS, fresh)))
        warm.append(seconds(lambda fresh=fresh: due_at(START, TWO_YEARS, fresh)))
    print(f"two years away, cold  {1000 * sorted(cold)[25]:.3f} ms (worst {1000 * max(cold):.3f})")
    print(f"two years away, warm  {1000 * sorted(warm)[25]:.3f} ms (worst {1000 * max(warm):.3f})")
    print(f"it is due {due_at(START, TWO_YEARS, calendar):%Y-%m-%d %H:%M} UTC")


if __name__ == "__main__":
    main()
