"""What a header of a complaint log names: word for word, else by its words without what every program adds of its own.

"Close Date", "DATE_CLOSED", "CloseDate", "CLOSEDATE" and "Close Date (local)" name the same; so do "Case Status",
"Current Status" and "Status". What is nearer to a known header is meant before what is less near.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import tzinfo

from crm.contacts.importing.dates import UnreadableDateError
from crm.contacts.importing.text import plain_key

from .abroad import HEADERS_ABROAD
from .day_times import read_zone

# Of two columns that fit one field, the one whose header comes first in its list is proposed.
_HEADERS: Mapping[str, str] = {
    "reference": "reference|ref|reference number|reference no|ref no|ref number|unique key|complaint id|"
    "complaint number|complaint no|case id|case number|case no|ticket id|ticket number|ticket no|complaint ref|"
    "complaint reference|case ref|case reference|ticket ref|request id|request number|service request id|"
    "service request number|sr number|incident id|incident number|issue key|issue id|case enquiry id|registration no|"
    "registration number|grievance no|grievance number|grievance id|enquiry id|docket number|docket no|token number|"
    "sr no|sr record id|service request num|service request sr number|conversation id|log id|case|ticket|id|number|"
    "key|no|nr|s no|sl no|serial no|serial number",
    "contact_name": "customer name|contact name|customer|contact|client|client name|complainant|complainant name|"
    "requester|requester name|reporter|caller|caller id|raised by|reported by|name|full name|guest|guest name|"
    "consumer|consumer name|passenger|passenger name|applicant|applicant name|petitioner|petitioner name",
    "contact_phone": "customer phone|contact phone|requester phone|phone|phone number|work phone|telephone|"
    "mobile|mobile number|mobile phone|tel",
    "contact_email": "customer email|contact email|requester email|email|email address|e mail|mail|from email",
    "channel": "channel|open data channel type|channel type|submitted via|received via|contact channel|source|origin|"
    "case origin|via|medium|mode|how received|received by|contact method|method of contact|method received|method|"
    "contact type|mode of receipt|mode of complaint|channel of complaint",
    "category": "category|complaint type|type|complaint category|product|issue type|issue category|"
    "nature of complaint|complaint nature|nature of grievance|grievance category|request type|sr type|case type|"
    "ticket type|problem type|topic|case reason|request reason|reason|type of service request|"
    "service request type|service name|service type",
    "severity": "severity|priority|ticket priority|case priority|complaint priority|urgency|impact",
    "description": "description|complaint|details|complaint details|what happened|descriptor|words|text|message|"
    "issue|subject|summary|title|complaint what happened|consumer complaint narrative|narrative|complaint text|"
    "complaint description|description of complaint|grievance|grievance description|short description|case title|"
    "ticket subject|ticket name|case subject|sr description|service details|request details|public description|"
    "problem|customer comments|comments|remarks|notes",
    "created_at": "created at|created date|create date|created|date received|received|received at|received on|opened|"
    "opened at|open date|date opened|date created|creation date|complaint date|date of complaint|reported|"
    "reported at|occurred|occurred at|created on|logged|logged at|logged on|date logged|raised|raised at|raised on|"
    "date raised|registered|registered at|registered on|date of receipt|open time|date|submitted|submitted at|"
    "timestamp",
    "passed_on_at": "passed on|passed on at|date sent to company|forwarded|forwarded at|sent on",
    "first_response_at": "first response at|first response|first reply|first replied at|first responded at|"
    "first contact|initial response|responded at|response date|acknowledged|acknowledged at|date acknowledged",
    "due_at": "due at|due date|due|due on|deadline|target date|target|sla due|sla due date|sla date|due by|"
    "resolution due|service due date|overall service request due date|target response date|resolve by|"
    "expected resolution|target resolution date|promised|promised by|promised date",
    "closed_at": "resolved at|resolved|date resolved|resolved date|resolved on|resolution date|solved|solved at|"
    "solved on|closed at|closed date|closed|date closed|closed on|close date|closure date|closing date|completed at|"
    "completed|completion date|completed on|date completed|finished|date of disposal|disposal date|disposed on|"
    "disposed|date response sent|response sent|date of final response|final response",
    "status": "status|case status|ticket status|complaint status|request status|sr status|service request status|"
    "issue status|status description|incident state|complaint state|case state|ticket state|service order status|"
    "company response to consumer|company response|state|outcome",
    "disputed": "disputed|consumer disputed|customer disputed|dispute",
    "timely": "timely|timely response|in time|on time|within sla|sla met|made sla|sla status|resolution status",
    "late": "late|overdue|is overdue|is overdued|past due|sla breached|sla violated",
}
_NUMBER_SIGN = re.compile(r"#|№")
_POSSESSIVE = re.compile(r"(?<=\w)['’]s\b", re.IGNORECASE)
_REMARK = re.compile(r"\s*\(([^()]*)\)")
# "EST" or "CET" over a column mean the time there, in summer too: the zone of the file.
_NAMES_A_ZONE = re.compile(r"\s*(?:UTC|GMT|Z|[A-Za-z]+/\w+|[+-]\d)")
_FORMER_NAME = re.compile(r"\(\s*(?:formerly|previously|was)\s+([^()]+)\)", re.IGNORECASE)
_SHORT = {"recd": "received", "recvd": "received", "rcvd": "received", "dt": "date", "datetime": "date"}
_SMALL = frozenset(["of", "the", "a", "de", "da", "do", "del", "des", "der", "la", "le", "du", "di", "d", "l"])
_ABOUT_WORDS = "complaint|grievance|case|ticket|request|incident|issue|enquiry|sr|current|description|desc"
_ABOUT = frozenset(_ABOUT_WORDS.split("|"))
_CUSTOMER = frozenset(["customer", "consumer", "complainant", "requester", "caller", "client", "reporter"])
_SERVICE_REQUEST = frozenset(("service", "request"))
_TIME_AT_END = re.compile(r"(?:date|time|dt)+$")
_LEAST_LETTERS = 5
_KNOWN = [
    (plain_key(word), (field, rank))
    for headers in (_HEADERS, HEADERS_ABROAD)
    for field, words in headers.items()
    for rank, word in enumerate(words.split("|"))
]
_RANKS = dict(reversed(_KNOWN))  # of two languages that share a word the first one holds
_LESS_NEAR = 1_000  # more than any list of headers is long


def _spelled(key: str) -> frozenset[str]:
    """Return the words of a header in any order, in full and without the small ones."""
    return frozenset(_SHORT.get(word, word) for word in key.split()) - _SMALL


_BY_WORDS = {_spelled(key): key for key, _ in reversed(_KNOWN) if _spelled(key)}
_RUN_TOGETHER = {key.replace(" ", ""): key for key, _ in reversed(_KNOWN)}


def header_key(column: str) -> str:
    """Return a header for comparison; its sign for numbers is a word of its own, whose it is makes no difference."""
    return plain_key(_NUMBER_SIGN.sub(" number ", _POSSESSIVE.sub("", column)))


def zone_of(column: str) -> tzinfo | None:
    """Return the zone of the times in a column where its header has one in brackets: "Created (UTC)"."""
    for remark in filter(_NAMES_A_ZONE.match, _REMARK.findall(column)):
        with suppress(UnreadableDateError):
            return read_zone(remark.strip())
    return None


def field_of(column: str) -> str | None:
    """Return the field that a header names, None where it names none."""
    return field_and_rank(column)[0]


def field_and_rank(column: str) -> tuple[str | None, int]:
    """Return the field that a header names, and how near it is to what is known: 0 is nearest."""
    for distance, key in enumerate(_readings(column)):
        if key in _RANKS:
            field, rank = _RANKS[key]
            return field, rank + distance * _LESS_NEAR
    return None, 0


def _readings(column: str) -> Iterator[str]:
    """Yield the known headers that a column could be, nearest first; what is unknown names no field."""
    key = header_key(column)
    yield key
    yield from map(header_key, _FORMER_NAME.findall(column))
    plain = header_key(_REMARK.sub("", column))
    yield plain
    said = _spelled(plain)
    yield _BY_WORDS.get(said, "")
    if len(key) >= _LEAST_LETTERS:
        yield _RUN_TOGETHER.get(key.replace(" ", ""), "")
    moment = _RUN_TOGETHER.get(_TIME_AT_END.sub("", key), "")  # "openeddatetime" is when it was opened
    yield moment if _RANKS.get(moment, ("", 0))[0].endswith("_at") else ""
    theirs = _BY_WORDS.get(said - _CUSTOMER, "")  # "Complainant Phone" is a phone, "Customer Type" no type of complaint
    yield theirs if _RANKS.get(theirs, ("", 0))[0] in ("contact_phone", "contact_email") else ""
    yield _BY_WORDS.get(said - _ABOUT - (_SERVICE_REQUEST if said >= _SERVICE_REQUEST else frozenset()), "")
