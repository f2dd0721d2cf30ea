"""The list of contacts, adding one and changing one."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from crm.accounts.queries import the_business
from crm.contacts.actions.contacts import create_contact, update_contact
from crm.contacts.forms.contact import ContactForm, form_values
from crm.contacts.forms.labels import DETAIL_NAMES
from crm.contacts.paths import contact_path
from crm.contacts.queries.facts import badges_of
from crm.contacts.queries.find import Found, found_contacts, is_reached_like_another, likely_duplicates
from crm.contacts.queries.lists import ListFilter, all_tags, contact_list, own_fields
from crm.contacts.queries.page import ContactCard, contact_card
from crm.contacts.queries.shown import ShownContact, contacts_shown
from crm.contacts.rules import BadReferral, ContactChanged, ContactDetails, ContactKind, NamelessContact
from crm.contacts.rules.details import differences
from crm.contacts.rules.finding import Likeness, details_from_query
from crm.extensions import db
from crm.shared import clock
from crm.shared.addresses import number_in_address
from crm.shared.forms import once
from crm.shared.htmx import go_to, is_htmx
from crm.shared.permissions import Permission, requires
from crm.shared.translating import gettext
from crm.shared.translating import lazy_gettext as _

bp = Blueprint("contacts", __name__, url_prefix="/contacts")
LETTERS = "abcdefghijklmnopqrstuvwxyz#"
PAGES = (
    ("key_dates.key_dates_page", _("Key dates"), Permission.SERVE_CUSTOMERS),
    ("duplicates.duplicates_page", _("Suspected duplicates"), Permission.RESOLVE_DUPLICATES),
    ("imports.imports_page", _("Import"), Permission.IMPORT),
    ("exports.exports_page", _("Export"), Permission.EXPORT),
)
PICKS = {"referred_by_id": "referred_query", "other_id": "other_query"}


@bp.get("")
@requires(Permission.SERVE_CUSTOMERS)
def list_page() -> ResponseReturnValue:
    """Show the contacts in the order of their names, filtered by tag, kind, letter or archived."""
    kind, letter = request.args.get("kind", ""), request.args.get("letter", "")
    wanted = ListFilter(
        tag_id=request.args.get("tag", type=number_in_address),
        kind=kind if kind in set(ContactKind) else "",
        letter=letter if letter and letter in LETTERS else "",
        is_archived=request.args.get("archived") == "yes",
    )
    page = contact_list(request.args.get("from"), wanted)
    badges = badges_of([each.id for each in page.rows], clock.now())
    context = {"page": page, "wanted": wanted, "tags": all_tags(), "letters": LETTERS, "pages": PAGES}
    return render_template("contacts/list.html", badges=badges, **context)


@bp.get("/new")
@requires(Permission.SERVE_CUSTOMERS)
def new_page() -> ResponseReturnValue:
    """Show the empty form of a new contact."""
    return prefilled_page(ContactDetails())


@bp.post("/new")
@requires(Permission.SERVE_CUSTOMERS)
def prefilled() -> ResponseReturnValue:
    """Show the form of a new contact with what was searched for in the right field."""
    return prefilled_page(details_from_query(request.form.get("query", "")[:240]))


def prefilled_page(details: ContactDetails) -> ResponseReturnValue:
    """Show the form of a new contact with details in it."""
    form = ContactForm(formdata=None, data=form_values(details), own_fields=own_fields())
    form.add_rows()
    now = clock.now()
    hints = likely_duplicates(details, the_business().country, now=now) if details != ContactDetails() else []
    digest = hashlib.sha256(repr(details).encode()).hexdigest()[:8] if details != ContactDetails() else ""
    return render_template("contacts/new.html", form=form, hints=hints, keep=f"contact{digest}", **_picks(form))


@bp.post("")
@requires(Permission.SERVE_CUSTOMERS)
def add() -> ResponseReturnValue:
    """Add a contact, or show the form again with one more row."""
    form = ContactForm(own_fields=own_fields())
    if form.more.data:
        return _form_again(form, None)
    if not form.validate():
        return _form_again(form, None, status=422)
    try:
        address = once(form.form_key.data, clock.now(), lambda: _added(form.details()))
    except (NamelessContact, BadReferral) as refusal:
        return _refused(form, None, refusal)
    except _KnownAlready as known:
        db.session.rollback()
        return _form_again(form, None, status=409, hints=known.hints, stops=True)
    db.session.commit()
    return go_to(address)


class _KnownAlready(Exception):
    """Somebody with a number or address of the new contact is known, and the person has not seen that."""

    def __init__(self, hints: list[Found]) -> None:
        super().__init__()
        self.hints = hints


def _added(details: ContactDetails) -> str:
    """Add a contact and return its address; raise _KnownAlready once for a number or address that is here already."""
    now, region = clock.now(), the_business().country
    if is_reached_like_another(details, region):
        hints = likely_duplicates(details, region, now=now)
        seen = set(request.form.get("seen", "").split(","))
        if any(set(each.likenesses) - {Likeness.NAME} and str(each.contact.id) not in seen for each in hints):
            raise _KnownAlready(hints)
    return contact_path(create_contact(details, now=now, by_id=current_user.id).id)


@bp.get("/<int:contact_id>/details")
@requires(Permission.SERVE_CUSTOMERS)
def details_page(contact_id: int) -> ResponseReturnValue:
    """Show everything about a contact in a form."""
    card = _editable(contact_id)
    values = form_values(card.details)
    form = ContactForm(formdata=None, data=values, own_fields=own_fields(), version=card.contact.version)
    form.add_rows()
    return render_template("contacts/details.html", form=form, card=card, **_picks(form))


@bp.post("/<int:contact_id>/details")
@requires(Permission.SERVE_CUSTOMERS)
def change(contact_id: int) -> ResponseReturnValue:
    """Change a contact; when somebody else did meanwhile, show both texts."""
    card, form = _editable(contact_id), ContactForm(own_fields=own_fields())
    if form.more.data:
        return _form_again(form, card)
    if not form.validate():
        return _form_again(form, card, status=422)
    wanted = _with_retired_values(form, card)
    try:
        update_contact(card.contact, wanted, version=form.version.data or 0, now=clock.now())
    except ContactChanged:
        return _conflict(form, wanted, contact_id)
    except (NamelessContact, BadReferral) as refusal:
        return _refused(form, card, refusal)
    db.session.commit()
    return go_to(contact_path(contact_id))


@bp.post("/duplicate-hints")
@requires(Permission.SERVE_CUSTOMERS)
def duplicate_hints() -> ResponseReturnValue:
    """Return the contacts that the one being typed may repeat; only the list."""
    form = ContactForm()
    but = request.form.get("contact_id", type=number_in_address)
    hints = likely_duplicates(form.details(), the_business().country, now=clock.now(), but=but)
    return render_template("contacts/_hints.html", hints=hints)


@bp.post("/picks")
@requires(Permission.SERVE_CUSTOMERS)
def picks() -> ResponseReturnValue:
    """Return the contacts to choose from for a field; only the list."""
    field = request.form.get("field", "")
    if field not in PICKS:
        abort(400)
    query, chosen = request.form.get(PICKS[field], ""), request.form.get(field, type=number_in_address)
    return render_template("contacts/_picks.html", field=field, picks=picked(query, chosen), chosen=chosen)


def picked(query: str, chosen: int | None, *, but: int | None = None) -> list[ShownContact]:
    """Return the contact that is chosen, then those that answer the query."""
    found = [each.contact for each in found_contacts(query, now=clock.now(), limit=6)] if query.strip() else []
    first = list(contacts_shown([chosen]).values()) if chosen else []
    return first + [contact for contact in found if contact.id not in {chosen, but}]


def _picks(form: ContactForm) -> dict[str, object]:
    chosen = form.referred_by_id.data
    return {"picks": picked(form.referred_query.data or "", chosen), "chosen": chosen}


def _editable(contact_id: int) -> ContactCard:
    card = contact_card(contact_id)
    if card is None or card.contact.is_blocked or card.contact.merged_into_id is not None:
        abort(404)
    return card


def _with_retired_values(form: ContactForm, card: ContactCard) -> ContactDetails:
    """Keep the values of retired fields, which the form does not show."""
    details = form.details()
    kept = {key: value for key, value in card.details.field_values.items() if key not in form.own_fields}
    return replace(details, field_values={**kept, **details.field_values})


def _form_again(
    form: ContactForm, card: ContactCard | None, *, status: int = 200, **context: object
) -> ResponseReturnValue:
    form.add_rows()
    page = "contacts/details.html" if card else "contacts/new.html"
    context = {"form": form, "card": card, "keep": "contact", **_picks(form)} | context
    return render_template("contacts/_form.html" if is_htmx() else page, **context), status


def _refused(
    form: ContactForm, card: ContactCard | None, refusal: NamelessContact | BadReferral
) -> ResponseReturnValue:
    db.session.rollback()
    field = form.name if isinstance(refusal, NamelessContact) else form.referred_query
    field.errors = [gettext(refusal.sentence)]
    return _form_again(form, card, status=422)


def _conflict(form: ContactForm, wanted: ContactDetails, contact_id: int) -> ResponseReturnValue:
    """Show what is stored beside what was typed; sent again, the form replaces it knowingly."""
    db.session.rollback()
    db.session.expire_all()
    card = _editable(contact_id)
    form.version.data, form.version.raw_data = card.contact.version, None
    texts = [(DETAIL_NAMES[name], theirs) for name, theirs in differences(wanted, card.details)]
    return _form_again(form, card, status=409, theirs=texts)
