"""Promises and clocks: every decision about response times, pure and in one place.

No database, no framework, no clock reading: `now` is an argument. The rules are those of SLA.md.
"""

from .calendars import BusinessCalendar
from .engine import business_time_between, due_at, is_open
from .targets import CountingMode, SlaTarget

__all__ = [
    "BusinessCalendar",
    "CountingMode",
    "SlaTarget",
    "business_time_between",
    "due_at",
    "is_open",
]
