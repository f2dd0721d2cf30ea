"""How to sign in to a demo business: derived from the installation's own key, the same on no two machines."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass

from crm.accounts.rules import BadPin, check_pin
from crm.shared.permissions import Role

OWNER_EMAIL = "meena@jasmine.example"
PEOPLE = (
    ("Meena Raman", OWNER_EMAIL, Role.OWNER),
    ("Farid Karimi", "farid@jasmine.example", Role.MANAGER),
    ("Kavitha S", "kavitha@jasmine.example", Role.FRONT_DESK),
    ("Asha Joshi", "asha@jasmine.example", Role.FRONT_DESK),
)


@dataclass(frozen=True)
class DemoSignIn:
    """The password and the PIN that all demo staff share."""

    email: str
    password: str
    pin: str


def demo_sign_in(secret_key: str) -> DemoSignIn:
    """Return how to sign in to the demo business of this installation."""
    digest = hmac.new(secret_key.encode(), b"demo sign-in", hashlib.sha256).digest()
    letters = base64.b32encode(digest[:10]).decode().lower()
    return DemoSignIn(OWNER_EMAIL, f"{letters[:4]}-{letters[4:8]}-{letters[8:12]}", _pin(digest))


def _pin(digest: bytes) -> str:
    number = int.from_bytes(digest[16:24], "big")
    for step in range(100):
        try:
            return check_pin(f"{(number + step * 137) % 10_000:04}")
        except BadPin:
            continue
    raise AssertionError("One of a hundred numbers is a good PIN.")
