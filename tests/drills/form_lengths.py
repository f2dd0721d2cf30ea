"""How much each drill does: a short form beside the other tests, a long one by `make drill`."""

from __future__ import annotations

import os

import pytest

IS_LONG = os.environ.get("DRILL", "") == "long"
# Beside other tests the processors are shared, so times there may be this many times longer.
PATIENCE = 1.0 if IS_LONG else 6.0

MARKS = [pytest.mark.drill, pytest.mark.xdist_group("drills")]
long_only = pytest.mark.skipif(not IS_LONG, reason="only in the long form: DRILL=long")

# A drill on both databases: on SQLite in each form, on PostgreSQL in the long one.
BOTH = pytest.mark.parametrize("make_shop", ["sqlite", pytest.param("postgresql", marks=long_only)], indirect=True)
BOTH_SHARED = pytest.mark.parametrize(
    "shared_shop", ["sqlite", pytest.param("postgresql", marks=long_only)], indirect=True
)


def count(name: str, *, short: int, long: int) -> int:
    """Return how often a drill does something: by DRILL_<NAME>, else by the form of the run."""
    return int(os.environ.get(f"DRILL_{name}") or (long if IS_LONG else short))
