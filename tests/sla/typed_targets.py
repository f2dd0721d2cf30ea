"""The targets as the form of response times sends them."""

from __future__ import annotations

from flask import current_app

from crm.sla.effects import TargetKind
from crm.sla.forms.targets import TargetsForm
from crm.sla.rules import Policy


def typed_targets(**changed: str) -> dict[str, str]:
    """Return the default targets field by field, some changed."""
    with current_app.test_request_context():
        form = TargetsForm(formdata=None)
        form.fill(Policy(), 0)
        rows = [row for kind in TargetKind for _name, _label, row in form.rows(kind)]
        fields = {field.name: str(field.data) for row in rows for field in row.form if field.data is not None}
    return fields | changed
