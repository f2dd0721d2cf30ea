"""The review in the browser: figures, records, causes, excuses, closing a week, actions, the report."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import func, select

from crm.accounts.models import Staff
from crm.cli import cli
from crm.complaints.actions.conversation import Said, hear, say
from crm.complaints.models import BreachReview, Complaint, ComplaintClock, PreventiveAction, WeekReview
from crm.extensions import db
from crm.reports.printing.document import html_of
from crm.reports.queries.clocks import clock_line
from crm.reports.rules import Span
from crm.reports.sla_report import document_of, sla_report
from crm.shared.models import AuditEvent
from crm.shared.pdf import render_pdf
from tests.client import PageClient
from tests.conftest import NOW
from tests.counting import counted_queries
from tests.factories.complaints import by, make_case, make_complaint

PAGES = (
    "/review",
    "/review/clocks",
    "/review/complaints",
    "/review/remedies",
    "/review/breaches",
    "/review/late-entries",
    "/review/causes",
    "/print/promises",
)
LATER = NOW + timedelta(days=4)  # Tuesday of the next week


@pytest.fixture
def broken(kavitha: Staff) -> ComplaintClock:
    """A first response of last Friday that nobody gave."""
    complaint = make_complaint(kavitha)
    wanted = select(ComplaintClock).where(ComplaintClock.complaint_id == complaint.id)
    return db.session.scalars(wanted.where(ComplaintClock.kind == "first_response")).one()


@pytest.fixture
def later(app: Flask, owner: Staff) -> Iterator[PageClient]:
    """The owner's browser on Tuesday of the next week."""
    with time_machine.travel(LATER, tick=False):
        yield PageClient(app).signed_in(owner)


def test_a_foreign_channel_leaves_the_numbers_beside_it_to_a_page_from_right_to_left(
    as_owner: PageClient, owner: Staff, kavitha: Staff
) -> None:
    make_complaint(kavitha, channel="messaging")
    owner.language = "fa"
    page = as_owner.get("/review/complaints?from=2026-06-01&to=2026-06-30").text
    assert "<bdi>WhatsApp</bdi> ·" in page


@pytest.mark.parametrize("path", PAGES)
def test_pages_with_nothing_and_with_a_year(as_owner: PageClient, owner: Staff, path: str) -> None:
    as_owner.get(path)
    as_owner.get(path + "?period=last-quarter")
    as_owner.get(path + "?from=2026-01-01&to=nonsense")


@pytest.mark.parametrize("path", PAGES)
def test_pages_of_a_year(as_owner: PageClient, year: int, path: str) -> None:
    as_owner.get(path + "?from=2025-06-01&to=2026-06-30")


@pytest.mark.parametrize("path", PAGES)
def test_the_front_desk_sees_no_review(as_kavitha: PageClient, path: str) -> None:
    as_kavitha.get(path, status=403)


def test_an_empty_period_says_so(as_owner: PageClient) -> None:
    assert "No promise was due in this period." in as_owner.get("/review?period=last-month").text


def test_few_are_only_a_hint(broken: ComplaintClock, later: PageClient) -> None:
    text = later.get("/review?from=2026-06-08&to=2026-06-14").text
    assert "fewer than 10: only a hint" in text
    assert "0 of 1 promises kept" in text


def test_promises_are_rows_with_their_names_apart(broken: ComplaintClock, later: PageClient) -> None:
    page = later.get("/review/clocks?from=2026-06-08&to=2026-06-14&state=broken").text
    complaint = db.session.get_one(Complaint, broken.complaint_id)
    assert "<table" not in page and page.count(f"<bdi>{complaint.title}</bdi></a>") == 1
    assert "</bdi> · <bdi>" in page and "late by" in page and "overdue</span>" in page


def test_what_is_due_at_midnight_is_due_on_the_day_that_ends(broken: ComplaintClock, as_owner: PageClient) -> None:
    broken.due_at = datetime(2026, 6, 12, 18, 30, tzinfo=UTC)  # midnight in Chennai
    db.session.commit()
    page = as_owner.get("/review/clocks?from=2026-06-13&to=2026-06-13").text
    assert "12 Jun 2026, 24:00" in page and "13 Jun 2026, 00:00" not in page


def test_a_damaged_filter_is_not_found(as_owner: PageClient) -> None:
    as_owner.get("/review/clocks?category=1&weekday=99", status=404)
    as_owner.get("/review/complaints?measure=nothing", status=404)
    as_owner.get("/review/clocks?place=nothing", status=404)


