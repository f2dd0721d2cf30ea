"""How templates find what every one of them may use."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import MutableMapping
from typing import Any

from flask.templating import Environment


class TemplateEnvironment(Environment):
    """Flask's environment, with the globals themselves where a template has none of its own.

    Jinja lays an empty map over them for every template, and each include or import of a page looks through both.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return what a template may use beside its context."""
        return ChainMap(d, self.globals) if d else self.globals
