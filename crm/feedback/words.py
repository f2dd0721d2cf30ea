"""How feedback reads: the questions and their scales, the mail that asks, names of the closed sets."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import date

from crm.accounts.models import Business
from crm.contacts.models import Contact
from crm.contacts.rules import ContactKind, first_name
from crm.feedback.rules import SCALES, Measure, Moment, Way
from crm.loyalty.reward_words import hold_texts
from crm.loyalty.rules.tact import Hold, TactFacts
from crm.shared.formatting import LANGUAGE_NAMES, format_day, format_number
from crm.shared.translating import gettext, in_language
from crm.shared.translating import lazy_gettext as _

MEASURE_NAMES = {
    Measure.CSAT: _("Satisfaction (CSAT)"),
    Measure.NPS: _("Would recommend us (NPS)"),
    Measure.CES: _("How easy it was (CES)"),
}
QUESTIONS = {
    Measure.CSAT: _("How satisfied were you with us?"),
    Measure.NPS: _("How likely are you to recommend us to a friend?"),
    Measure.CES: _("How easy was it to get this sorted with us?"),
}
# What the least and the most score say.
ENDS = {
    Measure.CSAT: (_("not satisfied at all"), _("very satisfied")),
    Measure.NPS: (_("not likely at all"), _("very likely")),
    Measure.CES: (_("very hard"), _("very easy")),
}
WAY_NAMES = {Way.EMAIL: _("by email"), Way.LINK: _("a link or QR code to hand over")}
MOMENT_NAMES = {
    Moment.BY_HAND: _("by hand"),
    Moment.AFTER_SERVICE: _("after a visit"),
    Moment.AFTER_COMPLAINT: _("after a complaint"),
    Moment.YEARLY: _("once a year"),
}

SETTING_NAMES = {
    "limit_days": _("Ask the same person at most once in days"),
    "asks_after_service": _("After a visit: how satisfied they were"),
    "service_days": _("So many days after the visit"),
    "asks_after_complaint": _("After a complaint is over: how easy it was"),
    "asks_yearly": _("A year after the first visit, and every year: whether they recommend us"),
}


def score_text(measure: str, score: int) -> str:
    """Return a score with the most that there is: 4 of 5."""
    most = SCALES[Measure(measure)].most
    return gettext("%(some)s of %(all)s", some=format_number(score), all=format_number(most))


def asking_holds(holds: tuple[Hold, ...], facts: TactFacts) -> list[str]:
    """Return what speaks against asking and can be decided, each as a sentence."""
    return hold_texts(tuple(each for each in holds if each is not Hold.NO_CONSENT), facts)


def language_of(contact: Contact | None, business: Business) -> str:
    """Return the language in which a customer reads: their own where it is known and ours, else the business's."""
    own = contact.language if contact is not None else ""
    return own if own in LANGUAGE_NAMES else business.languages[0]


def reading_as(contact: Contact | None, business: Business) -> AbstractContextManager[None]:
    """Write everything in a customer's language for a while."""
    return in_language(language_of(contact, business), business.country)


def name_to_call(contact: Contact) -> str:
    """Return the first name of a person, "" for an organisation."""
    return first_name(contact.given_name, contact.name) if contact.kind == ContactKind.PERSON else ""


def mail_texts(contact: Contact, business: Business, measure: str, address: str, until: date) -> tuple[str, str]:
    """Return subject and text of the mail that asks, in the customer's language."""
    with reading_as(contact, business):
        name, question = name_to_call(contact), str(QUESTIONS[Measure(measure)])
        lines = (
            gettext("Hello %(name)s,", name=name) if name else gettext("Hello,"),
            question,
            gettext("Your answer takes a minute:") + f"\n{address}",
            gettext("The link is yours alone and works until %(day)s.", day=format_day(until)),
            gettext("You need not answer. A button below the question says that you do not want to be asked again."),
            business.name,
        )
        return gettext("%(business)s: %(text)s", business=business.name, text=question), "\n\n".join(lines)


def complaint_texts(measure: str, score: int, business: Business) -> tuple[str, str]:
    """Return title and, where the customer wrote none, the words of a complaint that a low score opens."""
    with in_language(business.languages[0], business.country):
        given = score_text(measure, score)
        title = gettext("Low score: %(question)s %(score)s", question=QUESTIONS[Measure(measure)], score=given)
        return title, gettext("%(score)s, without a word.", score=given)
