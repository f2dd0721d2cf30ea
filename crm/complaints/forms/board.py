"""The board's filters and the name of a view that is kept."""

from __future__ import annotations

from collections.abc import Mapping

from wtforms import StringField
from wtforms.validators import DataRequired, Length

from crm.complaints.queries.board import BoardFilter, Shelf
from crm.contacts.rules import Channel
from crm.shared.forms import BaseForm
from crm.shared.translating import lazy_gettext as _
from crm.sla.rules import Severity


class ViewForm(BaseForm):
    """The name of a view."""

    name = StringField(
        _("Keep these filters as"),
        validators=[DataRequired(_("Write a name.")), Length(max=60, message=_("That is too long."))],
    )


def board_filter(asked: Mapping[str, str]) -> BoardFilter:
    """Return the filter in an address; unknown values are ignored."""
    shelf, channel, severity = asked.get("show", ""), asked.get("channel", ""), asked.get("severity", "")
    person = asked.get("person", "")
    return BoardFilter(
        shelf=shelf if shelf in set(Shelf) else Shelf.OPEN,
        channel=channel if channel in set(Channel) else "",
        severity=severity if severity in set(Severity) else "",
        staff_id=int(person) if person.isascii() and person.isdigit() and len(person) < 10 else None,
    )


def filter_address(asked: BoardFilter) -> dict[str, str]:
    """Return a filter as what stands in an address, without what is not set."""
    values = {
        "show": "" if asked.shelf == Shelf.OPEN else str(asked.shelf),
        "channel": asked.channel,
        "severity": asked.severity,
        "person": str(asked.staff_id or ""),
    }
    return {name: value for name, value in values.items() if value}
