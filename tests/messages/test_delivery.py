"""The outbox against a real mail server on this machine that accepts, refuses, stalls and drops."""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any, ClassVar

import pytest
import time_machine
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from flask import Flask
from sqlalchemy import select

from crm import worker
from crm.accounts.models import Staff
from crm.extensions import db
from crm.messages import actions
from crm.messages.courier import MessageErrand
from crm.messages.delivery import deliver
from crm.messages.models import OutboxMessage
from crm.messages.rules import FIRST_WAIT, GIVE_UP_AFTER, LEASE, LEAST_TRIES, MessageState, Outcome
from tests.client import PageClient


class Server:
    """A mail server with moods, and what it was given."""

    def __init__(self) -> None:
        """Start in a good mood."""
        self.mood = "accept"
        self.mails: list[Any] = []

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        """Answer a recipient by mood."""
        if self.mood == "refuse":
            return "550 no such mailbox"
        if self.mood == "later":
            return "451 try later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Keep the mail; in the mood for it hang up without an answer."""
        self.mails.append(envelope)
        if self.mood == "drop":
            server.transport.close()
        return {"reject": "554 this is no mail for us", "full": "452 no room just now"}.get(self.mood, "250 OK")


@pytest.fixture
def server() -> Iterator[tuple[Server, str]]:
    """A running mail server and its address."""
    handler = Server()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler, f"smtp://127.0.0.1:{port}"
    controller.stop()


@pytest.fixture
def mailing(app: Flask, server: tuple[Server, str]) -> Iterator[Server]:
    """The application with that server as its SMTP_URL."""
    settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(settings, smtp_url=server[1])
    yield server[0]
    app.config["SETTINGS"] = settings


def _message(now: datetime) -> OutboxMessage:
    message = actions.put_in_outbox(
        "meena@jasmine.example",
        subject="A promise\r\nBcc: all@example.com",
        body="முருகன் waits.",
        public_host="crm.example.com",
        now=now,
    )
    db.session.commit()
    return message


def test_a_mail_is_sent_once_with_its_own_id(owner: Staff, mailing: Server, now: datetime) -> None:
    message = _message(now)
    assert worker.run_errand(MessageErrand()) is True
    assert worker.run_errand(MessageErrand()) is False
    assert message.state == MessageState.SENT
    content = mailing.mails[0].content.decode()
    assert message.message_id in content
    assert "\nBcc:" not in content
    assert len(mailing.mails) == 1


@pytest.mark.parametrize("mood", ["later", "drop", "full"])
def test_a_mail_that_did_not_get_through_goes_again_with_the_same_id(
    owner: Staff, mailing: Server, now: datetime, mood: str
) -> None:
    message = _message(now)
    mailing.mood = mood
    worker.run_errand(MessageErrand())
    assert message.state == MessageState.NEW
    assert message.due_at > now
    mailing.mood = "accept"
    with time_machine.travel(now + timedelta(minutes=2), tick=False):
        worker.run_errand(MessageErrand())
    assert message.state == MessageState.SENT
    assert all(message.message_id in mail.content.decode() for mail in mailing.mails)


def test_what_is_tried_again_is_not_called_delivered(as_owner: Any, mailing: Server, now: datetime) -> None:
    assert "Every message was delivered." in as_owner.get("/undelivered").text
    _message(now)
    mailing.mood = "later"
    worker.run_errand(MessageErrand())
    page = as_owner.get("/undelivered").text
    assert "1 message did not get through yet" in page and "Every message was delivered." not in page


def test_a_refused_address_is_given_up_at_once_and_shown(as_owner: Any, mailing: Server, now: datetime) -> None:
    message = _message(now)
    mailing.mood = "refuse"
    worker.run_errand(MessageErrand())
    assert message.state == MessageState.DEAD
    assert "A promise" in as_owner.get("/undelivered").text
    as_owner.post(f"/undelivered/{message.id}/resending")
    mailing.mood = "accept"
    worker.run_errand(MessageErrand())
    assert db.session.get_one(OutboxMessage, message.id).state == MessageState.SENT


def test_a_mail_the_server_will_not_have_is_given_up_with_its_answer(
    as_owner: PageClient, mailing: Server, now: datetime
) -> None:
    message = _message(now)
    mailing.mood = "reject"
    worker.run_errand(MessageErrand())
    assert (message.state, message.error) == (MessageState.DEAD, "server answered 554")
    assert "server answered 554" in as_owner.get("/undelivered").text


