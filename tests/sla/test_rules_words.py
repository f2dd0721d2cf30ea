"""What is said aloud: targets, explanations, the promise slip, late entries (rules 30 to 32)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from crm.sla.rules import (
    DEFAULT_RESOLUTION,
    DEFAULT_RESPONSE,
    Bound,
    BusinessCalendar,
    Channel,
    Clock,
    ClockKind,
    FutureEntryError,
    IdleReason,
    Severity,
    SlaTarget,
    clock_due_at,
    describe_length,
    describe_target,
    explain,
    explain_clock,
    is_lowered,
    late_entry_needs_reason,
    promise_slip,
)
from crm.sla.rules.wording import time_text
from tests.sla.test_rules_cases import (
    ALWAYS,
    BAR_NIGHTS,
    CLOSING,
    ELAPSED,
    OFFICE,
    OPEN_DAYS,
    OPEN_HOURS,
    at,
    hours,
)

CHRISTMAS = {date(2026, 12, 25): "Christmas Day"}


@pytest.mark.parametrize(
    ("target", "sentence"),
    [
        (DEFAULT_RESPONSE["email"], "within 24 hours, counted on days we are open"),
        (DEFAULT_RESPONSE["letter"], "within 2 days, counted on days we are open"),
        (DEFAULT_RESPONSE["text"], "within 2 hours, counted in opening hours"),
        (DEFAULT_RESPONSE["in-person"], "within 15 minutes, counted in opening hours"),
        (
            DEFAULT_RESPONSE["phone"],
            "on the same business day, until we close, and with at least 1 hour of opening time",
        ),
        (DEFAULT_RESOLUTION["urgent"], "within 24 hours, counted on days we are open"),
        (CLOSING, "on the same business day, until we close"),
        (hours(1.5, ELAPSED), "within 1 hour 30 minutes, counted round the clock"),
        (SlaTarget(OPEN_HOURS), "within 0 minutes, counted in opening hours"),
    ],
)
def test_a_target_is_said_in_plain_words(target: SlaTarget, sentence: str) -> None:
    assert describe_target(target) == sentence


def test_lengths_in_words() -> None:
    assert describe_length(timedelta(hours=1, minutes=1, seconds=1)) == "1 hour 1 minute 1 second"
    assert describe_length(timedelta(days=2, hours=2)) == "50 hours"
    assert describe_length(timedelta(seconds=59)) == "59 seconds"


def shouted(text: str) -> str:
    """Stand in for a translation: capitals, placeholders left alone."""
    return "".join(
        part if number % 2 else part.upper()
        for number, part in enumerate(text.replace("%(", "\0%(").replace(")s", ")s\0").split("\0"))
    )


def test_an_explanation_over_a_holiday() -> None:
    told = explain(at("2026-12-24 11:00"), hours(2), OFFICE, (), CHRISTMAS)
    assert told.text().splitlines() == [
        "Started Thu 24 Dec 2026 11:00 (America/New_York).",
        "Target: within 2 hours, counted in opening hours.",
        "Thu 24 Dec 2026: 11:00 to 12:00 counts 1 hour, together 1 hour.",
        "Fri 25 Dec 2026: closed for Christmas Day, nothing counts.",
        "Sat 26 Dec 2026 to Sun 27 Dec 2026: closed, nothing counts.",
        "Mon 28 Dec 2026: 09:00 to 10:00 counts 1 hour, together 2 hours.",
        "Due Mon 28 Dec 2026 10:00.",
    ]
    assert [(day.on.day, day.reason) for day in told.idle_days] == [
        (25, IdleReason.HOLIDAY),
        (26, IdleReason.CLOSED),
        (27, IdleReason.CLOSED),
    ]
    assert told.segments[1].starts_at == at("2026-12-28 09:00")
    assert told.counted_time == timedelta(hours=2)


def test_an_explanation_with_pauses() -> None:
    pauses = [(at("2026-06-12 16:30"), at("2026-06-16 09:30")), (at("2026-06-20 09:00"),) * 2]
    told = explain(at("2026-06-12 16:00"), hours(2), OFFICE, pauses)
    assert told.lines()[2:-1] == (
        "Fri 12 Jun 2026: 16:00 to 16:30 counts 30 minutes, together 30 minutes.",
        "Sat 13 Jun 2026 to Sun 14 Jun 2026: closed, nothing counts.",
        "Mon 15 Jun 2026: paused, nothing counts.",
        "Tue 16 Jun 2026: 09:30 to 11:00 counts 1 hour 30 minutes, together 2 hours.",
        "Paused from Fri 12 Jun 2026 16:30 to Tue 16 Jun 2026 09:30: 9 hours not counted.",
    )
    later = [(at("2026-06-20 09:00"), at("2026-06-21 09:00"))]
    assert not explain(at("2026-06-15 09:00"), hours(2), OFFICE, later).pauses


def test_an_explanation_after_closing_and_until_midnight() -> None:
    told = explain(at("2026-06-15 18:00"), hours(2), OFFICE)
    assert told.lines()[2] == "Mon 15 Jun 2026: outside opening hours, nothing counts."
    days = explain(at("2026-06-13 10:00"), hours(24, OPEN_DAYS), OFFICE)
    assert days.lines()[3] == "Mon 15 Jun 2026: 00:00 to 24:00 counts 24 hours, together 24 hours."
    assert days.lines()[-1] == "Due Tue 16 Jun 2026 00:00."


def test_an_explanation_of_a_night_and_of_a_clock_change() -> None:
    bar = explain(at("2026-06-13 01:00"), hours(2), BAR_NIGHTS).lines()
    assert bar[2] == "Fri 12 Jun 2026: Sat 01:00 to Sat 02:00 counts 1 hour, together 1 hour."
    spring = explain(at("2026-03-08 00:30"), hours(4), ALWAYS).lines()
    assert spring[2].endswith("counts 4 hours, together 4 hours. The clocks change in this time.")
    real = explain(at("2026-03-07 20:00"), hours(24, ELAPSED), OFFICE).lines()
    assert real[2:4] == (
        "Sat 7 Mar 2026: 20:00 to 24:00 counts 4 hours, together 4 hours.",
        "Sun 8 Mar 2026: 00:00 to 21:00 counts 20 hours, together 24 hours. The clocks change in this time.",
    )


def test_an_explanation_of_nothing_to_count() -> None:
    told = explain(at("2026-06-15 10:00"), hours(0), OFFICE)
    assert told.counted_time == timedelta(0)
    assert told.due_at == at("2026-06-15 10:00")


def test_an_explanation_is_translated() -> None:
    text = explain(at("2026-12-24 11:00"), hours(2), OFFICE, (), CHRISTMAS).text(shouted)
    assert "CLOSED FOR Christmas Day, NOTHING COUNTS." in text
    assert text.startswith("STARTED Thu 24 Dec 2026 11:00")


def test_an_explanation_of_a_promise_and_of_limits() -> None:
    promise = Clock(
        ClockKind.PROMISE,
        at("2026-06-15 09:00"),
        OFFICE,
        promised_due_at=at("2026-06-15 12:00"),
    )
    assert explain_clock(promise).lines()[1] == "Promised by a person for that time."
    raised = Clock(
        ClockKind.RESOLUTION,
        at("2026-06-15 09:00"),
        OFFICE,
        hours(1),
        floor_from=at("2026-06-15 10:00"),
        floor_time=timedelta(minutes=30),
    )
    limited = replace(
        raised, ceiling=Bound(replace(promise, promised_due_at=at("2026-06-15 10:15")), raised.started_at)
    )
    assert explain_clock(limited).lines()[-3:] == (
        "Severity raised Mon 15 Jun 2026 10:00: some time from then is always left.",
        "An earlier promise is kept: it is not due later than that.",
        "Due Mon 15 Jun 2026 10:15.",
    )


@pytest.mark.parametrize(
    ("channel", "text"),
    [
        (Channel.PHONE, "We will call you by Wed 17:00. Your reference: C-104."),
        (Channel.EMAIL, "We will write to you by Wed 17:00. Your reference: C-104."),
        (Channel.IN_PERSON, "We will get back to you by Wed 17:00. Your reference: C-104."),
    ],
)
def test_the_promise_slip(channel: Channel, text: str) -> None:
    due, now = at("2026-06-17 17:00"), at("2026-06-15 09:00")
    assert promise_slip(due, "C-104", "America/New_York", channel, now=now) == text


def test_the_promise_slip_names_the_date_where_the_weekday_could_mislead() -> None:
    due = at("2026-06-21 09:00")
    far = promise_slip(due, "C-104", "Europe/London", now=at("2026-06-15 09:00"))
    assert far == "We will call you by Sun 21 Jun 2026 14:00. Your reference: C-104."
    assert promise_slip(due, "C-104", "Europe/London") == far


def test_times_show_seconds_where_there_are_some() -> None:
    assert time_text(time(16, 30)) == "16:30"
    assert time_text(time(16, 30, 5)) == "16:30:05"
    assert time_text(time(16, 30, 5, 20)) == "16:30:05.000020"


@pytest.mark.parametrize(
    ("logged", "expected"),
    [("10:00", False), ("11:00", False), ("11:00:00.000001", True), ("15:00", True)],
)
def test_late_entries_need_a_reason(logged: str, expected: bool) -> None:
    occurred_at, logged_at = at("2026-06-15 10:00"), at(f"2026-06-15 {logged}")
    assert late_entry_needs_reason(occurred_at, logged_at) is expected
    assert late_entry_needs_reason(occurred_at, logged_at, removes_breach=True)


def test_nothing_is_entered_for_the_future() -> None:
    with pytest.raises(FutureEntryError, match="future"):
        late_entry_needs_reason(at("2026-06-15 10:01"), at("2026-06-15 10:00"))


def test_lowering_a_severity() -> None:
    assert is_lowered(Severity.HIGH, Severity.NORMAL)
    assert not is_lowered(Severity.HIGH, Severity.HIGH)
    assert not is_lowered(Severity.LOW, Severity.URGENT)


def test_fractions_of_a_second_are_not_read_out_and_the_lengths_add_up() -> None:
    start = at("2026-06-12 16:34") + timedelta(seconds=7, microseconds=294_812)
    told = explain(start, hours(2), OFFICE)
    assert told.lines()[2:-1] == (
        "Fri 12 Jun 2026: 16:34:07 to 17:00 counts 25 minutes 53 seconds, together 25 minutes 53 seconds.",
        "Sat 13 Jun 2026 to Sun 14 Jun 2026: closed, nothing counts.",
        "Mon 15 Jun 2026: 09:00 to 10:34:07 counts 1 hour 34 minutes 7 seconds, together 2 hours.",
    )
    assert told.segments[0].starts_at == start  # the deadline itself is exact


@pytest.mark.parametrize(
    ("floor_time", "limit", "told"),
    [
        (timedelta(minutes=30), "12:00", "Severity raised"),
        (timedelta(minutes=0), "12:00", ""),
        (timedelta(minutes=0), "09:50", "An earlier promise"),
    ],
)
def test_only_the_limit_that_decides_is_told(floor_time: timedelta, limit: str, told: str) -> None:
    promised = at(f"2026-06-15 {limit}")
    start = at("2026-06-15 09:00")
    earlier = Clock(ClockKind.PROMISE, start, OFFICE, promised_due_at=promised)
    clock = Clock(ClockKind.RESOLUTION, start, OFFICE, hours(1), floor_from=at("2026-06-15 10:00"))
    lines = explain_clock(replace(clock, floor_time=floor_time, ceiling=Bound(earlier, start))).lines()
    limits = [line for line in lines if line.startswith(("Severity raised", "An earlier promise"))]
    assert [line.startswith(told) for line in limits] == ([True] if told else [])


@pytest.mark.parametrize(("theirs", "is_theirs"), [(hours(1), True), (hours(8), False)])
def test_a_merged_clock_is_explained_by_the_promise_that_decides(theirs: SlaTarget, is_theirs: bool) -> None:
    since = at("2026-06-15 11:00")
    own = Clock(ClockKind.FIRST_RESPONSE, at("2026-06-15 09:00"), OFFICE, hours(4), ref="own")
    other = Clock(ClockKind.FIRST_RESPONSE, at("2026-06-15 10:00"), OFFICE, theirs, ref="other")
    merged = replace(own, merged=(Bound(own, since), Bound(other, since)))
    told, plain = explain_clock(merged), explain_clock(other if is_theirs else own)
    assert told == replace(plain, has_limit=is_theirs)
    assert told.due_at == clock_due_at(merged) and told.counted_time == (theirs if is_theirs else hours(4)).length


def test_an_unreachable_deadline_says_so() -> None:
    days = {date(2026, 6, 13): ((time(9), time(17)),), date(2026, 6, 20): ((time(9), time(17)),)}
    stall = BusinessCalendar("UTC", {}, days)
    clock = Clock(ClockKind.RESOLUTION, at("2026-06-12 12:00"), stall, hours(40))
    assert explain_clock(clock).lines() == (
        "Started Fri 12 Jun 2026 16:00 (UTC).",
        "Target: within 40 hours, counted in opening hours.",
        "Fri 12 Jun 2026: closed, nothing counts.",
        "Sat 13 Jun 2026: 09:00 to 17:00 counts 8 hours, together 8 hours.",
        "Sun 14 Jun 2026 to Fri 19 Jun 2026: closed, nothing counts.",
        "Sat 20 Jun 2026: 09:00 to 17:00 counts 8 hours, together 16 hours.",
        "Sun 21 Jun 2026 to Wed 11 Jun 2031: closed, nothing counts.",
        "This deadline is unreachable: more than five years away.",
    )
