"""The addresses that customers open; they hold a token and nothing about a person."""

from __future__ import annotations


def answer_path(token: str) -> str:
    """Return the path of a customer's own link."""
    return f"/feedback/{token}"


def counter_path(token: str) -> str:
    """Return the path behind the QR code at the counter."""
    return f"/feedback/counter/{token}"
