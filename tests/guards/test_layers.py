"""The layers of the house hold: upper domains pull, lower ones never call up, rules are pure."""

from __future__ import annotations

import re
from pathlib import Path

from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(__file__).parents[2]
IMPURE = re.compile(r"^\s*(?:from|import) (?:flask|sqlalchemy|config\b|crm\.extensions|crm\.shared\.clock)", re.M)


def test_import_contracts_hold() -> None:
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), cache_dir=None) == EXIT_STATUS_SUCCESS


def test_rules_are_pure() -> None:
    rules = [*ROOT.glob("crm/*/rules.py"), *ROOT.glob("crm/*/*_rules.py"), *ROOT.glob("crm/*/rules/*.py")]
    assert rules
    assert [str(path.relative_to(ROOT)) for path in rules if IMPURE.search(path.read_text())] == []
