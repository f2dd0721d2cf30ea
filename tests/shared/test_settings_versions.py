"""Two people save the same settings: the second is refused with both texts, and nothing is overwritten."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

import pytest

from crm.accounts.models import Business
from crm.contacts.actions.own_fields import add_field
from crm.contacts.rules import FieldKind
from crm.extensions import db
from crm.shared import clock
from crm.shared.settings_versions import SettingsMovedOn, settings_version, take_settings
from tests.client import PageClient

SENTENCE = "Somebody else changed these settings while you were writing. Nothing is saved yet."
BUSINESS: dict[str, object] = {
    "name": "Jasmine Salon", "country": "IN", "time_zone": "Asia/Kolkata", "currency": "INR", "languages": ["en"],
    "idle_minutes": "15", "leap_day_rule": "february-28", "reminder_hour": "8", "code_page": "cp1252",
    "keep_years": "0",
}  # fmt: skip
RECOVERY: dict[str, object] = {"follow_up_days": "3", "pause_cap_days": "7", "monthly_budget": ""}
FIELD: dict[str, object] = {"name": "Skin type", "choice_lines": "dry\noily", "position": "1"}


@dataclass(frozen=True)
class Clash:
    """A form of settings, what the first and the second person type, and what then stands as stored and typed."""

    page: str
    first: dict[str, object]
    second: dict[str, object]
    stored: tuple[str, ...]
    typed: str
    action: str = ""


CLASHES = {
    "business": Clash(
        "/settings",
        BUSINESS | {"name": "Jasmine & Sons", "languages": ["en", "fa"], "code_page": "cp1256", "keep_years": "0"},
        BUSINESS | {"name": "Lotus Salon"},
        ("<bdi>Jasmine & Sons</bdi>", "<bdi>English, فارسی</bdi>", "<bdi>Arabic, Persian (cp1256)</bdi>"),
        'value="Lotus Salon"',
    ),
    "recovery": Clash(
        "/settings/recovery",
        RECOVERY | {"follow_up_days": "5"},
        RECOVERY | {"follow_up_days": "2"},
        ("<dt>Ask whether it is fixed after days</dt>", "<bdi>5</bdi>"),
        'value="2"',
    ),
    "limits": Clash(
        "/settings/recovery",
        {"front-desk:refund": "500"},
        {"front-desk:refund": "900"},
        ("<bdi>500</bdi>",),
        'value="900"',
        "/settings/recovery/limits",
    ),
    "budget": Clash(
        "/settings/rewards",
        {"monthly_budget": "2400", "surprises_a_week": "5"},
        {"monthly_budget": "1200", "surprises_a_week": "5"},
        ("<bdi>2400</bdi>",),
        'value="1200"',
        "/settings/rewards/budget",
    ),
    "moments": Clash(
        "/settings/rewards",
        {"birthday:proposed": "yes", "birthday:notice": "3"},
        {"birthday:proposed": "yes", "birthday:notice": "9"},
        ("<bdi>Propose, Days ahead: 3</bdi>",),
        'value="9"',
        "/settings/rewards/moments",
    ),
    "holidays": Clash(
        "/settings/holidays",
        {"day_20260815-kind": "hours", "day_20260815-hours": "09:00-12:00"},
        {"day_20260815-kind": "closed"},
        ("<bdi>09:00-12:00</bdi>",),
        '<option selected value="closed">',
    ),
    "canned notes": Clash(
        "/settings/canned-notes",
        {"lines": "asked for prices\ncalled back"},
        {"lines": "wants a quotation"},
        ("<dt>One text a line</dt>", "<bdi>asked for prices\ncalled back</bdi>"),
        "wants a quotation",
    ),
    "own field": Clash(
        "/settings/contact-fields/{id}",
        FIELD | {"name": "Skin"},
        FIELD | {"choice_lines": "dry\noily\nmixed"},
        ("<bdi>Skin</bdi>",),
        "mixed",
    ),
}


@pytest.mark.parametrize("name", CLASHES)
def test_the_second_save_is_refused_with_both_texts(as_owner: PageClient, business: Business, name: str) -> None:
    clash = CLASHES[name]
    field = add_field("Skin type", FieldKind.CHOICE, ["dry", "oily"], now=clock.now())
    page = clash.page.format(id=field.id)
    action = clash.action or page
    seen = _version(as_owner.get(page).text, action)
    as_owner.post(action, clash.first | {"version": seen, "form_key": "first"})
    refused = unescape(as_owner.post(action, clash.second | {"version": seen, "form_key": "second"}, status=409).text)
    assert SENTENCE in refused and clash.typed in refused
    assert [text for text in clash.stored if text not in refused] == []
    kept = unescape(as_owner.get(page).text)
    assert clash.typed not in _form(kept, action)
    as_owner.post(action, clash.second | {"version": _version(refused, action), "form_key": "third"})
    assert clash.typed in unescape(as_owner.get(page).text)


def _form(html: str, action: str) -> str:
    found = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', html, re.S)
    assert found is not None
    return found[0]


def _version(html: str, action: str) -> str:
    found = re.search(r'<input[^>]*name="version"[^>]*>', _form(html, action))
    value = re.search(r'value="(\d+)"', found[0]) if found else None
    assert value is not None
    return value[1]


def test_a_version_is_taken_once(session: object) -> None:
    assert settings_version("x") == 0
    take_settings("x", 0)
    take_settings("x", 1)
    for seen in (0, 1, 7):
        with pytest.raises(SettingsMovedOn):
            take_settings("x", seen)
    take_settings("x", None)
    assert (settings_version("x"), settings_version("y")) == (3, 0)
    db.session.rollback()


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30, "१"])
def test_a_version_that_no_form_of_ours_sends_is_none(as_owner: PageClient, business: Business, version: str) -> None:
    as_owner.post("/settings/recovery/limits", {"front-desk:refund": "500", "version": version})


def test_a_name_that_another_own_field_has_is_refused_with_the_text_kept(as_owner: PageClient) -> None:
    add_field("Level", FieldKind.TEXT, [], now=clock.now())
    field = add_field("Skin type", FieldKind.CHOICE, ["dry", "oily"], now=clock.now())
    path = f"/settings/contact-fields/{field.id}"
    page = as_owner.post(path, FIELD | {"name": "Level", "choice_lines": "dry\noily\nmixed"}, status=409).text
    assert "mixed" in page and 'value="Level"' in page
    assert "Skin type" in as_owner.get(path).text
