"""Which contact a row of an import is, and what the row adds to it. Pure.

The same number in the other program is the same contact. The same phone or email is the same person
only under a name that can be theirs; the same name alone never is. What is stored already stays:
a row fills what is empty, adds phones, emails, addresses, links and tags, and may refuse channels.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from crm.contacts.import_names import is_compatible, is_placeholder
from crm.contacts.importing import AddressDraft, ContactDraft, PhoneDraft
from crm.contacts.importing.repeats import MOST_REPEATS, merged
from crm.contacts.rules.closed_sets import CONSENT_CHANNELS, Channel
from crm.contacts.rules.details import fold_email, fold_tag
from crm.shared.phones import phone_digits
from crm.shared.text import fold

UNDO_DAYS = 30
OWN_ID = "regulars-"
CHANNELS = {
    "phone": Channel.PHONE,
    "sms": Channel.TEXT,
    "whatsapp": Channel.MESSAGING,
    "email": Channel.EMAIL,
    "post": Channel.LETTER,
}


class Outcome(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    MATCHED = "matched"
    AMBIGUOUS = "ambiguous"
    BLOCKED = "blocked"
    REPEATED = "repeated"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stored contact that shares a number, phone or email with a row; `evidence` says which."""

    id: int
    names: tuple[str, ...]
    kind: str
    evidence: frozenset[str]
    birthday: str | None = None
    is_blocked: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a row, and the contacts it is about."""

    outcome: Outcome
    contact_ids: tuple[int, ...] = ()
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RowTexts:
    """What a row says beyond its lists: texts by field of the contact, and own fields by id."""

    texts: Mapping[str, str]
    fields: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StoredContact:
    """What is stored of the contact that a row was matched to: `texts` by field of the contact, `dates` by kind.

    `refused` and `decided` are channels, `fields` the own fields by id.
    """

    texts: Mapping[str, str]
    phones: tuple[PhoneDraft, ...] = ()
    emails: tuple[str, ...] = ()
    addresses: tuple[AddressDraft, ...] = ()
    links: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    dates: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()
    decided: frozenset[str] = frozenset()
    fields: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Additions:
    """What a row adds to a stored contact, and where the two differ and the stored text stays."""

    texts: Mapping[str, str] = field(default_factory=dict)
    phones: tuple[PhoneDraft, ...] = ()
    emails: tuple[str, ...] = ()
    addresses: tuple[AddressDraft, ...] = ()
    links: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    dates: Mapping[str, str] = field(default_factory=dict)
    refused: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    fields: Mapping[int, str] = field(default_factory=dict)
    kept: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is added."""
        lists = (self.texts, self.phones, self.emails, self.addresses, self.links, self.tags)
        return not any((*lists, self.dates, self.refused, self.allowed, self.fields))


def judge(draft: ContactDraft, candidates: Sequence[Candidate]) -> Verdict:
    """Decide which contact a row is; several that fit equally well are ambiguous."""
    known = [each for each in candidates if "number" in each.evidence]
    fitting = known or [each for each in candidates if is_same_person(draft, each)]
    if not fitting:
        return Verdict(Outcome.NEW)
    weights = [_weight(draft, each) for each in fitting]
    best = [each for each, weight in zip(fitting, weights, strict=True) if weight == max(weights)]
    ids = tuple(each.id for each in best)
    evidence = tuple(sorted(best[0].evidence))
    if any(each.is_blocked for each in fitting):
        return Verdict(Outcome.BLOCKED, ids, evidence)
    return Verdict(Outcome.MATCHED if len(best) == 1 else Outcome.AMBIGUOUS, ids, evidence)


def is_same_person(draft: ContactDraft, candidate: Candidate) -> bool:
    """Tell whether a contact with the same phone or email can be the person of a row."""
    if candidate.kind != draft.kind.value and not is_placeholder(draft.name):
        return False
    if draft.birthday and candidate.birthday and not _same_day(draft.birthday, candidate.birthday):
        return False
    own = tuple(name for name in (draft.name, draft.nickname) if name)
    return not own or any(is_compatible(first, second) for first in own for second in candidate.names)


def identity_keys(draft: ContactDraft) -> list[tuple[str, str]]:
    """Return what a row shares with another of the same person: ("phone", E.164) and ("email", folded)."""
    keys = [("phone", phone.e164) for phone in draft.phones if phone.e164]
    return keys + [("email", fold_email(email)) for email in draft.emails]


def external_key(draft: ContactDraft, origin: str) -> str:
    """Return a row's number with the program it comes from; empty without one."""
    if not draft.external_id:
        return ""
    return draft.external_id if draft.external_id.startswith(OWN_ID) else f"{origin} {draft.external_id}"


def origin_of(file_format: str, filename: str) -> str:
    """Return where numbers of a file are unique: in the program that wrote it, else in files of its name."""
    program = file_format.rpartition(" ")[0] if not file_format.startswith("vCard") else ""
    return fold(program or filename)


def are_one(first: ContactDraft, second: ContactDraft) -> bool:
    """Tell whether two rows of one file that share a phone or email are the same person.

    Within a file the names must be equal, not only compatible: two rows are two people unless it is plain.
    """
    own = first.external_id.startswith(OWN_ID) and second.external_id.startswith(OWN_ID)
    if own and first.external_id != second.external_id:
        return False
    both = first.birthday and second.birthday
    if (both and first.birthday != second.birthday) or first.kind != second.kind:
        return False
    return fold(first.name) == fold(second.name)


