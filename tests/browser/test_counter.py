"""What only a browser can show: keys, drafts, the lock, Back after signing out, and accessibility."""

from __future__ import annotations

from urllib.parse import urljoin

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect

from tests.factories.accounts import PIN

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PAGES = [
    *("/", "/contacts", "/contacts/new", "/contacts/1", "/log", "/key-dates", "/complaints", "/notices", "/account"),
    *("/regulars", "/regulars/away", "/rewards", "/moments", "/surprises", "/review", "/settings/levels"),
]


def test_a_customer_is_found_and_a_call_logged_by_keyboard_alone(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("murug")
    expect(page.locator("#found [role=option]").first).to_contain_text("முருகன்")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/contacts/1")
    expect(page.locator("#note")).to_be_focused()
    assert page.evaluate("scrollY") == 0
    page.keyboard.type("Asks for Saturday morning")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".story")).to_contain_text("Asks for Saturday morning")
    expect(page.locator("main textarea").first).to_have_value("")


def test_who_was_chosen_stays_chosen_in_a_fresher_list(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("98400 123")
    expect(page.locator("#found a[role=option]")).to_have_count(5)
    held: list[Route] = []
    page.route("**/search/suggestions", lambda route: held.append(route))
    with page.expect_request("**/search/suggestions"):
        page.keyboard.type("4")
    for _twice in range(2):
        page.keyboard.press("ArrowDown")
    chosen = page.locator("#found [aria-selected=true]")
    address = chosen.get_attribute("href")
    held.pop().continue_()
    expect(page.locator("#found")).to_have_attribute("data-for", "98400 1234")
    expect(chosen).to_have_attribute("href", str(address))
    page.unroute("**/search/suggestions")
    page.keyboard.type("1")
    expect(page.locator("#found")).to_have_attribute("data-for", "98400 12341")
    expect(chosen).to_have_count(0)


def test_what_was_typed_survives_a_reload(page: Page) -> None:
    page.goto("/contacts/2")
    page.locator("main textarea").first.fill("A long story, half told")
    page.reload()
    expect(page.locator("main textarea").first).to_have_value("A long story, half told")


def test_a_double_click_makes_one_entry(page: Page) -> None:
    page.goto("/contacts/3")
    page.locator("main textarea").first.fill("Told twice by a nervous mouse")
    page.locator("main form[data-keep] button.button--main").first.dblclick()
    page.wait_for_timeout(800)
    page.goto("/contacts/3")
    assert page.locator(".story", has_text="Told twice").count() == 1
    assert page.get_by_text("Told twice by a nervous mouse").count() == 1


def test_the_lock_keeps_the_text_and_a_colleague_takes_over(page: Page) -> None:
    page.goto("/contacts/4")
    page.locator("main textarea").first.fill("Kavitha began this")
    page.click("[data-lock]")
    dialog = page.locator("#lock")
    expect(dialog).to_be_visible()
    dialog.get_by_text("Asha Joshi").click()
    dialog.locator("input[name=pin]").fill("9999")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_have_text("That PIN is not right.")
    dialog.locator("input[name=pin]").fill(PIN)
    page.keyboard.press("Enter")
    expect(page.locator(".rail__who")).to_contain_text("Asha Joshi")
    expect(page.locator("main textarea").first).to_have_value("Kavitha began this")


def test_the_lock_covers_the_screen_also_without_a_connection(page: Page) -> None:
    page.goto("/contacts/4")
    page.context.set_offline(True)
    page.click("[data-lock]")
    dialog = page.locator("#lock")
    expect(dialog.get_by_role("status")).to_contain_text("The server is not reached just now.")
    expect(page.locator("main textarea").first).to_be_hidden()
    page.keyboard.press("Escape")
    expect(dialog).to_be_visible()
    page.context.set_offline(False)
    dialog.locator("input[name=pin]").fill(PIN)
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(page.locator("main textarea").first).to_be_visible()
    page.context.set_offline(True)
    page.click("[data-lock]")
    expect(dialog.get_by_role("status")).to_be_visible()
    assert dialog.locator("input").count() == 0


def test_back_shows_nothing_after_signing_out(page: Page) -> None:
    page.goto("/contacts/1")
    page.goto("/account")
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.wait_for_url("**/sign-in")
    page.go_back()
    expect(page.locator("body")).not_to_contain_text("முருகன்")


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(looking: Page, path: str) -> None:
    looking.set_viewport_size({"width": 1280, "height": 860})
    looking.goto(path)
    faults = []
    for scheme in ("light", "dark"):
        looking.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        for fault in Axe().run(looking).response["violations"]:
            faults.append((scheme, fault["id"], [node["html"][:120] for node in fault["nodes"][:3]]))
    assert faults == []


@pytest.mark.parametrize("path", PAGES)
def test_nothing_runs_over_the_edge_of_a_phone(looking: Page, path: str) -> None:
    looking.set_viewport_size({"width": 390, "height": 844})
    looking.goto(path)
    assert looking.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


# How high each thing that acts is under a finger: from its middle up and down as long as a touch still meets it.
REACHED = """() => [
  ...document.querySelectorAll("main :is(button, select, summary, textarea, input, strong > a, .chips a)"),
]
  .filter((each) => each.checkVisibility() && !each.matches("[type=radio], [type=checkbox], .visually-hidden"))
  .map((each) => {
    each.scrollIntoView({block: "center", inline: "center"});
    const {left, width, top, height} = each.getBoundingClientRect();
    const meets = (step) => document.elementFromPoint(left + width / 2, top + height / 2 + step);
    const held = [-20, 20].every((step) => each === meets(step) || each.contains(meets(step)));
    return held ? "" : each.outerHTML.slice(0, 120);
  }).filter(Boolean)"""


@pytest.mark.parametrize("path", PAGES)
def test_a_finger_meets_everything_that_acts(browser: Browser, looking: Page, path: str) -> None:
    phone = browser.new_context(
        storage_state=looking.context.storage_state(),
        viewport={"width": 390, "height": 844},
        has_touch=True,
        is_mobile=True,
    )
    try:
        page = phone.new_page()
        page.goto(urljoin(looking.url, path))
        assert page.evaluate(REACHED) == []
    finally:
        phone.close()


def test_on_a_phone_the_number_stands_above_the_history(browser: Browser, address: str, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/contacts/1")
    number, history = page.locator('a[href^="tel:"]').first, page.locator("#story")
    expect(number).to_be_visible()
    above, below = number.bounding_box(), history.bounding_box()
    assert above is not None and below is not None and above["y"] + above["height"] <= below["y"]
    page.set_viewport_size({"width": 1280, "height": 844})
    expect(number).to_be_hidden()


def test_everything_works_without_javascript(browser: Browser, address: str, page: Page) -> None:
    context = browser.new_context(
        base_url=address, java_script_enabled=False, storage_state=page.context.storage_state()
    )
    plain = context.new_page()
    plain.goto("/")
    plain.fill("#search", "jose")
    plain.keyboard.press("Enter")
    plain.get_by_role("link", name="José Ramon Bautista").first.click()
    plain.locator("main textarea").first.fill("Logged without scripts")
    plain.locator("main form[data-keep] button.button--main").first.click()
    expect(plain.locator(".story")).to_contain_text("Logged without scripts")
    context.close()
