"""`crm users` and `crm import` on a machine whose set-up page nobody has opened."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


def _crm(folder: Path, *words: str, typed: str = "") -> str:
    settings = os.environ | {"CRM_DATA_DIR": str(folder), "DATABASE_URL": ""}
    command = [sys.executable, "-m", "crm.cli.entry", *words]
    done = subprocess.run(command, input=typed, capture_output=True, text=True, env=settings, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    _crm(tmp_path, "migrate")
    return tmp_path


def test_an_owner_is_added_and_finds_a_business_to_sign_in_to(folder: Path) -> None:
    words = ("users", "add", "ana@shop.example", "--name", "Ana", "--role", "owner", "--password-stdin")
    assert "Added ana@shop.example as owner." in _crm(folder, *words, typed="seven lotus ponds\n")
    assert "ana@shop.example\towner\tactive\tAna" in _crm(folder, "users", "list")
    check = (
        "from crm import create_app\n"
        "client = create_app().test_client()\n"
        "assert client.get('/sign-in').status_code == 200\n"
        "assert client.get('/set-up').status_code == 404\n"
    )
    settings = os.environ | {"CRM_DATA_DIR": str(folder), "DATABASE_URL": ""}
    subprocess.run([sys.executable, "-c", check], env=settings, check=True, timeout=60)


def test_somebody_who_is_no_owner_is_not_the_first(folder: Path) -> None:
    words = [
        sys.executable,
        "-m",
        "crm.cli.entry",
        "users",
        "add",
        "mo@shop.example",
        "--name",
        "Mo",
        "--role",
        "manager",
    ]
    settings = os.environ | {"CRM_DATA_DIR": str(folder), "DATABASE_URL": ""}
    done = subprocess.run(words, capture_output=True, text=True, env=settings, timeout=120, check=False)
    assert done.returncode == 1 and "The first person has to be an owner" in done.stderr
    assert _crm(folder, "users", "list") == ""
    check = (
        "from crm import create_app\n"
        "client = create_app().test_client()\n"
        "assert client.get('/sign-in').location == '/set-up'\n"
        "assert client.get('/set-up').status_code == 200\n"
    )
    subprocess.run([sys.executable, "-c", check], env=settings, check=True, timeout=60)


def test_contacts_are_imported_and_found_before_the_set_up(folder: Path, tmp_path: Path) -> None:
    table = tmp_path / "people.csv"
    table.write_text("Name,Phone\nமுருகன்,98765 43210\n", encoding="utf-8")
    assert "1 new" in _crm(folder, "import", "contacts", str(table), "--region", "IN")
    assert "முருகன்" in _crm(folder, "search", "-", typed="murugan\n")
    assert "முருகன்" in _crm(folder, "search", "98765-432", "--json")
