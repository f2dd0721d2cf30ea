"""A real browser against the program on a database file of its own; skipped where no Chromium is installed."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from werkzeug.serving import make_server

from config import Settings
from crm import create_app
from crm.contacts.actions.contacts import create_contact
from crm.contacts.rules import ContactDetails, PhoneDetails
from crm.extensions import db
from crm.shared import clock, jobs
from crm.shared.database import close_connections
from crm.shared.permissions import Role
from crm.shared.schema import upgrade_database
from tests.factories.accounts import PASSWORD, make_business, make_staff

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
expect.set_options(timeout=20_000)  # milliseconds; all cores may be busy with the other tests
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
NAMES = ("முருகன் செல்வம்", "محمد رضایی", "José Ramon Bautista", "వెంకట రావు", "ज्ञानेश्वर कुलकर्णी")


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running shop with five customers and two people at the counter."""
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed")
    folder: Path = tmp_path_factory.mktemp("shop")
    settings = Settings(data_dir=folder, database_url=f"sqlite:///{folder / 'shop.db'}", secret_key="test")
    app = create_app(settings)
    with app.app_context():
        upgrade_database()
        _fill()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
    close_connections(app)


def _fill() -> None:
    now = clock.now()
    make_business()
    make_staff("Meena Raman", role=Role.OWNER)
    make_staff("Kavitha S")
    make_staff("Asha Joshi")
    for number, name in enumerate(NAMES):
        phone = PhoneDetails(raw=f"98400 1234{number}", kind="mobile")
        create_contact(ContactDetails(name=name, phones=(phone,)), now=now)
    jobs.beat(now)
    db.session.commit()


@pytest.fixture(scope="session")
def browser(address: str) -> Iterator[Browser]:
    """One Chromium for all tests of a process."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


def signed_in_window(browser: Browser, address: str) -> Page:
    """Return a window of its own in which Kavitha is signed in."""
    # Without motion: colours are measured as they are, not half-way through a fade from light to dark.
    context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 860}, reduced_motion="reduce")
    window = context.new_page()
    window.goto("/sign-in")
    sign_in(window)
    window.wait_for_url("**/")
    return window


def sign_in(window: Page) -> None:
    """Fill the sign-in page for Kavitha and send it."""
    window.fill("#email", "kavitha@jasmine.example")
    window.fill("#password", PASSWORD)
    window.click("main button")


@pytest.fixture(scope="session")
def looking(browser: Browser, address: str) -> Page:
    """A signed-in window for tests that only look; signed in once."""
    return signed_in_window(browser, address)


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """Kavitha's own browser window; a fault in the page's scripts fails the test."""
    window = signed_in_window(browser, address)
    faults: list[str] = []
    window.on("pageerror", lambda error: faults.append(str(error)))
    yield window
    window.context.close()
    assert faults == []
