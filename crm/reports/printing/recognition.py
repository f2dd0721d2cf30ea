"""The letter and the certificate that tell a customer which level they hold, and why.

Both are greetings: an open complaint, mourning, or for the letter no consent to offers by letter, holds them. The
preview says why; whoever sees it can print it all the same, which the audit trail keeps.
"""

from __future__ import annotations

from functools import partial

from crm.accounts.queries import the_business
from crm.contacts.models import Contact
from crm.contacts.rules import Channel
from crm.extensions import db
from crm.loyalty.models import MemberStanding
from crm.loyalty.queries.ladder import ladder
from crm.loyalty.queries.tact import tact_of
from crm.loyalty.reward_words import hold_texts
from crm.loyalty.rules.tact import Act, Hold, TactFacts, holds
from crm.loyalty.words import level_name
from crm.reports.printing.document import Document, NothingToPrint, Printable, Wish
from crm.reports.printing.labels import address_lines
from crm.shared.clock import local_date
from crm.shared.errors import Refused
from crm.shared.events import record
from crm.shared.formatting import format_day
from crm.shared.permissions import Permission
from crm.shared.translating import gettext, ngettext

FORMS = ("letter", "certificate")
SIZES = ("a4", "a5")
SHEETS = {
    ("letter", "a4"): "a4",
    ("letter", "a5"): "a5",
    ("certificate", "a4"): "certificate",
    ("certificate", "a5"): "small-certificate",
}


class HeldBack(Refused):
    """Something speaks against it just now; its preview says what. It can be printed all the same from there."""


class NoLevelYet(NothingToPrint):
    """This contact holds no level above the first yet, so there is nothing to certify."""


def gather(wish: Wish) -> Document:
    """Return the letter or certificate of a contact; raise NoLevelYet."""
    contact, terms = wish.once(_contact), ladder(wish.now)
    standing = db.session.get(MemberStanding, contact.id)
    if standing is None or standing.level_id not in terms.recognised_ids():
        raise NoLevelYet
    level = terms.by_id[standing.level_id]
    form, size = wish.one_of("form", FORMS), wish.one_of("size", SIZES)
    context = {
        "contact": contact,
        "address": address_lines(contact.addresses[0], the_business().country) if contact.addresses else [],
        "level": level_name(level),
        "since_on": standing.since_on,
        "reasons": reasons_of(standing),
        "perks": [line.strip() for line in level.perks.splitlines() if line.strip()],
        "today": terms.today,
    }
    file_name = f"{form}-{contact.id}"
    back = f"/contacts/{contact.id}"
    held = partial(_held_texts, wish)
    choices = partial(_choices, form, size)
    return Document(form, file_name, context, sheet=SHEETS[form, size], back=back, choices=choices, held=held)


def _facts(wish: Wish) -> TactFacts:
    contact_id = wish.once(_contact).id
    return tact_of([contact_id])[contact_id]


def _held(wish: Wish) -> tuple[Hold, ...]:
    """Return what holds a letter or certificate; the certificate is handed over in person."""
    channel = Channel.LETTER if wish.one_of("form", FORMS) == "letter" else Channel.IN_PERSON
    today = local_date(wish.now, the_business().time_zone)
    return holds(wish.once(_facts), Act.GREETING, today, channel=channel)


def _held_texts(wish: Wish) -> list[str]:
    found, is_letter = _held(wish), wish.one_of("form", FORMS) == "letter"
    by_letter = gettext("Has not allowed greetings and offers by letter.")
    other = tuple(hold for hold in found if hold is not Hold.NO_CONSENT or not is_letter)
    return hold_texts(other, wish.once(_facts)) + ([by_letter] if other != found else [])


def reasons_of(standing: MemberStanding) -> list[str]:
    """Return what speaks for a level, said to the customer."""
    found = []
    if standing.customer_since_on is not None:
        found.append(gettext("You have been with us since %(day)s.", day=format_day(standing.customer_since_on)))
    if standing.visits_12m:
        visits = ngettext(
            "You came %(num)d time in the last 12 months.",
            "You came %(num)d times in the last 12 months.",
            standing.visits_12m,
        )
        found.append(visits)
    if standing.referrals:
        friends = ngettext("You brought us %(num)d friend.", "You brought us %(num)d friends.", standing.referrals)
        found.append(friends)
    return found


def _choices(form: str, size: str) -> list[tuple[str, dict[str, str]]]:
    other = gettext("Certificate") if form == "letter" else gettext("Letter")
    other_form = "certificate" if form == "letter" else "letter"
    return [(other, {"form": other_form}), ("A5" if size == "a4" else "A4", {"size": "a5" if size == "a4" else "a4"})]


def _contact(wish: Wish) -> Contact:
    contact = db.session.get(Contact, wish.number("contact"))
    if contact is None or contact.merged_into_id is not None or contact.blocked_at is not None:
        raise NothingToPrint
    return contact


def language(wish: Wish) -> str:
    """Return the customer's language."""
    return wish.once(_contact).language


def note(wish: Wish) -> None:
    """Leave a trace that a customer's recognition was printed, and against what; raise HeldBack."""
    form, contact, held = wish.one_of("form", FORMS), wish.once(_contact), _held(wish)
    if held and wish.form != "page" and wish.args.get("anyway") != "yes":
        raise HeldBack
    in_spite_of = list(held) if wish.form != "page" else []
    record(
        f"recognition.{form}_printed", at=wish.now, subject=contact, actor_id=wish.by_id, form=wish.form,
        in_spite_of=in_spite_of,
    )  # fmt: skip


PRINTABLE = Printable("recognition", Permission.SERVE_CUSTOMERS, gather, note=note, language=language)
