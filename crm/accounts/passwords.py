"""Slow hashing of passwords and PINs, and quick hashing of random tokens."""

from __future__ import annotations

import hashlib
import secrets
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
_at_once = BoundedSemaphore(4)  # each takes 19 MB and a processor to itself


@cache
def _dummy_hash() -> str:
    return _hasher.hash(secrets.token_urlsafe(16))


@cache
def common_passwords() -> frozenset[str]:
    """Return the 10,000 most common passwords."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(FREQUENCY_LISTS["passwords"][:10_000])


def hash_secret(secret: str) -> str:
    """Return the argon2id hash of a password or PIN."""
    with _at_once:
        return _hasher.hash(secret)


def hash_pin(pin: str) -> str | None:
    """Return the hash of a PIN that is not refused, None where none was chosen."""
    return hash_secret(pin.strip()) if pin else None


def is_secret(secret: str, hashed: str | None) -> bool:
    """Tell whether a password or PIN is the hashed one; takes the same time where there is none."""
    nobodys = _dummy_hash()
    try:
        with _at_once:
            matches = _hasher.verify(hashed or nobodys, secret)
    except (VerificationError, InvalidHashError):
        return False
    return matches and hashed is not None


def new_token() -> tuple[str, str]:
    """Return a random token and the hash that is stored of it."""
    token = secrets.token_urlsafe(32)
    return token, token_hash(token)


def token_hash(token: str) -> str:
    """Return the stored form of a random token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
