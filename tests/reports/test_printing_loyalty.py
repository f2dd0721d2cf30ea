"""The loyalty report, the letter and the vouchers: the same figures as the queries, in every script, nothing hidden."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select

from crm.accounts.models import Business, Staff
from crm.cli import cli
from crm.contacts.actions.key_dates import add_key_date
from crm.contacts.key_date_rules import KeyDateFacts, KeyDateKind
from crm.contacts.models import Contact
from crm.contacts.rules import AddressDetails
from crm.extensions import db
from crm.loyalty.actions.standings import refresh
from crm.loyalty.actions.tact import note_bereavement
from crm.loyalty.models import RecognitionLevel
from crm.loyalty.models.rewards import RewardBudget
from crm.loyalty.queries.ladder import ladder
from crm.reports.printing.loyalty import LoyaltyReport, loyalty_report, running
from crm.reports.queries.regulars import Regular, regulars_by_name
from crm.reports.rules import BadSpan, Span, month_after, written_span
from crm.shared.models import AuditEvent
from crm.shared.translating import in_language
from tests.client import PageClient
from tests.conftest import NOW
from tests.counting import counted_queries
from tests.factories.complaints import make_complaint
from tests.factories.contacts import make_contact
from tests.factories.interactions import make_interaction
from tests.factories.rewards import make_item, make_reward
from tests.reports.test_printing import NAMES, no_warnings, pages, text_of, traces

__all__ = ["no_warnings"]
JUNE = Span(date(2026, 6, 1), date(2026, 6, 30))
Coming = Callable[..., Contact]


def _report(span: Span, now: datetime) -> LoyaltyReport:
    terms = ladder(now)
    return loyalty_report(span, terms, regulars_by_name(terms.recognised_ids()))


@pytest.fixture
def coming(owner: Staff) -> Coming:
    """Let a new contact come so many days ago."""

    def come(name: str, *days_ago: int, **given: Any) -> Contact:
        contact = make_contact(name, **given)
        for days in days_ago:
            at = NOW - timedelta(days=days)
            make_interaction(contact, occurred_at=at, kind="visit", channel="in-person", note="")
            refresh([contact.id], now=NOW)
        return contact

    return come


@pytest.fixture
def june(coming: Coming, owner: Staff) -> Iterator[list[Contact]]:
    """A regular in each script, one of them brought by another, a birthday, a reward handed over, a budget."""
    found = [coming(name, 45, *range(1, 8)) for name in NAMES.values()]
    found.append(coming("Brought Along", 3, referred_by_id=found[0].id))
    facts = KeyDateFacts(kind=KeyDateKind.BIRTHDAY, day=9, month=7, year=1990)
    add_key_date(found[1], facts, now=NOW)
    reward = make_reward(found[2], owner, make_item("Hair spa", cost=Decimal(450)))
    reward.handed_over_at, reward.handed_over_by_id = NOW, owner.id
    db.session.add(RewardBudget(month=date(2026, 1, 1), amount=Decimal(1000)))
    db.session.flush()
    yield found


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2026-Q3", date(2026, 7, 1), date(2026, 9, 30)),
        ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-12", date(2026, 12, 1), date(2026, 12, 31)),
    ],
)
def test_a_written_period(text: str, first: date, last: date) -> None:
    assert written_span(text) == Span(first, last)


@pytest.mark.parametrize(
    "text", ["", "2026-13", "2026-00", "2026-Q5", "26", "0000", "2026-1", "last", "1405-07", "1405"]
)
def test_what_is_no_period(text: str) -> None:
    with pytest.raises(BadSpan):
        written_span(text)


def test_the_month_after_a_period() -> None:
    assert month_after(Span(date(2026, 10, 1), date(2026, 12, 31))) == Span(date(2027, 1, 1), date(2027, 1, 31))


def test_the_report_says_what_the_queries_say(as_owner: PageClient, june: list[Contact], app: Flask) -> None:
    with app.test_request_context("/"):
        found = _report(JUNE, NOW)
    text = text_of(as_owner, "/print/loyalty.pdf?period=2026-06&language=en")
    assert found.recognised == len(NAMES) and f"{found.recognised} regulars on 12 June 2026" in text
    assert len(found.newcomers) == len(NAMES) and f"{len(NAMES)}newly recognised" in text
    assert [each.members for each in found.moved] == [len(NAMES)] and f"{len(NAMES)} from Guest to Regular" in text
    assert "brought Brought Along" in text
    assert "₹450 is given" in text and "₹550 left" in text and "Birthday treat 1 1 0 0 ₹450" in text
    assert "9 July" in text and "turns 36" in text
    assert traces("loyalty_report.printed") == 1


@pytest.mark.parametrize("language", NAMES)
def test_names_in_every_script_in_every_language(as_owner: PageClient, june: list[Contact], language: str) -> None:
    text = text_of(as_owner, f"/print/loyalty.pdf?period=2026-06&language={language}")
    wanted = {letter for name in NAMES.values() for letter in name if letter.isalpha()}
    assert wanted - set(text) == set()


def test_an_empty_report_says_so(as_owner: PageClient) -> None:
    answer = as_owner.get("/print/loyalty.pdf?period=2020")
    text = " ".join(pages(answer.data))
    for sentence in (
        "0 regulars on",
        "Nobody moved from one level to another in this period.",
        "None of them came in the period before",
        "No reward was issued, handed over or taken back in this period, and none expired.",
        "No budget was set for this period.",
        "Nobody rose to a level in this period.",
        "No birthday is known in these days.",
        "Nobody is overdue by their own habit.",
        "Nobody holds a level yet.",
    ):
        assert sentence in text
    assert len(PdfReader(BytesIO(answer.data)).pages) == 2


def test_before_levels_were_known_nothing_is_compared(as_owner: PageClient, june: list[Contact]) -> None:
    page = as_owner.get("/print/loyalty?period=2026-05").text
    assert "Nothing to compare with" in page and "what was before is not known" in page


def test_a_print_asks_the_database_as_little_as_a_page(as_owner: PageClient, june: list[Contact]) -> None:
    """Twelve statements at most, with the session's and the trace that is left."""
    for address, most in (("/print/loyalty?period=2026-06", 12), (f"/print/recognition?contact={june[0].id}", 8)):
        with counted_queries() as statements:
            as_owner.get(address)
        assert len(statements) <= most


