"""Fields of forms for numbers, days and moments: what lies out of bounds is read as what is no number and no day."""

from __future__ import annotations

from typing import Any

from wtforms import DateField, IntegerField
from wtforms.fields import DateTimeLocalField

from crm.shared.bounds import HIGHEST_NUMBER, is_in_bounds


class NumberField(IntegerField):
    """A whole number that a column can hold."""

    data: Any

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the number."""
        super().process_formdata(valuelist)
        if self.data is not None and abs(self.data) > HIGHEST_NUMBER:
            self.data = None
            raise ValueError(self.gettext("Not a valid integer value."))


class DayField(DateField):
    """A day within bounds."""

    data: Any

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the day."""
        super().process_formdata(valuelist)
        if self.data is not None and not is_in_bounds(self.data):
            self.data = None
            raise ValueError(self.gettext("Not a valid date value."))


class MomentField(DateTimeLocalField):
    """A day and hour within bounds, on the business's clock."""

    data: Any

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the moment."""
        super().process_formdata(valuelist)
        if self.data is not None and not is_in_bounds(self.data):
            self.data = None
            raise ValueError(self.gettext("Not a valid datetime value."))


# What a form declares, and what it gets: no form can forget the bounds.
BOUNDED = {IntegerField: NumberField, DateField: DayField, DateTimeLocalField: MomentField}
