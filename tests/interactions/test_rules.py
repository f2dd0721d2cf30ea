"""When entries count, who may change them, amounts in any digits, and when follow-ups are due."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from crm.interactions import rules
from crm.interactions.rules import DueState
from crm.shared.errors import Refused

NOW = datetime(2026, 6, 12, 11, 0, tzinfo=UTC)
LOCAL = datetime.combine(date(2026, 6, 12), time(16, 30))
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (None, NOW),
        (NOW - timedelta(days=3), NOW - timedelta(days=3)),
        (NOW, NOW),
        (NOW + MINUTE, NOW),
    ],
)
def test_an_entry_happened_now_or_before(at: datetime | None, expected: datetime) -> None:
    assert rules.occurred(at, NOW) == expected


def test_the_future_is_refused() -> None:
    with pytest.raises(rules.NotYetHappened):
        rules.occurred(NOW + MINUTE + timedelta(seconds=1), NOW)


@pytest.mark.parametrize(("minutes", "expected"), [(0, False), (59, False), (60, False), (61, True)])
def test_late_after_an_hour(minutes: int, expected: bool) -> None:
    assert rules.is_late(NOW - minutes * MINUTE, NOW) is expected


@pytest.mark.parametrize(
    ("author", "minutes", "expected"),
    [(7, 0, True), (7, 14, True), (7, 15, True), (7, 16, False), (8, 1, False), (None, 1, False)],
)
def test_own_entries_can_be_changed_for_15_minutes(author: int | None, minutes: int, expected: bool) -> None:
    assert rules.may_edit(author, NOW - minutes * MINUTE, by_id=7, now=NOW) is expected


@pytest.mark.parametrize(
    ("wall", "zone", "expected"),
    [
        (LOCAL, "Asia/Kolkata", NOW),
        (
            datetime.combine(date(2026, 11, 1), time(1, 30)),
            "America/New_York",
            datetime(2026, 11, 1, 5, 30, tzinfo=UTC),
        ),
        (datetime.combine(date(2026, 3, 8), time(2, 30)), "America/New_York", datetime(2026, 3, 8, 7, 30, tzinfo=UTC)),
    ],
)
def test_a_wall_clock_reading_is_one_instant(wall: datetime, zone: str, expected: datetime) -> None:
    assert rules.moment_of(wall, zone) == expected


@pytest.mark.parametrize(
    ("channel", "outcome", "expected"),
    [("phone", "no-answer", "no-answer"), ("phone", "", ""), ("email", "voicemail", ""), ("in-person", None, "")],
)
def test_only_calls_have_an_outcome(channel: str, outcome: str | None, expected: str) -> None:
    assert rules.outcome_of(channel, outcome) == expected


@pytest.mark.parametrize(
    ("kind", "outcome", "note", "is_refused"),
    [
        ("enquiry", "", "", True),
        ("complaint", "reached", "  ", True),
        ("enquiry", "", "asks for Saturday", False),
        ("visit", "", "", False),
        ("purchase", "", "", False),
        ("enquiry", "no-answer", "", False),
        ("follow-up", "voicemail", "", False),
    ],
)
def test_an_entry_says_something(kind: str, outcome: str, note: str, is_refused: bool) -> None:
    if is_refused:
        with pytest.raises(rules.NothingSaid):
            rules.check_note(kind, outcome, note)
    else:
        rules.check_note(kind, outcome, note)


@pytest.mark.parametrize(
    ("text", "decimals", "expected"),
    [
        ("", 2, None),
        ("  ", 2, None),
        ("0", 2, "0.00"),
        ("2400", 2, "2400.00"),
        ("2,400", 2, "2400.00"),
        ("2.400", 2, "2400.00"),
        ("2.40", 2, "2.40"),
        ("2,4", 2, "2.40"),
        ("2,400.50", 2, "2400.50"),
        ("2.400,50", 2, "2400.50"),
        ("1,20,000", 2, "120000.00"),
        ("1.234.567", 2, "1234567.00"),
        ("₹ 2,400", 2, "2400.00"),
        ("2 400,50 €", 2, "2400.50"),
        ("1'234.50", 2, "1234.50"),
        ("۲۴۰۰", 2, "2400.00"),
        ("۲٬۴۰۰٫۵", 2, "2400.50"),
        ("٢٤٠٠٫٥٠", 2, "2400.50"),
        ("२,४००.५०", 2, "2400.50"),
        ("௨௪௦௦", 2, "2400.00"),
        ("1.250", 3, "1.250"),
        ("1,250", 3, "1250.000"),
        ("5000", 0, "5000"),
        ("5.000", 0, "5000"),
        ("0.50", 2, "0.50"),
        ("0,5", 2, "0.50"),
        ("0.500", 3, "0.500"),
        ("10,000", 2, "10000.00"),
    ],
)
def test_amounts_in_the_digits_of_the_counter(text: str, decimals: int, expected: str | None) -> None:
    amount = rules.parse_amount(text, decimals)
    assert amount == (None if expected is None else Decimal(expected))
    assert amount is None or str(amount) == expected


@pytest.mark.parametrize(
    "text",
    [
        "0.500",
        "0,500",
        "0.001",
        "0,001",
        "0.500,50",
        "00,500",
        "0,20,000",
        "abc",
        "-5",
        "1,2,3",
        "12,34,56",
        "1,,000",
        "1.2.3,4",
        "2400.123456",
        "123456789012",
        "5.",
        "1e5",
        "½",
        "٫",
    ],
)
def test_unclear_amounts_are_refused(text: str) -> None:
    if text == "5.":
        assert rules.parse_amount(text) == Decimal("5.00")
        return
    with pytest.raises(rules.BadAmount):
        rules.parse_amount(text)


@pytest.mark.parametrize(
    ("choice", "on", "at", "expected"),
    [
        ("today", None, None, date(2026, 6, 12)),
        ("today", None, time(16, 30), date(2026, 6, 12)),
        ("tomorrow", None, time(9), date(2026, 6, 13)),
        ("week", None, None, date(2026, 6, 19)),
        ("date", date(2026, 6, 12), None, date(2026, 6, 12)),
        ("date", date(2027, 1, 1), time(9), date(2027, 1, 1)),
    ],
)
def test_the_day_that_was_picked(choice: str, on: date | None, at: time | None, expected: date) -> None:
    assert rules.due_day(choice, on, at, now_local=LOCAL) == rules.DueDay(expected, at)


@pytest.mark.parametrize(
    ("choice", "on", "at", "refusal"),
    [
        ("date", None, None, rules.NoDueDate),
        ("date", date(2026, 6, 11), None, rules.DueInThePast),
        ("today", None, time(16, 29), rules.DueInThePast),
    ],
)
def test_days_that_cannot_be_picked(choice: str, on: date | None, at: time | None, refusal: type[Refused]) -> None:
    with pytest.raises(refusal):
        rules.due_day(choice, on, at, now_local=LOCAL)


def test_a_task_is_the_first_line_of_the_note_unless_written() -> None:
    assert rules.task_of(" Call back ", "long story") == "Call back"
    assert rules.task_of("", "\n Ask again\nmore") == "Ask again"
    assert len(rules.task_of("", "x" * 400)) == rules.LONGEST_TASK
    with pytest.raises(rules.NoTask):
        rules.task_of("", " \n ")


@pytest.mark.parametrize(
    ("due_on", "due_time", "expected"),
    [
        (date(2026, 6, 11), None, DueState.OVERDUE),
        (date(2026, 6, 12), time(16, 29), DueState.OVERDUE),
        (date(2026, 6, 12), time(16, 30), DueState.SOON),
        (date(2026, 6, 12), time(17, 30), DueState.SOON),
        (date(2026, 6, 12), time(17, 31), DueState.TODAY),
        (date(2026, 6, 12), None, DueState.TODAY),
        (date(2026, 6, 13), time(9), DueState.LATER),
    ],
)
def test_how_a_follow_up_stands(due_on: date, due_time: time | None, expected: DueState) -> None:
    assert rules.due_state(due_on, due_time, now_local=LOCAL) is expected
    assert rules.due_state(due_on, due_time, now_local=LOCAL, is_done=True) is DueState.DONE


@pytest.mark.parametrize("text", ["1.234,567,890", "1,234.567.890", "12.34,567.8,9"])
def test_an_amount_whose_thousands_are_parted_by_two_signs_is_refused(text: str) -> None:
    with pytest.raises(rules.BadAmount):
        rules.parse_amount(text)
