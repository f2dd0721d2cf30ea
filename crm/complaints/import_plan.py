"""What an import would do with each row of a log: add it, leave it as it is here, or close what was closed since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crm.complaints.import_events import due_written, written_at
from crm.complaints.importing import ComplaintRow, Finding, ParsedLog
from crm.complaints.queries.imported import KnownComplaint, known_complaints, touched_here


@dataclass(frozen=True)
class Plan:
    """The rows of a log by what is done with them; `closed_since` by the complaint that they close.

    `different` are rows that say another end than the complaint has here, which somebody here worked on;
    `due_otherwise` those that say another due date: a promise that was made stays.
    """

    fresh: Sequence[ComplaintRow]
    here: Sequence[ComplaintRow]
    closed_since: Mapping[int, ComplaintRow]
    different: Sequence[ComplaintRow]
    due_otherwise: Sequence[ComplaintRow]

    @property
    def counts(self) -> dict[str, int]:
        """Return how many complaints are added, here already, and closed."""
        counts = {"imported": len(self.fresh), "already_here": len(self.here)}
        return counts | ({"closed_since": len(self.closed_since)} if self.closed_since else {})


def plan_of(log: ParsedLog) -> Plan:
    """Return what an import would do with the rows of a log."""
    known = defaultdict(list)
    for complaint in known_complaints({row.external_id for row in log.kept}):
        known[complaint.external_id].append(complaint)
    pairs = [(row, _same(row, known[row.external_id])) for row in log.kept]
    found = [(row, complaint) for row, complaint in pairs if complaint is not None]
    ended = [(row, complaint) for row, complaint in found if _ends_otherwise(row, complaint)]
    still_open = {complaint.id: row for row, complaint in ended if complaint.closed_at is None}
    touched = touched_here(still_open)
    closed_since = {number: row for number, row in still_open.items() if number not in touched}
    return Plan(
        fresh=[row for row, complaint in pairs if complaint is None],
        here=[row for row, _complaint in found],
        closed_since=closed_since,
        different=[row for row, complaint in ended if complaint.id not in closed_since],
        due_otherwise=[row for row, complaint in found if _is_due_otherwise(row, complaint)],
    )


def _same(row: ComplaintRow, known: Sequence[KnownComplaint]) -> KnownComplaint | None:
    """Return the complaint that a row tells of: one number is used again, one number at one time is not.

    Read in another time zone the time is another instant, but written the same. What has no reference is known
    by all that its row says. Of several with one number at one time it is the one that agrees best.
    """
    same = [complaint for complaint in known if not row.reference or _began_together(row, complaint)]
    return min(same, key=lambda each: (_is_due_otherwise(row, each), _ends_otherwise(row, each)), default=None)


def _began_together(row: ComplaintRow, complaint: KnownComplaint) -> bool:
    times = (complaint.occurred_at, complaint.written_at)
    return row.measures.start in times or written_at(row) in times


def _is_due_otherwise(row: ComplaintRow, complaint: KnownComplaint) -> bool:
    """Tell whether a row says another due date than its file did before; nothing said is no other."""
    if row.due is None:
        return False
    if not complaint.due_at or not complaint.due_written:
        due = row.measures.due.isoformat() if row.measures.due else ""
        return bool(due) and due != complaint.due_at
    return due_written(row.due, row.measures.zone) != complaint.due_written


def _ends_otherwise(row: ComplaintRow, complaint: KnownComplaint) -> bool:
    """Tell whether a row says an end that a complaint has not."""
    if complaint.closed_at is None:
        return row.is_closed
    return row.measures.done is not None and complaint.resolved_at not in (None, row.measures.done)


def with_plan(figures: Mapping[str, Any], plan: Plan) -> dict[str, Any]:
    """Return the figures of a log with what an import does with its rows, each named."""
    rows = {
        Finding.ALREADY_HERE: plan.here,
        Finding.CLOSED_SINCE: plan.closed_since.values(),
        Finding.DIFFERENT_HERE: plan.different,
        Finding.OTHER_DUE_DATE: plan.due_otherwise,
    }
    findings = {finding.value: sorted(row.number for row in each) for finding, each in rows.items() if each}
    return {**figures, **plan.counts, "findings": {**figures["findings"], **findings}}
