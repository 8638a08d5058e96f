"""Bearer tokens: ours (HS256, a key of our own) or an identity provider's (RS256, its JWKS).

The settings decide which, never the token: a token that names another algorithm is refused.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import jwt

from core.errors import ConfigurationError, SallyError
from core.settings import Settings
from store.people import Person

ISSUER, AUDIENCE = "sally", "sally-console"
SHORTEST_KEY = 32
LEEWAY_S = 30
KEYS_FRESH_S, ASK_AGAIN_S = 600.0, 30.0


class TokenRefused(SallyError):
    """A token that is not good: expired, altered, or not made for us."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a good token says. An identity provider knows names, we know ids."""

    issued_at: datetime
    user_id: UUID | None = None
    tenant_id: UUID | None = None
    email: str | None = None
    tenant_slug: str | None = None


class Tokens:
    """Makes and reads the tokens of one installation."""

    def __init__(
        self, settings: Settings, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._settings = settings
        self._transport = transport
        self._keys: dict[str, jwt.PyJWK] = {}
        self._asked_at = float("-inf")
        self._check()

    @property
    def are_ours(self) -> bool:
        """Whether we sign tokens ourselves."""
        return self._settings.console_jwks_url is None

    @property
    def key(self) -> bytes:
        """Our own key; forms are signed with it too."""
        held = self._settings.console_jwt_key
        if held is None or len(held.get_secret_value()) < SHORTEST_KEY:
            raise ConfigurationError(
                f"CONSOLE_JWT_KEY is not set, or shorter than {SHORTEST_KEY} characters. Make one "
                "with: python3 -c 'import secrets; print(secrets.token_hex(32))'"
            )
        return held.get_secret_value().encode()

    def make(self, who: Person, now: datetime) -> tuple[str, timedelta]:
        """A token for this person, and how long it is good."""
        span = timedelta(minutes=self._settings.console_token_minutes)
        claims = {
            "iss": ISSUER, "aud": AUDIENCE, "sub": str(who.id), "tid": str(who.tenant_id),
            "iat": now, "exp": now + span, "jti": uuid4().hex,
        }  # fmt: skip
        return jwt.encode(claims, self.key, algorithm="HS256"), span

    async def read(self, token: str) -> Claim:
        """What the token says; TokenRefused when it is not good."""
        try:
            return self._ours(token) if self.are_ours else await self._theirs(token)
        except (jwt.PyJWTError, ValueError, KeyError, TypeError, OverflowError) as error:
            raise TokenRefused(type(error).__name__) from None

    def _ours(self, token: str) -> Claim:
        said = _decoded(token, self.key, "HS256", AUDIENCE, ISSUER)
        return Claim(_issued(said), user_id=UUID(said["sub"]), tenant_id=UUID(said["tid"]))

    async def _theirs(self, token: str) -> Claim:
        header = jwt.get_unverified_header(token)
        key = await self._key(str(header["kid"]))
        held = self._settings
        said = _decoded(
            token, key, "RS256", held.console_jwt_audience or "", held.console_jwt_issuer or ""
        )
        return Claim(_issued(said), email=str(said["email"]), tenant_slug=str(said["tenant"]))

    async def _key(self, name: str) -> Any:
        age = time.monotonic() - self._asked_at
        # A key that is not known may be new; who sends nonsense cannot make us ask all the time.
        if age > KEYS_FRESH_S or (name not in self._keys and age > ASK_AGAIN_S):
            await self._learn()
        return self._keys[name].key

    async def _learn(self) -> None:
        self._asked_at = time.monotonic()
        try:
            async with httpx.AsyncClient(timeout=5, transport=self._transport) as http:
                answer = await http.get(str(self._settings.console_jwks_url))
            found = jwt.PyJWKSet.from_dict(answer.raise_for_status().json())
        except (httpx.HTTPError, ValueError, jwt.PyJWTError) as error:
            if not self._keys:
                raise TokenRefused(f"no keys: {type(error).__name__}") from None
            return
        self._keys = {str(key.key_id): key for key in found.keys if key.key_type == "RSA"}

    def _check(self) -> None:
        held = self._settings
        if self.are_ours:
            _ = self.key
        elif not (held.console_jwt_issuer and held.console_jwt_audience):
            raise ConfigurationError(
                "CONSOLE_JWKS_URL needs CONSOLE_JWT_ISSUER and CONSOLE_JWT_AUDIENCE as well, or "
                "any token of that provider would be good here."
            )


def _decoded(token: str, key: Any, algorithm: str, audience: str, issuer: str) -> dict[str, Any]:
    needed = ["exp", "iat", "iss", "aud"]
    return jwt.decode(
        token, key, algorithms=[algorithm], audience=audience, issuer=issuer, leeway=LEEWAY_S,
        options={"require": needed},
    )  # fmt: skip


def _issued(said: dict[str, Any]) -> datetime:
    return datetime.fromtimestamp(float(said["iat"]), UTC)
