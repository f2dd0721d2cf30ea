"""The search: suggestions as somebody types, a whole page without JavaScript, and the screen pop of a call."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from crm.accounts.queries import the_business
from crm.contacts.paths import contact_path
from crm.contacts.queries.find import contacts_calling, found_contacts
from crm.contacts.rules import ContactDetails, PhoneDetails
from crm.contacts.search_rules import LONGEST_QUERY
from crm.contacts.views.contacts import prefilled_page
from crm.shared import clock
from crm.shared.permissions import Permission, requires

bp = Blueprint("find", __name__)
MOST_SUGGESTED = 8
MOST_ON_PAGE = 50


def _query() -> str:
    return request.form.get("query", "").replace("\x00", "").strip()[:LONGEST_QUERY]


@bp.post("/search/suggestions")
@requires(Permission.SERVE_CUSTOMERS)
def suggestions() -> ResponseReturnValue:
    """Return what was found so far; only the list."""
    query = _query()
    found = found_contacts(query, now=clock.now(), limit=MOST_SUGGESTED) if query else []
    return render_template("contacts/_found.html", query=query, found=found)


@bp.get("/search")
@requires(Permission.SERVE_CUSTOMERS)
def search_page() -> ResponseReturnValue:
    """Show an empty search; what is searched for is never in an address."""
    return render_template("contacts/search.html", query="", found=[])


@bp.post("/search")
@requires(Permission.SERVE_CUSTOMERS)
def search() -> ResponseReturnValue:
    """Show everybody who was found, archived contacts too."""
    query = _query()
    found = found_contacts(query, now=clock.now(), limit=MOST_ON_PAGE, with_archived=True)
    return render_template("contacts/search.html", query=query, found=found)


@bp.get("/screen-pop")
@requires(Permission.SERVE_CUSTOMERS)
def screen_pop() -> ResponseReturnValue:
    """Open the contact of a call at once; a new one with the number where nobody has it.

    The number comes in the address, because that is what telephone systems can do; it goes no further.
    """
    number = request.args.get("number", "").replace("\x00", "").strip()[:80]
    found = contacts_calling(number, the_business().country, now=clock.now())
    if len(found) == 1:
        return redirect(contact_path(found[0].contact.id), code=303)
    if found:
        return render_template("contacts/search.html", query=number, found=found)
    phones = (PhoneDetails(raw=number),) if number else ()
    return prefilled_page(ContactDetails(phones=phones))
