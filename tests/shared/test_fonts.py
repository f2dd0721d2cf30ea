"""The fonts of the screen: the cuts hold what they say, and what our languages write is among their letters."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from fontTools.subset import parse_unicodes
from fontTools.ttLib import TTFont

from crm.contacts.forms.labels import language_choices

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "static" / "fonts"
FACES = re.findall(
    r'font-family: "([^"]+)";\s+font-weight: (\d+);.*?url\("/static/fonts/([^"]+)"\).*?unicode-range: ([^;]+);',
    (ROOT / "static" / "css" / "fonts.css").read_text(),
    re.S,
)
CORES = [face for face in FACES if face[0].endswith(" Core")]
NAMES = [face for face in FACES if face[0] == "Language Names"]


def _letters(ranges: str) -> set[int]:
    return set(parse_unicodes(ranges))


@pytest.mark.parametrize("face", CORES, ids=lambda face: f"{face[0]} {face[1]}")
def test_a_cut_holds_each_letter_of_its_face_that_the_whole_font_has(face: tuple[str, str, str, str]) -> None:
    family, weight, file, ranges = face
    whole = next(f for name, w, f, _r in FACES if (name, w) == (family.replace(" Core", " Extended"), weight))
    cut, all_of_it = (set(TTFont(FOLDER / each).getBestCmap()) for each in (file, whole))
    assert _letters(ranges) & all_of_it <= cut
    assert len(_letters(ranges) & cut) > 60


@pytest.mark.parametrize("language", ["ta", "te", "mr", "fa"])
def test_no_text_of_the_program_needs_the_whole_font(language: str) -> None:
    catalog = read_po((ROOT / "translations" / language / "LC_MESSAGES" / "messages.po").open("rb"))
    texts = {letter for message in catalog for text in _all(message.string) for letter in text if letter > "\u02ff"}
    covered = set().union(*(_letters(ranges) for family, *_rest, ranges in FACES if not family.endswith(" Extended")))
    assert len(texts) > 40
    assert {letter for letter in texts if ord(letter) not in covered and letter.isalnum()} == set()


def test_the_names_of_languages_have_fonts_of_just_their_letters() -> None:
    ours = set().union(*(_letters(ranges) for family, *_rest, ranges in CORES))
    names = {ord(letter) for _code, name in language_choices() for letter in str(name)}
    letters = [_letters(ranges) for _family, _weight, _file, ranges in NAMES]
    assert set().union(*letters) == names & ours
    for wanted, (*_face, file, _ranges) in zip(letters, NAMES, strict=True):
        assert wanted <= set(TTFont(FOLDER / file).getBestCmap())
        assert (FOLDER / file).stat().st_size < 6_500


def _all(text: str | tuple[str, ...] | list[str] | None) -> list[str]:
    return [text] if isinstance(text, str) else list(text or ())


def _families(token: str) -> list[str]:
    tokens = (ROOT / "static" / "css" / "tokens.css").read_text()
    written = tokens.partition(f"--{token}:")[2].partition(";")[0]
    return [" ".join(each.split()).strip('"') for each in written.split(",")]


def test_the_screen_takes_the_fonts_of_the_device_first_and_the_whole_ones_last() -> None:
    device, ours = _families("device-fonts"), _families("our-fonts")
    assert "Nirmala UI" in device
    for family in {family for family, *_rest in CORES}:
        assert ours.index(family) < ours.index(family.replace(" Core", " Extended"))
        assert family not in device
    base = (ROOT / "static" / "css" / "base.css").read_text()
    assert "var(--device-fonts), var(--our-fonts)" in base
    assert 'var(--device-fonts), "Language Names", var(--our-fonts)' in base
