"""Reading complaint logs of other programs: CSV, XLSX and JSON, in any form of date, with any words for channels.

Pure: no Flask, no database, no clock. `open_log` opens a file and proposes what its columns and words
mean, `read_log` reads its rows with what was chosen; UnreadableFile and BadMapping are the only errors.
"""

from crm.contacts.importing import UnreadableFile

from .fields import FIELDS
from .figures import Attained, Finding, as_json
from .log import OpenLog, ParsedLog, RowError, open_log, read_log
from .moments import DATE_ORDERS, Moment
from .rows import ComplaintRow
from .settings import BadMapping, Choice, Settings, choice_from_json

__all__ = [
    "DATE_ORDERS",
    "FIELDS",
    "Attained",
    "BadMapping",
    "Choice",
    "ComplaintRow",
    "Finding",
    "Moment",
    "OpenLog",
    "ParsedLog",
    "RowError",
    "Settings",
    "UnreadableFile",
    "as_json",
    "choice_from_json",
    "open_log",
    "read_log",
]
