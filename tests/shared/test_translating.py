"""Texts in templates follow the reader, also where one request or round of the worker writes to several."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from flask import Flask, render_template_string
from flask_babel import force_locale

from crm.shared.formatting import (
    format_deadline,
    format_instant,
    format_long_time,
    format_money,
    format_number,
    format_running,
    format_time,
    format_weekday,
    locale,
    unbroken,
)
from crm.shared.native import written_span
from crm.sla.words import due_words, moment_words


def _said(language: str) -> str:
    with force_locale(language):
        return render_template_string("{{ _('Today') }}")


def test_two_readers_in_one_round_are_each_written_to_in_their_language(app: Flask) -> None:
    with app.app_context():
        first, second, again = _said("fa"), _said("ta"), _said("fa")
    assert first == again == "امروز"
    assert second == "இன்று"


def test_values_are_escaped_and_texts_are_not(app: Flask) -> None:
    with app.app_context(), force_locale("en"):
        page = render_template_string("{{ _('Call %(name)s', name=name) }} {{ _('100%%') }}", name="<b>")
        assert page == "Call &lt;b&gt; 100%"
        assert render_template_string("{{ ngettext('%(num)d day', '%(num)d days', 2) }}") == "2 days"


def test_a_long_time_is_said_in_months_and_years(app: Flask) -> None:
    lengths = {
        45: "45 days",
        61: "2 months",
        214: "7 months",
        365: "1 year",
        730: "2 years",
        775: "2 years and 1 month",
    }
    with app.app_context(), force_locale("en"):
        assert {days: format_long_time(days) for days in lengths} == lengths


def test_figures_follow_the_reader_too(app: Flask) -> None:
    with app.app_context():
        with force_locale("en"):
            assert format_number(1234) == "1,234"
        with force_locale("fa"):
            assert locale().language == "fa"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en_US", "Jun 17, 2018, 11:44"),
        ("en_IN", "17 Jun 2018, 11:44"),
        ("fil", "Hun 17, 2018, 11:44"),
        ("ta", "17 ஜூன், 2018, 11:44"),
    ],
)
def test_an_instant_follows_the_region_as_a_span_does(app: Flask, language: str, said: str) -> None:
    with app.app_context(), force_locale(language):
        assert format_instant(datetime(2018, 6, 17, 11, 44, tzinfo=UTC)) == said


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en_US", "Sun, Jun 17, 2018, 11:44"),
        ("en_GB", "Sun, 17 Jun 2018, 11:44"),
        ("fil", "Lin, Hun 17, 2018, 11:44"),
        ("fa", "یکشنبه ۲۷ خرداد ۱۳۹۷، ۱۱:۴۴"),
    ],
)
def test_a_far_deadline_follows_the_region_too(app: Flask, language: str, said: str) -> None:
    due = datetime(2018, 6, 17, 11, 44, tzinfo=UTC)
    with app.app_context(), force_locale(language):
        assert due_words(due, due - timedelta(days=30)) == said
        assert moment_words(due.replace(tzinfo=None)) == said


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (datetime(2026, 11, 27, 23, 59, tzinfo=UTC), "27 Nov 2026, 23:59"),
        (datetime(2026, 11, 28, 0, 0, tzinfo=UTC), "27 Nov 2026, 24:00"),
        (datetime(2026, 11, 28, 0, 1, tzinfo=UTC), "28 Nov 2026, 00:01"),
        (datetime(2027, 1, 1, 0, 0, tzinfo=UTC), "31 Dec 2026, 24:00"),
    ],
)
def test_midnight_ends_the_day_of_what_is_due(app: Flask, moment: datetime, said: str) -> None:
    with app.app_context(), force_locale("en_IN"):
        assert format_deadline(moment) == said


def test_a_range_is_not_broken_at_its_hyphen() -> None:
    whole = '<bdi class="nowrap">18:00-02:00</bdi>'
    assert unbroken("18:00-02:00 ends the next day & well-known") == f"{whole} ends the next day &amp; well-known"
    assert unbroken("Your reference: C-104.") == 'Your reference: <bdi class="nowrap">C-104</bdi>.'


def test_persian_and_marathi_have_their_digits_and_persian_its_calendar(app: Flask) -> None:
    friday, moment = date(2026, 6, 12), datetime(2026, 6, 12, 11, 0, tzinfo=UTC)
    with app.app_context():
        with force_locale("fa"):
            assert format_number(1234) == "۱٬۲۳۴"
            assert format_money(Decimal(1600), "INR") == "\u200e₹۱٬۶۰۰"  # begins with its mark, as Persian has it
            assert format_weekday(friday).replace("،", "").split() == ["جمعه", "۲۲", "خرداد"]
            assert format_instant(moment) == "۲۲ خرداد ۱۴۰۵، ۱۱:۰۰"
            assert written_span(friday, date(2026, 6, 13), locale()) == "۲۲ خرداد ۱۴۰۵ – ۲۳ خرداد ۱۴۰۵"
            assert format_running(timedelta(minutes=-12)).count("۱۲") == 1
        with force_locale("mr"):
            assert format_time(moment) == "११:००"
            assert "१२" in format_instant(moment)
        with force_locale("ta"):
            assert format_time(moment) == "11:00"


def test_a_number_in_a_text_is_written_in_the_readers_digits_and_a_code_is_not(app: Flask) -> None:
    with app.app_context(), force_locale("fa"):
        page = render_template_string("{{ ngettext('%(num)d day', '%(num)d days', 12) }} {{ _('%(a)s', a='C-12') }}")
        assert "۱۲" in page and "C-12" in page


def test_a_foreign_name_is_isolated_from_right_to_left_and_an_address_is_not(app: Flask) -> None:
    said = "{{ _('issued by %(name)s, %(when)s', name=name, when='۲ آذر') }}"
    with app.app_context(), force_locale("fa"):
        assert "\u2068Kavitha S\u2069، ۲ آذر" in render_template_string(said, name="Kavitha S")
        assert "\u2068&lt;b&gt;\u2069" in render_template_string(said, name="<b>")
        assert "\u2068" not in render_template_string(said, name="مریم")
        assert "\u2068" not in render_template_string(said, name="https://shop.example/x")
    with app.app_context(), force_locale("ta"):
        assert "\u2068" not in render_template_string(said, name="Kavitha S")
