"""What strangers, expired sessions and weaker roles get, over HTTP: no page, no change, no hint."""

from __future__ import annotations

import re
import socket
import statistics
import time
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import quote

import pytest
from sqlalchemy import text

from crm.demo.sign_in import demo_sign_in
from crm.shared.permissions import PERMISSIONS, Role, is_public, required_permission
from tests.drills.attacked import Target, crawl, demo_shop, forms_in
from tests.drills.browser import Browser
from tests.drills.figures import Figure
from tests.drills.form_lengths import IS_LONG, MARKS, PATIENCE, long_only

pytestmark = MARKS
ROLES = ("front-desk", "manager", "owner")


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """A demo shop that is running without its worker: whatever changes in it, a request changed."""
    target = demo_shop(tmp_path_factory.mktemp("doors") / "shop", "", "--no-worker", contacts=20)
    yield target
    target.shop.program.kill()


def _expired_session(target: Target) -> dict[str, str]:
    """Return the cookies of a session that began too long ago: one more of the owner, made old."""
    browser = Browser(target.shop.program.port)
    known = demo_sign_in((target.shop.program.folder / "secret_key").read_text().strip())
    form = browser.form("/sign-in", "/sign-in")
    browser.post("/sign-in", {**form.fields, "email": known.email, "password": known.password})
    assert browser.get("/").status == 200
    old = "UPDATE staff_session SET started_at = :at, seen_at = :at WHERE id = (SELECT max(id) FROM staff_session)"
    with target.shop.engine().begin() as connection:
        connection.execute(text(old), {"at": "2020-01-01 00:00:00.000000"})
    return browser.cookies


def test_strangers_get_no_page_and_change_nothing(target: Target, figure: Figure) -> None:
    closed = [
        each for each in (*target.routes("GET"), *target.routes("POST")) if not is_public(each.endpoint, target.app)
    ]
    before, asked, wrong = target.contents(), 0, []
    stranger = Browser(target.shop.program.port, _expired_session(target))
    nobody = Browser(target.shop.program.port)
    token = str(nobody.form("/sign-in", "/sign-in").fields["csrf_token"])
    assert stranger.get("/").status == 302
    for browser in (nobody, stranger):
        for route in closed:
            for htmx in (False, True):
                body = {"csrf_token": token} if browser is nobody else {}
                answer = (
                    browser.get(route.path, htmx=htmx)
                    if route.method == "GET"
                    else browser.post(route.path, body, htmx=htmx)
                )
                asked += 1
                allowed = {302, 401, 404} if route.method == "GET" else {400, 401, 404}
                if answer.status not in allowed or (htmx and "<h1" in answer.text and answer.status == 200):
                    wrong.append((route.method, route.path, htmx, answer.status))
    figure(f"{len(closed)} closed routes, {asked} requests, {len(wrong)} let in")
    assert wrong == []
    assert target.contents() == before


@long_only
def test_weaker_roles_get_403_and_change_nothing(target: Target, figure: Figure) -> None:
    before, asked, wrong = target.contents(), 0, []
    for role in ("front-desk", "manager"):
        browser = target.shop.browser(role)
        token = str(browser.form("/contacts/new", "/contacts").fields["csrf_token"])
        for route in (*target.routes("GET"), *target.routes("POST")):
            permission = required_permission(route.endpoint, target.app)
            if permission is None or Role(role) in PERMISSIONS[permission]:
                continue
            for htmx in (False, True):
                body = {"csrf_token": token}
                answer = (
                    browser.get(route.path, htmx=htmx)
                    if route.method == "GET"
                    else browser.post(route.path, body, htmx=htmx)
                )
                asked += 1
                if answer.status != 403:
                    wrong.append((role, route.method, route.path, answer.status))
    figure(f"{asked} requests, {len(wrong)} let in")
    assert wrong == []
    assert target.contents() == before


def test_forms_without_the_right_token_are_refused(target: Target, figure: Figure) -> None:
    browser, other = target.shop.browser(), target.shop.browser("manager")
    foreign = str(other.form("/contacts/new", "/contacts").fields["csrf_token"])
    forms = forms_in(crawl(browser, 400 if IS_LONG else 60))
    before, wrong = target.contents(), []
    for action, fields, _kinds in forms.values():
        for token in (None, "", foreign, "x" * 40):
            body = {name: value for name, value in fields.items() if name != "csrf_token"}
            for htmx in (False, True):
                answer = browser.post(action, body if token is None else {**body, "csrf_token": token}, htmx=htmx)
                if answer.status != 400:
                    wrong.append((action, token, answer.status))
    figure(f"{len(forms)} forms, {8 * len(forms)} sent, {len(wrong)} taken")
    assert len(forms) >= 15
    assert wrong == []
    assert target.contents() == before


