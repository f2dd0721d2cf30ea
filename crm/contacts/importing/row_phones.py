"""The phones of a row: each with the label, and the calling or area code, that stand in columns beside it."""

from collections.abc import Sequence

from crm.contacts.importing.builder import DraftBuilder
from crm.contacts.importing.targets import MULTIPLE, Target
from crm.contacts.importing.text import is_email
from crm.shared.phones import with_code


def add_phones(
    builder: DraftBuilder, found: list[tuple[Target, str]], *, whole: bool, countries: Sequence[str] = ()
) -> None:
    """Add the phones of a row, with emails that stand among them; a code that no phone needs is kept as an extra."""
    labels = {t.slot: value for t, value in found if t.field == "phone_type"}
    codes = _codes_of_phones(found)
    used: set[int] = set()
    for target, value in found:
        if target.field != "phone":
            continue
        kinds = labels.get(target.slot, "") if target.slot else target.kind
        values, names = MULTIPLE.split(value), MULTIPLE.split(kinds)
        for position, part in enumerate(values):
            name = names[position] if position < len(names) else names[-1]
            if "@" in part and is_email(part) and not whole:
                builder.add_email(part)
            else:
                code = codes.get(target.position)
                number = with_code(code[1], part, builder.region) if code else part
                used.update([code[0].position] if code and number != part else [])
                builder.add_phone(number, name, whole=whole, countries=countries)
    for target, value in found:
        if target.field == "phone_code" and target.position not in used:
            builder.add_extra(target.column, value)


def _codes_of_phones(found: list[tuple[Target, str]]) -> dict[int, tuple[Target, str]]:
    """Return the code of each phone by its position: it is of the next phone, of the one before where none follows."""
    phones = [t.position for t, _value in found if t.field == "phone"]
    codes: dict[int, tuple[Target, str]] = {}
    for target, value in found:
        if target.field == "phone_code" and phones:
            after = [position for position in phones if position > target.position]
            codes[min(after) if after else max(phones)] = (target, value)
    return codes
