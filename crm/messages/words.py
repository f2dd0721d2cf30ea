"""How a notice reads, in the reader's language; the notice itself holds only its kind and facts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crm.messages.models import Notice
from crm.shared.translating import gettext
from crm.shared.translating import lazy_gettext as _
from crm.sla.rules import ClockKind

_CLOCK_NAMES = {
    ClockKind.FIRST_RESPONSE: _("first response"),
    ClockKind.NEXT_RESPONSE: _("next response"),
    ClockKind.PROMISE: _("what we promised"),
    ClockKind.RESOLUTION: _("solution"),
}


def notice_sentence(notice: Notice) -> str:
    """Return a notice as a sentence."""
    return sentence(notice.kind, notice.details)


def sentence(kind: str, details: Mapping[str, Any]) -> str:
    """Return what a notice of a kind says, from its facts; `what` may be the kind of a clock."""
    what = details.get("what", "")
    facts = {"reference": "", "name": "", **details, "what": str(_CLOCK_NAMES.get(what, what))}
    sentences = {
        "warning": gettext("%(reference)s: three quarters of the time are gone (%(what)s).", **facts),
        "safe": gettext("%(reference)s: this is the last safe moment (%(what)s).", **facts),
        "breach": gettext("%(reference)s: a promise is broken (%(what)s).", **facts),
        "digest": gettext("%(reference)s: fell due while closed (%(what)s).", **facts),
        "assigned": gettext("%(reference)s is in your charge now.", **facts),
        "approval": gettext("%(reference)s: a remedy waits for your yes.", **facts),
        "resumed": gettext("%(reference)s: the pause is over.", **facts),
        "follow-up": gettext("%(reference)s: ask today whether it is really fixed.", **facts),
        "backup-failed": gettext("The backup failed. The page of health says why."),
        "wrote": gettext("%(reference)s: the customer was heard again.", **facts),
    }
    return sentences.get(kind, kind)
