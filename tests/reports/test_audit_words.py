"""Every action that the program records has words for the owner's page."""

from __future__ import annotations

import re

import pytest

from crm.contacts.models import Contact
from crm.extensions import db
from crm.reports import audit_words
from crm.shared import events
from crm.shared.models import AuditEvent
from tests.client import PageClient
from tests.conftest import NOW
from tests.factories.contacts import make_contact
from tests.guards.test_house import PYTHON

RECORDED = sorted(
    {
        action
        for path in PYTHON
        for action in re.findall(r'\brecord\(\s*"([a-z_]+\.[a-z_]+)"', path.read_text(encoding="utf-8"))
    }
)


@pytest.mark.parametrize("action", RECORDED)
def test_an_action_has_words(action: str) -> None:
    area, deed = action.split(".")
    assert area in audit_words.AREAS
    assert deed in audit_words.DEEDS or action in {f"complaint.{known}" for known in audit_words._EVENTS}


def test_they_are_found() -> None:
    assert len(RECORDED) > 80


def test_the_page_reads_in_words_and_leads_to_the_record(as_owner: PageClient) -> None:
    contact: Contact = make_contact("Anita Desai")
    db.session.flush()
    events.record("contact.archived", at=NOW, subject=contact, kind="person", is_late=True, odd_word=3, follow_up=None)
    db.session.commit()
    page = as_owner.get("/audit").text
    assert "Contact: archived" in page and f'href="/contacts/{contact.id}"><bdi>Contact {contact.id}</bdi></a>' in page
    assert "Kind: <bdi>person</bdi> · is late: <bdi>yes</bdi> · odd word: <bdi>3</bdi>" in page
    assert "follow up" not in page
    assert '<option value="contact.archived" >Contact: archived</option>' in page


def test_what_has_no_words_is_shown_as_it_is() -> None:
    event = AuditEvent(action="new_thing.was_done", subject_type="new_thing", subject_id=3, details={})
    assert audit_words.action_text(event.action) == "new thing: was done"
    assert (audit_words.record_text(event, {}), audit_words.record_address(event)) == ("new thing 3", None)
