"""Which program wrote a table, by the columns only it has, and what its file name says."""

import re
from collections.abc import Iterable

from crm.contacts.importing.mapping import OWN_SIGN
from crm.contacts.importing.text import plain_key

OWN = "Regulars"

_SIGNS = (
    (OWN, {OWN_SIGN}),
    ("Mailchimp", {"member rating"}),
    ("Mailchimp", {"optin time"}),
    ("Mailchimp", {"leid", "euid"}),
    ("Zoho", {"record id", "contact owner id"}),
    ("Zoho", {"record id", "mailing street"}),
    ("HubSpot", {"record id", "create date"}),
    ("HubSpot", {"record id", "lifecycle stage"}),
    ("HubSpot", {"record id", "contact owner"}),
    ("Google", {"e mail 1 value"}),
    ("Google", {"phone 1 value"}),
    ("Google", {"group membership"}),
    ("Thunderbird", {"primary email", "display name"}),
    ("Thunderbird", {"primary email", "screen name"}),
    ("Outlook", {"e mail address", "business phone"}),
    ("Outlook", {"e mail 2 address"}),
    ("Outlook", {"e mail address", "e mail display name"}),
)
_REFUSED_FILES = (
    (re.compile(r"unsub", re.IGNORECASE), "list of unsubscribed"),
    (re.compile(r"\bcleaned|^cleaned", re.IGNORECASE), "list of cleaned addresses"),
    (re.compile(r"opt(?:ed)?[ _-]?outs?", re.IGNORECASE), "list of opt-outs"),
)


def program_of(columns: Iterable[str]) -> str:
    """Return the program whose export has these columns; empty where none is recognised."""
    keys = {plain_key(column) for column in columns}
    return next((program for program, signs in _SIGNS if signs <= keys), "")


def refused_by_name(filename: str) -> str:
    """Return why everybody in this file has opted out of email, by its name; else empty."""
    return next((reason for sign, reason in _REFUSED_FILES if sign.search(filename)), "")
