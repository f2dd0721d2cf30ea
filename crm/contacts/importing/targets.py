"""Where the columns of a table go."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MULTIPLE = re.compile(r"\s*:::\s*")  # what Google writes between the values of one cell


@dataclass(frozen=True, slots=True)
class Target:
    """Where a column goes: "phone_type#1" is of slot 1, "street:home" has a kind."""

    column: str
    position: int
    field: str
    slot: str = ""
    kind: str = ""


def targets_of(columns: Sequence[str], mapping: Mapping[str, str]) -> list[Target]:
    """Return where each column goes; columns without a field are kept as extras."""
    found = []
    for position, column in enumerate(columns):
        named = re.match(r"^(\w+)(?:#(\w*))?(?::(.*))?$", mapping.get(column, "extra") or "extra")
        field, slot, kind = named.groups(default="") if named else ("extra", "", "")
        found.append(Target(column, position, field, slot, kind))
    return found
