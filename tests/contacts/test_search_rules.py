"""What is indexed of a contact, what a query means, how matches are scored."""

import pytest

from crm.contacts.search_rules import plan_query, search_document
from crm.contacts.search_scores import Match, Reason, score
from crm.contacts.search_stages import stages


def _score(query: str, *names: str) -> Match | None:
    return score(plan_query(query), search_document(names=names))


def _value(query: str, *names: str) -> float:
    match = _score(query, *names)
    return match.score if match else 0.0


def test_each_text_begins_and_ends_with_a_space() -> None:
    document = search_document(
        names=["Ana Cruz"], organisations=["Acme"], emails=["a@b.example"], phones=["+63 912"],
        tags=["vip"],
    )  # fmt: skip
    for text in (document.names, document.sounds, document.other, document.digits):
        assert text.startswith(" ") and text.endswith(" ")
    assert document.names == " ana cruz "
    assert document.other == " acme ; # vip ; a@b.example "
    assert document.digits == " 63912 "


def test_a_contact_without_anything_has_blank_texts() -> None:
    document = search_document(names=[])
    assert not document.names.strip() and not document.other.strip() and not document.digits.strip()


def test_native_names_are_indexed_in_latin_too() -> None:
    assert " murugan " in search_document(names=["முருகன்"]).names


def test_a_number_typed_twice_is_indexed_once() -> None:
    assert search_document(names=[], phones=["+91 1234", "911234", "९११२३४"]).digits == " 911234 "


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("98765 43210", ("9876543210",)),
        ("098765-43210", ("09876543210", "9876543210")),
        ("+91 (0)98765", ("9198765", "91098765")),
        ("९८७६५", ("98765",)),
        ("tel:+123", ("123",)),
        ("12", ()),
        ("anna 98765", ()),
        ("", ()),
    ],
)
def test_phone_fragments_are_read_in_any_notation(query: str, numbers: tuple[str, ...]) -> None:
    assert plan_query(query).numbers == numbers


@pytest.mark.parametrize(
    ("query", "email"),
    [
        ("Anna@Lotus", "anna@lotus"),
        ("a.schmidt", "a.schmidt"),
        ("anna", ""),
        ("M. K. Stalin", ""),
    ],
)
def test_email_fragments_are_known_by_their_signs(query: str, email: str) -> None:
    assert plan_query(query).email == email


@pytest.mark.parametrize("query", ["", "  ", "...", "😀", "\0", '"', "%%", "\u200c"])
def test_a_query_without_letters_or_digits_is_empty(query: str) -> None:
    plan = plan_query(query)
    assert plan.is_empty and list(stages(plan)) == []


def test_a_very_long_query_is_cut() -> None:
    assert len(plan_query("ab " * 10_000).words) <= 8


@pytest.mark.parametrize(
    ("better", "worse", "query"),
    [
        (("Rama Devi",), ("Ramadevi Pillai",), "rama devi"),
        (("Murugan",), ("Muruganandam",), "murugan"),
        (("Murugan",), ("முருகன் செல்வம்",), "murugan"),
        (("José",), ("Josefa",), "jose"),
        (("Abbas Fallahi",), ("Abbas Karimi",), "abas falahi"),
        (("Yung Hoi-yan",), ("Chad Yang",), "yung hoi yan"),
        (("Kumar Raja",), ("Raja Mohan",), "raja kumar"),
        (("Kandasamipillai",), ("Samitra Roy",), "samip"),
        (("Ravindranath Asher",), ("Ravi Mani",), "ravi as"),
        (("Maria Delmar",), ("Maria Gomez",), "maria de"),
        (("Le Roux, Tim",), ("Lara Shields",), "leroux"),
        (("M. K. Stalin",), ("Mohan Kumar",), "mk"),
        (("Anna Rivers",), ("Anna Reeves",), "rivres"),
    ],
)
def test_the_nearer_name_scores_more(better: tuple[str, ...], worse: tuple[str, ...], query: str) -> None:
    assert _value(query, *better) > _value(query, *worse)


@pytest.mark.parametrize(
    ("query", "name", "reason"),
    [
        ("garcia enrique", "Enrique García", Reason.NAME),
        ("ıldız", "Adem Yıldız", Reason.NAME),
        ("mks", "M. K. Stalin", Reason.INITIALS),
        ("r k", "Radha Krishnan", Reason.INITIALS),
        ("r. k. singh", "राज कुमार सिंह", Reason.SOUNDS_LIKE),
        ("mohamad", "محمد", Reason.SOUNDS_LIKE),
        ("shanavas", "ஷா நவாஸ்", Reason.NAME),
        ("rajya lakshmi", "राज्यलक्ष्मी", Reason.NAME),
        ("abdurrahman", "عبد الرحمن", Reason.SOUNDS_LIKE),
    ],
)
def test_a_match_says_why(query: str, name: str, reason: Reason) -> None:
    match = _score(query, name)
    assert match is not None
    assert match.reason == reason
    assert match.text


@pytest.mark.parametrize(
    ("query", "name"),
    [("ravi", "Mani"), ("peter", "Paul"), ("zora@x", "Anna"), ("987", "Anna"), ("#anna", "Anna")],
)
def test_what_does_not_match_has_no_score(query: str, name: str) -> None:
    assert _value(query, name) < 0.5


def test_a_tag_query_finds_tags_only() -> None:
    tagged = search_document(names=["Ana"], tags=["VIP"])
    plan = plan_query("#vip")
    found = score(plan, tagged)
    assert found is not None and found.reason is Reason.TAG and found.text == "vip"
    assert score(plan, search_document(names=["Vip Singh"])) is None


def test_every_stage_is_cheap_to_write() -> None:
    assert len(list(stages(plan_query("one two three four five six seven eight nine")))) <= 15
