"""The services of Apprise that alerts may go through: those whose host nobody can choose, reached by https only.

Apprise knows many more, which post to any host they are given. A person at the counter could make the worker call a
machine inside the house with them, so they are refused when an address is saved and again when a message is sent.
"""

from __future__ import annotations

import logging
from typing import Any

# It writes the address that it cannot read or reach, token and all; what came of a message is in the outbox.
logging.getLogger("apprise").setLevel(logging.CRITICAL)

_ALLOWED = {
    "discord",
    "gchat",
    "line",
    "msg91",
    "ntfys",
    "pbul",
    "pover",
    "prowl",
    "slack",
    "tgram",
    "threema",
    "twilio",
    "webex",
    "whatsapp",
}


def service_at(address: str) -> Any | None:
    """Return the Apprise service of an address; None for one that is not understood or not allowed.

    An address with a query is not taken: it may name a template, which Apprise reads from the disk or the network.
    """
    from apprise import Apprise  # large, and seldom needed

    if "?" in address or any(ord(sign) <= 32 for sign in address):
        return None
    service = Apprise.instantiate(address)
    if service is None or not _has_fixed_host(service):
        return None
    service.redirects = False
    return service


def _has_fixed_host(service: Any) -> bool:
    """Tell whether the service itself says where messages go; ntfy does so unless a server is named."""
    names = service.secure_protocol
    is_allowed = bool(_ALLOWED & ({names} if isinstance(names, str) else set(names or ())))
    return is_allowed and getattr(service, "mode", "") != "private"