def test_only_what_was_given_up_is_sent_again(as_owner: PageClient, mailing: Server, now: datetime) -> None:
    message = _message(now)
    worker.run_errand(MessageErrand())
    as_owner.post(f"/undelivered/{message.id}/resending", status=404)
    as_owner.post(f"/undelivered/{message.id + 1}/resending", status=404)
    assert worker.run_errand(MessageErrand()) is False
    assert len(mailing.mails) == 1


@pytest.mark.parametrize(
    ("password", "came_of_it"), [("p%40ss", (Outcome.SENT, "")), ("wrong", (Outcome.RETRY, "server answered 535"))]
)
def test_the_name_and_password_of_the_address_are_used(
    owner: Staff, app: Flask, now: datetime, password: str, came_of_it: tuple[Outcome, str]
) -> None:
    """A wrong password is put right by the owner, so the mail waits for it and is not given up."""

    def is_known(*given: Any) -> AuthResult:
        data = given[-1]
        return AuthResult(success=(data.login, data.password) == (b"meena@shop", b"p@ss"), handled=False)

    handler = Server()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port, authenticator=is_known, auth_require_tls=False)
    controller.start()
    settings = replace(app.config["SETTINGS"], smtp_url=f"smtp://meena%40shop:{password}@127.0.0.1:{port}")
    try:
        assert deliver(_message(now), settings) == came_of_it
    finally:
        controller.stop()
    assert len(handler.mails) == (came_of_it[0] is Outcome.SENT)


class Spoken:
    """A mail server that only notes what is said to it, in order."""

    said: ClassVar[list[Any]] = []
    knows: ClassVar[set[str]] = set()

    def __init__(self, host: str, port: int, **given: Any) -> None:
        """Note where it is and whether certificates are looked at from the first byte on."""
        self.said.append((host, port, "context" in given and given["context"].verify_mode == ssl.CERT_REQUIRED))

    def __enter__(self) -> Spoken:
        """Begin."""
        return self

    def __exit__(self, *_error: object) -> None:
        """End."""

    def ehlo(self) -> None:
        """Say hello."""

    def has_extn(self, name: str) -> bool:
        """Tell what the server can do."""
        return name in self.knows

    def starttls(self, context: ssl.SSLContext) -> None:
        """Go on in secret."""
        self.said.append(f"starttls {context.check_hostname and context.verify_mode == ssl.CERT_REQUIRED}")

    def login(self, user: str, password: str) -> None:
        """Say who is there."""
        self.said.append(f"login {user}:{password}")

    def send_message(self, _mail: Any) -> None:
        """Take a mail."""
        self.said.append("mail")


@pytest.mark.parametrize(
    ("address", "knows", "said"),
    [
        ("smtp://mail.example", set(), [("mail.example", 25, False), "mail"]),
        ("smtp://mail.example:587", {"starttls"}, [("mail.example", 587, False), "starttls True", "mail"]),
        ("smtp://a:b@mail.example", {"starttls"}, [("mail.example", 25, False), "starttls True", "login a:b", "mail"]),
        ("smtps://a:b@mail.example", set(), [("mail.example", 465, True), "login a:b", "mail"]),
        ("smtps://mail.example:2465", set(), [("mail.example", 2465, True), "mail"]),
    ],
)
def test_a_password_and_a_mail_are_told_in_secret_where_the_server_can(
    owner: Staff,
    app: Flask,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    address: str,
    knows: set[str],
    said: list[Any],
) -> None:
    monkeypatch.setattr(Spoken, "said", [])
    monkeypatch.setattr(Spoken, "knows", knows)
    monkeypatch.setattr("crm.messages.delivery.smtplib.SMTP", Spoken)
    monkeypatch.setattr("crm.messages.delivery.smtplib.SMTP_SSL", Spoken)
    assert deliver(_message(now), replace(app.config["SETTINGS"], smtp_url=address)) == (Outcome.SENT, "")
    assert Spoken.said == said


@pytest.mark.parametrize(
    "address", ["nowhere://", "json://127.0.0.1:9/x", "ntfy://localhost/topic", "@", "a@b.co, c@d.co"]
)
def test_an_address_that_nothing_understands_or_that_leads_into_the_house_is_given_up(
    as_owner: PageClient, mailing: Server, now: datetime, address: str
) -> None:
    message = actions.put_in_outbox(address, subject="A promise", body="", public_host="crm.example", now=now)
    db.session.commit()
    worker.run_errand(MessageErrand())
    assert (message.state, message.error) == (MessageState.DEAD, "address not understood")
    assert "address not understood" in as_owner.get("/undelivered").text