def test_the_report_is_for_those_who_review(as_kavitha: PageClient) -> None:
    as_kavitha.get("/print/loyalty", status=403)
    as_kavitha.get("/print/loyalty.pdf", status=403)


@pytest.mark.parametrize(("count", "least_pages"), [(60, 2), (61, 2), (1500, 5)])
def test_every_regular_is_named_however_many_there_are(
    as_owner: PageClient, coming: Coming, monkeypatch: pytest.MonkeyPatch, count: int, least_pages: int
) -> None:
    contact = coming("Somebody Else", 45, *range(1, 8))
    level_id = db.session.query(RecognitionLevel).filter_by(key="regular").one().id
    people = [Regular(contact.id, f"N{number}", level_id, NOW.date(), 7) for number in range(count)]
    monkeypatch.setattr("crm.reports.printing.loyalty.regulars_by_name", lambda ids: people)
    monkeypatch.setattr("crm.reports.views.printing.AT_ONCE", count)
    found = pages(as_owner.get("/print/loyalty.pdf?period=2026-06").data)
    assert len(found) >= least_pages
    text = " ".join(found).replace("\u2068", "").replace("\u2069", "")
    named = set(re.findall(r"\bN\d+\b", text))
    assert named == {each.name for each in people}


# ── The letter and the certificate ──


@pytest.mark.parametrize(("form", "size", "width"), [
    ("letter", "a4", 210), ("letter", "a5", 148), ("certificate", "a4", 297), ("certificate", "a5", 210),
])  # fmt: skip
def test_recognition_on_paper(as_kavitha: PageClient, coming: Coming, form: str, size: str, width: int) -> None:
    contact = coming("Anjali Kumar", 45, *range(1, 8))
    answer = as_kavitha.get(f"/print/recognition.pdf?contact={contact.id}&form={form}&size={size}&anyway=yes")
    (text,) = pages(answer.data)
    assert "Anjali" in text and "Regular" in text and "You came 8 times in the last 12 months." in text
    assert round(float(PdfReader(BytesIO(answer.data)).pages[0].mediabox.width) / 72 * 25.4) == width
    assert traces(f"recognition.{form}_printed") == 1


def test_the_letter_speaks_the_customers_language(as_kavitha: PageClient, coming: Coming) -> None:
    contact = coming(NAMES["fa"], 45, *range(1, 8), language="fa")
    assert 'lang="fa" dir="rtl"' in as_kavitha.get(f"/print/recognition?contact={contact.id}").text


def test_a_letter_is_held_as_greetings_are_and_staff_can_decide(
    as_kavitha: PageClient, coming: Coming, kavitha: Staff, app: Flask, tmp_path: Path
) -> None:
    contact = coming("Anjali Kumar", 45, *range(1, 8), language="fa")
    letter, certificate = (f"contact={contact.id}&form={form}" for form in ("letter", "certificate"))
    page = as_kavitha.get(f"/print/recognition?{letter}").text
    assert "Held just now." in page and "Has not allowed greetings and offers by letter." in page
    as_kavitha.get(f"/print/recognition.pdf?{letter}", status=422)
    as_kavitha.get(f"/print/recognition.pdf?{certificate}")
    complaint = make_complaint(kavitha, contact)
    note_bereavement(contact, None, today=NOW.date(), by_id=kavitha.id, now=NOW)
    page = as_kavitha.get(f"/print/recognition?{certificate}").text
    assert f"A complaint is open: {complaint.reference}." in page and "In mourning, noted until" in page
    as_kavitha.get(f"/print/recognition.pdf?{certificate}", status=422)
    as_kavitha.get(f"/print/recognition.pdf?{certificate}&anyway=yes")
    newest = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert newest is not None and newest.details["in_spite_of"] == ["open-complaint", "bereavement"]
    command = ["report", "recognition", str(contact.id), "--out", str(tmp_path / "letter.pdf")]
    refused = app.test_cli_runner().invoke(cli, command)
    assert refused.exit_code == 1 and "speaks against it" in refused.output