@long_only
def test_every_page_carries_its_headers_and_links_to_nobody_else(target: Target, figure: Figure) -> None:
    browser, wrong = target.shop.browser(), []
    pages = crawl(browser, 400 if IS_LONG else 40)
    for path, html in pages.items():
        answer = browser.get(path)
        policy = answer.headers.get("Content-Security-Policy", "")
        wanted = (
            "default-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
        wrong += [(path, each) for each in wanted if each not in policy]
        wrong += [(path, policy)] if "unsafe" in policy else []
        for name, value in (
            ("X-Content-Type-Options", "nosniff"),
            ("Cache-Control", "no-store"),
            ("Referrer-Policy", "same-origin"),
        ):
            wrong += [(path, name)] if value not in answer.headers.get(name, "") else []
        wrong += [(path, "no charset")] if "charset=utf-8" not in answer.headers["Content-Type"] else []
        wrong += [(path, "banner")] if re.search(r"\d", answer.headers.get("Server", "")) else []
        foreign = re.findall(r'<(?:script|link|img|iframe|source)[^>]+(?:src|href)="(?:https?:)?//[^"]+"', html)
        wrong += [(path, each) for each in foreign]
    figure(f"{len(pages)} pages, {len(wrong)} faults")
    assert wrong == []


def test_cookies_hosts_and_redirects(target: Target, figure: Figure) -> None:
    port = target.shop.program.port
    browser = Browser(port)
    answer = browser.get("/sign-in")
    cookie = " ".join(answer.headers.get_all("Set-Cookie") or [])
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Domain" not in cookie
    for host in ("evil.example", "evil.example:80", f"127.0.0.1.evil.example:{port}", "127.0.0.1@evil.example"):
        for path in ("/", "/sign-in", "/healthz", "/assets/x/y"):
            assert browser.get(path, headers={"Host": host}).status == 400, (host, path)
    forged = browser.get("/", headers={"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"})
    assert "evil" not in forged.location + forged.text
    owner, left = target.shop.browser(), []
    for address in (
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/%0d%0aLocation:%20https://evil.example",
        " //evil.example",
        "/\t/evil.example",
        "///evil.example",
    ):
        location = owner.get(f"/sign-in?next={quote(address)}").location
        left += (
            []
            if location.startswith("/") and not re.match(r"/[/\\\s]", location) and "\n" not in location
            else [location]
        )
    figure(f"9 redirects, {len(left)} left the site")
    assert left == []


def test_error_pages_tell_nothing(target: Target, figure: Figure) -> None:
    browser, told = target.shop.browser(), []
    answers = [
        browser.get("/nowhere"),
        browser.get("/contacts/999999"),
        browser.send("DELETE", "/contacts/1", None, {}),
        browser.send("PUT", "/contacts", b"", {}),
        browser.post("/contacts", {}),
        browser.post("/contacts", {"name": "x" * 1_100_000}),
        browser.get("/complaints?from=x"),
        Browser(target.shop.program.port).post("/sign-in", {"email": "x" * 1_100_000}),
        browser.get("/.git/config"),
        browser.get("/assets/../../config.py"),
        browser.get("/assets/x/..%2f..%2fconfig.py"),
    ]
    for answer in answers:
        told += re.findall(r"Traceback|File \"|sqlalchemy|sqlite3|psycopg|SELECT |werkzeug|Flask|\.py\b", answer.text)
        assert 400 <= answer.status < 500, answer.status
    figure(f"{len(answers)} errors, {len(told)} hints")
    assert told == []


@long_only
def test_known_and_unknown_people_get_the_same_answer_in_the_same_time(target: Target, figure: Figure) -> None:
    times: dict[str, list[float]] = {"farid@jasmine.example": [], "nobody@jasmine.example": []}
    texts = {}
    for _round in range(8 if IS_LONG else 4):
        for email in times:
            browser = Browser(target.shop.program.port)
            form = browser.form("/sign-in", "/sign-in")
            begun = time.monotonic()
            answer = browser.post("/sign-in", {**form.fields, "email": email, "password": "wrong wrong wrong"})
            times[email].append(time.monotonic() - begun)
            texts[email] = (
                answer.status,
                re.sub(r'content="2\d+-[^"]*"|value="[^"]*"|X-CSRFToken[^}]*', "", answer.text),
            )
            browser.close()
        target.shop.rows("SELECT 1")
        with target.shop.engine().begin() as connection:
            connection.execute(text("DELETE FROM sign_in_failure"))
    known, unknown = (statistics.median(each) for each in times.values())
    figure(f"known {1000 * known:.0f} ms, unknown {1000 * unknown:.0f} ms")
    assert texts["farid@jasmine.example"] == texts["nobody@jasmine.example"]
    assert min(times["nobody@jasmine.example"]) > 0.4 * min(times["farid@jasmine.example"])


def test_the_throttle_survives_a_restart_and_believes_no_forwarded_address(target: Target, figure: Figure) -> None:
    def attempt(email: str, number: int) -> int:
        browser = Browser(target.shop.program.port)
        form = browser.form("/sign-in", "/sign-in")
        headers = {"X-Forwarded-For": f"10.0.0.{number}", "X-Real-IP": f"10.0.0.{number}"}
        body = {**form.fields, "email": email, "password": "wrong wrong wrong"}
        status = browser.post("/sign-in", body, headers=headers).status
        browser.close()
        return status

    statuses = [attempt("asha@jasmine.example", number) for number in range(6)]
    target.shop.program.kill()
    target.shop.program.start()
    after = attempt("asha@jasmine.example", 99)
    addresses = target.shop.number("SELECT count(DISTINCT scope_hash) FROM sign_in_failure")
    figure(f"answers {statuses}, after a restart {after}; {addresses} counters for one account and one address")
    assert statuses == [422] * 5 + [429]
    assert after == 429
    assert addresses == 3  # the account here, the account anywhere, and this address


def test_signing_out_ends_the_session_for_a_kept_cookie(target: Target) -> None:
    browser = target.shop.browser("front-desk")
    kept = dict(browser.cookies)
    form = browser.form("/contacts/new", "/contacts")
    answer = browser.post("/sign-out", {"csrf_token": form.fields["csrf_token"]})
    assert (answer.status, answer.headers["Clear-Site-Data"]) == (303, '"cache", "storage"')
    again = Browser(target.shop.program.port, kept)
    assert again.get("/contacts/1").status == 302
    assert again.get("/contacts/1", htmx=True).status == 401


def test_slow_connections_do_not_stop_the_shop(target: Target, figure: Figure) -> None:
    port, took = target.shop.program.port, []
    cookie = "; ".join(f"{name}={value}" for name, value in target.shop.cookies["owner"].items())
    host, form = f"Host: 127.0.0.1:{port}\r\n", "Content-Type: application/x-www-form-urlencoded\r\n"
    body = f"{form}Content-Length: 900000\r\n\r\na="
    heads = [
        f"POST /sign-in HTTP/1.1\r\n{host}{body}",
        f"POST /imports HTTP/1.1\r\n{host}Cookie: {cookie}\r\n{body}",
        f"POST /contacts/1/archiving HTTP/1.1\r\n{host}{body}",
        f"POST /contacts/1/archiving HTTP/1.1\r\n{host}Cookie: {cookie}\r\n{body}",
        "GET / HTTP/1.1\r\nX-Slow: ",
    ]
    lines = []
    for number in range(60):
        line = socket.create_connection(("127.0.0.1", port), timeout=10)
        line.sendall(heads[number % len(heads)].encode())
        lines.append(line)
    browser = target.shop.browser("manager")
    for _round in range(5):
        for line in lines:
            with suppress(ConnectionError):  # one that was refused may be closed already
                line.sendall(b"x")
        begun = time.monotonic()
        assert browser.get("/contacts").status == 200
        language = browser.form("/account", "/account/language")
        assert browser.post("/account/language", language.fields).status == 303
        took.append(time.monotonic() - begun)
    for line in lines:
        line.close()
    figure(f"{len(lines)} slow connections, pages and a form within {max(took):.2f} s")
    assert max(took) < 3 * PATIENCE


def test_somebody_can_sign_in_beside_twelve_forms_that_never_come(target: Target, figure: Figure) -> None:
    port, lines, took = target.shop.program.port, [], []
    for _number in range(12):
        line = socket.create_connection(("127.0.0.1", port), timeout=10)
        line.sendall(f"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 900\r\n\r\n".encode())
        lines.append(line)
    time.sleep(1)
    for _round in range(3):
        browser, begun = Browser(port), time.monotonic()
        form = browser.form("/sign-in", "/sign-in")
        answer = browser.post("/sign-in", {**form.fields, "email": "nobody@jasmine.example", "password": "wrong wrong"})
        took.append(time.monotonic() - begun)
        assert answer.status == 422
        browser.close()
    for line in lines:
        line.close()
    figure(f"signing in beside {len(lines)} silent forms answered within {max(took):.2f} s")
    assert max(took) < PATIENCE


MARK = "<mark{0}>\"'`{{{{7*7}}}}"


@long_only
def test_what_people_type_is_never_markup(target: Target, figure: Figure) -> None:
    browser, sent = target.shop.browser(), 0
    forms = forms_in(crawl(browser, 400 if IS_LONG else 60))
    for number, (action, fields, kinds) in enumerate(forms.values()):
        typed = {
            name: MARK.format(number) for name, kind in kinds.items() if kind in {"text", "textarea", "search", "url"}
        }
        hour = {name: "" for name in typed if re.search(r"hour|amount|cost|_on$|_at$|time|day|phone|raw", name)}
        answer = browser.post(action, {**fields, **typed, **hour})
        assert answer.status < 500, action
        is_page = "text/html" in answer.headers.get("Content-Type", "")
        assert not (is_page and re.search(r"<mark\d", answer.text)), f"{action} repeats what was typed as markup"
        sent += 1
    browser.get("/contacts", headers={"User-Agent": MARK.format(900), "Referer": MARK.format(901)})
    raw, shown = [], 0
    for role in ROLES[1:]:
        for path, html in crawl(target.shop.browser(role), 400 if IS_LONG else 80).items():
            shown += len(re.findall(r"&lt;mark\d", html))
            raw += [path] if re.search(r"<mark\d|&quot;<mark|49\}\}|>49<", html) else []
    figure(f"{sent} forms marked, {shown} marks shown as text, {len(raw)} pages with raw ones")
    assert shown > 10
    assert raw == []
