"""The figures over a period and the records behind them: true counts, pages, a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine

from crm.accounts.models import Staff
from crm.contacts.actions.erasing import anonymise, block
from crm.feedback.actions.answering import Given, answer, answer_at_counter
from crm.feedback.actions.settings import make_counter_link
from crm.feedback.queries.figures import answers_in, questions_in, responses_in, scores_in
from crm.feedback.rules import Band, Measure, Response
from crm.reports import feedback_words as texts
from crm.shared.paging import PAGE_SIZE, encode_place
from crm.sla.queries import start_of_day
from crm.sla.rules import Period
from tests.client import PageClient
from tests.conftest import NOW
from tests.counting import counted_queries
from tests.factories.contacts import make_contact
from tests.factories.feedback import make_answer, make_invitation

MONTH = "from=2026-06-01&to=2026-06-30"


@pytest.fixture
def june(owner: Staff) -> Period:
    """June 2026 in Chennai."""
    return Period(start_of_day(date(2026, 6, 1)), start_of_day(date(2026, 6, 30), end=True))


@pytest.fixture
def answered(kavitha: Staff, june: Period) -> Iterator[None]:
    """Answers of June, one of May, one at the counter, and one question without an answer."""
    for number, score in enumerate((5, 4, 3, 1)):
        make_answer(make_contact(f"Guest {number}"), kavitha, score, comment=f"words {number}")
    for score in (10, 9, 7, 3, 5, 8):
        make_answer(make_contact(f"Friend {score}"), kavitha, score, Measure.NPS)
    make_invitation(make_contact("Silent"), kavitha)
    answer_at_counter(make_counter_link(now=NOW, by_id=None).id, Given(score=5, comment="quick"), now=NOW)
    with time_machine.travel(NOW - timedelta(days=20), tick=False):
        invitation, _token = make_invitation(make_contact("May"), kavitha)
        answer(invitation, Given(score=2), now=NOW - timedelta(days=20))
    with time_machine.travel(NOW, tick=False):
        yield


def test_the_figures_of_a_period_count_its_answers(answered: None, june: Period) -> None:
    scores, responses = scores_in(june), responses_in(june)
    assert scores[Measure.CSAT].counts == {5: 2, 4: 1, 3: 1, 1: 1} and scores[Measure.CSAT].share == 0.6
    assert scores[Measure.NPS].net == 0 and scores[Measure.CES].total == 0
    assert responses == {
        Measure.CSAT: Response(asked=5, answered=4), Measure.NPS: Response(asked=6, answered=6),
        Measure.CES: Response(),
    }  # fmt: skip
    may = Period(june.start - timedelta(days=31), june.start)
    assert scores_in(may)[Measure.CSAT].counts == {2: 1} and responses_in(may)[Measure.CSAT].asked == 1


def test_an_answer_at_the_first_instant_counts_and_at_the_last_does_not(kavitha: Staff, june: Period) -> None:
    link = make_counter_link(now=NOW, by_id=None)
    for at in (june.start - timedelta(seconds=1), june.start, june.end - timedelta(seconds=1), june.end):
        answer_at_counter(link.id, Given(score=4), now=at)
    assert scores_in(june)[Measure.CSAT].total == 2


def test_every_figure_opens_its_answers(answered: None, june: Period) -> None:
    for band, expected in ((Band.ALL, 5), (Band.GOOD, 3), (Band.BETWEEN, 1), (Band.LOW, 1)):
        rows = answers_in(june, Measure.CSAT, band).rows
        assert len(rows) == expected == scores_in(june)[Measure.CSAT].among(band)
    [low] = answers_in(june, Measure.CSAT, Band.LOW).rows
    assert (low.contact, low.score, low.comment) == ("Guest 3", 1, "words 3") and low.complaint_id is not None
    counter = [row for row in answers_in(june, Measure.CSAT, Band.GOOD).rows if row.invitation_id is None]
    assert [(row.contact, row.comment) for row in counter] == [(None, "quick")]
    assert [row.score for row in questions_in(june, Measure.CSAT).rows].count(None) == 1


def test_an_erased_person_still_counts(kavitha: Staff, june: Period) -> None:
    contact = make_contact("Meena")
    make_answer(contact, kavitha, 1)
    block(contact, now=NOW)
    anonymise(contact, now=NOW)
    assert scores_in(june)[Measure.CSAT].total == 1 and responses_in(june)[Measure.CSAT] == Response(1, 1)
    [row] = answers_in(june, Measure.CSAT, Band.ALL).rows
    assert row.contact is None and row.invitation_id is not None


def test_lists_page_by_key_and_never_show_one_twice(kavitha: Staff, june: Period) -> None:
    link = make_counter_link(now=NOW, by_id=None)
    for number in range(PAGE_SIZE + 3):
        answer_at_counter(link.id, Given(score=4), now=NOW - timedelta(minutes=number // 2))
    first = answers_in(june, Measure.CSAT, Band.ALL)
    rest = answers_in(june, Measure.CSAT, Band.ALL, first.next_place)
    ids = [row.id for row in [*first.rows, *rest.rows]]
    assert (len(first.rows), len(rest.rows), rest.next_place) == (PAGE_SIZE, 3, None)
    assert len(set(ids)) == len(ids)


# ── The pages ──


def test_the_page_tells_figures_with_what_they_rest_on(as_manager: PageClient, answered: None) -> None:
    page = as_manager.get(f"/review/feedback?{MONTH}").text
    assert "60%" in page and "5 answers" in page and "95% interval: 23% to 88%" in page
    assert "fewer than 10: only a hint" in page and "before: 0%, 1 answer" in page
    assert "No answers in this period." in page and "80%" in page
    assert "measure=csat&amp;band=low&amp;from=2026-06-01" in page
    answers = as_manager.get(f"/review/feedback/answers?measure=csat&{MONTH}").text
    assert "at the counter" in answers and "words 3" in answers and "C-" in answers and "1 of 5" in answers
    asked = as_manager.get(f"/review/feedback/asked?measure=csat&{MONTH}").text
    assert "Silent" in asked and "no answer" in asked
    assert "No answers of this kind" in as_manager.get("/review/feedback/answers?measure=ces").text
    assert "Nobody was asked" in as_manager.get("/review/feedback/asked?measure=ces").text


def test_an_empty_shop_is_told_how_to_begin(as_manager: PageClient) -> None:
    page = as_manager.get("/review/feedback").text
    assert page.count("No answers in this period.") == 3 and "Ask from a contact’s page" in page
    assert 'href="/review/feedback" aria-current="page"' in page


def test_who_may_not_review_sees_no_figures(as_kavitha: PageClient) -> None:
    for path in ("", "/answers", "/asked"):
        as_kavitha.get(f"/review/feedback{path}", status=403)


@pytest.mark.parametrize("query", ["measure=xyz", "measure=csat&band=none", "measure=csat&place=damaged"])
def test_what_is_not_there_is_not_found(as_manager: PageClient, query: str) -> None:
    as_manager.get(f"/review/feedback/answers?{query}", status=404)
    as_manager.get(f"/review/feedback/asked?place={encode_place(['x', 'y'])}", status=404)
    as_manager.get(f"/review/feedback/asked?place={encode_place([NOW.isoformat(), 'y'])}", status=404)


def test_the_pages_ask_a_fixed_number_of_queries(as_manager: PageClient, kavitha: Staff) -> None:
    counts = []
    for number in range(2):
        for each in range(4):
            make_answer(make_contact(f"Guest {number} {each}"), kavitha, 1 + each, comment="words")
        found = []
        for path in ("", "/answers", "/asked"):
            with counted_queries() as statements:
                as_manager.get(f"/review/feedback{path}")
            found.append(len(statements))
        counts.append(found)
    assert counts[0] == counts[1] and max(counts[0]) <= 7, counts


@pytest.mark.parametrize(
    ("net", "said"), [(0.4, "40"), (-0.454545, "-45"), (0.125, "13"), (-0.125, "-13"), (0.0, "0"), (1.0, "100")]
)
def test_points_are_whole(app: object, session: object, net: float, said: str) -> None:
    assert texts.points(net) == said


def test_no_figure_is_a_dash(app: object, owner: Staff, june: Period) -> None:
    none = scores_in(june)[Measure.NPS]
    assert (texts.figure_text(none), texts.interval_text(none)) == ("–", "")
