"""What backups are called."""

from __future__ import annotations

from crm.shared.backups.rules import Kind
from crm.shared.translating import lazy_gettext as _

KIND_NAMES = {
    Kind.NIGHTLY: _("nightly"),
    Kind.BY_HAND: _("by hand"),
    Kind.BEFORE_UPGRADE: _("before an upgrade"),
    Kind.BEFORE_RESTORE: _("before a restore"),
}
