"""The rules about people: sessions, throttling, passwords, PINs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crm.accounts import rules
from crm.accounts.browsers import browser_name
from crm.accounts.rules import SessionState

NOON = datetime(2026, 6, 12, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("started", "seen", "locked", "state"),
    [
        (10, 0, None, SessionState.ACTIVE),
        (60, 14, None, SessionState.ACTIVE),
        (60, 15, None, SessionState.LOCKED),
        (60, 1, 1, SessionState.LOCKED),
        (719, 0, None, SessionState.ACTIVE),
        (720, 0, None, SessionState.ENDED),
        (720, 0, 0, SessionState.ENDED),
        (-60, -14, None, SessionState.ACTIVE),
        (-60, -15, None, SessionState.LOCKED),
        (-720, 0, None, SessionState.ENDED),
    ],
)
def test_session_state(started: int, seen: int, locked: int | None, state: SessionState) -> None:
    def minutes_ago(minutes: int) -> datetime:
        return NOON - timedelta(minutes=minutes)

    assert (
        rules.session_state(
            started_at=minutes_ago(started),
            seen_at=minutes_ago(seen),
            locked_at=None if locked is None else minutes_ago(locked),
            idle_minutes=15,
            now=NOON,
        )
        is state
    )


def test_idle_time_is_never_longer_than_half_an_hour() -> None:
    state = rules.session_state(
        started_at=NOON - timedelta(hours=2),
        seen_at=NOON - timedelta(minutes=30),
        locked_at=None,
        idle_minutes=600,
        now=NOON,
    )
    assert state is SessionState.LOCKED


@pytest.mark.parametrize(
    ("seconds_ago", "wait"),
    [
        ([], None),
        ([1, 2, 3, 4], None),
        ([1, 2, 3, 4, 5], 14),
        ([15, 16, 17, 18, 19], None),
        ([0, 1, 2, 3, 4, 5], 30),
        ([0] * 30, 300),
        ([900] * 30, None),
        ([-50] * 30, None),
    ],
)
def test_waiting_time_doubles_after_the_allowed_failures(seconds_ago: list[int], wait: int | None) -> None:
    failures = [NOON - timedelta(seconds=seconds) for seconds in seconds_ago]
    left = rules.retry_after(failures, allowed=5, window=timedelta(minutes=15), now=NOON)
    assert left == (None if wait is None else timedelta(seconds=wait))


def test_a_short_pin_waits_for_hours_in_the_end() -> None:
    (of_a_person, of_an_address) = rules.pin_limits(7, "10.0.0.9", own=5, shared=30, window=timedelta(minutes=15))
    assert (of_a_person.scope, of_an_address.scope) == ("pin:7", "pin-address:10.0.0.9")
    waits = {}
    for count in (4, 5, 9, 14, 30):
        failures = [NOON - timedelta(hours=20), *[NOON] * (count - 1)]
        waits[count] = rules.retry_after(
            failures,
            allowed=of_a_person.allowed,
            window=of_a_person.window,
            longest_wait=of_a_person.longest_wait,
            now=NOON,
        )
    assert waits == {
        4: None,
        5: timedelta(seconds=15),
        9: timedelta(minutes=4),
        14: timedelta(hours=2, minutes=8),
        30: timedelta(hours=4),
    }


@pytest.mark.parametrize(
    ("browser", "scopes"),
    [
        (None, {"account:a@x:10.0.0.9": 5, "account:a@x": 30, "address:10.0.0.9": 30}),
        ("b1", {"browser:b1:a@x": 5}),
    ],
)
def test_a_browser_that_is_known_is_counted_by_itself(browser: str | None, scopes: dict[str, int]) -> None:
    limits = rules.sign_in_limits("a@x", "10.0.0.9", browser, own=5, shared=30, window=timedelta(minutes=15))
    assert {limit.scope: limit.allowed for limit in limits} == scopes


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("1234567", "short"),
        ("x" * 129, "long"),
        ("PassWord1", "common"),
        ("jasmine salon", "own-words"),
        ("seven lotus ponds", ""),
        ("eightchr", ""),
        ("x" * 128, ""),
    ],
)
def test_password_problem(password: str, problem: str) -> None:
    found = rules.password_problem(password, common={"password1"}, own_words=["Jasmine", "Bo"])
    assert found == problem


@pytest.mark.parametrize("pin", ["2580", "90210", "19283746", " 2580 "])
def test_good_pins(pin: str) -> None:
    assert rules.check_pin(pin) == pin.strip()


@pytest.mark.parametrize("pin", ["", "123", "1234", "4321", "0000", "123456789", "12a4", "٢٥٨٠"])
def test_bad_pins(pin: str) -> None:
    with pytest.raises(rules.BadPin):
        rules.check_pin(pin)


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/128.0 Safari/537.36", "Chrome · Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/128.0 Safari/537.36 Edg/128.0", "Edge · Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/17.4 Safari/605.1.15", "Safari · macOS"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) CriOS/128.0 Mobile Safari/604.1", "Chrome · iPhone"),
        ("Mozilla/5.0 (Linux; Android 14; SM-S911B) SamsungBrowser/25.0 Chrome/121.0", "Samsung Internet · Android"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0", "Firefox · Linux"),
        ("curl/8.5.0", "curl/8.5.0"),
        ("", ""),
    ],
)
def test_a_browser_is_named_as_people_call_it(user_agent: str, name: str) -> None:
    assert browser_name(user_agent) == name
