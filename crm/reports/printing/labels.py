"""Address labels, 24 to an A4: 70 by 37 mm, three beside each other, for contacts of a tag, level, kind or letter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select

from crm.accounts.queries import the_business
from crm.contacts.actions.exports import note_export
from crm.contacts.models import Address, Contact, ContactTag
from crm.extensions import db
from crm.loyalty.models import MemberStanding
from crm.reports.printing.document import Document, Printable, Wish
from crm.shared.permissions import Permission

A_SHEET = 24
MOST_LABELS = 5_000
LONG = 90  # letters from which a label is set smaller


@dataclass(frozen=True)
class Label:
    """One address as it is written on a letter."""

    name: str
    lines: Sequence[str]

    @property
    def is_long(self) -> bool:
        """Tell whether it is set in smaller letters."""
        return len(self.name) + sum(map(len, self.lines)) > LONG or len(self.lines) > 4


def gather(wish: Wish) -> Document:
    """Return the sheets of labels, and how many of the contacts have no address."""
    labels = list(_labels(wish))
    sheets = [labels[first : first + A_SHEET] for first in range(0, len(labels), A_SHEET)]
    context = {"sheets": sheets, "count": len(labels), "without": _count(wish) - len(labels)}
    return Document("labels", "labels", context, sheet="bare", back="/contacts")


def weigh(wish: Wish) -> int:
    """Return how many contacts there are labels for."""
    return db.session.scalar(select(func.count()).select_from(_with_address(wish).subquery())) or 0


def note(wish: Wish) -> None:
    """Leave the trace of an export: how many addresses leave the program."""
    note_export(weigh(wish), "labels", now=wish.now, actor_id=wish.by_id)


def _contacts(wish: Wish) -> Select[int]:
    """Select the contacts asked for; archived, blocked and erased ones get no letters."""
    statement = select(Contact.id).where(
        Contact.archived_at.is_(None),
        Contact.merged_into_id.is_(None),
        Contact.blocked_at.is_(None),
        Contact.erased_at.is_(None),
    )
    kind, tag_id, letter = wish.args.get("kind"), wish.optional_number("tag"), wish.args.get("letter", "")
    if kind:
        statement = statement.where(Contact.kind == kind)
    if tag_id:
        statement = statement.where(Contact.id.in_(select(ContactTag.contact_id).where(ContactTag.tag_id == tag_id)))
    level_id = wish.optional_number("level")
    if level_id:
        holding = select(MemberStanding.contact_id).where(MemberStanding.level_id == level_id)
        statement = statement.where(Contact.id.in_(holding))
    if len(letter) == 1:
        statement = statement.where(Contact.sort_name.startswith(letter, autoescape=True))
    return statement


def _with_address(wish: Wish) -> Select[int]:
    has_place = (Address.street != "") | (Address.locality != "") | (Address.postcode != "")
    return _contacts(wish).where(Contact.id.in_(select(Address.contact_id).where(has_place)))


def _count(wish: Wish) -> int:
    return db.session.scalar(select(func.count()).select_from(_contacts(wish).subquery())) or 0


def _labels(wish: Wish) -> Iterator[Label]:
    """Yield a label for each contact with an address, by sort name; the first address counts."""
    wanted = _with_address(wish).order_by(Contact.sort_name, Contact.id).limit(MOST_LABELS).subquery()
    statement = (
        select(Contact.id, Contact.name, Address)
        .join(wanted, wanted.c.id == Contact.id)
        .join(Address, Address.contact_id == Contact.id)
        .order_by(Contact.sort_name, Contact.id, Address.position, Address.id)
    )
    home, seen = the_business().country, 0
    for contact_id, name, address in db.session.execute(statement):
        lines = address_lines(address, home)
        if contact_id != seen and lines:
            seen = contact_id
            yield Label(name, lines)


def address_lines(address: Address, home: str) -> list[str]:
    """Return an address as its lines; the country only where it is another one than ours."""
    place = " ".join(filter(None, (address.locality, address.postcode)))
    country = "" if address.country.casefold() in {"", home.casefold()} else address.country
    lines = [*address.street.splitlines(), place, address.region, country]
    return [line.strip() for line in lines if line.strip()]


PRINTABLE = Printable("labels", Permission.EXPORT, gather, weigh=weigh, note=note)
