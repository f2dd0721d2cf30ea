"""Texts in templates follow the reader, also where one request or round of the worker writes to several."""

from __future__ import annotations

from flask import Flask, render_template_string
from flask_babel import force_locale

from crm.shared.formatting import format_number, locale


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


def test_figures_follow_the_reader_too(app: Flask) -> None:
    with app.app_context():
        with force_locale("en"):
            assert format_number(1234) == "1,234"
        with force_locale("fa"):
            assert locale().language == "fa"
