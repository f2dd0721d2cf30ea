"""Merging two contacts into one: what is chosen, what is proposed, and until when it can be undone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from crm.shared.errors import Conflict, Refused

UNDO_TIME = timedelta(days=30)
# The plain fields of a contact that are chosen one by one; lists are united.
FIELDS = (
    "name",
    "kind",
    "given_name",
    "family_name",
    "other_names",
    "organisation",
    "job_title",
    "preferences",
    "notes",
    "preferred_channel",
    "language",
    "source",
    "referred_by_id",
)
JOINABLE = frozenset({"preferences", "notes", "other_names"})


class Keep(StrEnum):
    """Whose value of a field is kept."""

    THIS = "this"
    OTHER = "other"
    BOTH = "both"


class CannotMerge(Refused):
    """These two cannot be made one."""


class MergeChanged(Conflict):
    """One of the two contacts was changed in the meantime. Look at both again."""


class CannotUndoMerge(Conflict):
    """This merge cannot be undone any more."""


@dataclass(frozen=True, slots=True)
class FieldPair:
    """One field of both contacts; `proposed` is what is ticked at first."""

    name: str
    this: str
    other: str

    @property
    def is_same(self) -> bool:
        """Tell whether there is nothing to choose."""
        return self.this == self.other

    @property
    def is_joinable(self) -> bool:
        """Tell whether both texts can be kept, one below the other."""
        return self.name in JOINABLE and bool(self.this) and bool(self.other) and not self.is_same

    @property
    def proposed(self) -> Keep:
        """Return the choice that loses nothing, where there is one."""
        if self.is_joinable:
            return Keep.BOTH
        return Keep.OTHER if self.other and not self.this else Keep.THIS


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What a person chose to keep: by field, by own field's id, and of two birthdays."""

    fields: Mapping[str, Keep]
    own_fields: Mapping[int, Keep]
    birthday: Keep = Keep.THIS

    def of(self, name: str) -> Keep:
        """Return the choice for a field, by default this contact's value."""
        return self.fields.get(name, Keep.THIS)


def chosen_text(keep: Keep, this: str, other: str) -> str:
    """Return the text that is kept; both are put one below the other."""
    if keep is Keep.BOTH and this and other and this != other:
        return f"{this}\n{other}"
    return other if keep is Keep.OTHER or (not this and keep is Keep.BOTH) else this


def undo_until(merged_at: datetime) -> datetime:
    """Return the instant until which a merge can be undone: 30 days."""
    return merged_at + UNDO_TIME