def test_without_a_level_there_is_no_letter(as_kavitha: PageClient, coming: Coming) -> None:
    guest = coming("Came Once", 3)
    for path in (f"/print/recognition?contact={guest.id}", "/print/recognition.pdf?contact=999999"):
        as_kavitha.get(path, status=404)


def test_labels_of_a_level_alone(as_owner: PageClient, coming: Coming) -> None:
    address = (AddressDetails(street="12 Beach Road", locality="Chennai"),)
    coming("Comes Often", 45, *range(1, 8), addresses=address)
    coming("Came Once", 3, addresses=address)
    level = db.session.query(RecognitionLevel).filter_by(key="regular").one()
    text = text_of(as_owner, f"/print/labels.pdf?level={level.id}")
    assert "Comes Often" in text and "Came Once" not in text


# ── Vouchers ──


def test_nine_vouchers_are_two_sheets_without_a_name(as_kavitha: PageClient, owner: Staff) -> None:
    item, contact = make_item(), make_contact("Anjali Kumar")
    codes = []
    for number in range(9):
        reward = make_reward(make_contact(f"Somebody {number}"), owner, item)
        codes.append(reward.code)
    answer = as_kavitha.get("/print/vouchers.pdf")
    found = pages(answer.data)
    assert [page.count("Hair spa") for page in found] == [8, 1]
    text = " ".join(found)
    assert all(f"{code[:4]}-{code[4:8]}" in text for code in codes)
    assert "Somebody" not in text and contact.name not in text
    assert len(PdfReader(BytesIO(answer.data)).pages[0].images) == 9  # a code each


def test_one_voucher_and_none(as_kavitha: PageClient, owner: Staff) -> None:
    assert "No reward waits to be handed over" in text_of(as_kavitha, "/print/vouchers.pdf")
    reward = make_reward(make_contact(NAMES["ta"], language="ta"), owner)
    page = as_kavitha.get(f"/print/vouchers?reward={reward.id}").text
    assert 'lang="ta"' in page and f"/rewards/{reward.code}" in page
    as_kavitha.get("/print/vouchers.pdf?reward=999999", status=404)


# ── Commands ──


def test_the_commands(app: Flask, coming: Coming, owner: Staff, tmp_path: Path) -> None:
    contact, out = coming("Anjali Kumar", 45, *range(1, 8)), tmp_path / "out.pdf"
    for command in (
        ["loyalty", "--period", "2026-Q2", "--language", "ta"],
        ["loyalty"],
        ["recognition", str(contact.id), "--form", "certificate", "--size", "a5"],
        ["vouchers"],
    ):
        out.unlink(missing_ok=True)
        result = app.test_cli_runner().invoke(cli, ["report", *command, "--out", str(out)])
        assert result.exit_code == 0, result.output
        assert len(PdfReader(out).pages) >= 1
    refused = app.test_cli_runner().invoke(cli, ["report", "loyalty", "--period", "June", "--out", str(out)])
    assert refused.exit_code == 2


def test_the_report_of_a_day_is_counted_as_of_today(business: Business, now: datetime, app: Flask) -> None:
    with app.test_request_context("/"):
        found = _report(Span(date(2026, 1, 1), date(2026, 12, 31)), now)
    assert found.as_of == date(2026, 6, 12)


@pytest.mark.parametrize(("language", "other"), [("en", "مریم احمدی"), ("fa", "Ana Cruz")])
def test_running_names_keep_with_their_day_and_on_their_side(app: Flask, language: str, other: str) -> None:
    own = "Ana Cruz" if language == "en" else "مریم احمدی"
    people = [Regular(number, name, 1, date(2026, 9, 13), 14) for number, name in enumerate((own, other))]
    with app.test_request_context(), in_language(language, "IN"):
        (text,) = running(people, "visits_12m")
    first, second = text.split("\u00a0· ")
    assert first.startswith(f"\u2068{own}\u2069\u00a0".replace(" ", "\u00a0"))
    assert second.startswith(f"<bdi>{other}</bdi>\u00a0".replace(" ", "\u00a0"))
    assert " " not in first + second
