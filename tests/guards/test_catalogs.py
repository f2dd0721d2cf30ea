"""Every sentence for people can be translated: what is looked up later is marked where it is written."""

from __future__ import annotations

import ast
import io
import runpy
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract

from crm import domains, web  # domains loads every exception
from crm.contacts.importing import TARGET_FIELDS
from crm.shared.errors import Refused

ROOT = Path(__file__).parents[2]
PYTHON = sorted((ROOT / "crm").rglob("*.py"))
KEYWORDS = {
    keyword.partition(":")[0] for keyword in runpy.run_path(str(ROOT / "scripts/update-translations"))["KEYWORDS"]
}
# What is looked up without being written there, and where it is collected or marked instead.
LOOKED_UP = {
    "refusal.sentence": "docstrings of exceptions, and what they are given where they are raised",
    "conflict.sentence": "the same",
    "DayStillAhead().sentence": "the same",
    "getattr(refusal, 'sentence', str(refusal))": "the same",
    "str(error)": "the same",
    "str(UnreachableDeadlineError())": "the same",
    "crm/web.py: sentence": "marked in web.py",
    "crm/web.py: _CANNOT_SAVE": "marked in web.py",
    "crm/contacts/forms/imports.py: target.label": "marked in importing/fields.py",
    "crm/contacts/import_sentences.py: sentence": "marked in import_sentences.py",
    "crm/contacts/import_sentences.py: text": "marked in import_sentences.py",
}
# They speak to whoever runs a command, in English.
OF_COMMANDS = (ROOT / "crm" / "shared", ROOT / "crm" / "cli")


def _calls(path: Path) -> Iterator[tuple[str, ast.expr]]:
    """Yield the name and the first argument of each call."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and node.args:
            yield ast.unparse(node.func).rpartition(".")[2], node.args[0]


def test_what_is_looked_up_by_a_variable_is_known() -> None:
    unknown = {
        f"{path.relative_to(ROOT)}: {said}"
        for path in PYTHON
        for name, text in _calls(path)
        if name in {"gettext", "lazy_gettext", "_", "ngettext"} and not isinstance(text, ast.Constant)
        if not {(said := ast.unparse(text)), f"{path.relative_to(ROOT)}: {said}"} & set(LOOKED_UP)
    }
    assert unknown == set()


def test_a_page_says_a_refusal_in_the_readers_language() -> None:
    """The docstring of an exception is English; only gettext makes it the reader's."""
    untold = []
    for path in (each for each in PYTHON if "views" in each.parts):
        lines = path.read_text().splitlines()
        untold += [
            f"{path.relative_to(ROOT)}:{node.lineno}"
            for node in ast.walk(ast.parse("\n".join(lines)))
            if isinstance(node, ast.Attribute) and node.attr == "sentence"
            if f"gettext({ast.unparse(node)})" not in lines[node.lineno - 1]
        ]
    assert untold == []


def test_sentences_given_to_an_exception_are_collected() -> None:
    def below(kind: type[Refused]) -> set[str]:
        return {kind.__name__}.union(*(below(each) for each in kind.__subclasses__()))

    assert domains
    bare = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in PYTHON
        if not any(path.is_relative_to(each) for each in OF_COMMANDS)
        for name, text in _calls(path)
        if name in below(Refused) - KEYWORDS and isinstance(text, ast.Constant | ast.JoinedStr)
    }
    assert bare == set()


@pytest.mark.parametrize(
    ("path", "texts"),
    [
        ("crm/contacts/importing/fields.py", [target.label for target in TARGET_FIELDS]),
        ("crm/web.py", [*web._SENTENCES.values(), web._CANNOT_SAVE]),
    ],
)
def test_tables_of_sentences_are_marked(path: str, texts: list[str]) -> None:
    source = io.BytesIO((ROOT / path).read_bytes())
    marked = {text for _line, text, *_rest in extract("python", source, dict.fromkeys(KEYWORDS))}
    assert set(texts) - marked == set()
