"""Merging two contacts side by side, and undoing it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from crm.contacts.actions.merging import merge, undo_merge
from crm.contacts.forms.labels import CHANNEL_NAMES, DETAIL_NAMES, KIND_NAMES
from crm.contacts.forms.merging import BIRTHDAY, OWN_FIELD, merge_form
from crm.contacts.key_date_words import key_date_title
from crm.contacts.models import Contact, ContactMerge, KeyDate
from crm.contacts.paths import phone_text
from crm.contacts.queries.find import found_contacts
from crm.contacts.queries.merging import birthdays_of, contacts_to_merge, recent_merges
from crm.contacts.queries.people import living_contact
from crm.contacts.rules.merging import FIELDS, FieldPair
from crm.contacts.search_rules import LONGEST_QUERY
from crm.extensions import db
from crm.shared import clock
from crm.shared.formatting import LANGUAGE_NAMES, format_year_day
from crm.shared.permissions import Permission, requires

bp = Blueprint("merging", __name__, url_prefix="/contacts")
MOST_OFFERED = 20
_WORDS: dict[str, Mapping[Any, Any]] = {
    "kind": KIND_NAMES,
    "preferred_channel": CHANNEL_NAMES,
    "language": LANGUAGE_NAMES,
}


def _both(contact_id: int, other_id: int) -> tuple[Contact, Contact]:
    found = contacts_to_merge([contact_id, other_id])
    if len(found) < 2:
        abort(404)
    return found[contact_id], found[other_id]


def _pairs(kept: Contact, other: Contact) -> tuple[list[FieldPair], Mapping[str, Any]]:
    """Return every field of both as text, with its label."""
    pairs = [FieldPair(name, _text(kept, name), _text(other, name)) for name in FIELDS]
    labels = {**DETAIL_NAMES, BIRTHDAY: key_date_title("birthday", "")}
    values = [{value.field_id: value for value in each.field_values} for each in (kept, other)]
    for field_id in sorted(values[0].keys() & values[1].keys()):
        name = f"{OWN_FIELD}{field_id}"
        pairs.append(FieldPair(name, values[0][field_id].value, values[1][field_id].value))
        labels[name] = values[0][field_id].field.name
    birthdays = birthdays_of([kept.id, other.id])
    if len(birthdays) == 2:
        pairs.append(FieldPair(BIRTHDAY, _day(birthdays[kept.id]), _day(birthdays[other.id])))
    return pairs, labels


def _text(contact: Contact, name: str) -> str:
    if name == "referred_by_id":
        return contact.referred_by.name if contact.referred_by else ""
    value = str(getattr(contact, name) or "")
    return str(_WORDS[name].get(value, value)) if name in _WORDS else value


def _day(key_date: KeyDate) -> str:
    return format_year_day(key_date.month, key_date.day, key_date.year)


def _page(contacts: Sequence[Contact], form: Any, pairs: Sequence[FieldPair], labels: Any) -> str:
    kept, other = contacts
    context = {"kept": kept, "other": other, "phones": [phone_text(phone) for phone in (*kept.phones, *other.phones)]}
    return render_template("contacts/merging.html", form=form, pairs=pairs, labels=labels, **context)


@bp.get("/<int:contact_id>/merging")
@requires(Permission.RESOLVE_DUPLICATES)
def choose_page(contact_id: int) -> ResponseReturnValue:
    """Ask which contact is the same as this one; those that look like it are offered."""
    return _choose(living_contact(contact_id) or abort(404), "")


@bp.post("/<int:contact_id>/merging")
@requires(Permission.RESOLVE_DUPLICATES)
def choose(contact_id: int) -> ResponseReturnValue:
    """Show who answers a search, to be merged with this contact."""
    return _choose(living_contact(contact_id) or abort(404), request.form.get("query", "").strip()[:LONGEST_QUERY])


def _choose(contact: Contact, query: str) -> ResponseReturnValue:
    found = found_contacts(query or contact.name, now=clock.now(), limit=MOST_OFFERED, with_archived=True)
    offered = [each for each in found if each.contact.id != contact.id]
    return render_template("contacts/merging_choice.html", contact=contact, query=query, found=offered)


@bp.get("/<int:contact_id>/merging/<int:other_id>")
@requires(Permission.RESOLVE_DUPLICATES)
def merging_page(contact_id: int, other_id: int) -> ResponseReturnValue:
    """Show both contacts side by side with a choice for every field that differs."""
    kept, other = _both(contact_id, other_id)
    pairs, labels = _pairs(kept, other)
    form = merge_form(pairs, labels, formdata=None, version=kept.version, other_version=other.version)
    return _page((kept, other), form, pairs, labels)


@bp.post("/<int:contact_id>/merging/<int:other_id>")
@requires(Permission.RESOLVE_DUPLICATES)
def merge_both(contact_id: int, other_id: int) -> ResponseReturnValue:
    """Make one contact of the two."""
    kept, other = _both(contact_id, other_id)
    pairs, labels = _pairs(kept, other)
    form = merge_form(pairs, labels)
    if not form.validate():
        return _page((kept, other), form, pairs, labels), 422
    versions = (form.version.data or 0, form.other_version.data or 0)
    merge(kept, other, form.chosen(), versions=versions, now=clock.now(), by_id=current_user.id)
    db.session.commit()
    return redirect(url_for("merging.merges_page"), code=303)


@bp.get("/merges")
@requires(Permission.RESOLVE_DUPLICATES)
def merges_page() -> ResponseReturnValue:
    """Show the merges that can still be undone."""
    return render_template("contacts/merges.html", merges=recent_merges(clock.now()))


@bp.post("/<int:contact_id>/merges/<int:merge_id>/undoing")
@requires(Permission.RESOLVE_DUPLICATES)
def undo(contact_id: int, merge_id: int) -> ResponseReturnValue:
    """Make two contacts of one again."""
    made = db.session.get(ContactMerge, merge_id)
    if made is None or made.kept_id != contact_id:
        abort(404)
    undo_merge(made, now=clock.now(), by_id=current_user.id)
    db.session.commit()
    return redirect(url_for("merging.merges_page"), code=303)
