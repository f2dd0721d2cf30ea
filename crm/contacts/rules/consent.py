"""Who may be reached on which channel and for what.

Consent is a list of lines that only grows; the latest line of a contact holds. After a merge the lines
of both contacts count: a refusal of either one holds until the person is asked again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from crm.contacts.rules.closed_sets import ConsentPurpose
from crm.shared.errors import Refused

ConsentKey = tuple[str, str]


class NothingToRefuse(Refused):
    """This contact has refused everything already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentLine:
    """One line: what was said, when, where it is from; `merged_at` for a line of a contact merged into this one."""

    id: int
    contact_id: int
    channel: str
    purpose: str
    is_given: bool
    at: datetime
    text_version: str = ""
    source: str = ""
    by_name: str = ""
    merged_at: datetime | None = None


def latest_lines(lines: Iterable[ConsentLine]) -> dict[ConsentKey, ConsentLine]:
    """Return the line that holds for each channel and purpose."""
    latest: dict[ConsentKey, dict[int, ConsentLine]] = {}
    for line in sorted(lines, key=lambda each: each.id):
        latest.setdefault((line.channel, line.purpose), {})[line.contact_id] = line
    return {key: _holding(list(by_contact.values())) for key, by_contact in latest.items()}


def _holding(latest: Sequence[ConsentLine]) -> ConsentLine:
    """Return which of the latest lines of contacts that are one now holds."""
    own = next((line for line in latest if line.merged_at is None), None)
    refusals = [
        line
        for line in latest
        if not line.is_given and (own is None or line.merged_at is None or own.at < line.merged_at)
    ]
    return max(refusals, key=lambda line: line.id) if refusals else own or latest[-1]


def may_contact(states: Mapping[ConsentKey, ConsentLine], channel: str, purpose: str) -> bool:
    """Tell whether a contact may be reached.

    Answering a customer (service) is allowed until it is refused; everything else needs a yes first.
    """
    line = states.get((channel, purpose))
    if line is None:
        return purpose == ConsentPurpose.SERVICE
    return line.is_given


def is_refusing_everything(
    states: Mapping[ConsentKey, ConsentLine], channels: Iterable[str], purposes: Iterable[str]
) -> bool:
    """Tell whether every channel is refused for every purpose."""
    wanted = list(purposes)
    lines = (states.get((channel, purpose)) for channel in channels for purpose in wanted)
    return all(line is not None and not line.is_given for line in lines)
