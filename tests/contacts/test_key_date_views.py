"""Key dates on a contact's page and in the list of what comes up, as a browser sees them."""

from __future__ import annotations

import re

import pytest

from crm.accounts.models import Staff
from crm.contacts.models import Contact, KeyDate
from crm.extensions import db
from tests.client import PageClient
from tests.conftest import NOW
from tests.factories.contacts import make_contact
from tests.factories.key_dates import make_key_date

FORM = {"kind": "birthday", "day": "12/8", "label": "", "notice_days": "3"}


@pytest.fixture
def contact(owner: Staff) -> Contact:
    return make_contact("முருகன் செல்வம்")


def _dates() -> list[tuple[int, int, int | None, bool, int]]:
    return [(each.day, each.month, each.year, each.repeats, each.notice_days) for each in db.session.query(KeyDate)]


def test_a_date_is_added_with_and_without_htmx(as_kavitha: PageClient, contact: Contact) -> None:
    address = f"/contacts/{contact.id}/key-dates"
    assert "No dates yet" in as_kavitha.get(address).text
    assert as_kavitha.post(address, FORM).location == f"/contacts/{contact.id}#key-dates"
    panel = as_kavitha.post(address, FORM | {"day": "29 Feb 2000", "kind": "anniversary"}, htmx=True, status=200).text
    assert "<html" not in panel and 'id="key-dates"' in panel and "Anniversary" in panel
    assert _dates() == [(12, 8, None, True, 3), (29, 2, 2000, True, 3)]


def test_the_next_time_is_told_where_the_date_itself_does_not_tell_it(as_kavitha: PageClient, contact: Contact) -> None:
    for day, month, year in ((24, 12, 1987), (3, 2, 1990), (29, 2, 1988)):
        make_key_date(contact, day, month, year)
    db.session.commit()
    panel = as_kavitha.get(f"/contacts/{contact.id}/key-dates").text
    said = [re.sub(r"<[^>]+>", "", line) for line in re.findall(r'<p class="whole">(.*?)</p>', panel)]
    assert said == [
        "24 December 1987 · turns 39",
        "3 February 1990 · 3 February 2027 · turns 37",
        "29 February 1988 · 28 February 2027 · turns 39",
    ]


def test_sent_twice_makes_one(as_kavitha: PageClient, contact: Contact) -> None:
    for _twice in range(2):
        as_kavitha.post(f"/contacts/{contact.id}/key-dates", FORM | {"form_key": "one-and-the-same"})
    assert len(_dates()) == 1


@pytest.mark.parametrize("htmx", [True, False])
@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"day": "31/4"}, "Write a date such as"),
        ({"day": ""}, "Please fill this in"),
        ({"kind": "other"}, "Say what the date is about"),
        ({"is_once": "y"}, "A date that comes only once needs its year"),
        ({"notice_days": "91"}, "Between 0 and 90 days"),
        ({"kind": "wedding"}, "Not a valid choice"),
    ],
)
def test_mistakes_are_named_and_nothing_is_lost(
    as_kavitha: PageClient, contact: Contact, typed: dict[str, str], sentence: str, htmx: bool
) -> None:
    address = f"/contacts/{contact.id}/key-dates"
    label = "" if "kind" in typed else "House warming"
    page = as_kavitha.post(address, FORM | {"label": label} | typed, htmx=htmx, status=422).text
    assert sentence in page and ("<html" in page) is not htmx
    assert _dates() == []


def test_readers_of_persian_type_and_see_jalali_dates(as_kavitha: PageClient, kavitha: Staff, contact: Contact) -> None:
    kavitha.language = "fa"
    db.session.commit()
    address = f"/contacts/{contact.id}/key-dates"
    as_kavitha.post(address, FORM | {"day": "۱۳۷۰/۰۵/۱۲", "notice_days": "۳"})
    assert _dates() == [(3, 8, 1991, True, 3)]
    assert "۱۲ مرداد ۱۳۷۰" in as_kavitha.get(address).text


def test_a_refused_change_is_told_in_the_readers_language(
    as_kavitha: PageClient, kavitha: Staff, contact: Contact
) -> None:
    kavitha.language = "fa"
    address = f"/contacts/{contact.id}/key-dates/{make_key_date(contact, 12, 8).id}"
    typed = FORM | {"day": "۱۳۷۰/۰۵/۱۲", "version": "0"}
    as_kavitha.post(address, typed)
    for refused in (address, f"{address}/removal"):
        page = as_kavitha.post(refused, typed, status=409).text
        assert "در این میان شخص دیگری این تاریخ را تغییر داده است." in page and "Somebody else" not in page


