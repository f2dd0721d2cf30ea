"""Names, rotation and the night hour of backups."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from crm.shared.backups.rules import Kind, Shelved, file_name, last_good, night_of, parse_name, to_remove

NIGHT = datetime(2026, 6, 12, 20, 35, tzinfo=UTC)  # 02:05 on 13 June in Chennai
CHENNAI = "Asia/Kolkata"


def _nights(count: int) -> list[Shelved]:
    times = [NIGHT - timedelta(days=number) for number in range(count)]
    return [Shelved(file_name(Kind.NIGHTLY, at), Kind.NIGHTLY, at, True) for at in times]


def test_two_years_of_nights_leave_seven_days_five_weeks_and_twelve_months() -> None:
    nights = _nights(730)
    kept = {each.made_at.date() + timedelta(days=1) for each in nights} - {
        each.made_at.date() + timedelta(days=1) for each in nights if each.name in to_remove(nights, CHENNAI)
    }
    days = [date(2026, 6, day) for day in range(7, 14)]
    weeks = [date(2026, 6, 13), date(2026, 6, 7), date(2026, 5, 31), date(2026, 5, 24), date(2026, 5, 17)]
    months = [date(2026, 5, 31), date(2026, 4, 30), date(2026, 3, 31), date(2026, 2, 28), date(2026, 1, 31)]
    months += [date(2025, 12, 31), date(2025, 11, 30), date(2025, 10, 31), date(2025, 9, 30), date(2025, 8, 31)]
    months += [date(2025, 7, 31)]
    assert kept == {*days, *weeks, *months}


def test_removing_every_night_comes_to_the_same() -> None:
    shelf: list[Shelved] = []
    for night in reversed(_nights(120)):
        shelf.append(night)
        gone = to_remove(shelf, CHENNAI)
        shelf = [each for each in shelf if each.name not in gone]
    at_once = _nights(120)
    assert {each.name for each in shelf} == {each.name for each in at_once} - to_remove(at_once, CHENNAI)


def test_a_bad_backup_takes_no_place_and_only_the_newest_bad_one_stays() -> None:
    nights = _nights(9)
    bad = [Shelved(each.name, each.kind, each.made_at, False) for each in nights[:2]]
    gone = to_remove([*bad, *nights[2:]], CHENNAI)
    assert gone == {nights[1].name}


def test_of_other_kinds_the_newest_five_stay() -> None:
    times = [NIGHT - timedelta(hours=number) for number in range(7)]
    for kind in (Kind.BY_HAND, Kind.BEFORE_UPGRADE, Kind.BEFORE_RESTORE):
        shelf = [Shelved(file_name(kind, at), kind, at) for at in times]
        assert to_remove(shelf, CHENNAI) == {each.name for each in shelf[5:]}


def test_the_last_good_one_is_the_newest_that_was_restored() -> None:
    first, second, third = _nights(3)
    untested = Shelved(first.name, first.kind, first.made_at)
    bad = Shelved(second.name, second.kind, second.made_at, False)
    assert last_good([untested, bad, third]) is third
    assert last_good([untested, bad]) is untested
    assert last_good([bad]) is None


@pytest.mark.parametrize(
    ("name", "is_ours"),
    [
        ("regulars-20260612T203500Z-nightly.zip", True),
        ("regulars-20260612T203500Z-by-hand.zip", True),
        ("regulars-20261312T203500Z-nightly.zip", False),
        ("regulars-20260612T203500Z-other.zip", False),
        ("../regulars-20260612T203500Z-nightly.zip", False),
        ("regulars-20260612T203500Z-nightly.zip.part", False),
    ],
)
def test_names(name: str, is_ours: bool) -> None:
    parsed = parse_name(name)
    assert (parsed is not None) is is_ours
    if parsed is not None:
        assert file_name(parsed.kind, parsed.made_at) == name


@pytest.mark.parametrize(
    ("now", "zone", "night"),
    [
        (datetime(2026, 6, 12, 20, 29, 59, tzinfo=UTC), CHENNAI, None),
        (datetime(2026, 6, 12, 20, 30, tzinfo=UTC), CHENNAI, date(2026, 6, 13)),
        (datetime(2026, 6, 13, 17, 0, tzinfo=UTC), CHENNAI, date(2026, 6, 13)),
        # In London 01:00 to 02:00 does not exist on 29 March 2026; the night of that date still comes.
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), "Europe/London", None),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "Europe/London", date(2026, 3, 29)),
    ],
)
def test_the_night_of_a_date(now: datetime, zone: str, night: date | None) -> None:
    assert night_of(now, zone) == night
