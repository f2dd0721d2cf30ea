"""Requirements of trust that hold for every page: closed by default, headers, hosts, bodies, redirects."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from config import Settings
from crm import create_app
from crm.accounts.models import Staff
from crm.shared.htmx import local_path
from crm.shared.permissions import PERMISSIONS, Permission, Role, is_public, required_permission
from tests.client import PageClient


def _paths(app: Flask, method: str) -> list[tuple[str, str]]:
    """Return endpoint and an example path of every closed route that takes a method."""
    found = []
    for rule in app.url_map.iter_rules():
        if method in (rule.methods or set()) and not is_public(rule.endpoint, app):
            arguments: dict[str, Any] = {
                name: 1 if name.endswith("_id") or name == "number" else "x" for name in rule.arguments
            }
            with app.test_request_context():
                found.append((rule.endpoint, app.url_for(rule.endpoint, **arguments)))
    return found


def test_a_stranger_gets_no_page_and_changes_nothing(app: Flask, anonymous: PageClient, owner: Staff) -> None:
    for _endpoint, path in _paths(app, "GET"):
        assert anonymous.get(path, status=None).status_code in {302, 404}, path
        assert anonymous.get(path, htmx=True, status=None).status_code in {401, 404}, path
    for _endpoint, path in _paths(app, "POST"):
        assert anonymous.post(path, status=None).status_code in {401, 404}, path


def test_each_role_gets_what_the_map_says(
    app: Flask, as_kavitha: PageClient, as_manager: PageClient, as_owner: PageClient
) -> None:
    clients = {Role.FRONT_DESK: as_kavitha, Role.MANAGER: as_manager, Role.OWNER: as_owner}
    wrong = []
    for method in ("GET", "POST"):
        for endpoint, path in _paths(app, method):
            permission = required_permission(endpoint, app)
            assert permission is not None
            for role, client in clients.items():
                if role not in PERMISSIONS[permission]:
                    status = client.get(path, status=None) if method == "GET" else client.post(path, status=None)
                    if status.status_code != 403:
                        wrong.append((role, method, path, status.status_code))
    assert wrong == []


def test_no_page_breaks_for_a_missing_record(app: Flask, as_owner: PageClient) -> None:
    for endpoint, path in _paths(app, "GET"):
        status = as_owner.get(path, status=None).status_code
        assert status < 500, (endpoint, path, status)


def test_every_permission_is_in_the_map_and_owners_have_all() -> None:
    assert set(PERMISSIONS) == set(Permission)
    assert all(Role.OWNER in roles for roles in PERMISSIONS.values())


def test_headers_are_on_every_answer(as_kavitha: PageClient) -> None:
    for path, status in (("/", 200), ("/nowhere", 404), ("/sign-in", 302)):
        headers = as_kavitha.get(path, status=status).headers
        assert "default-src 'self'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
        assert "HX-Request" in headers["Vary"]


def test_https_means_secure_host_cookies_and_hsts(tmp_path: Path) -> None:
    settings = Settings(
        data_dir=tmp_path,
        database_url="sqlite:///:memory:",
        secret_key="test",
        public_url="https://crm.example.com",
    )
    app = create_app(settings)
    assert app.config["SESSION_COOKIE_NAME"] == "__Host-regulars"
    assert app.config["SESSION_COOKIE_SECURE"] is True
    answer = app.test_client().get("/sign-in", base_url="https://crm.example.com")
    # Without a database the page is bare, and its headers are still there.
    assert answer.status_code == 503
    assert "max-age=63072000" in answer.headers["Strict-Transport-Security"]


@pytest.mark.parametrize(
    "host", ["evil.example", "LOCALHOST", "localhost.evil.example", "localhost@evil.example", "a/b"]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_unknown_host_is_refused(as_kavitha: PageClient, host: str, method: str) -> None:
    answer = as_kavitha.client.open("/account/language", method=method, headers={"Host": host})
    assert answer.status_code == 400


def test_a_page_that_is_said_to_be_elsewhere_is_not_gone_back_to(as_kavitha: PageClient) -> None:
    for referrer in ("http://[", "http://evil.example/x", "//x", ""):
        page = as_kavitha.post("/nowhere", status=404, headers={"Referer": referrer}).text
        assert ">Back</a>" not in page


@pytest.mark.parametrize(
    ("path", "proxies", "scheme", "location"),
    [
        ("/contacts?filter=a%20b", 1, "http", "https://crm.example.com/contacts?filter=a%20b"),
        ("/%2e%0d%0aX:y?x", 1, "http", "https://crm.example.com/.%0D%0AX%3Ay?x"),
        ("/nowhere", 1, "http", "https://crm.example.com/nowhere"),
        ("/sign-in", 1, "https", None),
        ("/healthz", 1, "http", None),
        ("/sign-in", 0, "http", None),
    ],
)
def test_http_only_leads_to_https_where_a_proxy_says_how_it_was_asked(
    tmp_path: Path, path: str, proxies: int, scheme: str, location: str | None
) -> None:
    settings = Settings(
        data_dir=tmp_path,
        database_url="sqlite:///:memory:",
        secret_key="test",
        public_url="https://crm.example.com",
        proxy_count=proxies,
    )
    client = create_app(settings).test_client()
    headers = {"Host": "crm.example.com", "X-Forwarded-Proto": scheme}
    for method in ("GET", "POST") if location else ("GET",):  # where it is no redirect the missing database answers
        answer = client.open(path, method=method, headers=headers)
        assert (answer.location, answer.status_code == 308) == (location, location is not None)


def test_a_large_body_is_refused(as_kavitha: PageClient, anonymous: PageClient) -> None:
    body = {"language": "x" * 1_200_000}
    assert as_kavitha.post("/account/language", body, status=None).status_code == 413
    assert anonymous.post("/sign-in", body, status=None).status_code == 413


@pytest.mark.parametrize("part", ["true", "1e400", "9223372036854775808", '"\\ud800"', "[1]", "{}"])
def test_a_forged_place_is_damaged_and_no_error_of_ours(app: Flask, as_owner: PageClient, part: str) -> None:
    for number in (1, 2):
        place = urlsafe_b64encode(f"[{', '.join([part] * number)}]".encode()).decode().rstrip("=")
        for _endpoint, path in _paths(app, "GET"):
            if ".pdf" not in path:
                assert as_owner.get(f"{path}?place={place}", status=None).status_code < 500, path


def test_a_stranger_sends_no_file(anonymous: PageClient, as_owner: PageClient) -> None:
    for path in ("/imports", "/imports/complaints", "/settings/logo"):
        file = (BytesIO(b"x" * 1_200_000), "x.csv")
        anonymous.post(path, {"file": file}, status=413, content_type="multipart/form-data")
        file = (BytesIO(b"x" * 1_200_000), "x.csv")
        assert as_owner.post(path, {"file": file}, status=None, content_type="multipart/form-data").status_code < 423


@pytest.mark.parametrize("path", ["/.git/config", "/.env", "/regulars.db", "/static/", "/metrics", "/console"])
def test_nothing_but_the_program_is_served(as_owner: PageClient, path: str) -> None:
    as_owner.get(path, status=404)


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("/contacts/1", "/contacts/1"),
        ("//evil.example", "/"),
        ("https://evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/a\nb", "/"),
        ("javascript:alert(1)", "/"),
        (None, "/"),
        ("", "/"),
    ],
)
def test_next_stays_on_this_site(given: str | None, used: str) -> None:
    assert local_path(given) == used


def test_assets_are_kept_for_a_year_and_compressed(as_kavitha: PageClient) -> None:
    page = as_kavitha.get("/").text
    path = "/assets/" + page.split('src="/assets/')[1].split('"')[0]
    answer = as_kavitha.client.get(path, headers={"Accept-Encoding": "br"})
    assert answer.headers["Content-Encoding"] == "br"
    assert "immutable" in answer.headers["Cache-Control"]
    assert as_kavitha.client.get("/assets/0000/js/app.js").status_code == 404
