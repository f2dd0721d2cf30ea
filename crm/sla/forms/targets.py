"""Forms of the targets: each with its length and what counts, and the form that tries them out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from wtforms import BooleanField, FormField, IntegerField, SelectField, StringField
from wtforms.fields import DateTimeLocalField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from crm.contacts.forms.labels import CHANNEL_NAMES
from crm.contacts.rules import Channel
from crm.shared.forms import BaseForm, OnceForm, RowForm, choices
from crm.shared.translating import gettext
from crm.shared.translating import lazy_gettext as _
from crm.sla.effects import TargetKind
from crm.sla.forms.days import DATE_NEEDED, NEEDED, StartForm
from crm.sla.rules import CountingMode, Policy, SlaTarget
from crm.sla.words import MODE_NAMES, SEVERITY_NAMES

_UNITS = {"minutes": timedelta(minutes=1), "hours": timedelta(hours=1), "days": timedelta(days=1)}
_UNIT_NAMES = {"minutes": _("minutes"), "hours": _("hours"), "days": _("days")}
_LONGEST = timedelta(days=365)


class TargetFields(RowForm):
    """One target: how long, and what counts."""

    length = IntegerField(_("Within"), validators=[Optional(), NumberRange(1, 100_000, _("1 or more."))])
    unit = SelectField(_("Unit"), choices=choices(_UNIT_NAMES.items()), default="hours")
    mode = SelectField(_("Counted"), choices=choices(MODE_NAMES.items()), default=CountingMode.OPEN_HOURS)
    minimum = IntegerField(
        _("At least, minutes"), validators=[Optional(), NumberRange(0, 1440, _("0 to 1440 minutes."))]
    )

    def target(self) -> SlaTarget | None:
        """Return the target, or None with a sentence beside the length."""
        mode = CountingMode(self.mode.data)
        if mode is CountingMode.DAY_END:
            return SlaTarget(mode, min_open_time=timedelta(minutes=self.minimum.data or 0))
        if not self.length.data:
            self.length.errors = [*self.length.errors, gettext("Say how long.")]
            return None
        length = self.length.data * _UNITS[self.unit.data]
        if length > _LONGEST:
            self.length.errors = [*self.length.errors, gettext("A year at most.")]
            return None
        return SlaTarget(mode, length)


def _fields_of(target: SlaTarget) -> dict[str, Any]:
    """Return a target as its fields show it, in the largest unit that is whole."""
    unit = next(name for name in ("days", "hours", "minutes") if not target.length % _UNITS[name] or name == "minutes")
    if target.mode is not CountingMode.OPEN_DAYS and target.length <= timedelta(days=1):
        unit = "minutes" if target.length % _UNITS["hours"] else "hours"
    minutes = int(target.min_open_time / _UNITS["minutes"]) if target.mode is CountingMode.DAY_END else None
    return {"length": int(target.length / _UNITS[unit]) or None, "unit": unit, "mode": target.mode, "minimum": minutes}


_ROWS = [(TargetKind.RESPONSE, each.value, CHANNEL_NAMES[each]) for each in Channel] + [
    (TargetKind.RESOLUTION, each.value, name) for each, name in SEVERITY_NAMES.items()
]


def _row_name(kind: TargetKind, name: str) -> str:
    return f"{kind}_{name}".replace("-", "_")


class _TargetsForm(StartForm):
    """All targets, and whether running clocks move too."""

    applies_to_running = BooleanField(_("Apply to the running clocks too"))

    def rows(self, kind: str) -> list[tuple[str, str, Any]]:
        """Return name, label and fields of the targets of one kind."""
        return [(name, str(label), self[_row_name(each, name)]) for each, name, label in _ROWS if each == kind]

    def fill(self, policy: Policy, seen: int) -> None:
        """Show the targets of a policy."""
        for kind, name, _label in _ROWS:
            targets = policy.response if kind is TargetKind.RESPONSE else policy.resolution
            self[_row_name(kind, name)].process(None, data=_fields_of(targets[name]))
        self.saw(seen)

    def policy(self) -> Policy | None:
        """Return the targets, or None with a sentence beside each that cannot be used."""
        read = {(kind, name): self[_row_name(kind, name)].form.target() for kind, name, _label in _ROWS}
        if None in read.values():
            return None
        targets = {key: target for key, target in read.items() if target is not None}
        return Policy(
            response={name: target for (kind, name), target in targets.items() if kind is TargetKind.RESPONSE},
            resolution={name: target for (kind, name), target in targets.items() if kind is TargetKind.RESOLUTION},
        )


TargetsForm: type[_TargetsForm] = type(
    "TargetsForm",
    (_TargetsForm,),
    {_row_name(kind, name): FormField(TargetFields, label) for kind, name, label in _ROWS},
)


class TrialForm(BaseForm):
    """A time and a channel or severity to try the targets with."""

    class Meta(BaseForm.Meta):
        """It changes nothing, so it needs no token."""

        csrf = False

    at = DateTimeLocalField(
        _("Received"), format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"], validators=[InputRequired(DATE_NEEDED)]
    )
    target = SelectField(_("As"), choices=choices((f"{kind}:{name}", label) for kind, name, label in _ROWS))

    def chosen(self, policy: Policy) -> SlaTarget:
        """Return the target that was chosen."""
        kind, name = str(self.target.data).split(":")
        return policy.response[name] if kind == TargetKind.RESPONSE else policy.resolution[name]


class TermsForm(OnceForm):
    """Applying the present terms to running clocks, with a reason."""

    reason = StringField(_("Why?"), validators=[DataRequired(NEEDED), Length(max=200)])
