"""Public holidays as proposals: states, languages, estimates, and where nothing is known."""

from __future__ import annotations

from datetime import date

import pytest

from crm.sla.public_holidays import has_holidays, proposals, regions


def test_a_state_has_its_own_days_in_the_readers_language() -> None:
    assert ("TN", "Tamil Nadu") in regions("IN")
    names = {each.on: each.name for each in proposals("IN", "TN", (2026,), "ta")}
    assert names[date(2026, 10, 2)] == "மகாத்மா காந்தியின் பிறந்தநாள்" or date(2026, 10, 2) in names
    assert date(2026, 1, 14) in names or date(2026, 1, 15) in names
    national = {each.on for each in proposals("IN", "", (2026,), "en")}
    assert national < set(names)


def test_estimates_are_marked_and_their_name_is_plain() -> None:
    estimated = [each for each in proposals("IN", "TN", (2027,), "en") if each.is_estimated]
    assert estimated
    assert not any("estimated" in each.name for each in proposals("IN", "TN", (2027,), "en"))
    assert len([each for each in proposals("IN", "TN", (2027,), "ta") if each.is_estimated]) == len(estimated)


@pytest.mark.parametrize(("country", "region"), [("IN", "Mars"), ("IR", ""), ("US", "CA"), ("DE", "BY")])
def test_any_region_gives_proposals_in_order(country: str, region: str) -> None:
    days = [each.on for each in proposals(country, region, (2026, 2027), "en")]
    assert days == sorted(days) and len(set(days)) == len(days) > 5


def test_nothing_is_known_of_some_places_and_years() -> None:
    assert not has_holidays("XX") and regions("XX") == () and proposals("XX", "", (2026,), "en") == ()
    assert proposals("LK", "", (2080,), "en") == ()
