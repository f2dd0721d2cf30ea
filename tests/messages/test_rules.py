"""When a message is tried again and when it is given up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crm.messages.rules import GIVE_UP_AFTER, goes_by_mail, is_mail_address, next_try

NOON = datetime(2026, 6, 12, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("attempts", "wait"), [(1, 30), (2, 60), (3, 120), (8, 3840), (10, 15360), (11, 21600), (90, 21600)]
)
def test_the_wait_doubles_up_to_six_hours(attempts: int, wait: int) -> None:
    assert next_try(attempts, created_at=NOON, now=NOON) == NOON + timedelta(seconds=wait)


def test_after_three_days_a_person_has_to_look() -> None:
    assert next_try(8, created_at=NOON, now=NOON + GIVE_UP_AFTER) is None
    assert next_try(8, created_at=NOON, now=NOON + GIVE_UP_AFTER - timedelta(seconds=1)) is not None


@pytest.mark.parametrize("days", [3, 400, -400])
def test_after_days_without_a_try_or_with_a_clock_that_was_set_it_is_tried_some_times_more(days: int) -> None:
    later = NOON + timedelta(days=days)
    assert next_try(7, created_at=NOON, now=later) == later + timedelta(minutes=32)
    assert next_try(8, created_at=NOON, now=later) is None


@pytest.mark.parametrize(
    ("recipient", "is_by_mail"),
    [("meena@jasmine.example", True), ("tgram://token/chat", False), ("mailto://a:b@c.d", False)],
)
def test_what_goes_by_mail(recipient: str, is_by_mail: bool) -> None:
    assert goes_by_mail(recipient) is is_by_mail


@pytest.mark.parametrize(
    ("text", "is_mail"),
    [
        ("meena@jasmine.example", True),
        ("மீனா@jasmine.example", True),
        ("@", False),
        ("meena@", False),
        ("mee na@jasmine.example", False),
        ("meena@jasmine.example, ravi@jasmine.example", False),
        ("meena@jasmine.example\r\nBcc: all@jasmine.example", False),
        ("meena@jas\u2028mine.example", False),
        ("tgram://token/chat", False),
    ],
)
def test_one_mail_address_is_one_mail_address(text: str, is_mail: bool) -> None:
    assert is_mail_address(text) is is_mail
