"""The owner's page of messages that could not be delivered."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from crm.extensions import db
from crm.messages import actions, queries
from crm.messages.models import OutboxMessage
from crm.messages.rules import MessageState
from crm.shared import clock
from crm.shared.permissions import Permission, requires

bp = Blueprint("outbox", __name__, url_prefix="/undelivered")


@bp.get("")
@requires(Permission.CHANGE_SETTINGS)
def undelivered_page() -> ResponseReturnValue:
    """Show what could not be delivered, and why."""
    found = {"messages": queries.dead_messages(), "retried": queries.retried_count()}
    return render_template("messages/undelivered.html", **found)


@bp.post("/<int:message_id>/resending")
@requires(Permission.CHANGE_SETTINGS)
def send_again(message_id: int) -> ResponseReturnValue:
    """Put a message back on its way."""
    message = db.session.get(OutboxMessage, message_id)
    if message is None or message.state != MessageState.DEAD:
        abort(404)
    actions.send_again(message, now=clock.now())
    db.session.commit()
    return redirect(url_for("outbox.undelivered_page"), code=303)
