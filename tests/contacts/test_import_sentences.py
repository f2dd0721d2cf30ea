"""What an import says is said in the reader's language, with what it quotes as the file has it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

from config import ROOT
from crm.contacts import import_sentences
from crm.contacts.import_sentences import said
from crm.shared.translating import in_language

_SAID = re.compile(
    r'(?:RowError|_BadRow|UnreadableFile|ImportError_|warnings\.append|Row)\((?:[\w.]+, )*(?:\(\), )?f?"([A-Z][^"]*)"'
)
MODULES = [*(ROOT / "crm/contacts/importing").glob("*.py"), *(ROOT / "crm/complaints/importing").glob("*.py")]


def sentences(path: Path) -> list[str]:
    """Return what a module says, with something in each of its places."""
    found = _SAID.findall(path.read_text(encoding="utf-8"))
    return [re.sub(r"\{[^{}]*\}", "anniversary", text.replace("The {name} “", "The anniversary “")) for text in found]


ALL = sorted({sentence for path in MODULES for sentence in sentences(path)})


def _is_known(sentence: str) -> bool:
    return any(pattern.fullmatch(sentence) for _text, pattern in import_sentences._patterns())


def test_many_are_found() -> None:
    assert len(ALL) > 25


@pytest.mark.parametrize("sentence", ALL)
def test_a_sentence_of_the_readers_of_files_is_known(sentence: str) -> None:
    assert _is_known(sentence)


@pytest.mark.parametrize(
    ("sentence", "translated"),
    [
        ("The row is empty.", "வரிசை காலியாக உள்ளது."),
        ("The birthday “31.2.” is not a readable date.", "பிறந்தநாள் “31.2.” படிக்கக்கூடிய தேதி அல்ல."),
        ("The date in “A” cannot be read: 5% (x)s", "“A” இல் உள்ள தேதியைப் படிக்க முடியவில்லை: 5% (x)s"),
        ("The photo of this card is not imported.", "இந்த அட்டையின் படம் இறக்குமதி ஆகாது."),
        ("Something else.", "Something else."),
        ("", ""),
    ],
)
def test_it_is_said_in_the_readers_language(app: Flask, sentence: str, translated: str) -> None:
    with app.test_request_context(), in_language("ta", "IN"):
        assert said(sentence) == translated