def test_the_review_asks_few_questions_of_the_database(as_owner: PageClient, year: int) -> None:
    with counted_queries() as reads:
        as_owner.get("/review?from=2025-06-01&to=2026-06-30")
    assert len(reads) <= 20, reads


# ── Causes and excuses ──


def test_a_cause_is_named_and_changed(broken: ComplaintClock, later: PageClient) -> None:
    page = later.get("/review/breaches").text
    assert "1 broken promise of this week needs a cause" in page
    path = f"/review/breaches/{broken.id}/cause"
    later.post(path, {"cause": "handover", "note": "note went to the wrong person"})
    answer = later.post(path, {"cause": "short-staffed", "note": "", "back": "/review"}, htmx=True, status=200)
    assert answer.text.count("<li") == 1
    assert answer.text.count("hx-swap-oob") == 1 and "Close the week’s review" in answer.text
    review = db.session.scalars(select(BreachReview)).one()
    assert (review.cause, review.complaint_id, review.position) == (
        "short-staffed",
        broken.complaint_id,
        broken.position,
    )
    assert db.session.scalar(select(func.count()).where(AuditEvent.action == "breach.cause_named")) == 2


@pytest.mark.parametrize("data", [{"cause": ""}, {"cause": "weather"}, {"cause": "other", "note": ""}])
def test_a_bad_cause_changes_nothing(broken: ComplaintClock, later: PageClient, data: dict[str, str]) -> None:
    later.post(f"/review/breaches/{broken.id}/cause", data, status=422)
    row = later.post(f"/review/breaches/{broken.id}/cause", data | {"back": "/review"}, htmx=True, status=422).text
    assert row.count(f'<li id="breach-{broken.id}"') == 1 and "<main" not in row and 'class="error"' in row
    assert db.session.scalar(select(func.count(BreachReview.id))) == 0


def test_what_is_not_broken_has_no_cause(as_owner: PageClient, broken: ComplaintClock) -> None:
    as_owner.post(f"/review/breaches/{broken.id}/cause", {"cause": "handover"}, status=422)
    as_owner.get("/review/breaches/999999", status=404)


def test_an_excused_breach_leaves_the_share_and_stays_visible(broken: ComplaintClock, later: PageClient) -> None:
    period = "?from=2026-06-12&to=2026-06-13"
    assert "0 of 1 promises kept" in later.get("/review" + period).text
    later.post(f"/review/breaches/{broken.id}/excuse", {"reason": ""}, status=422)
    later.post(f"/review/breaches/{broken.id}/excuse", {"reason": "Power cut in the street"})
    later.post(f"/review/breaches/{broken.id}/excuse", {"reason": "again"}, status=422)
    line = clock_line(broken.id, LATER)
    assert line is not None and line.state == "excused"
    assert "No promise was due" in later.get("/review" + period).text
    listed = later.get("/review/breaches" + period).text
    assert "Power cut in the street" in listed and "late by" in listed


def test_why_a_promise_was_due_when_it_was(broken: ComplaintClock, later: PageClient) -> None:
    page = later.get(f"/review/breaches/{broken.id}").text
    assert "Why it was due then" in page
    assert "2 hours" in page or "2 h" in page


def test_a_week_is_closed_once_each_breach_has_its_cause(broken: ComplaintClock, later: PageClient) -> None:
    monday = {"monday": "2026-06-08"}
    later.post("/review/weeks/closing", monday, status=422)  # the cause is missing
    assert db.session.scalar(select(func.count(WeekReview.id))) == 0
    later.post(f"/review/breaches/{broken.id}/cause", {"cause": "handover"})
    for _twice in range(2):
        later.post("/review/weeks/closing", monday)
    assert "The review of this week is closed" in later.get("/review/breaches").text
    assert db.session.scalars(select(WeekReview)).one().monday == date(2026, 6, 8)


def test_late_entries_have_their_own_list(app: Flask, owner: Staff, kavitha: Staff) -> None:
    case = make_case(kavitha)
    said = Said(channel="text", text="Hello?", occurred_at=NOW, reason="")
    hear(case, said, by(kavitha))
    at, reason = NOW + timedelta(minutes=30), "Forgot to write it down"
    with time_machine.travel(NOW + timedelta(hours=5), tick=False):
        late = Said(channel="phone", text="We called her at five.", outcome="reached", occurred_at=at, reason=reason)
        say(case, late, by(kavitha))
        page = PageClient(app).signed_in(owner).get("/review/late-entries?changed=1").text
    assert "Forgot to write it down" in page
    assert "now kept" in page


