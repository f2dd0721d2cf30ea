"""The shape of the house: short functions and templates, one place for commits and the clock, plain CSS."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PYTHON = sorted((ROOT / "crm").rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STYLES = sorted((ROOT / "static" / "css").glob("*.css"))
LONGEST_FUNCTION = 40


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _functions(path: Path) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef):
            yield node


def _may_commit_and_read_the_clock(path: Path) -> bool:
    parts = path.relative_to(ROOT / "crm").parts
    return "views" in parts or "views.py" in parts or parts[0] in {"cli", "worker.py", "web.py"}


@pytest.mark.parametrize("path", PYTHON, ids=_name)
def test_functions_are_short(path: Path) -> None:
    long = [
        f"{node.name}: {node.end_lineno - node.lineno + 1}"
        for node in _functions(path)
        if node.end_lineno and node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert long == []


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_templates_are_short(path: Path) -> None:
    is_partial = path.name.startswith("_")
    assert len(path.read_text().splitlines()) <= (40 if is_partial else 80)


# Modules outside views and commands that commit or read the clock, each with its reason.
COMMITS = {
    "crm/accounts/credentials.py": "counts an attempt at a secret before it is checked",
    "crm/accounts/sessions.py": "notes after the answer when a person was last seen",
    "crm/shared/schema.py": "runs the migrations",
    "crm/shared/database.py": "ends what only read, so that PostgreSQL keeps what is prepared",
}
CLOCK = {
    "crm/accounts/credentials.py": "tells when an attempt counts, once no other is being counted",
    "crm/contacts/importing/dates.py": "tells the century of a year of two digits",
    "crm/shared/clock.py": "is the clock",
    "crm/accounts/sessions.py": "loads the person before any view runs",
    "crm/frame.py": "tells on every page what is late and whether the worker lives",
}


@pytest.mark.parametrize("path", [path for path in PYTHON if not _may_commit_and_read_the_clock(path)], ids=_name)
def test_only_views_and_commands_commit_and_read_the_clock(path: Path) -> None:
    source = path.read_text()
    if _name(path) not in COMMITS:
        assert ".commit(" not in source
    if _name(path) not in CLOCK:
        assert not re.search(r"(clock|datetime)\.now\(|\bdate\.today\(", source)


def test_no_blanket_handlers_without_a_reason() -> None:
    pattern = re.compile(r"except (?:Exception|BaseException)\b[^#\n]*$", re.M)
    assert [_name(path) for path in PYTHON if pattern.search(path.read_text())] == []


@pytest.mark.parametrize("path", STYLES, ids=_name)
def test_css_is_logical_and_uses_tokens(path: Path) -> None:
    css = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S)
    physical = re.compile(
        r"(?<![-\w])(?:(?:margin|padding|border)-(?:left|right|top|bottom)|left|right|top|bottom|width|height|"
        r"(?:min|max)-(?:width|height))\s*:"
    )
    outside_media = re.sub(r"@media[^{]*", "", css)
    assert physical.findall(outside_media) == []
    if path.name != "tokens.css":
        assert not re.search(r"oklch\(|#[0-9a-fA-F]{3,8}\b|rgba?\(", css)


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_templates_hold_no_inline_code_and_trust_no_text(path: Path) -> None:
    html = path.read_text()
    assert not re.search(r"\sstyle=|\son[a-z]+=|hx-on|<script(?![^>]*src=)", html)
    assert not re.search(r"\|\s*safe\b", html)


def test_actions_and_queries_do_not_render_or_read_the_request() -> None:
    layers = [path for path in PYTHON if {"actions", "queries"} & {path.stem, *path.parts}]
    odd = [_name(path) for path in layers if re.search(r"import .*\b(render_template|request)\b", path.read_text())]
    assert odd == []


def test_public_functions_have_docstrings() -> None:
    bare = [
        f"{_name(path)}:{node.name}"
        for path in PYTHON
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not ast.get_docstring(node)
    ]
    assert bare == []
