"""Tokens of a company's own identity provider: RS256, its keys, its issuer, for us."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import partial

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from console.api.house import opened
from console.api.tokens import Tokens
from core.errors import ConfigurationError
from tests.support.console import PASSWORD, configured, served

ISSUER, AUDIENCE = "https://login.example/", "sally"
PROVIDER = {"console_jwks_url": "https://login.example/jwks", "console_jwt_issuer": ISSUER,
            "console_jwt_audience": AUDIENCE}  # fmt: skip


class Provider:
    """Signs tokens, and shows the keys to check them with."""

    def __init__(self) -> None:
        self.keys = {"k1": rsa.generate_private_key(public_exponent=65537, key_size=2048)}
        self.asked = 0
        self.is_up = True

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        if not self.is_up:
            return httpx.Response(503)
        keys = [
            json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
            | {"kid": name, "alg": "RS256", "use": "sig"}
            for name, key in self.keys.items()
        ]
        return httpx.Response(200, json={"keys": keys})

    def token(self, kid="k1", **changed):
        now = datetime.now(UTC)
        told = {"iss": ISSUER, "aud": AUDIENCE, "iat": now, "exp": now + timedelta(minutes=5),
                "email": "Admin@acme.example", "tenant": "acme"}  # fmt: skip
        return jwt.encode(told | changed, self.keys[kid], "RS256", headers={"kid": kid})


@pytest.fixture
def provider():
    return Provider()


@pytest.fixture
async def console(house_settings, fleets, provider):
    tokens = Tokens(configured(fleets, **PROVIDER), httpx.MockTransport(provider))
    async with served(fleets, opening=partial(opened, tokens=tokens), **PROVIDER) as found:
        yield found


async def me(console, token):
    return await console.http.get("/api/v1/auth/me", headers={"Authorization": f"Bearer {token}"})


async def test_a_person_that_the_provider_names_is_known_by_address_and_tenant(console, provider):
    found = await me(console, provider.token())

    assert found.status_code == 200
    assert (found.json()["email"], found.json()["role"]) == ("admin@acme.example", "ADMIN")


@pytest.mark.parametrize(
    "change",
    [
        {"tenant": "bluemesa"},
        {"tenant": "nowhere"},
        {"email": "nobody@acme.example"},
        {"aud": "another"},
        {"iss": "https://evil.example/"},
        {"exp": datetime(2020, 1, 1, tzinfo=UTC)},
    ],
    ids=lambda change: next(iter(change.items()))[0] + str(next(iter(change.values())))[:9],
)
async def test_what_the_provider_did_not_say_for_us_is_refused(console, provider, change):
    """The tenant's wall holds: an address of one is nobody in another."""
    assert (await me(console, provider.token(**change))).status_code == 401


async def test_their_public_key_does_not_sign(console, provider):
    """HS256 with what everybody may read as its secret, or with our own key: refused."""
    public = (
        provider.keys["k1"]
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    good = jwt.decode(provider.token(), options={"verify_signature": False})
    import base64
    import hashlib
    import hmac

    def part(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=")

    head = part({"alg": "HS256", "typ": "JWT", "kid": "k1"}) + b"." + part(good)
    seal = base64.urlsafe_b64encode(hmac.new(public, head, hashlib.sha256).digest()).rstrip(b"=")
    confused = (head + b"." + seal).decode()
    ours = jwt.encode(good, "cd" * 32, algorithm="HS256", headers={"kid": "k1"})

    assert [(await me(console, token)).status_code for token in (confused, ours)] == [401, 401]


async def test_another_s_key_does_not_sign(console, provider):
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    good = jwt.decode(provider.token(), options={"verify_signature": False})

    assert (
        await me(console, jwt.encode(good, stranger, "RS256", headers={"kid": "k1"}))
    ).status_code == 401


async def test_nonsense_does_not_make_us_ask_the_provider_again_and_again(console, provider):
    await me(console, provider.token())
    for number in range(5):
        token = jwt.encode({}, "x" * 32, algorithm="HS256", headers={"kid": f"new{number}"})
        assert (await me(console, token)).status_code == 401

    assert provider.asked == 1


async def test_known_keys_stay_good_while_the_provider_is_down(console, provider):
    await me(console, provider.token())
    provider.is_up = False
    console.house.tokens._asked_at = float("-inf")

    assert (await me(console, provider.token())).status_code == 200


async def test_a_new_key_is_learnt(console, provider):
    await me(console, provider.token())
    provider.keys["k2"] = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    console.house.tokens._asked_at -= 31

    assert (await me(console, provider.token("k2"))).status_code == 200


async def test_passwords_get_no_token_where_the_provider_makes_them(console):
    found = await console.http.post(
        "/api/v1/auth/login", json={"email": "admin@acme.example", "password": PASSWORD}
    )

    assert found.status_code == 403


def test_a_provider_without_issuer_and_audience_is_refused(fleets):
    """Any token of it would be good here, whomever it was made for."""
    with pytest.raises(ConfigurationError, match="CONSOLE_JWT_AUDIENCE"):
        Tokens(configured(fleets, **(PROVIDER | {"console_jwt_audience": None})))
