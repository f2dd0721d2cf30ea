"""The outbox against a real mail server on this machine that accepts, refuses, stalls and drops."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any, ClassVar

import pytest
import time_machine
from aiosmtpd.controller import Controller
from flask import Flask
from sqlalchemy import select

from crm import worker
from crm.accounts.models import Staff
from crm.extensions import db
from crm.messages import actions
from crm.messages.courier import MessageErrand
from crm.messages.models import OutboxMessage
from crm.messages.rules import LEASE, MessageState, Outcome
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
        return "250 OK"


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


@pytest.mark.parametrize("mood", ["later", "drop"])
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
        self.end_headers()

    def log_message(self, *_parts: Any) -> None:
        """Say nothing."""


@pytest.fixture
def service() -> Iterator[str]:
    """A running service and its Apprise address."""
    Service.given.clear()
    server = HTTPServer(("127.0.0.1", 0), Service)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"json://127.0.0.1:{server.server_port}/"
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
