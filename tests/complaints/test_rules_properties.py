"""What holds however a complaint goes, also where people write down later what happened before."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from crm.complaints import rules
from crm.complaints.rules import Happening
from crm.sla.rules import ClockKind, Policy, derive
from tests.complaints.test_rules import ALWAYS, PAUSED, RESOLVED, START, dated, happened

_steps = st.sampled_from(
    [
        "said", "heard", "heard", "noted", "investigated", "resumed", "reopened", "withdrawn", "cancelled", "duplicate",
        PAUSED, RESOLVED, RESOLVED, ("heard", {"channel": "in-person"}), ("said", {"outcome": "no-answer"}),
        *[("followed-up", {"answer": answer}) for answer in rules.FollowUpAnswer],
    ]
)  # fmt: skip


@given(st.lists(_steps, max_size=12), st.data())
def test_the_page_and_the_clocks_tell_of_one_complaint(steps: list[Any], data: st.DataObject) -> None:
    events = happened(*steps)
    for event in [event for event in events[1:] if event.kind in ("heard", "said")]:
        if data.draw(st.booleans()):
            events = dated(events, event.id, data.draw(st.integers(0, 10 * (event.id - 1))))
    heard = [event.id for event in events if event.kind == "heard"]
    for number, event_id in enumerate(
        data.draw(st.lists(st.sampled_from(heard), unique=True) if heard else st.just([]))
    ):
        at = START + timedelta(minutes=500 + number)
        details = {"event_id": event_id, "only_thanks": data.draw(st.booleans())}
        events.append(Happening(id=100 + number, kind="looked-at", occurred_at=at, logged_at=at, details=details))
    standing, derivation = rules.standing_of(events), derive(rules.facts_of(events), Policy(), ALWAYS)
    running = [clock for clock in derivation.clocks if clock.is_running and clock.kind is ClockKind.RESOLUTION]
    assert [clock.cycle for clock in running] == ([] if standing.is_over else [standing.cycle])
    assert [str(each) for each in standing.messages] == [message.ref for message in derivation.waiting]
    planned = [pause for clock in running for pause in clock.pauses[-1:] if pause.ended_by in ("date", "cap")]
    assert (standing.waiting_until is not None) == bool(planned)
    responses = [clock for clock in derivation.clocks if clock.is_running and clock.kind.endswith("_response")]
    if not standing.is_over and standing.unanswered_since is not None:
        assert responses
