"""The letter and the certificate that tell a customer which level they hold, and why."""

from __future__ import annotations

from flask_babel import gettext, ngettext

from crm.accounts.queries import the_business
from crm.contacts.models import Contact
from crm.extensions import db
from crm.loyalty.models import MemberStanding
from crm.loyalty.queries.ladder import ladder
from crm.loyalty.words import level_name
from crm.reports.printing.document import Document, NothingToPrint, Printable, Wish
from crm.reports.printing.labels import address_lines
from crm.shared.events import record
from crm.shared.formatting import format_day
from crm.shared.permissions import Permission

FORMS = ("letter", "certificate")
SIZES = ("a4", "a5")
SHEETS = {
    ("letter", "a4"): "a4",
    ("letter", "a5"): "a5",
    ("certificate", "a4"): "certificate",
    ("certificate", "a5"): "small-certificate",
}


class NoLevelYet(NothingToPrint):
    """This contact holds no level above the first yet, so there is nothing to certify."""


def gather(wish: Wish) -> Document:
    """Return the letter or certificate of a contact; raise NoLevelYet."""
    contact, terms = _contact(wish), ladder(wish.now)
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
    return Document(form, file_name, context, sheet=SHEETS[form, size], back=back, choices=_choices(form, size))


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
    return _contact(wish).language


def note(wish: Wish) -> None:
    """Leave a trace that a customer's recognition was printed."""
    form = wish.one_of("form", FORMS)
    record(f"recognition.{form}_printed", at=wish.now, subject=_contact(wish), actor_id=wish.by_id, form=wish.form)


PRINTABLE = Printable("recognition", Permission.SERVE_CUSTOMERS, gather, note=note, language=language)