# ── Causes and actions ──


def test_an_action_is_planned_and_done(as_owner: PageClient, owner: Staff) -> None:
    as_owner.post("/review/actions", {"task": "", "due_on": ""}, status=422)
    data = {"task": "Date every tube", "due_on": "2026-06-20", "category_id": "2", "owner_id": "", "form_key": "once"}
    for _twice in range(2):
        as_owner.post("/review/actions", data)
    action = db.session.scalars(select(PreventiveAction)).one()
    assert (action.owner_id, action.category_id) == (owner.id, 2)
    as_owner.post(f"/review/actions/{action.id}/completion")
    as_owner.post(f"/review/actions/{action.id}/completion", status=422)
    as_owner.post("/review/actions/999/completion", status=404)
    assert "in the 30 days before" in as_owner.get("/review/causes").text


# ── The report ──


def _text(pdf: bytes) -> str:
    return " ".join("\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


def test_the_pdf_says_what_the_queries_say(app: Flask, year: int, caplog: pytest.LogCaptureFixture) -> None:
    span = Span(date(2026, 4, 1), date(2026, 6, 30))
    with app.test_request_context("/"):
        report = sla_report(span, NOW)
        pdf = render_pdf(html_of(document_of(report), NOW))
    assert [each.getMessage() for each in caplog.records if "weasyprint" in each.name.lower()] == []
    text = _text(pdf)
    assert f"{report.kept.met} of {report.kept.total} promises kept" in text
    for line in report.breaches:
        assert f"C-{1000 + line.complaint_id}" in text
    for group in report.by_channel:
        assert f"{group.figure.met} of {group.figure.total}" in text


def test_the_pdf_is_sent(broken: ComplaintClock, later: PageClient) -> None:
    answer = later.get("/print/promises.pdf?from=2026-06-08&to=2026-06-14")
    assert answer.mimetype == "application/pdf"
    assert "0 of 1 promises kept" in _text(answer.data)
    assert "cause not named yet" in _text(answer.data)


def test_a_report_of_many_breaches_is_drawn_by_the_worker(
    broken: ComplaintClock, later: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm.reports.views.printing.AT_ONCE", 4)
    later.get("/print/promises.pdf?from=2026-06-01&to=2026-06-07")
    answer = later.get("/print/promises.pdf?from=2026-06-08&to=2026-06-14", status=303)
    assert "It has 5 lines." in later.get(answer.location).text


@pytest.mark.parametrize("language", ["ta", "fa"])
def test_the_report_in_other_languages(app: Flask, year: int, owner: Staff, language: str, tmp_path: Path) -> None:
    out = tmp_path / "report.pdf"
    arguments = [
        "report",
        "sla",
        "--from",
        "2026-05-01",
        "--to",
        "2026-05-31",
        "--out",
        str(out),
        "--language",
        language,
    ]
    result = app.test_cli_runner().invoke(cli, arguments)
    assert result.exit_code == 0, result.output
    read = PdfReader(out).pages
    assert len(read) >= 2
    if language == "ta":
        assert "அளித்தது" in read[1].extract_text()  # a long word of the table's head, in one piece


def test_the_command_prints_the_figures(app: Flask, year: int) -> None:
    result = app.test_cli_runner().invoke(
        cli, ["report", "sla", "--from", "2026-04-01", "--to", "2026-06-30", "--json"]
    )
    assert result.exit_code == 0, result.output
    told = json.loads(result.output)
    with app.test_request_context("/"):
        report = sla_report(Span(date(2026, 4, 1), date(2026, 6, 30)), NOW)
    assert told["total"]["met"] == report.kept.met
    wanted = {"channel", "kind", "met", "met_late", "overdue", "excused", "cancelled", "open"}
    assert wanted | {"median_seconds", "p90_seconds"} <= set(told["rows"][0])


def test_the_command_refuses_what_makes_no_sense(app: Flask, owner: Staff) -> None:
    runner = app.test_cli_runner()
    assert runner.invoke(cli, ["report", "sla", "--from", "2026-05-02", "--to", "2026-05-01", "--json"]).exit_code == 2
    assert runner.invoke(cli, ["report", "sla", "--from", "2026-05-01", "--to", "2026-05-02"]).exit_code == 2


def test_complaints_of_the_year_are_in_many_states(year: int) -> None:
    states = set(db.session.scalars(select(Complaint.status)))
    assert {"closed", "acknowledged"} <= states
