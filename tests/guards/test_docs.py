"""What the README promises exists: every setting and every command is named there."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import click

from crm.cli import cli

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
DOCS = README + "".join(path.read_text() for path in sorted((ROOT / "docs").glob("*.md")))


def test_every_setting_is_in_the_readme() -> None:
    names = set(re.findall(r'"([A-Z][A-Z_]{3,})"', (ROOT / "config.py").read_text()))
    assert {name for name in names if name not in README} == set()


def test_every_setting_reaches_the_containers() -> None:
    app = (ROOT / "compose.yaml").read_text().partition("services:")[0]
    assert "env_file:\n    - path: .env\n      required: false" in app
    fixed = set(re.findall(r"^    ([A-Z_]+):", app, re.M))
    # What the container itself decides: a .env written for this machine must not move its folder or its port.
    assert fixed == {"DATABASE_URL", "CRM_DATA_DIR", "HOST", "PORT", "WEB_WORKERS"}


def test_every_command_is_in_the_docs() -> None:
    def walk(group: click.Group, prefix: str) -> list[str]:
        names = []
        for name, command in group.commands.items():
            names += walk(command, f"{prefix} {name}") if isinstance(command, click.Group) else [f"{prefix} {name}"]
        return names

    assert [name for name in walk(cli, "crm") if name not in DOCS] == []


def test_readme_is_short() -> None:
    assert len(README.splitlines()) <= 110


def test_no_absolute_paths_of_a_machine() -> None:
    places = [*ROOT.glob("crm/**/*.py"), *ROOT.glob("tests/**/*.py"), *ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]
    pattern = re.compile(r"/(?:" + "|".join(["home", "work", "root", "Users"]) + r")/")
    assert [str(path.relative_to(ROOT)) for path in places if pattern.search(path.read_text())] == []


def test_the_permission_page_is_what_the_map_says() -> None:
    script = runpy.run_path(str(ROOT / "scripts" / "write-permissions"))
    assert (ROOT / "docs" / "permissions.md").read_text() == script["matrix"]()


def test_every_file_of_rules_and_imports_has_to_be_covered_whole() -> None:
    script = runpy.run_path(str(ROOT / "scripts" / "check-coverage"))
    listed = {name for patterns in script["WHOLE"].values() for name in script["files_of"](patterns)}
    paths = [path.relative_to(ROOT) for path in (ROOT / "crm").rglob("*.py")]
    decide = re.compile(r"(?:\w+_)?rules|permissions|messages|import\w*")
    assert {path.as_posix() for path in paths if any(map(decide.fullmatch, [*path.parts[1:-1], path.stem]))} == listed
