"""Which column of a complaint log is what: proposed from the headers, from the values where headers are mute."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from crm.contacts.importing.tables import Row, Table, without_blank_lines
from crm.contacts.importing.text import is_email, plain_key

from .moments import looks_like_date

SKIP = "skip"
HEADER_SEARCH = 10
ENOUGH = 0.7
FIELDS: Mapping[str, str] = {
    "reference": "Reference",
    "contact_name": "Name of the customer",
    "contact_phone": "Phone of the customer",
    "contact_email": "Email of the customer",
    "channel": "Channel",
    "category": "Category",
    "severity": "Severity",
    "description": "What happened",
    "created_at": "Created",
    "passed_on_at": "Passed on",
    "first_response_at": "First response",
    "due_at": "Due",
    "closed_at": "Closed",
    "status": "Status",
    "disputed": "Customer disputed it",
    "timely": "Answered in time, as the file says",
}
DATE_FIELDS = ("created_at", "passed_on_at", "first_response_at", "due_at", "closed_at")

# Of two columns that fit one field, the one whose header comes first in its list is proposed.
_HEADERS: Mapping[str, str] = {
    "reference": "reference|ref|reference number|reference no|unique key|complaint id|complaint number|complaint no|"
    "case id|case number|case no|ticket id|ticket number|ticket no|ticket|id|number|key",
    "contact_name": "customer name|contact name|customer|contact|client|client name|complainant|name|full name|guest",
    "contact_phone": "customer phone|contact phone|phone|phone number|telephone|mobile|mobile number|tel",
    "contact_email": "customer email|contact email|email|email address|e mail|mail",
    "channel": "channel|open data channel type|channel type|submitted via|received via|contact channel|source|origin|"
    "case origin|via|medium|how received|kanal|canal",
    "category": "category|complaint type|type|complaint category|product|issue type|topic|reason|kategorie|categoria",
    "severity": "severity|priority|urgency|impact",
    "description": "description|complaint|details|complaint details|what happened|descriptor|words|text|message|issue|"
    "subject|summary|title|complaint what happened|consumer complaint narrative|beschreibung",
    "created_at": "created at|created date|created|date received|received|received at|received on|opened|opened at|"
    "open date|date opened|date created|creation date|complaint date|date of complaint|reported|reported at|occurred|"
    "occurred at|date|submitted|submitted at|erstellt|fecha|datum",
    "passed_on_at": "passed on|passed on at|date sent to company|forwarded|forwarded at|sent on",
    "first_response_at": "first response at|first response|first reply|first replied at|first responded at|"
    "first contact|responded at|response date|acknowledged|acknowledged at|date acknowledged",
    "due_at": "due at|due date|due|deadline|target date|target|sla due|due by|resolution due|promised|promised by",
    "closed_at": "closed at|closed date|closed|date closed|resolved at|resolved|date resolved|resolution date|"
    "completed at|completed|completion date|finished|solved at|geschlossen",
    "status": "status|case status|ticket status|complaint status|company response to consumer|outcome",
    "disputed": "disputed|consumer disputed|customer disputed|dispute",
    "timely": "timely|timely response|in time|on time|within sla|sla met",
}
_RANKS = {key: (field, rank) for field, words in _HEADERS.items() for rank, key in enumerate(words.split("|"))}


def field_of(column: str) -> str | None:
    """Return the field that a header names, None where it names none."""
    return _RANKS.get(plain_key(column), (None, 0))[0]


def suggest_columns(header: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[str, str]:
    """Propose {column: field}, each field once; columns left out are not stored."""
    best: dict[str, tuple[int, str]] = {}
    for column in header:
        field, rank = _RANKS.get(plain_key(column), (None, 0))
        if field is not None and (field not in best or rank < best[field][0]):
            best[field] = (rank, column)
    proposed = {column: field for field, (_rank, column) in best.items()}
    _look_at_values(header, rows, proposed)
    return proposed


def _look_at_values(header: Sequence[str], rows: Sequence[Sequence[str]], proposed: dict[str, str]) -> None:
    """Take the first column of dates for the creation, and one of addresses for the email, where no header said."""
    for field, looks_right in (("created_at", looks_like_date), ("contact_email", is_email)):
        if field in proposed.values():
            continue
        for position, column in enumerate(header):
            values = [row[position].strip() for row in rows if position < len(row) and row[position].strip()]
            if column not in proposed and values and _share(map(looks_right, values)) >= ENOUGH:
                proposed[column] = field
                break


def _share(answers: Iterable[bool]) -> float:
    given = list(answers)
    return sum(given) / len(given)


def split_header(rows: list[Row]) -> Table:
    """Find the header of a complaint log among the first rows; the first one where none reads as a header."""
    rows = without_blank_lines(rows)
    if not rows:
        return Table((), ())
    scores = [sum(field_of(cell) is not None for cell in row.cells) for row in rows[:HEADER_SEARCH]]
    position = scores.index(max(scores)) if max(scores) > 1 else 0
    return Table(rows[position].cells, rows[position + 1 :])
