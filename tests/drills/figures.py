"""The figures of the drills, carried with the reports of the tests and printed at the end of the run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Figure = Callable[[str], None]
_NAME = "drill figure"


@pytest.fixture
def figure(record_property: Callable[[str, object], None], request: pytest.FixtureRequest) -> Figure:
    """Note a figure of this drill; it is printed when all are done."""

    def note(text: str) -> None:
        record_property(_NAME, f"{request.node.name}: {text}")

    return note


def print_figures(terminalreporter: Any) -> None:
    """Print the figures of all drills."""
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, [])]
    lines = [text for report in reports for name, text in getattr(report, "user_properties", []) if name == _NAME]
    if lines:
        terminalreporter.section("figures of the drills")
        for line in dict.fromkeys(lines):
            terminalreporter.write_line(line)
