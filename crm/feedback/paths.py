"""The addresses that customers open; they hold a token and nothing about a person."""

from __future__ import annotations


def answer_path(token: str) -> str:
    """Return the path of a customer's own link."""
    return f"/feedback/{token}"


def refusal_path(token: str) -> str:
    """Return the path at which a customer says not to be asked again."""
    return f"{answer_path(token)}/refusal"


def counter_path(token: str) -> str:
    """Return the path behind the QR code at the counter."""
    return f"/feedback/counter/{token}"
