"""The same person twice in one file: same email and same name make one contact.

The same name alone is never proof, nor is a shared address. Two different birthdays are two people.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from crm.contacts.importing.consents import strictest
from crm.contacts.importing.drafts import ContactDraft

MOST_REPEATS = 100
_TEXTS = (
    *("given", "family", "additional", "prefix", "suffix", "nickname", "organisation", "title"),
    *("birthday", "anniversary", "notes", "language", "source", "external_id"),
)


def merge_repeats(contacts: Iterable[ContactDraft]) -> list[ContactDraft]:
    """Merge later rows into the first row of the same person, with a warning that says so.

    A person who comes back more than a hundred times is left as several: that is no list of contacts.
    """
    kept: list[ContactDraft] = []
    places: dict[tuple[str, str], int] = {}
    counts: Counter[int] = Counter()
    for contact in contacts:
        keys = _keys(contact)
        place = next((places[key] for key in keys if key in places), None)
        if place is None or counts[place] >= MOST_REPEATS or _differ(kept[place], contact):
            place = len(kept)
            kept.append(contact)
        else:
            kept[place] = merged(kept[place], contact)
            counts[place] += 1
        places.update(dict.fromkeys(keys, place))
    return kept


def _keys(contact: ContactDraft) -> list[tuple[str, str]]:
    name = " ".join(contact.name.casefold().split())
    return [(name, email.casefold()) for email in contact.emails]


def _differ(first: ContactDraft, second: ContactDraft) -> bool:
    both = first.birthday and second.birthday
    return bool(both and first.birthday != second.birthday) or first.kind != second.kind


def merged(first: ContactDraft, second: ContactDraft) -> ContactDraft:
    """Return the first row with what the second adds; what differs is kept among the extras."""
    texts = {name: getattr(first, name) or getattr(second, name) for name in _TEXTS}
    lost = {
        f"{name} (row {second.row})": getattr(second, name)
        for name in _TEXTS
        if getattr(second, name) and getattr(second, name) != texts[name]
    }
    more = {
        key if key not in first.extra else f"{key} (row {second.row})": value
        for key, value in second.extra.items()
        if first.extra.get(key) != value
    }
    known = {phone.e164 or phone.raw for phone in first.phones}
    phones = tuple(p for p in second.phones if (p.e164 or p.raw) not in known)
    repeated = f"Row {second.row} repeats this contact."
    return replace(
        first,
        **texts,
        phones=first.phones + phones,
        emails=_joined(first.emails, second.emails, folded=True),
        addresses=first.addresses + tuple(a for a in second.addresses if a not in first.addresses),
        links=_joined(first.links, second.links),
        tags=_joined(first.tags, second.tags),
        consents=strictest(first.consents + second.consents),
        extra={**first.extra, **more, **lost},
        warnings=(*first.warnings, repeated, *second.warnings),
    )


def _joined(first: tuple[str, ...], second: tuple[str, ...], *, folded: bool = False) -> tuple[str, ...]:
    known = {text.casefold() if folded else text for text in first}
    return first + tuple(t for t in second if (t.casefold() if folded else t) not in known)
