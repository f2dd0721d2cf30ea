"""How a notice reads, in the reader's language; the notice itself holds only its kind and facts."""

from __future__ import annotations

from flask_babel import gettext

from crm.messages.models import Notice


def notice_sentence(notice: Notice) -> str:
    """Return a notice as a sentence."""
    facts = {"reference": "", "what": "", "name": "", **notice.details}
    sentences = {
        "warning": gettext("%(reference)s: three quarters of the time are gone (%(what)s).", **facts),
        "safe": gettext("%(reference)s: this is the last safe moment (%(what)s).", **facts),
        "breach": gettext("%(reference)s: a promise is broken (%(what)s).", **facts),
        "digest": gettext("%(reference)s: fell due while closed (%(what)s).", **facts),
        "assigned": gettext("%(reference)s is in your charge now.", **facts),
        "approval": gettext("%(reference)s: a remedy waits for your yes.", **facts),
        "resumed": gettext("%(reference)s: the pause is over.", **facts),
        "wrote": gettext("%(reference)s: the customer was heard again.", **facts),
    }
    return sentences.get(notice.kind, notice.kind)
