"""Forms of the owner's review."""

from __future__ import annotations

from typing import Any

from wtforms import DateField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from crm.complaints.queries.pages import Rows
from crm.reports.actions import NewAction
from crm.reports.words import CAUSE_NAMES
from crm.shared.forms import BaseForm, OnceForm, choices
from crm.shared.translating import lazy_gettext as _

_FILL_IN = _("Please fill this in.")


class CauseForm(BaseForm):
    """Why a promise was broken."""

    cause = SelectField(
        _("Cause"),
        choices=choices([("", _("Choose…")), *CAUSE_NAMES.items()]),
        validators=[DataRequired(_("Choose a cause."))],
    )
    note = StringField(_("Note"), validators=[Length(max=1000)])
    back = HiddenField()


class ExcuseForm(BaseForm):
    """Why a broken promise is excused."""

    reason = TextAreaField(_("Reason"), validators=[DataRequired(_FILL_IN), Length(max=1000)])


class WeekForm(BaseForm):
    """Which week is closed."""

    monday = DateField(validators=[DataRequired(_FILL_IN)])


class ActionForm(OnceForm):
    """A preventive action."""

    task = StringField(_("What is done"), validators=[DataRequired(_FILL_IN), Length(max=500)])
    category_id = SelectField(_("Against which cause"), choices=[], coerce=str)
    owner_id = SelectField(_("Who sees to it"), choices=[], coerce=str)
    due_on = DateField(_("By when"), validators=[DataRequired(_("Choose a day."))])

    def __init__(self, *args: Any, rows: Rows, **kwargs: Any) -> None:
        """Offer the causes and people that can still be chosen."""
        super().__init__(*args, **kwargs)
        causes = [(str(key), name) for key, name, is_open in rows.categories if is_open]
        people = [(str(key), name) for key, name, is_open in rows.staff if is_open]
        self.category_id.choices = choices([("", _("none in particular")), *causes])
        self.owner_id.choices = choices([("", _("me")), *people])

    def new_action(self) -> NewAction:
        """Return what was typed."""
        return NewAction(
            task=self.task.data,
            due_on=self.due_on.data,
            category_id=int(self.category_id.data) if self.category_id.data else None,
            owner_id=int(self.owner_id.data) if self.owner_id.data else None,
        )
