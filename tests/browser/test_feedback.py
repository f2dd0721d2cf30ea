"""A customer on the phone: the question fits, can be touched and read, and is answered without any script."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_counter import REACHED

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

# Every number of the scale that a finger does not meet over 44 by 44 px, but for the half pixel of a narrow phone.
SMALL = """() => [...document.querySelectorAll(".scale__scores label")]
  .map((each) => each.getBoundingClientRect())
  .filter(({width, height}) => width < 43.5 || height < 44).length"""


def _link(page: Page, contact_id: int, measure: str) -> str:
    """Ask a contact and return the path of the link that is handed over."""
    page.goto(f"/contacts/{contact_id}/feedback")
    page.locator(f"input[value={measure}] + span").click()
    page.locator("input[value=link] + span").click()
    page.get_by_role("button", name="Ask", exact=True).click()
    return urlsplit(page.get_by_label("Link", exact=True).input_value()).path


@pytest.mark.parametrize(("contact_id", "measure"), [(2, "csat"), (3, "nps"), (4, "ces")])
def test_the_question_fits_a_phone_and_axe_finds_nothing(
    browser: Browser, address: str, page: Page, contact_id: int, measure: str
) -> None:
    path = _link(page, contact_id, measure)
    context = browser.new_context(base_url=address, viewport={"width": 390, "height": 844}, has_touch=True)
    phone = context.new_page()
    phone.goto(path)
    assert phone.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    assert phone.evaluate(SMALL) == 0 and phone.evaluate(REACHED) == []
    faults = []
    for scheme in ("light", "dark"):
        phone.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
        faults += [(scheme, fault["id"]) for fault in Axe().run(phone).response["violations"]]
    assert faults == []
    context.close()


def test_it_is_answered_by_keyboard_without_javascript(browser: Browser, address: str, page: Page) -> None:
    path = _link(page, 5, "csat")
    context = browser.new_context(base_url=address, java_script_enabled=False)
    customer = context.new_page()
    customer.goto(path)
    customer.keyboard.press("Tab")
    customer.keyboard.press("ArrowRight")
    customer.keyboard.press("Tab")
    customer.keyboard.type("Loved it")
    customer.keyboard.press("Tab")
    customer.keyboard.press("Enter")
    expect(customer.locator("h1")).to_contain_text("Your answer has arrived")
    customer.get_by_role("link", name="Change the answer").click()
    expect(customer.locator("textarea")).to_have_value("Loved it")
    context.close()
    page.goto("/contacts/5")
    expect(page.locator(".story")).to_contain_text("Loved it")


@pytest.mark.parametrize("path", ["/contacts/1/feedback", "/feedback/unknown"])
def test_axe_finds_nothing_on_the_other_pages(looking: Page, path: str) -> None:
    looking.set_viewport_size({"width": 1280, "height": 860})
    looking.goto(path)
    faults = []
    for scheme in ("light", "dark"):
        looking.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        faults += [(scheme, fault["id"]) for fault in Axe().run(looking).response["violations"]]
    assert faults == []
