"""How a notice reads, in the reader's language; the notice itself holds only its kind and facts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crm.messages.models import Notice
from crm.shared.translating import gettext
from crm.sla.words import CLOCK_NAMES


def notice_sentence(notice: Notice) -> str:
    """Return a notice as a sentence."""
    return sentence(notice.kind, notice.details)


def sentence(kind: str, details: Mapping[str, Any]) -> str:
    """Return what a notice of a kind says, from its facts; `what` may be the kind of a clock."""
    what = details.get("what", "")
    named = str(CLOCK_NAMES[what]).lower() if what in CLOCK_NAMES else what
    facts = {"reference": "", "name": "", **details, "what": named}
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
