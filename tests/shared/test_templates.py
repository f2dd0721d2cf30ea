"""Our way of writing templates out gives what Jinja's own gives."""

from __future__ import annotations

import pytest
from flask import Flask
from jinja2 import DictLoader, Environment

from crm.shared.templates import TemplateEnvironment

PARTS = {
    "base": "<{% block head %}{{ name }}{% endblock %}|{% block body %}base{% endblock %}>{% if more %}!{% endif %}",
    "child": "{% extends 'base' %}{% set who = name %}{% block body %}{{ super() }}+{{ self.head() }}{% endblock %}",
    "nested": "{% block outer %}a{% block inner scoped %}{{ name }}{% endblock %}b{% endblock %}",
    "loop": "{% for each in rows %}{% set at = loop.index %}{% include 'row' %}{% else %}none{% endfor %}",
    "row": "[{{ at }}{{ each }}{{ name }}]",
    "macro": "{% macro twice(text) %}{{ text }}{{ caller() }}{% endmacro %}{% call twice(name) %}<i>{% endcall %}",
    "import": "{% from 'macros' import shout %}{{ shout(name) }}{% import 'macros' as all %}{{ all.shout('x') }}",
    "macros": "{% macro shout(text) %}{{ text | upper }}!{% endmacro %}",
    "choice": "{% extends 'base' if more else 'other' %}{% block body %}{{ name }}{% endblock %}",
    "other": "({% block body %}{% endblock %})",
    "filter": "{% filter upper %}a{{ name }}{% endfilter %}{% set kept %}k{{ name }}{% endset %}{{ kept }}",
    "missing": "{% include ['not there', 'row'] %}{% include 'not there' ignore missing %}",
    "empty": "",
}
VALUES = {"name": "Tom & <b>Jo</b>", "rows": ["a", "<", "c"]}


@pytest.mark.parametrize("more", [False, True])
@pytest.mark.parametrize("name", sorted(PARTS))
def test_a_template_writes_what_jinja_writes(app: Flask, name: str, more: bool) -> None:
    ours = TemplateEnvironment(app, loader=DictLoader(PARTS), autoescape=True)
    plain = Environment(loader=DictLoader(PARTS), autoescape=True)
    for _time in range(2):
        assert ours.get_template(name).render(VALUES, more=more) == plain.get_template(name).render(VALUES, more=more)


def test_a_part_of_a_page_is_handed_on_in_one_piece(app: Flask) -> None:
    ours = TemplateEnvironment(app, loader=DictLoader(PARTS), autoescape=True)
    assert list(ours.get_template("loop").generate(VALUES)) == ["[1aTom &amp; &lt;b&gt;Jo&lt;/b&gt;]"
                                                               "[2&lt;Tom &amp; &lt;b&gt;Jo&lt;/b&gt;]"
                                                               "[3cTom &amp; &lt;b&gt;Jo&lt;/b&gt;]"]  # fmt: skip


def test_a_template_is_loaded_once_where_files_do_not_change(app: Flask) -> None:
    ours = TemplateEnvironment(app, loader=DictLoader(PARTS), autoescape=True, auto_reload=False)
    assert ours.get_template("row") is ours.get_template("row")
