"""Phones as people type them: the shared cases, labels, masks, ranges and hostile text."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.shared.phones import format_phone, normalise_phone, phone_digits, split_phones
from tests.fuzzing import many

SHARED_DATA = Path(__file__).parents[3] / "shared" / "data"


def shared_cases() -> list[Any]:
    path = SHARED_DATA / "phones.json"
    if not path.exists():
        skip = pytest.mark.skip(reason="shared/data/phones.json is not beside this checkout")
        return [pytest.param({}, marks=skip)]
    cases = json.loads(path.read_text(encoding="utf-8"))["cases"]
    return [pytest.param(case, id=f"{case['n']}") for case in cases]


@pytest.mark.parametrize("case", shared_cases())
def test_shared_case(case: dict[str, Any]) -> None:
    phone = normalise_phone(case["raw"], case["region"])
    assert phone.raw == case["raw"]
    # "acceptable" holds the answers of a published dispute: template numbers in a valid range.
    assert phone.e164 in case.get("acceptable", [case["expected_e164"]])
    if phone.e164:
        assert phone.extension == case["extension"]


@pytest.mark.parametrize(
    ("raw", "region", "e164"),
    [
        ("(USA)", "US", None),
        ("CALL ME NOW", "US", None),
        ("212-555-0100 (USA)", "US", "+12125550100"),
        ("Mobile 98765 43210", "IN", "+919876543210"),
        ("दूरभाष: ०२२ २३४५ ६७८९", "IN", "+912223456789"),
        ("௯௮௭௬௫௪௩௨௧௦", "IN", "+919876543210"),
        ("౯౮౭౬౫౪౩౨౧౦", "IN", "+919876543210"),
        ("00-1-212-555-7777", "US", "+12125557777"),
        ("+1 212 555 01XX", "US", None),
        ("2.12555E+09", "US", None),
        ("98765 43210 / 98765 43211", "IN", "+919876543210"),
        ("'+91 98765 43210", "IN", "+919876543210"),
        ("\u202a+91 98765 43210\u202c", "IN", "+919876543210"),
        ("", "IN", None),
        ("9876543210", "??", None),
    ],
)
def test_reading(raw: str, region: str, e164: str | None) -> None:
    assert normalise_phone(raw, region).e164 == e164


def test_extension_is_kept_apart() -> None:
    phone = normalise_phone("+1 212 555 0100 ext. 42", "US")
    assert (phone.e164, phone.extension) == ("+12125550100", "42")


def test_digits_in_any_script() -> None:
    assert phone_digits("۰۹۱۲-३४५ (USA) 6") == "09123456"


def test_format_is_national_at_home() -> None:
    assert format_phone("+912223456789", "IN") == "022 2345 6789"
    assert format_phone("+912223456789", "US") == "+91 22 2345 6789"
    assert format_phone("not a number", "US") == "not a number"


def test_split_keeps_odd_punctuation_whole() -> None:
    assert split_phones("030 / 549 08 665") == ["030 / 549 08 665"]
    assert split_phones("98765 43210, 98765 43211") == ["98765 43210", "98765 43211"]


@many
@given(st.text(max_size=60), st.sampled_from(["IN", "US", "IR", "GB", "ZZ", ""]))
def test_any_text_is_kept_raw(raw: str, region: str) -> None:
    phone = normalise_phone(raw, region)
    assert phone.raw == raw
    assert phone.e164 is None or phone.e164.startswith("+")
