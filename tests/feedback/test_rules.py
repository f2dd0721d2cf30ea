"""Who may be asked, what a link still does, which score is low, and the figures: tables of examples."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crm.contacts.rules import ContactBlocked
from crm.contacts.rules.consent import ConsentLine
from crm.feedback import rules
from crm.feedback.rules import AskFacts, Band, LinkState, Measure, Response, Scores, Way
from crm.loyalty.rules.tact import Held, Hold, TactFacts
from crm.shared.errors import Refused

TODAY = date(2026, 6, 12)
NOW = datetime(2026, 6, 12, 11, 0, tzinfo=UTC)
CASES = Path(__file__).parents[3] / "shared" / "data" / "metrics.json"
MINUTE = timedelta(minutes=1)


def _said(channel: str, is_given: bool) -> dict[tuple[str, str], ConsentLine]:
    line = ConsentLine(id=1, contact_id=1, channel=channel, purpose="feedback", is_given=is_given, at=NOW)
    return {(channel, "feedback"): line}


YES, NO = _said("email", True), _said("email", False)


def _facts(**given: Any) -> AskFacts:
    tact = {name: given.pop(name) for name in ("has_died", "complaint_ids", "mourning_until") if name in given}
    return AskFacts(tact=TactFacts(consents=given.pop("consents", YES), **tact), **given)


# ── Who may be asked ──


@pytest.mark.parametrize(
    ("facts", "way", "refusal"),
    [
        (_facts(), Way.EMAIL, None),
        (_facts(is_blocked=True), Way.LINK, ContactBlocked),
        (_facts(is_archived=True), Way.LINK, rules.ContactArchived),
        (_facts(has_address=False), Way.EMAIL, rules.NoMailAddress),
        (_facts(has_address=False), Way.LINK, None),
        (_facts(consents={}), Way.EMAIL, rules.NotAllowed),
        (_facts(consents={}), Way.LINK, None),
        (_facts(consents=NO), Way.EMAIL, rules.NotAllowed),
        (_facts(consents=NO), Way.LINK, rules.NotAllowed),
        (_facts(consents=NO | _said("phone", True)), Way.LINK, None),
        (_facts(consents=_said("phone", True)), Way.EMAIL, rules.NotAllowed),
        (_facts(last_asked_on=date(2026, 6, 12)), Way.LINK, rules.AskedLately),
        (_facts(last_asked_on=date(2026, 5, 14)), Way.LINK, rules.AskedLately),
        (_facts(last_asked_on=date(2026, 5, 13)), Way.LINK, None),
        (_facts(last_asked_on=date(2026, 5, 12)), Way.LINK, None),
        (_facts(last_asked_on=date(2026, 6, 12), limit_days=0), Way.LINK, None),
        (_facts(last_asked_on=date(2026, 6, 11), limit_days=1), Way.LINK, None),
        (_facts(complaint_ids=(4,)), Way.EMAIL, Held),
        (_facts(has_died=True), Way.LINK, Held),
        (_facts(mourning_until=TODAY), Way.EMAIL, Held),
        (_facts(mourning_until=TODAY - timedelta(days=1)), Way.EMAIL, None),
    ],
)
def test_who_may_be_asked(facts: AskFacts, way: Way, refusal: type[Refused] | None) -> None:
    if refusal is None:
        assert rules.check_ask(facts, way, TODAY) == ()
        return
    with pytest.raises(refusal):
        rules.check_ask(facts, way, TODAY)


def test_a_person_decides_against_tact_but_never_against_consent_or_the_limit() -> None:
    held = _facts(complaint_ids=(4,), mourning_until=TODAY)
    assert rules.check_ask(held, Way.LINK, TODAY, why="She asked for it") == (Hold.OPEN_COMPLAINT, Hold.BEREAVEMENT)
    with pytest.raises(Held):
        rules.check_ask(held, Way.LINK, TODAY, why="  ")
    with pytest.raises(rules.NotAllowed):
        rules.check_ask(_facts(consents=NO), Way.LINK, TODAY, why="all the same")
    with pytest.raises(rules.AskedLately):
        rules.check_ask(_facts(last_asked_on=TODAY), Way.LINK, TODAY, why="all the same")


def test_the_complaint_that_the_question_is_about_does_not_speak_against_it() -> None:
    assert rules.check_ask(_facts(complaint_ids=(4,)), Way.LINK, TODAY, about_id=4) == ()
    with pytest.raises(Held):
        rules.check_ask(_facts(complaint_ids=(4, 5)), Way.LINK, TODAY, about_id=4)


def test_when_somebody_may_be_asked_again() -> None:
    assert rules.next_ask_on(date(2026, 1, 31), 30) == date(2026, 3, 2)
    assert rules.next_ask_on(None, 30) is None


# ── The link ──


@pytest.mark.parametrize(
    ("expires_in", "answered_ago", "state"),
    [
        (MINUTE, None, LinkState.OPEN),
        (timedelta(0), None, LinkState.VOID),
        (-MINUTE, None, LinkState.VOID),
        (MINUTE, timedelta(0), LinkState.CHANGEABLE),
        (MINUTE, timedelta(minutes=59), LinkState.CHANGEABLE),
        (MINUTE, timedelta(minutes=60), LinkState.ANSWERED),
        (MINUTE, timedelta(days=2), LinkState.ANSWERED),
        (-MINUTE, timedelta(minutes=59), LinkState.CHANGEABLE),
        (-MINUTE, timedelta(minutes=60), LinkState.VOID),
        (MINUTE, timedelta(minutes=-30), LinkState.CHANGEABLE),
    ],
)
def test_what_a_link_still_does(expires_in: timedelta, answered_ago: timedelta | None, state: LinkState) -> None:
    at = None if answered_ago is None else NOW - answered_ago
    given: dict[str, Any] = {"expires_at": NOW + expires_in, "answered_at": at, "now": NOW}
    assert rules.link_state(**given, is_reachable=True) is state
    assert rules.link_state(**given, is_reachable=False) is LinkState.VOID


@pytest.mark.parametrize(
    ("address", "only_here"),
    [
        ("http://127.0.0.1:8000", True),
        ("http://localhost", True),
        ("http://[::1]:8000", True),
        ("https://crm.example.com", False),
        ("http://192.168.1.5:8000", False),
        ("", False),
    ],
)
def test_which_addresses_lead_customers_nowhere(address: str, only_here: bool) -> None:
    assert rules.opens_only_here(address) is only_here


# ── Scores ──


@pytest.mark.parametrize(
    ("measure", "score", "expected"),
    [
        *(("csat", 2, True), ("csat", 3, False)),
        *(("nps", 6, True), ("nps", 7, False), ("nps", 0, True)),
        *(("ces", 3, True), ("ces", 4, False)),
    ],
)
def test_which_score_is_low(measure: str, score: int, expected: bool) -> None:
    assert rules.is_low(measure, score) is expected


@pytest.mark.parametrize(
    ("measure", "score"), [("csat", 0), ("csat", 6), ("nps", -1), ("nps", 11), ("ces", 0), ("ces", 8)]
)
def test_a_score_outside_the_scale_is_refused(measure: str, score: int) -> None:
    with pytest.raises(rules.NoSuchScore):
        rules.check_score(measure, score)
    inside = min(max(score, rules.SCALES[Measure(measure)].least), rules.SCALES[Measure(measure)].most)
    assert rules.check_score(measure, inside) == inside


@pytest.mark.parametrize("measure", list(Measure))
def test_the_parts_of_a_scale_make_up_the_whole(measure: Measure) -> None:
    scores = Scores(measure, dict.fromkeys(rules.SCALES[measure].scores, 3))
    parts = [scores.among(band) for band in (Band.GOOD, Band.BETWEEN, Band.LOW)]
    assert sum(parts) == scores.among(Band.ALL) == scores.total and all(parts)


def _scores(measure: str, *given: int) -> Scores:
    return Scores(Measure(measure), Counter(given))


def test_the_figures_are_worked_out_from_counts() -> None:
    csat, nps, ces = _scores("csat", 5, 4, 3, 1), _scores("nps", 9, 10, 7, 3, 5, 8), _scores("ces", 7, 5, 4, 1)
    assert (csat.share, csat.figure, csat.total) == (0.5, 0.5, 4)
    assert nps.net == 0 == nps.figure
    assert (ces.mean, ces.figure, ces.share) == (4.25, 4.25, 0.5)
    assert [each.interval is None for each in (csat, nps, ces)] == [False] * 3


@pytest.mark.parametrize("measure", list(Measure))
def test_no_answers_are_no_figure(measure: Measure) -> None:
    none = Scores(measure)
    assert none.total == 0
    assert [none.share, none.net, none.mean, none.figure, none.interval] == [None] * 5
    assert Response().rate is None and Response(40, 10).rate == 0.25


# ── Intervals ──


@pytest.mark.parametrize(
    ("some", "total", "low", "high"),
    [
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (5, 10, 0.2366, 0.7634),
        (1, 1, 0.2065, 1.0),
        (81, 263, 0.2553, 0.3662),  # R. G. Newcombe, Statistics in Medicine 17 (1998), 857-872, table I, method 3
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_of_a_share(some: int, total: int, low: float, high: float) -> None:
    found = rules.wilson(some, total)
    assert found is not None
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)
    assert rules.wilson(0, 0) is None


@pytest.mark.parametrize(
    ("more", "less", "total", "low", "high"),
    [
        (27, 9, 45, 0.1486, 0.6014),  # 0.375 +- 1.96 * sqrt((37.5 / 48 - 0.375**2) / 48)
        (10, 10, 40, -0.2113, 0.2113),
        (4, 0, 4, 0.0694, 1.0),
        (0, 4, 4, -1.0, -0.0694),
        (2, 1, 3, -0.5133, 0.8467),
    ],
)
def test_the_interval_of_a_net_score(more: int, less: int, total: int, low: float, high: float) -> None:
    found = rules.net_interval(more, less, total)
    assert found is not None
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)
    assert rules.net_interval(0, 0, 0) is None


# ── Worked examples as published ──


def _published() -> list[Any]:
    if not CASES.exists():
        return [pytest.param({}, marks=pytest.mark.skip(reason="shared/data/metrics.json is not beside this checkout"))]
    cases = json.loads(CASES.read_text())["cases"]
    return [pytest.param(case, id=case["id"]) for case in cases if case["metric"] in {"NPS", "CSAT", "CES"}]


@pytest.mark.parametrize("case", _published())
def test_published_examples(case: dict[str, Any]) -> None:
    given, figure = case["given"], case["recomputed"]
    if "scores" in given:
        scores = _scores("nps", *given["scores"])
        assert scores.net is not None and round(100 * scores.net, 4) == round(figure, 4)
    elif "promoters_pct" in given:
        good, low = given["promoters_pct"], given["detractors_pct"]
        scores = Scores(Measure.NPS, {9: good, 7: 100 - good - low, 6: low})
        assert scores.net is not None and round(100 * scores.net, 6) == figure
    elif "satisfied" in given:
        good = given["satisfied"]
        scores = Scores(Measure.CSAT, {4: good, 3: given["responses"] - good})
        assert scores.share is not None and round(100 * scores.share, 6) == figure
    else:
        scores = Scores(Measure.CES, {int(score): count for score, count in given["counts"].items()})
        assert scores.mean is not None and round(scores.mean, 6) == figure


def test_shares_that_were_rounded_before_give_another_figure() -> None:
    """As in a published report: 32 % less 20 % is 12, its 67 answers give 11.94."""
    scores = Scores(Measure.NPS, {10: 21, 8: 33, 3: 13})
    assert scores.net is not None and round(100 * scores.net, 2) == 11.94
