"""Lists that are little more than names: what is a contact, what a heading, and what stands behind a comma."""

import pytest

from crm.contacts.importing import parse_contacts


def names(text: str) -> list[str]:
    """Return the names of a list, in its order."""
    return [contact.name for contact in parse_contacts(text.encode(), filename="a.csv", region="IN").contacts]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Asha Rao\nRavi Iyer\nMeena Das\n", ["Asha Rao", "Ravi Iyer", "Meena Das"]),
        ("S. Kumar\nMaria de la Cruz\nO'Neil, Jr.\nJan van Dam\n", ["S. Kumar", "Maria de la Cruz"]),
        ("மீனா\nஆஷா\nரவி\n", ["மீனா", "ஆஷா", "ரவி"]),
        ("رضا کریمی\nزهرا نوری\n", ["رضا کریمی", "زهرا نوری"]),
        ("Guest list\nAsha Rao\nRavi Iyer\n", ["Asha Rao", "Ravi Iyer"]),
        ("Gast\nAsha Rao\nRavi Iyer\n", ["Asha Rao", "Ravi Iyer"]),
        ("Customer\nAsha Rao\nRavi Iyer\n", ["Asha Rao", "Ravi Iyer"]),
        ("Asha Rao,Adyar\nRavi Iyer,Porur\nMeena Das,Guindy\n", ["Asha Rao", "Ravi Iyer", "Meena Das"]),
        ("Asha Rao;Gold\nRavi Iyer;Silver\n", ["Asha Rao", "Ravi Iyer"]),
        ("apple\npear\nplum\n", []),
        ("Item 1\nItem 2\nItem 3\n", []),
        ("Full Name\n12\n13\n", []),
    ],
)
def test_a_list_of_names_begins_with_its_first_name(text: str, expected: list[str]) -> None:
    assert names(text)[: len(expected) or None] == expected


def test_what_stands_beside_the_names_is_kept() -> None:
    contact = parse_contacts(b"Asha Rao,Adyar\nRavi Iyer,Porur\n", filename="a.csv", region="IN").contacts[0]
    assert dict(contact.extra) == {"Column 2": "Adyar"}


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["Asha Rao, Adyar", "Ravi Iyer, Porur", "Meena Das, Guindy"], ["Asha Rao, Adyar", "Ravi Iyer, Porur"]),
        (["Rao, Asha", "Iyer, Ravi", "Das, Meena"], ["Asha Rao", "Ravi Iyer"]),
        (["Rao, Asha", "van Dam, Jan", "Das, Meena"], ["Asha Rao", "Jan van Dam"]),
    ],
)
def test_two_words_before_a_comma_are_a_whole_name(cells: list[str], expected: list[str]) -> None:
    assert names("Name\n" + "".join(f'"{cell}"\n' for cell in cells))[:2] == expected


@pytest.mark.parametrize(
    "text",
    [
        "Asha Rao,Asha,Rao,asha@example.com\nRavi Iyer,Ravi,Iyer,ravi@example.com\n",
        "Rao,Asha Rao,Asha,asha@example.com\nIyer,Ravi Iyer,Ravi,ravi@example.com\n",
    ],
)
def test_two_columns_that_together_say_the_name_are_its_parts(text: str) -> None:
    contacts = parse_contacts(text.encode(), filename="a.csv", region="IN").contacts
    assert [(c.name, c.given, c.family) for c in contacts] == [
        ("Asha Rao", "Asha", "Rao"),
        ("Ravi Iyer", "Ravi", "Iyer"),
    ]
