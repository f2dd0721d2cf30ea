"""The worker's errand for messages: take one, deliver it outside any transaction, write down what came of it."""

from __future__ import annotations

from datetime import datetime

from flask import current_app

from crm.messages import actions
from crm.messages.delivery import deliver
from crm.messages.models import OutboxMessage
from crm.messages.rules import Outcome
from crm.shared.jobs import errand


@errand
class MessageErrand:
    """Delivers the outbox, one message at a time."""

    def take(self, now: datetime) -> OutboxMessage | None:
        """Claim one due message."""
        return actions.claim(now)

    def carry_out(self, message: OutboxMessage) -> tuple[Outcome, str]:
        """Deliver it; no transaction is open."""
        return deliver(message, current_app.config["SETTINGS"])

    def failure(self, error: Exception) -> tuple[Outcome, str]:
        """Try again later whatever went wrong, until the message is given up."""
        return Outcome.RETRY, type(error).__name__

    def settle(self, message: OutboxMessage, result: tuple[Outcome, str], now: datetime) -> None:
        """Write down what came of it."""
        outcome, error = result
        actions.settle(message.id, outcome, error, now=now)