def test_a_mail_that_breaks_the_program_is_one_more_try_that_failed(
    as_owner: PageClient, mailing: Server, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = _message(now)
    monkeypatch.setattr("crm.messages.courier.deliver", lambda *_given: int("no number"))
    assert worker.run_errand(MessageErrand()) is True
    assert (message.state, message.error, message.due_at) == (MessageState.NEW, "ValueError", now + FIRST_WAIT)
    late = now + GIVE_UP_AFTER
    message.attempts, message.due_at = LEAST_TRIES - 1, late
    db.session.commit()
    with time_machine.travel(late, tick=False):
        worker.run_errand(MessageErrand())
    assert message.state == MessageState.DEAD


def test_without_a_server_the_mail_waits(owner: Staff, app: Flask, now: datetime) -> None:
    message = _message(now)
    worker.run_errand(MessageErrand())
    assert (message.state, message.error) == (MessageState.NEW, "SMTP_URL is not set")


def test_a_lease_keeps_other_workers_away(owner: Staff, now: datetime) -> None:
    _message(now)
    assert actions.claim(now) is not None
    assert actions.claim(now) is None
    assert actions.claim(now + timedelta(minutes=6)) is not None


def test_what_was_put_off_with_a_clock_ahead_is_tried_when_it_is_right_again(owner: Staff, now: datetime) -> None:
    message, ahead = _message(now), now + timedelta(days=400)
    assert actions.claim(ahead) is message
    actions.settle(message.id, Outcome.RETRY, "try later", now=ahead)
    db.session.flush()
    assert message.due_at > ahead
    assert actions.claim(now) is message
    assert message.leased_until == now + LEASE


class Service(BaseHTTPRequestHandler):
    """A service that Apprise posts to, with moods, and what it was given."""

    status = 200
    given: ClassVar[list[Any]] = []

    def do_POST(self) -> None:
        """Keep the message and answer by mood."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.given.append(json.loads(body))
        self.send_response(self.status)
        if self.status == 307:
            self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/elsewhere")  # type: ignore[attr-defined]
        self.end_headers()

    def log_message(self, *_parts: Any) -> None:
        """Say nothing."""


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A running service in the place of ntfy.sh, and an Apprise address of it."""
    Service.given.clear()
    server = HTTPServer(("127.0.0.1", 0), Service)
    Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr("apprise.plugins.ntfy.NotifyNtfy.cloud_notify_url", f"http://127.0.0.1:{server.server_port}")
    yield "ntfy://jasmine-alerts"
    server.shutdown()
    server.server_close()


def test_a_service_of_apprise_is_tried_again_longer_each_time_and_given_up_in_the_end(
    as_owner: Any, service: str, now: datetime
) -> None:
    message = actions.put_in_outbox(
        service, subject="A promise", body="It is late.", public_host="crm.example", now=now
    )
    db.session.commit()
    Service.status, waits, at = 500, [], now
    while db.session.get_one(OutboxMessage, message.id).state == MessageState.NEW:
        with time_machine.travel(at, tick=False):
            assert worker.run_errand(MessageErrand()) is True
            waits.append(message.due_at - at)
        at = max(message.due_at, at + timedelta(seconds=1))
    assert waits[:4] == [timedelta(seconds=each) for each in (30, 60, 120, 240)]
    assert max(waits) == timedelta(hours=6)
    assert message.state == MessageState.DEAD and at - now >= timedelta(days=3)
    Service.status, tries = 200, len(Service.given)
    with time_machine.travel(at, tick=False):
        owner = PageClient(as_owner.app).signed_in(db.session.scalars(select(Staff).where(Staff.role == "owner")).one())
        assert "the service did not take it" in owner.get("/undelivered").text
        owner.post(f"/undelivered/{message.id}/resending")
        assert worker.run_errand(MessageErrand()) is True
    assert len(Service.given) == tries + 1
    assert (Service.given[-1]["title"], Service.given[-1]["message"]) == ("A promise", "It is late.")
    assert db.session.get_one(OutboxMessage, message.id).state == MessageState.SENT


def test_a_service_that_leads_elsewhere_is_not_followed(owner: Staff, service: str, now: datetime) -> None:
    message = actions.put_in_outbox(service, subject="A promise", body="Late.", public_host="crm.example", now=now)
    db.session.commit()
    Service.status = 307
    worker.run_errand(MessageErrand())
    assert (message.state, message.error) == (MessageState.NEW, "the service did not take it")
    assert len(Service.given) == 1