def settled(rows: Iterable[tuple[ContactDraft, Verdict]]) -> list[tuple[ContactDraft, Verdict]]:
    """Make one of the rows that are the same stored contact, or the same new person, in the first one's place.

    Who comes back more than a hundred times is not merged any more but listed.
    """
    kept: list[tuple[ContactDraft, Verdict]] = []
    counts: Counter[int] = Counter()
    matched: dict[int, int] = {}
    places: dict[tuple[str, ...], int] = {}
    for draft, verdict in rows:
        place = len(kept)
        if verdict.outcome is Outcome.MATCHED:
            place = matched.setdefault(verdict.contact_ids[0], len(kept))
        elif verdict.outcome is Outcome.NEW:
            place = _place_of_same(draft, kept, places)
        if place == len(kept):
            kept.append((draft, verdict))
        elif counts[place] >= MOST_REPEATS:
            kept.append((draft, Verdict(Outcome.REPEATED)))
        else:
            kept[place] = (merged(kept[place][0], draft), kept[place][1])
            counts[place] += 1
    return kept


def _place_of_same(
    draft: ContactDraft, kept: Sequence[tuple[ContactDraft, Verdict]], places: dict[tuple[str, ...], int]
) -> int:
    keys = [(*key, fold(draft.name)) for key in identity_keys(draft)]
    found = (places[key] for key in keys if key in places)
    place = next((place for place in found if are_one(kept[place][0], draft)), len(kept))
    places.update(dict.fromkeys(keys, place))
    return place


def additions(stored: StoredContact, draft: ContactDraft, row: RowTexts) -> Additions:
    """Return what a row adds to a stored contact."""
    dates = {"birthday": draft.birthday, "anniversary": draft.anniversary}
    texts = {"name": draft.name, **row.texts}
    known = {name: text for name, text in stored.texts.items() if name != "name" or not is_placeholder(text)}
    return Additions(
        texts={name: text for name, text in texts.items() if text and not known.get(name) and _is_worth(name, text)},
        phones=_new_phones(stored.phones, draft.phones),
        emails=_new(draft.emails, stored.emails, fold_email),
        addresses=tuple(each for each in draft.addresses if _place(each) not in set(map(_place, stored.addresses))),
        links=_new(draft.links, stored.links, str.strip),
        tags=_new(draft.tags, stored.tags, fold_tag),
        dates={kind: day for kind, day in dates.items() if day and kind not in stored.dates},
        refused=tuple(each for each in refused_channels(draft) if each not in stored.refused),
        allowed=tuple(each for each in allowed_channels(draft) if each not in stored.decided),
        fields={own: value for own, value in row.fields.items() if not stored.fields.get(own)},
        kept=_kept(known, texts),
    )


def _is_worth(name: str, text: str) -> bool:
    return name != "name" or not is_placeholder(text)


def _kept(stored: Mapping[str, str], texts: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Return the fields in which a stored text stays though the row says something else."""
    both = {name: (stored.get(name, ""), text) for name, text in texts.items() if name != "source"}
    return {name: (ours, text) for name, (ours, text) in both.items() if ours and text and fold(ours) != fold(text)}


def refused_channels(draft: ContactDraft) -> tuple[str, ...]:
    """Return the channels that a row refuses; "all" means each of them."""
    return _channels(draft.opted_out)


def allowed_channels(draft: ContactDraft) -> tuple[str, ...]:
    """Return the channels that a row allows and does not refuse as well."""
    given = {consent.channel for consent in draft.consents if consent.given}
    refused = set(refused_channels(draft))
    return tuple(channel for channel in _channels(given) if channel not in refused)


def year_day(written: str) -> tuple[int, int, int | None]:
    """Return day, month and year of a date written YYYY-MM-DD or --MM-DD."""
    if written.startswith("--"):
        month, day = written[2:].split("-")
        return int(day), int(month), None
    year, month, day = written.split("-")
    return int(day), int(month), int(year)


def _channels(named: Iterable[str]) -> tuple[str, ...]:
    found = set(named)
    if "all" in found:
        return tuple(str(channel) for channel in CONSENT_CHANNELS)
    return tuple(str(channel) for name, channel in CHANNELS.items() if name in found)


def _weight(draft: ContactDraft, candidate: Candidate) -> tuple[int, bool]:
    return len(candidate.evidence), fold(draft.name) in {fold(name) for name in candidate.names}


def _same_day(first: str, second: str) -> bool:
    """Compare two birthdays; a missing year fits every year."""
    if first.startswith("--") or second.startswith("--"):
        return first[-5:] == second[-5:]
    return first == second


def _new(found: Iterable[str], stored: Iterable[str], key: object) -> tuple[str, ...]:
    known = {key(text) for text in stored}  # type: ignore[operator]
    return tuple({key(text): text for text in found if key(text) not in known}.values())  # type: ignore[operator]


def _new_phones(stored: Iterable[PhoneDraft], found: Iterable[PhoneDraft]) -> tuple[PhoneDraft, ...]:
    known = {_number(phone) for phone in stored}
    return tuple({_number(phone): phone for phone in found if _number(phone) not in known}.values())


def _number(phone: PhoneDraft) -> str:
    return phone.e164 or phone_digits(phone.raw) or phone.raw


def _place(address: AddressDraft) -> tuple[str, ...]:
    parts = (address.street, address.locality, address.region, address.postcode, address.country)
    return tuple(fold(part) for part in parts)
