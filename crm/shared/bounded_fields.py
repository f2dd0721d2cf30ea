"""Fields of forms for numbers, days and moments: what lies out of bounds is read as what is no number and no day."""

from __future__ import annotations

from typing import Any

from wtforms import DateField, IntegerField
from wtforms.fields import DateTimeLocalField

from crm.shared.bounds import HIGHEST_NUMBER, is_in_bounds
from crm.shared.translating import lazy_gettext as _


class _Bounded:
    """Reads a value, and refuses one that is none or that lies out of bounds with the same sentence."""

    data: Any
    refusal: object

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the value; raise ValueError."""
        try:
            super().process_formdata(valuelist)  # type: ignore[misc]  # of the field it is mixed into
        except ValueError:
            raise ValueError(str(self.refusal)) from None
        if self.data is not None and not self.is_possible(self.data):
            self.data = None
            raise ValueError(str(self.refusal))

    def is_possible(self, value: Any) -> bool:
        """Tell whether a day lies within bounds."""
        return is_in_bounds(value)


class NumberField(_Bounded, IntegerField):
    """A whole number that a column can hold."""

    refusal = _("Not a valid integer value.")

    def is_possible(self, value: Any) -> bool:
        """Tell whether a number is small enough."""
        return abs(value) <= HIGHEST_NUMBER


class DayField(_Bounded, DateField):
    """A day within bounds."""

    refusal = _("Not a valid date value.")


class MomentField(_Bounded, DateTimeLocalField):
    """A day and hour within bounds, on the business's clock."""

    refusal = _("Not a valid datetime value.")


# What a form declares, and what it gets: no form can forget the bounds.
BOUNDED = {IntegerField: NumberField, DateField: DayField, DateTimeLocalField: MomentField}
