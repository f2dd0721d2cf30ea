"""The pages of feedback: asking, the customer's own link, settings; works, not allowed, not found, bad input."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from crm.accounts.models import Business, SignInFailure, Staff
from crm.complaints.models import Complaint
from crm.contacts.actions.archiving import archive
from crm.contacts.actions.erasing import anonymise, block
from crm.contacts.models import Consent, Contact
from crm.contacts.rules.closed_sets import CONSENT_CHANNELS
from crm.extensions import db
from crm.feedback import rules
from crm.feedback.models import FeedbackAnswer, FeedbackInvitation
from crm.feedback.paths import answer_path
from crm.feedback.queries.asking import feedback_settings
from crm.feedback.rules import Measure
from crm.messages.models import OutboxMessage
from crm.shared.models import AuditEvent
from tests.client import PageClient
from tests.conftest import NOW
from tests.factories.complaints import make_complaint
from tests.factories.contacts import make_contact
from tests.factories.feedback import make_answer, make_invitation, make_reachable

LINK = re.compile(r'value="http://127\.0\.0\.1:8000(/feedback/[^"]+)"')
ASK = {"measure": "csat", "way": "link"}


@pytest.fixture
def meena(business: Business) -> Contact:
    """Somebody who allowed being asked by email."""
    return make_reachable("Meena Kumari")


@pytest.fixture
def link(meena: Contact, kavitha: Staff) -> str:
    """The path of a link that Meena was given."""
    return answer_path(make_invitation(meena, kavitha)[1])


def _count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def _page_of(contact: Contact) -> str:
    return f"/contacts/{contact.id}/feedback"


# ── Asking ──


@pytest.mark.parametrize("htmx", [False, True])
def test_a_link_is_shown_once_with_its_code(as_kavitha: PageClient, meena: Contact, htmx: bool) -> None:
    page = as_kavitha.get(_page_of(meena)).text
    assert "Ask for feedback" in page and "Nothing yet" in page
    shown = as_kavitha.post(_page_of(meena), ASK, status=200, htmx=htmx).text
    found = LINK.search(shown)
    assert found is not None and "data:image/png" in shown
    as_kavitha.get(found[1])
    again = as_kavitha.get(_page_of(meena)).text
    assert found[1] not in again and "no answer yet" in again and "Kavitha S" in again and "Asked last on" in again


def test_sent_twice_it_asks_once_and_the_link_can_be_shown_anew(as_kavitha: PageClient, meena: Contact) -> None:
    form = ASK | {"form_key": "k" * 30}
    first = LINK.search(as_kavitha.post(_page_of(meena), form, status=200).text)
    second = as_kavitha.post(_page_of(meena), form)
    assert "Asked." in as_kavitha.get(second.location).text and _count(FeedbackInvitation) == 1
    invitation = db.session.scalars(select(FeedbackInvitation)).one()
    anew = LINK.search(as_kavitha.post(f"{_page_of(meena)}/{invitation.id}/link", status=200).text)
    assert first is not None and anew is not None and first[1] != anew[1]
    as_kavitha.get(first[1], status=404)
    as_kavitha.get(anew[1])


def test_by_email_it_goes_out_by_itself(as_kavitha: PageClient, meena: Contact) -> None:
    answer = as_kavitha.post(_page_of(meena), ASK | {"way": "email", "measure": "nps"})
    page = as_kavitha.get(answer.location).text
    assert "Asked." in page and "Would recommend us" in page and "Show a new link" not in page
    assert _count(OutboxMessage) == 1


@pytest.mark.parametrize("htmx", [False, True])
def test_what_speaks_against_it_is_said_and_can_be_decided(
    as_kavitha: PageClient, kavitha: Staff, meena: Contact, htmx: bool
) -> None:
    complaint = make_complaint(kavitha, meena)
    page = as_kavitha.get(_page_of(meena)).text
    assert f"A complaint is open: {complaint.reference}." in page and "Why all the same" in page
    refused = as_kavitha.post(_page_of(meena), ASK | {"measure": "nps"}, status=422, htmx=htmx).text
    assert "Something speaks against it." in refused and 'value="nps" checked' in refused
    as_kavitha.post(_page_of(meena), ASK | {"why": "She wants to say something"}, status=200, htmx=htmx)
    assert db.session.scalars(select(FeedbackInvitation)).one().why == "She wants to say something"


def test_refusals_are_plain_and_store_nothing(as_kavitha: PageClient, kavitha: Staff, meena: Contact) -> None:
    other = make_contact("Ravi", email="ravi@example.com")
    page = as_kavitha.get(_page_of(other)).text
    assert "They have not allowed being asked by email." in page
    refused = as_kavitha.post(_page_of(other), ASK | {"way": "email"}, status=422).text
    assert "They have not allowed being asked on this channel." in refused
    assert "No email address is known." in as_kavitha.get(_page_of(make_contact("Asha"))).text
    for form in ({"way": "pigeon"}, {"measure": "xyz"}, {"measure": "csat", "way": "link", "why": "x" * 241}):
        as_kavitha.post(_page_of(meena), ASK | form, status=422)
    as_kavitha.post(_page_of(meena), ASK | {"complaint": "9" * 30}, status=422)
    archive(meena, now=NOW)
    assert "This contact is archived." in unescape(as_kavitha.post(_page_of(meena), ASK, status=422).text)
    assert _count(FeedbackInvitation) == 0


def test_a_complaint_of_somebody_else_is_not_asked_about(
    as_kavitha: PageClient, kavitha: Staff, meena: Contact
) -> None:
    foreign = make_complaint(kavitha)
    assert foreign.title not in as_kavitha.get(f"{_page_of(meena)}?complaint={foreign.id}").text
    as_kavitha.post(_page_of(meena), ASK | {"complaint": str(foreign.id)}, status=200)
    assert db.session.scalars(select(FeedbackInvitation)).one().complaint_id is None


def test_a_complaint_that_is_over_leads_to_asking_how_easy_it_was(
    as_kavitha: PageClient, kavitha: Staff, meena: Contact
) -> None:
    complaint = make_complaint(kavitha, meena)
    where = f"/contacts/{meena.id}/feedback?complaint={complaint.id}"
    assert where not in unescape(as_kavitha.get(f"/complaints/{complaint.id}").text)
    as_kavitha.post(f"/complaints/{complaint.id}/resolution", {"text": "done", "version": "1"})
    assert where in unescape(as_kavitha.get(f"/complaints/{complaint.id}").text)
    page = as_kavitha.get(where).text
    assert 'value="ces" checked' in page and "A complaint is open" not in page
    as_kavitha.post(_page_of(meena), {"measure": "ces", "way": "link", "complaint": str(complaint.id)}, status=200)
    assert db.session.scalars(select(FeedbackInvitation)).one().complaint_id == complaint.id


def test_contacts_that_are_not_there_are_not_asked(as_kavitha: PageClient, meena: Contact, kavitha: Staff) -> None:
    foreign, _token = make_invitation(make_contact("Ravi"), kavitha)
    as_kavitha.get("/contacts/999/feedback", status=404)
    as_kavitha.post("/contacts/999/feedback", ASK, status=404)
    as_kavitha.post(f"{_page_of(meena)}/{foreign.id}/link", status=404)
    as_kavitha.post(f"{_page_of(meena)}/999/link", status=404)
    block(meena, now=NOW)
    as_kavitha.get(_page_of(meena), status=404)
    as_kavitha.post(_page_of(meena), ASK, status=404)


def test_the_contact_tells_what_was_asked_and_answered(as_kavitha: PageClient, kavitha: Staff, meena: Contact) -> None:
    stored = make_answer(meena, kavitha, 2, comment="<b>slow</b>")
    page = as_kavitha.get(f"/contacts/{meena.id}").text
    assert "Asked for feedback" in page and "2 of 5" in page and "&lt;b&gt;slow&lt;/b&gt;" in page
    assert f'href="/complaints/{stored.complaint_id}"' in page and f'href="/contacts/{meena.id}/feedback"' in page
    by_kavitha = as_kavitha.get(f"/contacts/{meena.id}?staff={kavitha.id}").text
    assert "feedback-1-asked" in by_kavitha and "feedback-2-answered" not in by_kavitha
    assert "Asked for feedback" not in as_kavitha.get(f"/contacts/{meena.id}?channel=email").text
    assert "Asked for feedback" not in as_kavitha.get(f"/contacts/{meena.id}?kind=visit").text


def test_all_we_have_on_a_person_holds_questions_and_answers(
    as_manager: PageClient, kavitha: Staff, meena: Contact
) -> None:
    make_answer(meena, kavitha, 4, comment="a word of mine")
    page = as_manager.get(f"/contacts/{meena.id}/record").text
    assert "Questions asked for feedback" in page and "Satisfaction (CSAT)" in page and "a word of mine" in page
    found = as_manager.get(f"/contacts/{meena.id}/record.json").json
    assert found is not None and "a word of mine" in str(found) and "feedback_invitation" in str(found)


# ── The customer's own link ──


def test_opening_the_link_changes_nothing_and_tells_nobody(anonymous: PageClient, link: str) -> None:
    before = _count(AuditEvent)
    for _time in range(2):
        answer = anonymous.get(link)
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in answer.headers["X-Robots-Tag"] and answer.headers["Cache-Control"] == "no-store"
    page = answer.text
    assert 'name="robots" content="noindex' in page
    assert "Hello Meena," in page and "Kumari" not in page and "example.com" not in page
    assert "Jasmine Salon" in page and "How satisfied were you with us?" in page
    assert page.count('type="radio"') == 5 and page.count("<textarea") == 1 and page.count("<button") == 2
    anonymous.client.head(link)
    assert _count(FeedbackAnswer) == 0 and _count(AuditEvent) == before


def test_an_answer_is_stored_thanked_for_and_changed_for_an_hour(anonymous: PageClient, link: str) -> None:
    anonymous.get(link)
    sent = anonymous.post(link, {"score": "4", "comment": "Lovely <script>alert(1)</script>"})
    assert sent.location == link and link not in str(sent.headers.getlist("Set-Cookie"))
    assert "Thank you. Your answer has arrived." in anonymous.get(link).text
    change = anonymous.get(f"{link}?change=1").text
    assert 'value="4" required checked' in change and "&lt;script&gt;" in change and "<script>alert" not in change
    anonymous.post(f"{link}?change=1", {"score": "5", "comment": ""})
    stored = db.session.scalars(select(FeedbackAnswer)).one()
    assert (stored.score, stored.comment) == (5, "")
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        for path in (link, f"{link}?change=1"):
            assert "Thank you, you have answered already." in anonymous.get(path).text
        assert "answered already" in anonymous.post(link, {"score": "1"}, status=409).text
    assert db.session.scalars(select(FeedbackAnswer)).one().score == 5


def test_sent_twice_or_once_more_it_is_one_answer_and_one_complaint(anonymous: PageClient, link: str) -> None:
    anonymous.get(link)
    form = {"score": "1", "comment": "cold tea", "form_key": "k" * 30}
    for _time in range(3):
        anonymous.post(link, form)
    anonymous.post(link, form | {"form_key": "j" * 30})
    assert (_count(FeedbackAnswer), _count(Complaint)) == (1, 1)


@pytest.mark.parametrize("score", ["", "0", "6", "-1", "4.5", "four", "4 OR 1=1", "٤", "99999999999999999999", "\x00"])
def test_a_score_that_is_none_is_asked_for_again_and_the_words_stay(
    anonymous: PageClient, link: str, score: str
) -> None:
    anonymous.get(link)
    page = anonymous.post(link, {"score": score, "comment": "my words"}, status=422).text
    assert "my words" in page and 'class="error"' in page
    assert _count(FeedbackAnswer) == 0


def test_a_long_comment_comes_back(anonymous: PageClient, link: str) -> None:
    anonymous.get(link)
    page = anonymous.post(link, {"score": "4", "comment": "w" * 100_000}, status=422).text
    assert "w" * 100_000 in page and "That is too long." in page
    anonymous.post(link, {"score": "4", "comment": "w" * 1_200_000}, status=413)
    assert _count(FeedbackAnswer) == 0


def test_a_form_without_its_token_is_not_taken_but_comes_back(app: Flask, anonymous: PageClient, link: str) -> None:
    anonymous.get(link)
    for token in ("", "bad"):
        page = anonymous.post(link, {"score": "4", "comment": "my words", "csrf_token": token}, status=422).text
        assert "my words" in page and "send it again" in page
    foreign = {"Origin": "http://evil.example"}
    anonymous.post(link, {"score": "4"}, status=403, headers=foreign)
    anonymous.post(link, {"score": "4", "form_key": ""}, status=400)
    assert _count(FeedbackAnswer) == 0


def test_behind_https_a_form_without_a_referrer_is_taken(app: Flask, session: object, link: str) -> None:
    """The pages forbid to send one, so the strict check of Flask-WTF would refuse every answer."""
    client = PageClient(app)
    strict = {"WTF_CSRF_SSL_STRICT": True}
    app.config.update(strict)
    try:
        client.get(link, base_url="https://localhost")
        client.post(link, {"score": "5"}, base_url="https://localhost", headers={"Sec-Fetch-Site": "same-origin"})
    finally:
        app.config.update(WTF_CSRF_SSL_STRICT=False)
    assert _count(FeedbackAnswer) == 1


def test_a_browser_that_names_no_origin_is_taken_and_another_site_is_not(anonymous: PageClient, link: str) -> None:
    """Without a referrer browsers write "null", and those of before 2023 say nothing beside it."""
    anonymous.post(link, {"score": "1"}, headers={"Origin": "http://evil.example"}, status=403)
    anonymous.post(link, {"score": "1"}, headers={"Origin": "null", "Sec-Fetch-Site": "cross-site"}, status=403)
    anonymous.post(link, {"score": "1", "csrf_token": "bad"}, headers={"Origin": "null"}, status=422)
    assert _count(FeedbackAnswer) == 0
    anonymous.post(link, {"score": "5"}, headers={"Origin": "null"})
    assert _count(FeedbackAnswer) == 1


@pytest.mark.parametrize("ended", ["unknown", "expired", "blocked", "erased"])
def test_links_that_hold_nothing_are_answered_alike(
    anonymous: PageClient, kavitha: Staff, meena: Contact, ended: str
) -> None:
    path = answer_path(make_invitation(meena, kavitha)[1])
    later = NOW + timedelta(days=30) if ended == "expired" else NOW
    if ended == "unknown":
        path = answer_path("x" * 43)
    elif ended in {"blocked", "erased"}:
        block(meena, now=NOW)
        if ended == "erased":
            anonymise(meena, now=NOW)
    with time_machine.travel(later, tick=False):
        anonymous.get("/sign-in")
        page = anonymous.get(path, status=404)
        assert "This link does not work, or not any more." in page.text and "Meena" not in page.text
        assert page.headers["Referrer-Policy"] == "no-referrer"
        sent = anonymous.post(path, {"score": "1", "comment": "x"}, status=404)
        assert "This link does not work, or not any more." in sent.text
    assert _count(FeedbackAnswer) == 0 == _count(Complaint)


def test_wrong_links_are_slowed_down_and_right_ones_never(anonymous: PageClient, link: str) -> None:
    for number in range(rules.WRONG_LINKS):
        anonymous.get(answer_path(f"wrong-{number}"), status=404)
    assert "Too many attempts." in anonymous.get(answer_path("wrong"), status=429).text
    anonymous.post(answer_path("wrong"), {"score": "1"}, status=429)
    assert _count(SignInFailure) == rules.WRONG_LINKS
    anonymous.get(link)
    anonymous.post(link, {"score": "5"})
    assert _count(FeedbackAnswer) == 1
    with time_machine.travel(NOW + timedelta(minutes=16), tick=False):
        anonymous.get(answer_path("wrong"), status=404)


@pytest.mark.parametrize(
    ("own", "read_in", "direction"),
    [("ta", "ta", "ltr"), ("fa", "fa", "rtl"), ("fil", "fil", "ltr"), ("", "en", "ltr"), ("xx", "en", "ltr")],
)
def test_customers_read_their_own_language(
    anonymous: PageClient, kavitha: Staff, meena: Contact, own: str, read_in: str, direction: str
) -> None:
    meena.language = own
    path = answer_path(make_invitation(meena, kavitha, Measure.NPS)[1])
    page = anonymous.get(path, headers={"Accept-Language": "te"}).text
    assert f'<html lang="{read_in}" dir="{direction}">' in page and page.count('type="radio"') == 11
    assert ("How likely are you" in page) is (read_in == "en")


def test_an_organisation_is_not_called_by_a_first_name(anonymous: PageClient, kavitha: Staff) -> None:
    shop = make_contact("Lotus Traders", kind="organisation")
    page = anonymous.get(answer_path(make_invitation(shop, kavitha)[1])).text
    assert "Lotus" not in page and "Hello" not in page


def test_somebody_signed_in_or_locked_may_open_a_link_too(as_kavitha: PageClient, link: str) -> None:
    as_kavitha.get(link)
    as_kavitha.post("/lock")
    as_kavitha.get(link)


def test_whoever_does_not_want_to_be_asked_again_says_so_by_the_link(
    anonymous: PageClient, as_kavitha: PageClient, kavitha: Staff, meena: Contact, link: str
) -> None:
    assert f'action="{link}/refusal"' in anonymous.get(link).text
    before = _count(Consent)
    for _again in range(2):
        assert "You will not be asked again." in anonymous.post(f"{link}/refusal", status=200).text
    refused = db.session.scalars(select(Consent).where(Consent.is_given.is_(False))).all()
    assert _count(Consent) == before + len(CONSENT_CHANNELS) == before + len(refused)
    said = {(line.contact_id, line.purpose, line.source, line.by_id) for line in refused}
    assert said == {(meena.id, "feedback", "own-link", None)}
    assert "by the link in a question" in as_kavitha.get(f"/contacts/{meena.id}/consents").text
    with time_machine.travel(NOW + timedelta(days=40), tick=False):
        page = PageClient(as_kavitha.app).signed_in(kavitha).get(_page_of(meena)).text
    assert "They have refused being asked" in page


def test_a_refusal_is_a_form_of_its_own_link(anonymous: PageClient, link: str) -> None:
    before = _count(Consent)
    anonymous.get(f"{link}/refusal", status=405)
    anonymous.post("/feedback/wrong/refusal", status=404)
    anonymous.post(f"{link}/refusal", {"csrf_token": "bad"}, status=422)
    assert _count(Consent) == before


def test_an_answer_is_not_changed_without_end(anonymous: PageClient, link: str) -> None:
    anonymous.get(link)
    anonymous.post(link, {"score": "1"})
    for number in range(rules.CHANGES):
        anonymous.post(link, {"score": "1", "comment": f"and {number}"})
    anonymous.post(link, {"score": "1", "comment": "and more"}, status=429)
    assert db.session.scalars(select(FeedbackAnswer)).one().comment == f"and {rules.CHANGES - 1}"


def test_a_shop_that_customers_cannot_reach_is_told(as_kavitha: PageClient, meena: Contact) -> None:
    assert "Set PUBLIC_URL" in as_kavitha.get(_page_of(meena)).text


# ── Settings ──


def test_how_often_and_what_by_itself_is_the_owners(as_owner: PageClient, as_manager: PageClient) -> None:
    as_manager.get("/settings/feedback", status=403)
    as_manager.post("/settings/feedback", {"limit_days": "1", "service_days": "1"}, status=403)
    page = as_owner.get("/settings/feedback").text
    assert 'value="30"' in page and "checked" not in page and "No mail server" in page
    form = {"limit_days": "14", "service_days": "2", "asks_yearly": "y", "version": "0"}
    as_owner.post("/settings/feedback", form)
    held = feedback_settings()
    assert (held.limit_days, held.service_days, held.asks_yearly, held.asks_after_service) == (14, 2, True, False)
    conflict = as_owner.post("/settings/feedback", form | {"limit_days": "20"}, status=409).text
    assert "Nothing is saved yet." in conflict and 'value="20"' in conflict
    for typed in ("", "-1", "366", "x"):
        as_owner.post("/settings/feedback", form | {"limit_days": typed, "version": "1"}, status=422)
    as_owner.post("/settings/feedback", form | {"service_days": "61", "version": "1"}, status=422)
    assert feedback_settings().limit_days == 14
