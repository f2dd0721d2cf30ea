"""How dates read in the reader's language: their order, their digits, and no comma of its own in a short one."""

from __future__ import annotations

from datetime import date

import pytest
from babel import Locale
from flask import Flask

from crm.shared.native import written_date
from crm.shared.translating import in_language
from crm.sla.words import day_words


@pytest.mark.parametrize(
    ("language", "short", "long"),
    [
        ("en_IN", "17 Jun 2026", "17 June 2026"),
        ("en_US", "Jun 17, 2026", "June 17, 2026"),
        ("ta_IN", "17 ஜூன், 2026", "17 ஜூன், 2026"),
        ("te_IN", "17 జూన్, 2026", "17 జూన్, 2026"),
        ("mr_IN", "१७ जून, २०२६", "१७ जून, २०२६"),
        ("fa_IR", "۲۷ خرداد ۱۴۰۵", "۲۷ خرداد ۱۴۰۵"),
        ("fil_PH", "Hun 17, 2026", "Hunyo 17, 2026"),
    ],
)
def test_a_short_date_is_the_long_one_with_a_short_month(language: str, short: str, long: str) -> None:
    reader, day = Locale.parse(language), date(2026, 6, 17)
    assert [written_date(day, skeleton, reader) for skeleton in ("yMMMd", "yMMMMd")] == [short, long]


@pytest.mark.parametrize(
    ("language", "expected"), [("en", "Wed, 17 Jun 2026"), ("mr", "बुध, १७ जून, २०२६"), ("fa", "چهارشنبه ۲۷ خرداد ۱۴۰۵")]
)
def test_the_weekday_stands_before_the_short_date(app: Flask, language: str, expected: str) -> None:
    with app.test_request_context(), in_language(language, "IN"):
        assert day_words(date(2026, 6, 17)) == expected
