"""How the review says what its figures mean."""

from __future__ import annotations

import pytest
from flask import Flask

from crm.reports.rules import Change
from crm.reports.words import change_text
from crm.sla.rules import ClockState, attainment_of


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        ((9, 10), (16, 20), "10 points better than before"),
        ((8, 10), (9, 10), "10 points worse than before"),
        ((43, 50), (0, 1), "86 points better than before; only a hint: 43 of 50 now, 0 of 1 before"),
        ((2, 2), (20, 20), "as in the period before; only a hint: 2 of 2 now, 20 of 20 before"),
        ((2, 2), (0, 0), "Nothing to compare with in the period before."),
    ],
)
def test_a_change_says_of_how_many_it_is_where_they_are_few(
    app: Flask, now: tuple[int, int], before: tuple[int, int], said: str
) -> None:
    figures = [attainment_of({ClockState.MET: met, ClockState.BREACHED: all - met}) for met, all in (now, before)]
    with app.app_context():
        assert change_text(Change(*figures)) == said
