"""The shared exports of phones, webmail and CRMs, each against what INDEX.json says of it."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from crm.contacts.importing import ContactDraft, as_json, parse_contacts
from crm.shared.phones import phone_digits

SHARED_DATA = Path(__file__).parents[3] / "shared" / "data"
CONTACTS = SHARED_DATA / "contacts"

DIFFERENCES = {
    ("aosp__v30_multibyte_param.vcf", "phone_types"): (
        "INDEX shows the UTF-8 bytes of 费 read as Latin-1; the file says 费"
    ),
    ("monica__vcard_stub.vcf", "name"): "the third card is called by its nickname, Johnny",
    ("derived__monica_stub_cr_only.vcf", "name"): "as in monica__vcard_stub.vcf",
}
SAME_ENCODING = {
    "8-bit": {"cp1252", "shift_jis", "utf-8"},
    "utf-16-be (no BOM)": {"utf-16-be"},
}
NAME_PARTS = ("family", "given", "additional", "prefix", "suffix")


def shared_files() -> list[Any]:
    index = CONTACTS / "INDEX.json"
    if not index.exists():
        skip = pytest.mark.skip(reason="shared/data/contacts is not beside this checkout")
        return [pytest.param("", {}, marks=skip)]
    files = json.loads(index.read_text(encoding="utf-8"))["files"]
    return [pytest.param(name, entry, id=name) for name, entry in files.items()]


@pytest.mark.parametrize("region", ["US", "IN", "DE"])
@pytest.mark.parametrize(("name", "entry"), shared_files())
def test_shared_file(name: str, entry: dict[str, Any], region: str) -> None:
    parsed = parse_contacts((CONTACTS / name).read_bytes(), filename=name, region=region)
    counts = entry.get("contacts_acceptable", [entry["contacts"]])
    assert len(parsed.contacts) in counts
    assert parsed.encoding in SAME_ENCODING.get(entry["encoding"], {entry["encoding"]})
    if parsed.contacts:
        pairs = zip(parsed.contacts, entry["expect"], strict=True)
        found = {fact for contact, expected in pairs for fact in differences(contact, expected)}
        assert found == {fact for file, fact in DIFFERENCES if file == name}
    else:
        assert parsed.errors
    assert json.dumps(as_json(parsed))


def differences(contact: ContactDraft, expected: dict[str, Any]) -> set[str]:
    """Return which facts of the contact are not what INDEX expects."""
    parts = [getattr(contact, part) for part in NAME_PARTS]
    company = expected.get("org", contact.organisation)
    facts = {
        "name": (contact.name or None, expected["name"]),
        "n": (parts[: len(expected.get("n", []))], expected.get("n", [])[:5]),
        "emails": (list(contact.emails), expected.get("emails", [])),
        "phones": (
            Counter(phone_digits(phone.raw) or phone.raw for phone in contact.phones),
            Counter(phone_digits(raw) or raw for raw in expected.get("phones", [])),
        ),
        "birthday": (contact.birthday, expected.get("birthday")),
        "org": (contact.organisation, company if isinstance(company, str) else company[0]),
        "title": (contact.title, expected.get("title", contact.title)),
        "nickname": (contact.nickname, expected.get("nickname", contact.nickname)),
        "notes": (contact.notes, expected.get("note", contact.notes)),
        "tags": (
            list(contact.tags),
            expected.get("tags", expected.get("categories", list(contact.tags))),
        ),
        "phone_types": (
            [phone.type.split() for phone in contact.phones] if "phone_types" in expected else [],
            expected.get("phone_types", []),
        ),
    }
    return {fact for fact, (found, wanted) in facts.items() if found != wanted}


def test_mailchimp_times_are_utc_and_never_today() -> None:
    path = CONTACTS / "mailchimp__tags.csv"
    if not path.exists():
        pytest.skip("shared/data/contacts is not beside this checkout")
    shown = as_json(parse_contacts(path.read_bytes(), filename=path.name))["contacts"]
    assert [contact["opted_in_at"] for contact in shown] == ["2024-03-14T09:14:00Z", None]


def test_dry_run_has_exactly_the_promised_keys() -> None:
    parsed = parse_contacts("Name,Phone\nஅருண்,+91 98765 43210\n,\n".encode(), filename="a.csv")
    shown = as_json(parsed)
    assert list(shown) == ["contacts", "errors", "encoding", "format", "notices"]
    assert shown["errors"] == [{"row": 3, "reason": "The row is empty."}]
    phone = {"raw": "+91 98765 43210", "e164": "+919876543210", "type": ""}
    assert shown["contacts"][0]["phones"] == [phone]
    assert shown["contacts"][0]["name"] == "அருண்"
