"""Any text at the doors of the program: searches, dates, amounts, logs of complaints, addresses, places in lists."""

from __future__ import annotations

import base64
from contextlib import suppress
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.complaints.importing import BadMapping, Choice, UnreadableFile, as_json, open_log, read_log
from crm.complaints.importing.moments import read_moment
from crm.contacts.importing.dates import UnreadableDateError, read_date
from crm.contacts.search_index import find
from crm.contacts.search_rules import plan_query
from crm.extensions import db
from crm.interactions.rules import parse_amount
from crm.loyalty.rules.rewards import typed_code
from crm.messages.rules import is_mail_address
from crm.shared.errors import Refused
from crm.shared.paging import BadPlace, decode_place
from crm.shared.text.scripts import latin
from tests.drills.form_lengths import IS_LONG
from tests.factories.contacts import make_contact
from tests.fuzzing import EXAMPLES, many

NOW = datetime(2026, 6, 12, 11, 0, tzinfo=UTC)
# Letters that parsers trip over, beside any other.
PIECES = st.sampled_from(
    ["\"", "'", "*", "%", "_", "\\", "(", ")", ":", "-", "NEAR", "AND", "NOT", "^", "+", "@", "0", "٣", "१", "\u200c",
     "é", "மு", "\0", "\ud800", "İ", "ß", "/", ".", ",", "2024-02-30", "31/12/99999", "T25:61", "1e999", "NaN", "="]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=40), st.lists(PIECES, max_size=12).map("".join))


@many
@given(TEXTS)
def test_any_query_is_planned(text: str) -> None:
    plan_query(text)


def test_letters_that_have_no_latin_spelling_are_searched_as_they_are() -> None:
    plan = plan_query("𒀀𒁀 Ada")
    assert [word.text for word in plan.words] == ["𒀀𒁀", "ada"]
    assert latin("𒀀𒁀 Ada") == "ada"


@settings(
    max_examples=EXAMPLES if IS_LONG else 40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=TEXTS)
def test_any_query_is_answered(app: Flask, owner: object, text: str) -> None:
    make_contact(text.replace("\0", "").encode("utf-8", "replace").decode().strip()[:100] or "Murugan Selvam")
    db.session.flush()
    found = find(db.session.connection(), text)
    assert len(found) <= 10


@many
@given(TEXTS, st.sampled_from(["dmy", "mdy", "ymd"]))
def test_any_date(text: str, order: str) -> None:
    with suppress(UnreadableDateError):
        read_date(text, order)
    with suppress(UnreadableDateError):
        read_moment(text, order, ZoneInfo("Asia/Kathmandu"))


@many
@given(TEXTS, st.integers(0, 3))
def test_any_amount(text: str, decimals: int) -> None:
    with suppress(Refused):
        amount = parse_amount(text, decimals)
        assert amount is None or amount.is_finite()


@many
@given(st.one_of(TEXTS, st.binary(max_size=60).map(lambda raw: raw.decode("latin-1"))), st.integers(1, 3))
def test_any_place_in_a_list(text: str, length: int) -> None:
    with suppress(Refused):
        decode_place(text, length)


def test_a_place_nested_too_deep_is_none() -> None:
    with pytest.raises(BadPlace):
        decode_place(base64.urlsafe_b64encode(b"[" * 6_000).decode().rstrip("="), 1)


@many
@given(TEXTS)
def test_any_code_and_address(text: str) -> None:
    assert len(typed_code(text)) in {0, 16}
    assert is_mail_address(text) in {True, False}


@many
@given(
    st.sampled_from(["Reference,Channel,Created at,Due at,Closed at,Status", "Name,Complaint,Date received"]),
    st.lists(st.lists(TEXTS, min_size=1, max_size=6), min_size=1, max_size=4),
    st.sampled_from(["log.csv", "log.xlsx", "log"]),
)
def test_any_log_of_complaints(header: str, rows: list[list[str]], filename: str) -> None:
    content = (header + "\n" + "\n".join(",".join(row) for row in rows)).encode("utf-8", "surrogatepass")
    try:
        log = open_log(content, filename=filename)
        figures = as_json(read_log(log, log.settings(Choice()), now=NOW))
    except (UnreadableFile, BadMapping, Refused) as refused:  # each says what to do
        assert str(refused) or refused.__doc__
    else:
        assert figures["rows"] >= 0
