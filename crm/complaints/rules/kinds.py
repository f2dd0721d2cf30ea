"""The fixed words of service recovery: what happens to a complaint, where it stands, what makes it good."""

from __future__ import annotations

from enum import StrEnum


class EventKind(StrEnum):
    """What happened to a complaint; every change is one event of one of these kinds."""

    OPENED = "opened"
    HEARD = "heard"
    SAID = "said"
    ACKNOWLEDGED = "acknowledged"
    NOTED = "noted"
    INVESTIGATED = "investigated"
    ASSIGNED = "assigned"
    SEVERITY_CHANGED = "severity-changed"
    CATEGORY_CHANGED = "category-changed"
    PROMISED = "promised"
    PAUSED = "paused"
    RESUMED = "resumed"
    REMEDY_OFFERED = "remedy-offered"
    REMEDY_APPROVED = "remedy-approved"
    REMEDY_DECLINED = "remedy-declined"
    REMEDY_GIVEN = "remedy-given"
    RESOLVED = "resolved"
    FOLLOWED_UP = "followed-up"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"
    DUPLICATE = "duplicate"
    TOOK_IN = "took-in"
    LINKED = "linked"
    LOOKED_AT = "looked-at"
    CORRECTED = "corrected"
    EXCUSED = "excused"
    TERMS_APPLIED = "terms-applied"


class Status(StrEnum):
    """Where a complaint stands; waiting for somebody else is told beside it."""

    NEW = "new"
    ACKNOWLEDGED = "acknowledged"
    INVESTIGATING = "investigating"
    REMEDY_OFFERED = "remedy-offered"
    RESOLVED = "resolved"
    FOLLOWED_UP = "followed-up"
    CLOSED = "closed"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"
    DUPLICATE = "duplicate"


# The workflow as its bar shows it.
STEPS = (
    Status.NEW,
    Status.ACKNOWLEDGED,
    Status.INVESTIGATING,
    Status.REMEDY_OFFERED,
    Status.RESOLVED,
    Status.FOLLOWED_UP,
)
ENDS_WITHOUT_REMEDY = frozenset({Status.WITHDRAWN, Status.CANCELLED, Status.DUPLICATE})


class PauseReason(StrEnum):
    """For whom or what the resolution waits."""

    CUSTOMER = "customer"
    SUPPLIER = "supplier"
    AGREED_DATE = "agreed-date"


class RemedyKind(StrEnum):
    """What makes it good."""

    APOLOGY = "apology"
    EXPLANATION = "explanation"
    REDO = "redo"
    REPLACEMENT = "replacement"
    REFUND = "refund"
    DISCOUNT = "discount"
    GIFT = "gift"
    OTHER = "other"


class FollowUpAnswer(StrEnum):
    """What came of asking whether it is really fixed."""

    SATISFIED = "satisfied"
    NOT_SATISFIED = "not-satisfied"
    NO_ANSWER = "no-answer"


class DueKind(StrEnum):
    """What is due next on a complaint: one of its clocks by their kinds, or one of these."""

    FIRST_RESPONSE = "first_response"
    NEXT_RESPONSE = "next_response"
    PROMISE = "promise"
    RESOLUTION = "resolution"
    LOOK = "look"
    FOLLOW_UP = "follow-up"
    REMEDY = "remedy"
