"""Addresses that make no sense are refused or not found; none of them is an error of ours."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask

from crm.shared.paging import encode_place
from tests.client import PageClient

LARGE = ("2147483648", "99999999999999999999999")
PLACES: tuple[list[Any], ...] = ([2**40], ["\x00", 2**70], ["2026-02-30", "x", 1], [None] * 4)
NAMES = ("tag", "staff", "category", "event", "clock", "version", "weekday", "hour", "from", "to", "at", "do", "action")


def _pages(app: Flask, part: str) -> list[str]:
    """Return every address that is opened, but printed ones, which are slow to draw."""
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and "pdf" not in rule.rule]
    return [re.sub(r"<[^>]+>", part, rule.rule) for rule in rules if not rule.rule.startswith("/assets")]


@pytest.mark.parametrize("number", LARGE)
def test_a_number_that_no_column_holds_is_not_found(app: Flask, as_owner: PageClient, number: str) -> None:
    odd = {path: as_owner.get(path, status=None).status_code for path in _pages(app, number) if number in path}
    assert {path: status for path, status in odd.items() if status >= 500} == {}


def test_a_nul_in_an_address_is_refused(app: Flask, as_owner: PageClient) -> None:
    for path in _pages(app, "1"):
        as_owner.get(f"{path}?from=%00&number=%00", status=400)
    for path in _pages(app, "%00"):
        if "%00" in path:
            assert as_owner.get(path, status=None).status_code in {400, 404}, path


def test_a_query_that_makes_no_sense_breaks_no_page(app: Flask, as_owner: PageClient) -> None:
    for value in (LARGE[1], "1e999%F0%28%8C%BC"):
        query = "&".join(f"{name}={value}" for name in NAMES)
        for path in _pages(app, "1"):
            assert as_owner.get(f"{path}?{query}", status=None).status_code < 500, (path, value)


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_a_made_up_place_in_a_list_breaks_no_page(app: Flask, as_owner: PageClient, place: list[object]) -> None:
    for path in _pages(app, "1"):
        assert as_owner.get(f"{path}?from={encode_place(place)}", status=None).status_code < 500, path
