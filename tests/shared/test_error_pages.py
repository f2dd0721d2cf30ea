"""What a page says that cannot be shown: whoever is signed in goes on from there."""

from __future__ import annotations

import pytest
from flask import Flask

from crm.accounts.models import Business
from tests.client import PageClient

SEARCH = 'action="/search"'


@pytest.mark.parametrize(("address", "status"), [("/nowhere", 404), ("/contacts/999999", 404), ("/staff", 403)])
def test_the_search_stands_beside_what_is_not_here(as_kavitha: PageClient, address: str, status: int) -> None:
    page = as_kavitha.get(address, status=status).text
    assert SEARCH in page and 'href="/complaints"' in page


def test_a_stranger_and_a_fault_get_a_plain_page(app: Flask, business: Business, as_kavitha: PageClient) -> None:
    assert SEARCH not in PageClient(app).get("/nowhere", status=404).text
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
        patch.setattr("crm.contacts.views.find.render_template", lambda *_given, **_context: 1 / 0)
        page = as_kavitha.get("/search", status=500).text
    assert SEARCH not in page and "Reference" in page
