"""A mail server with moods on this machine: accepts, refuses, stalls, drops, is gone and comes back."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from email import message_from_bytes
from typing import Any

from aiosmtpd.controller import Controller

from tests.drills.program import free_port


class MailServer:
    """What was delivered, by Message-ID and recipient; `mood` decides what happens to the next mail."""

    def __init__(self) -> None:
        """Open no port yet."""
        self.mood = "accept"
        self.refused = ""
        self.port = free_port()
        self.delivered: list[tuple[str, str]] = []
        self.subjects: list[str] = []
        self.texts: list[str] = []
        self.tries = 0
        self._lock = threading.Lock()
        self._controller: Controller | None = None

    @property
    def url(self) -> str:
        """Return the address for SMTP_URL."""
        return f"smtp://127.0.0.1:{self.port}"

    def open(self) -> None:
        """Listen."""
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, ready_timeout=30)
        self._controller.start()

    def close(self) -> None:
        """Be gone: connections are refused."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def times(self) -> Counter[tuple[str, str]]:
        """Return how often each mail came, by Message-ID and recipient."""
        with self._lock:
            return Counter(self.delivered)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        """Answer a recipient by mood."""
        self.tries += 1
        if address == self.refused:
            return "550 no such mailbox"
        if self.mood == "later":
            return "451 try later"
        if self.mood == "hang":
            await asyncio.sleep(60)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Keep the mail; in the mood for it hang up without an answer."""
        mail = message_from_bytes(envelope.content)
        with self._lock:
            self.delivered += [(str(mail["Message-ID"]), address) for address in envelope.rcpt_tos]
            self.subjects.append(str(mail["Subject"]))
            self.texts.append(envelope.content.decode("utf-8", "replace"))
        if self.mood == "drop":
            server.transport.close()
        return "250 OK"
