"""Reward vouchers, A7, eight to an A4: what it is, until when, a code that opens it at the counter; no name."""

from __future__ import annotations

from sqlalchemy import select

from crm.accounts.queries import the_business
from crm.contacts.models import Contact
from crm.extensions import db
from crm.loyalty.models.rewards import Reward
from crm.loyalty.queries.rewards import can_be_handed_over, vouchers_of
from crm.reports.printing.document import Document, NothingToPrint, Printable, Wish
from crm.shared.clock import local_date
from crm.shared.permissions import Permission

A_SHEET = 8
MOST_VOUCHERS = 400


def gather(wish: Wish) -> Document:
    """Return the vouchers of one reward, or of all that can still be handed over."""
    vouchers = vouchers_of(_ids(wish))
    if not vouchers and wish.args.get("reward"):
        raise NothingToPrint
    sheets = [vouchers[first : first + A_SHEET] for first in range(0, len(vouchers), A_SHEET)]
    context = {"sheets": sheets, "count": len(vouchers)}
    return Document("vouchers", "vouchers", context, sheet="bare", back=_back(wish))


def weigh(wish: Wish) -> int:
    """Return how many vouchers there are."""
    return len(_ids(wish))


def language(wish: Wish) -> str:
    """Return the customer's language where one voucher is printed."""
    reward = db.session.get(Reward, wish.optional_number("reward") or 0)
    return reward.contact.language if reward is not None else ""


def _ids(wish: Wish) -> list[int]:
    if wish.args.get("reward"):
        return [wish.number("reward")]
    today = local_date(wish.now, the_business().time_zone)
    statement = (
        select(Reward.id)
        .join(Contact, Contact.id == Reward.contact_id)
        .where(Contact.blocked_at.is_(None), can_be_handed_over(today))
        .order_by(Reward.issued_at, Reward.id)
    )
    return list(db.session.scalars(statement.limit(MOST_VOUCHERS)))


def _back(wish: Wish) -> str:
    reward = db.session.get(Reward, wish.optional_number("reward") or 0)
    return f"/rewards/{reward.code}" if reward is not None else "/rewards"


PRINTABLE = Printable("vouchers", Permission.SERVE_CUSTOMERS, gather, weigh=weigh, language=language)