def test_a_date_is_changed_and_removed(as_kavitha: PageClient, contact: Contact) -> None:
    key_date = make_key_date(contact, 12, 8)
    address = f"/contacts/{contact.id}/key-dates/{key_date.id}"
    assert 'value="12/8"' in as_kavitha.get(address).text
    as_kavitha.post(address, FORM | {"day": "32/8", "version": "0"}, status=422)
    as_kavitha.post(address, FORM | {"day": "13/8/1990", "version": "0"})
    assert _dates() == [(13, 8, 1990, True, 3)]
    as_kavitha.post(f"{address}/removal")
    assert _dates() == []
    as_kavitha.get(address, status=404)


def test_a_second_tab_does_not_overwrite_a_date(as_kavitha: PageClient, contact: Contact) -> None:
    key_date = make_key_date(contact, 12, 8)
    address = f"/contacts/{contact.id}/key-dates/{key_date.id}"
    seen = _version(as_kavitha.get(address).text)
    for day in ("13/8/1990", "12/8"):  # there and back again: it was changed all the same
        as_kavitha.post(address, FORM | {"day": day, "version": _version(as_kavitha.get(address).text)})
    page = as_kavitha.post(address, FORM | {"day": "14/8", "version": seen}, status=409).text
    assert "Somebody else changed this date" in page and 'value="14/8"' in page and "12 August" in page
    assert _dates() == [(12, 8, None, True, 3)]
    as_kavitha.post(address, FORM | {"day": "14/8", "version": _version(page)})
    assert _dates() == [(14, 8, None, True, 3)]


def test_a_date_that_changed_meanwhile_is_not_removed_from_an_old_tab(as_kavitha: PageClient, contact: Contact) -> None:
    key_date = make_key_date(contact, 12, 8)
    address = f"/contacts/{contact.id}/key-dates/{key_date.id}"
    seen = _version(as_kavitha.get(address).text)
    as_kavitha.post(address, FORM | {"day": "13/8/1990", "version": seen})
    page = as_kavitha.post(f"{address}/removal", {"version": seen}, status=409).text
    assert "Somebody else changed this date" in page and "13 August 1990" in page
    assert "Below is what you typed" not in page and _dates() == [(13, 8, 1990, True, 3)]
    as_kavitha.post(f"{address}/removal", {"version": _version(page)})
    assert _dates() == []


def _version(page: str) -> str:
    found = re.search(r'name="version"[^>]*value="(\d+)"', page)
    assert found is not None
    return found[1]


def test_the_list_shows_what_comes_and_notes_greetings(as_kavitha: PageClient, contact: Contact) -> None:
    key_date = make_key_date(contact, 12, 6, 1990)
    make_key_date(contact, 1, 7, kind="renewal")
    page = as_kavitha.get("/key-dates").text
    assert "turns 36" in page and "today" in page and "Renewal" in page
    assert "turns 36" not in as_kavitha.get("/key-dates?kind=renewal").text
    address, form = f"/key-dates/{key_date.id}/greetings", {"falls_on": "2026-06-12", "is_done": "yes"}
    row = as_kavitha.post(address, form, htmx=True, status=200).text
    assert "Undo" in row and "<html" not in row
    assert as_kavitha.post(address, form | {"is_done": "no", "back": "//evil.example"}).location == "/key-dates"
    assert "Undo" not in as_kavitha.get("/key-dates").text
    as_kavitha.post(address, form | {"falls_on": "2026-06-13"}, status=409)
    as_kavitha.post(address, form | {"falls_on": "soon"}, status=400)


def test_the_empty_list_says_what_to_do(as_kavitha: PageClient) -> None:
    assert "Add birthdays" in as_kavitha.get("/key-dates").text
    as_kavitha.get("/key-dates?place=damaged", status=404)


def test_strangers_and_unknown_records(anonymous: PageClient, as_kavitha: PageClient, contact: Contact) -> None:
    anonymous.get("/key-dates", status=302)
    other = make_key_date(make_contact("Ana"), 1, 1)
    as_kavitha.get("/contacts/999/key-dates", status=404)
    as_kavitha.get(f"/contacts/{contact.id}/key-dates/{other.id}", status=404)
    as_kavitha.post(f"/contacts/{contact.id}/key-dates/{other.id}/removal", status=404)
    as_kavitha.post("/key-dates/999/greetings", {"falls_on": "2026-06-12"}, status=404)


def test_a_blocked_contact_gets_no_dates(as_kavitha: PageClient, contact: Contact) -> None:
    contact.blocked_at = NOW
    db.session.commit()
    as_kavitha.post(f"/contacts/{contact.id}/key-dates", FORM, status=422)
    assert _dates() == []
