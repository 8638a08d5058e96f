"""Passwords: hashed with Argon2id, checked in equal time, never kept and never logged."""

from __future__ import annotations

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from core.errors import ConfigurationError

# RFC 9106's second choice: 64 MiB, three passes.
_HASHER = PasswordHasher()
SHORTEST, LONGEST = 12, 200
# Checked where nobody has that address, so that the time of an answer tells nothing.
NOBODY = _HASHER.hash(secrets.token_hex(16))


def hashed(password: str) -> str:
    """A salted hash; ConfigurationError for one that is too easily guessed."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise ConfigurationError(
            f"A password has at least {SHORTEST} characters and at most {LONGEST}: "
            "take a sentence, or let a password manager make one."
        )
    return _HASHER.hash(password)


def matches(password: str, kept: str | None) -> bool:
    """Whether this is the password; as slow for nobody's as for somebody's."""
    try:
        return _HASHER.verify(kept or NOBODY, password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def generated() -> str:
    """A password that nobody guesses, and that can be typed."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(5)) for _ in range(4))
