"""Numbers that no column holds and days that no calendar can reckon with: never an answer of 500."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from crm.accounts.models import Staff
from crm.extensions import db
from crm.interactions.models import FollowUp
from crm.shared.bounds import day_of
from crm.shared.paging import encode_place
from tests.client import PageClient
from tests.factories.complaints import make_complaint
from tests.factories.contacts import make_contact
from tests.factories.interactions import make_follow_up

NUMBERS = ["99999999999999999999", "2147483648", "-2147483649"]
MOMENTS = ["0001-01-01T00:00", "9999-12-31T23:59"]
DAYS = ["0001-01-01", "1899-12-31", "2101-01-01", "9999-12-31"]


@pytest.mark.parametrize(
    ("text", "day"), [("1900-01-01", date(1900, 1, 1)), ("2100-12-31", date(2100, 12, 31)), ("2026-02-29", None)]
)
def test_a_day_is_read_within_bounds(text: str, day: date | None) -> None:
    if day is not None:
        assert day_of(text) == day
        return
    with pytest.raises(ValueError):
        day_of(text)


@pytest.mark.parametrize("text", DAYS)
def test_a_day_out_of_bounds_is_no_day(text: str) -> None:
    with pytest.raises(ValueError):
        day_of(text)


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_that_no_column_holds(as_owner: PageClient, owner: Staff, number: str) -> None:
    complaint, follow_up = make_complaint(owner), make_follow_up(make_contact("Meena"))
    at, to_do = f"/complaints/{complaint.id}", f"/follow-ups/{follow_up.id}"
    for path in (
        *("/settings", "/settings/holidays", "/settings/rewards/budget", "/settings/recovery"),
        *(f"{to_do}/reopening", f"{to_do}/assignment", f"{to_do}/postponement", f"{to_do}/completion"),
        *(f"{at}/person-in-charge", f"{at}/remedies", f"{at}/remedies/decision", f"{at}/category", f"{at}/withdrawal"),
    ):
        fields = {"version": number, "remedy_id": number, "decision": "yes", "kind": "refund", "reason": "x"}
        assert as_owner.post(path, fields, status=None).status_code < 500, path


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_moment_out_of_bounds(as_owner: PageClient, owner: Staff, moment: str) -> None:
    contact, complaint = make_contact("Meena"), make_complaint(owner)
    for path, fields in (
        (f"/contacts/{contact.id}/interactions", {"note": "n", "occurred_at": moment}),
        (f"/contacts/{contact.id}/complaints", {"words": "w", "severity": "normal", "occurred_at": moment}),
        (f"/complaints/{complaint.id}/promises", {"text": "p", "due_at": moment}),
        (f"/complaints/{complaint.id}/pauses", {"reason": "customer", "resume_on": moment[:10]}),
    ):
        form = {"form_key": "a" * 20, "channel": "phone", "direction": "in", "kind": "enquiry", **fields}
        assert as_owner.post(path, form, status=None).status_code == 422, path


@pytest.mark.parametrize("day", DAYS)
def test_a_follow_up_is_due_on_a_day_of_the_calendar(as_owner: PageClient, day: str) -> None:
    contact = make_contact("Meena")
    form = {"form_key": "a" * 20, "channel": "phone", "direction": "in", "kind": "enquiry", "note": "call again"}
    page = as_owner.post(f"/contacts/{contact.id}/interactions", form | {"due": "date", "due_on": day}, status=422).text
    assert "call again" in page and "Not a valid date value." in page
    assert db.session.scalar(select(func.count()).select_from(FollowUp)) == 0


@pytest.mark.parametrize("day", DAYS)
def test_a_day_out_of_bounds_in_an_address(as_owner: PageClient, owner: Staff, day: str) -> None:
    make_complaint(owner)
    pages = ("", "/clocks", "/remedies", "/late-entries", "/breaches", "/causes", "/feedback", "/feedback/answers")
    for path in (
        f"/settings/past-days?on={day}&kind=closed",
        f"/print/daily-sheet?on={day}",
        f"/print/promises?from={day}&to=2026-06-30",
        *(
            f"/review{page}?from={first}&to={last}"
            for page in pages
            for first, last in ((day, day), (day, "2026-06-01"))
        ),
    ):
        assert as_owner.get(path, status=None).status_code < 500, path


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_a_place_in_a_list_out_of_bounds(as_owner: PageClient, owner: Staff, moment: str) -> None:
    contact = make_contact("Meena")
    pair, three = encode_place([moment, 1]), encode_place([moment, "entry", 1])
    for path in (
        f"/complaints?from={pair}",
        f"/rewards?from={pair}",
        f"/review/clocks?place={pair}",
        f"/contacts/{contact.id}?from={three}",
    ):
        assert as_owner.get(path, status=None).status_code < 500, path
