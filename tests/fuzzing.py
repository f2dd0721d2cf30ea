"""How many examples the tests try that feed any text to a parser: some beside the others, 2,000 by `make drill`."""

from __future__ import annotations

from hypothesis import settings

from tests.drills.form_lengths import IS_LONG

EXAMPLES = 2_000 if IS_LONG else 100
many = settings(max_examples=EXAMPLES, deadline=None)
