"""Credentials at rest: AES-256-GCM with a ring of keys, bound to the row they belong to.

A stored credential is ``nonce (12 bytes) + ciphertext + tag``; the key's id stands beside it, so
that keys can be rotated. The associated data names its row, such as tenant, vendor and
integration: a ciphertext moved to another row does not open.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core import redaction
from core.errors import ConfigurationError

MAKE_KEY = "python3 -c 'import secrets; print(secrets.token_hex(32))'"
_HEX_64 = re.compile(r"[0-9a-fA-F]{64}")
_NONCE_BYTES = 12

Credentials = dict[str, str]


class Bound(Protocol):
    """The row that something secret belongs to."""

    @property
    def associated_data(self) -> bytes:
        """What the ciphertext is bound to."""

    @property
    def name(self) -> str:
        """The row as people call it."""


@dataclass(frozen=True, slots=True)
class Owner:
    """The integration that a credential belongs to."""

    tenant_id: UUID
    vendor: str
    integration_id: UUID

    @property
    def associated_data(self) -> bytes:
        """What the ciphertext is bound to."""
        return f"{self.tenant_id}|{self.vendor}|{self.integration_id}".encode()

    @property
    def name(self) -> str:
        """What it is called in a sentence."""
        return f"integration {self.integration_id}"


@dataclass(frozen=True, slots=True)
class ChannelOwner:
    """The tenant's channel that a webhook belongs to."""

    tenant_id: UUID
    channel: str

    @property
    def associated_data(self) -> bytes:
        """What the ciphertext is bound to."""
        return f"{self.tenant_id}|channel|{self.channel}".encode()

    @property
    def name(self) -> str:
        """What it is called in a sentence."""
        return f"tenant {self.tenant_id}'s {self.channel} channel"


@dataclass(frozen=True, slots=True)
class EntryOwner:
    """The entry of the quarantine that a kept row belongs to."""

    tenant_id: UUID
    integration_id: UUID
    dataset: str
    fingerprint: str

    @property
    def associated_data(self) -> bytes:
        """What the ciphertext is bound to."""
        entry = f"{self.integration_id}|{self.dataset}|{self.fingerprint}"
        return f"{self.tenant_id}|quarantine|{entry}".encode()

    @property
    def name(self) -> str:
        """What it is called in a sentence."""
        return f"quarantine entry {self.fingerprint} of integration {self.integration_id}"


@dataclass(frozen=True, slots=True)
class Sealed:
    """Something encrypted, as stored."""

    key_id: str
    ciphertext: bytes


class KeyRing:
    """The encryption keys, the current one first. Never prints itself."""

    def __init__(self, keys: list[bytes]) -> None:
        self._ciphers = {_key_id(key): AESGCM(key) for key in keys}
        self.current = _key_id(keys[0])

    def __repr__(self) -> str:
        return f"KeyRing(current={self.current}, keys={len(self._ciphers)})"

    @classmethod
    def parse(cls, words: str | None) -> KeyRing:
        """Read ``CREDENTIALS_ENCRYPTION_KEY``: 64 hex characters, or several by comma."""
        keys = [part.strip() for part in (words or "").split(",") if part.strip()]
        if not keys:
            raise ConfigurationError(
                "CREDENTIALS_ENCRYPTION_KEY is not set. Make one with: " + MAKE_KEY
            )
        for number, key in enumerate(keys, start=1):
            if not _HEX_64.fullmatch(key):
                raise ConfigurationError(
                    f"CREDENTIALS_ENCRYPTION_KEY, key {number}, is not 64 hexadecimal characters. "
                    "Make one with: " + MAKE_KEY
                )
        return cls([bytes.fromhex(key) for key in keys])

    def seal(self, credentials: Credentials, owner: Bound) -> Sealed:
        """Encrypt with the current key."""
        return self.seal_bytes(orjson.dumps(credentials, option=orjson.OPT_SORT_KEYS), owner)

    def open(self, sealed: Sealed, owner: Bound) -> Credentials:
        """Decrypt, and hide the values from every log of this process."""
        credentials: Credentials = orjson.loads(self.open_bytes(sealed, owner))
        redaction.remember(credentials.values())
        return credentials

    def seal_bytes(self, plain: bytes, owner: Bound) -> Sealed:
        """Encrypt what is no credential, but nobody's to read, with the current key."""
        nonce = os.urandom(_NONCE_BYTES)
        cipher = self._ciphers[self.current]
        return Sealed(self.current, nonce + cipher.encrypt(nonce, plain, owner.associated_data))

    def open_bytes(self, sealed: Sealed, owner: Bound) -> bytes:
        """Decrypt; ConfigurationError when the key is missing or the row is another one."""
        cipher = self._ciphers.get(sealed.key_id)
        if cipher is None:
            raise ConfigurationError(
                f"A credential was encrypted with key {sealed.key_id}, which is not in "
                "CREDENTIALS_ENCRYPTION_KEY. Add that key after the current one."
            )
        nonce, body = sealed.ciphertext[:_NONCE_BYTES], sealed.ciphertext[_NONCE_BYTES:]
        try:
            return cipher.decrypt(nonce, body, owner.associated_data)
        except InvalidTag as error:
            raise ConfigurationError(
                f"The credential of {owner.name} does not open: it was "
                "altered or belongs to another row. Enter it again."
            ) from error


def fingerprint(credentials: Credentials) -> str:
    """Twelve hex characters that tell two credentials apart and reveal neither."""
    plain = orjson.dumps(credentials, option=orjson.OPT_SORT_KEYS)
    return hmac.new(b"sally credential fingerprint", plain, hashlib.sha256).hexdigest()[:12]


def _key_id(key: bytes) -> str:
    return hashlib.sha256(b"sally key id" + key).hexdigest()[:8]
