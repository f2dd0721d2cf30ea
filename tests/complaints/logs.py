"""The public complaint logs that tests read where they are; skipped where they are missing."""

from __future__ import annotations

from pathlib import Path

import pytest

_FOLDER = Path(__file__).parents[3] / "shared" / "data" / "complaints"
NYC = _FOLDER / "nyc311_a.csv"
CFPB = _FOLDER / "cfpb_sample.csv"


def content_of(path: Path) -> bytes:
    """Return a log, or skip the test."""
    if not path.exists():
        pytest.skip(f"the public log {path.name} is not on this machine")
    return path.read_bytes()
