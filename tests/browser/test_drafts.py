"""What was typed outlives a colleague's change, a lost connection and a save; the lock shows nothing of it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import sign_in, signed_in_window

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def colleague(browser: Browser, address: str, page: Page) -> Page:
    """A second window of the counter, without drafts."""
    return signed_in_window(browser, address)


def _change(window: Page, field: str, text: str, contact_id: int) -> None:
    window.goto(f"/contacts/{contact_id}/details")
    window.fill(f"[name={field}]", text)
    window.get_by_role("button", name="Save the contact").click()
    window.wait_for_url(f"**/contacts/{contact_id}")


def test_a_left_over_draft_does_not_overwrite_what_a_colleague_saved(page: Page, colleague: Page) -> None:
    page.goto("/contacts/2/details")
    page.fill("[name=job_title]", "Draughtsman")
    page.goto("/")
    _change(colleague, "preferences", "Tea at the window", 2)
    page.goto("/contacts/2/details")
    expect(page.locator("[name=job_title]")).to_have_value("Draughtsman")
    page.get_by_role("button", name="Save the contact").click()
    expect(page.get_by_role("alert")).to_contain_text("Somebody else changed this contact")
    expect(page.get_by_role("alert")).to_contain_text("Tea at the window")
    page.fill("[name=preferences]", "Tea at the window")
    page.get_by_role("button", name="Save the contact").click()
    page.wait_for_url("**/contacts/2")
    expect(page.locator("main")).to_contain_text("Tea at the window")


def test_a_left_over_draft_of_a_date_is_shown_beside_the_stored_one_and_saved(page: Page, colleague: Page) -> None:
    _new_date(page, 4, "12/8")
    page.get_by_role("link", name="Change Birthday").click()
    here = page.url
    page.fill("[name=day]", "14/8")
    page.goto("/")
    colleague.goto(here)
    colleague.fill("[name=day]", "13/8")
    colleague.get_by_role("button", name="Save", exact=True).click()
    colleague.wait_for_url("**/contacts/4**")
    page.goto(here)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Somebody else changed this date")
    expect(page.locator("main")).to_contain_text("13 August")
    expect(page.locator("[name=day]")).to_have_value("14/8")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/contacts/4#key-dates")
    expect(page.locator("#key-dates")).to_contain_text("14 August")


def _new_date(window: Page, contact_id: int, day: str) -> None:
    window.goto(f"/contacts/{contact_id}")
    window.click("#key-dates summary")
    window.fill("#key-dates [name=day]", day)
    window.get_by_role("button", name="Add the date").click()


def test_a_draft_is_gone_once_it_is_saved(page: Page, colleague: Page) -> None:
    _change(page, "job_title", "Smith", 3)
    assert page.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('draft:'))") == []
    _change(colleague, "job_title", "Baker", 3)
    page.goto("/contacts/3/details")
    expect(page.locator("[name=job_title]")).to_have_value("Baker")


def test_a_draft_stays_where_nothing_was_saved(page: Page) -> None:
    page.goto("/contacts/3/details")
    page.fill("[name=name]", "")
    page.fill("[name=phones-0-raw]", "")
    page.fill("[name=job_title]", "Weaver")
    page.get_by_role("button", name="Save the contact").click()
    expect(page.locator("[aria-invalid]").first).to_be_focused()
    page.goto("/contacts/3/details")
    expect(page.locator("[name=job_title]")).to_have_value("Weaver")


def test_one_more_number_takes_the_keyboard_and_comes_back_with_the_draft(page: Page) -> None:
    page.goto("/contacts/new")
    page.fill("main [name=name]", "Two Phones")
    page.fill("[name=phones-0-raw]", "98400 77777")
    page.get_by_role("button", name="One more number").press("Enter")
    expect(page.locator("[name=phones-1-raw]")).to_be_focused()
    page.keyboard.type("98400 88888")
    page.goto("/")
    page.goto("/contacts/new")
    expect(page.locator("[name=phones-1-raw]")).to_have_value("98400 88888")
    expect(page.locator("[name=phones-0-raw]")).to_have_value("98400 77777")
    expect(page.locator("main [name=name]")).to_have_value("Two Phones")
    page.get_by_role("button", name="Save the contact").click()
    expect(page.locator("h1")).to_contain_text("Two Phones")
    expect(page.locator("main")).to_contain_text("8888")


@pytest.mark.parametrize("before", ["", "12", "wrong pin"])
def test_escape_does_not_open_the_lock(page: Page, before: str) -> None:
    page.goto("/contacts/4")
    page.fill("#log #note", "What the next customer must not read")
    page.click("[data-lock]")
    pin = page.locator("#lock [name=pin]")
    expect(pin).to_be_focused()
    if before == "wrong pin":
        page.locator("#lock").get_by_text("Asha Joshi").click()
        pin.fill("9999")
        pin.press("Enter")
        expect(page.locator("#lock [role=alert]")).not_to_be_empty()
    else:
        page.keyboard.type(before)
    for _time in range(4):
        page.keyboard.press("Escape")
    page.evaluate("document.querySelector('#lock').close()")  # as a browser does on a phone's Back gesture
    page.wait_for_timeout(200)
    expect(page.locator("#lock")).to_be_visible()
    expect(page.locator("#log #note")).to_be_hidden()
    expect(page.locator("h1").first).to_be_hidden()


def test_what_an_ended_session_kept_goes_on_where_it_was_written(page: Page) -> None:
    page.goto("/contacts/5/details")
    page.fill("[name=job_title]", "Potter")
    page.context.clear_cookies()
    page.get_by_role("button", name="Save the contact").click()
    expect(page.get_by_label("Job title")).to_have_value("Potter")
    expect(page.get_by_label("Phone")).to_have_value("98400 12344")
    page.get_by_role("link", name="Sign in and go on where you were").click()
    sign_in(page)
    page.wait_for_url("**/contacts/5/details")
    expect(page.locator("[name=job_title]")).to_have_value("Potter")
    page.get_by_role("button", name="Save the contact").click()
    page.wait_for_url("**/contacts/5")


def test_what_an_ended_session_kept_is_sent_after_signing_in_elsewhere(page: Page) -> None:
    page.goto("/contacts/5/details")
    page.fill("[name=job_title]", "Joiner")
    page.context.clear_cookies()
    page.get_by_role("button", name="Save the contact").click()
    elsewhere = page.context.new_page()
    elsewhere.goto("/sign-in")
    sign_in(elsewhere)
    elsewhere.wait_for_url("**/")
    elsewhere.close()
    with page.expect_response("**/sign-in"):
        page.evaluate("window.dispatchEvent(new Event('focus'))")
    page.wait_for_timeout(300)
    page.get_by_role("button", name="Send again").click()
    page.wait_for_url("**/contacts/5")
    page.goto("/contacts/5/details")
    expect(page.locator("[name=job_title]")).to_have_value("Joiner")


def test_change_takes_the_keyboard_and_gives_it_back(page: Page) -> None:
    page.goto("/contacts/4")
    page.fill("#log #note", "Call back")
    page.click("#log summary")
    page.locator("#log [name=due][value=tomorrow]").check(force=True)
    page.fill("#log [name=task]", "Ask for the size")
    page.press("#log #note", "Control+Enter")
    row = page.locator("#follow-ups li", has_text="Ask for the size")
    row.get_by_role("link", name="Change").press("Enter")
    expect(row.get_by_role("button", name="Tomorrow")).to_be_focused()
    page.keyboard.press("Tab")
    expect(row.get_by_role("button", name="In a week")).to_be_focused()
    row.get_by_role("link", name="Cancel").press("Enter")
    expect(row.get_by_role("link", name="Change")).to_be_focused()
