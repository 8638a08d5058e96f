"""Who gets in: by password, throttled; by a good token and no other; by a cookie with its form."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta

import jwt
import pytest

from store import tenants
from store.connection import connect, session
from tests.support.console import HASH, JWT_KEY, PASSWORD, served

GOOD = {"email": "admin@acme.example", "password": PASSWORD}


async def login(console, **changed):
    return await console.http.post("/api/v1/auth/login", json={**GOOD, **changed})


async def me(console, token):
    headers = {"Authorization": f"Bearer {token}"}
    return await console.http.get("/api/v1/auth/me", headers=headers)


async def test_a_password_gets_a_token_that_says_who_one_is(console):
    token = (await login(console)).json()

    found = (await me(console, token["access_token"])).json()

    assert (token["token_type"], token["expires_in"]) == ("bearer", 3600)
    assert (found["email"], found["role"], found["tenant"]) == (GOOD["email"], "ADMIN", "acme")


@pytest.mark.parametrize(
    "wrong",
    [{"password": "wrong"}, {"email": "nobody@acme.example"}, {"tenant": "bluemesa"}],
    ids=lambda wrong: next(iter(wrong)),
)
async def test_what_was_wrong_is_not_told(console, wrong):
    """Or an address could be found out that is a user's."""
    found = await login(console, **wrong)

    assert found.status_code == 401
    assert found.headers["content-type"] == "application/problem+json"
    assert found.json()["happened"] == "Nobody is known by this address and password."


async def test_an_address_of_two_companies_says_which(console, fleets):
    with session(fleets) as db:
        tenants.add_user(db, "bluemesa", GOOD["email"], "Ann", "DRIVER", password_hash=HASH)

    unclear = await login(console)
    clear = await login(console, tenant="bluemesa")

    assert unclear.status_code == 409
    assert "acme, bluemesa" in unclear.json()["happened"]
    assert (await me(console, clear.json()["access_token"])).json()["role"] == "DRIVER"


async def test_guessing_is_throttled_for_one_person_whoever_asks(console):
    """The right password does not help any more, for a guesser may have found it."""
    statuses = [(await login(console, password=f"guess {n}")).status_code for n in range(10)]

    found = await login(console)

    assert statuses == [401] * 10
    assert found.status_code == 429
    assert 0 < int(found.headers["retry-after"]) <= 900
    other = await login(console, email="dispatcher@acme.example")
    assert other.status_code == 200


async def test_a_success_forgives_the_person_and_not_the_network(console, database):
    """Or one good account would be enough to try all others."""
    for guess in range(3):
        await login(console, password=f"guess {guess}")
    await login(console)

    async with connect(database) as conn:
        left = await (await conn.execute("SELECT failures FROM ops.sign_in_attempt")).fetchall()
    assert left == [(3,)]


async def test_after_a_quarter_of_an_hour_counting_begins_anew(console, database):
    for guess in range(10):
        await login(console, password=f"guess {guess}")
    async with connect(database) as conn:
        await conn.execute("UPDATE ops.sign_in_attempt SET since = since - interval '16 minutes'")

    assert (await login(console)).status_code == 200


def claims(person, **changed):
    now = datetime.now(UTC)
    told = {"iss": "sally", "aud": "sally-console", "iat": now, "exp": now + timedelta(hours=1),
            "sub": person["id"], "tid": person["tenant_id"]}  # fmt: skip
    return {name: value for name, value in (told | changed).items() if value is not None}


def unsigned(said):
    def part(value):
        raw = json.dumps(value, default=lambda at: int(at.timestamp())).encode()
        return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()

    return f"{part({'alg': 'none', 'typ': 'JWT'})}.{part(said)}."


@pytest.fixture
async def admin(console, database):
    async with connect(database) as conn:
        row = await (
            await conn.execute(
                "SELECT id, tenant_id FROM ops.app_user WHERE email = 'admin@acme.example'"
            )
        ).fetchone()
    return {"id": str(row[0]), "tenant_id": str(row[1])}


AN_HOUR_AGO = datetime.now(UTC) - timedelta(hours=1)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"exp": AN_HOUR_AGO}, id="expired"),
        pytest.param({"exp": None}, id="without an end"),
        pytest.param({"iat": None}, id="without a beginning"),
        pytest.param({"iat": datetime.now(UTC) + timedelta(hours=1)}, id="from the future"),
        pytest.param({"aud": "another"}, id="for another"),
        pytest.param({"iss": "another"}, id="by another"),
        pytest.param({"sub": "admin"}, id="of no id"),
        pytest.param({"tid": None}, id="of no tenant"),
        pytest.param({"sub": "0" * 32}, id="of nobody"),
    ],
)
async def test_a_token_that_says_something_else_is_refused(console, admin, change):
    token = jwt.encode(claims(admin, **change), JWT_KEY, algorithm="HS256")

    assert (await me(console, token)).status_code == 401


async def test_a_token_of_another_tenants_wall_is_refused(console, admin, database):
    """The tenant that a token names decides what is seen, so it has to be the person's own."""
    async with connect(database) as conn:
        row = await (
            await conn.execute("SELECT id FROM ops.tenant WHERE slug = 'bluemesa'")
        ).fetchone()
    token = jwt.encode(claims(admin, tid=str(row[0])), JWT_KEY, algorithm="HS256")

    assert (await me(console, token)).status_code == 401


async def test_the_algorithm_is_ours_to_choose(console, admin):
    """Unsigned, signed in another way, by another key, or altered after signing: refused."""
    good = jwt.encode(claims(admin), JWT_KEY, algorithm="HS256")
    head, body, seal = good.split(".")
    stranger = json.dumps({**jwt.decode(good, options={"verify_signature": False}), "sub": "x"})
    forged = base64.urlsafe_b64encode(stranger.encode()).rstrip(b"=").decode()
    bad = [
        unsigned(claims(admin)),
        jwt.encode(claims(admin), JWT_KEY, algorithm="HS512"),
        jwt.encode(claims(admin), "ef" * 32, algorithm="HS256"),
        f"{head}.{forged}.{seal}",
        f"{head}.{body}.",
        "",
        "a.b.c",
    ]

    assert (await me(console, good)).status_code == 200
    assert [(await me(console, token)).status_code for token in bad] == [401] * len(bad)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE ops.app_user SET is_active = false",
        "UPDATE ops.tenant SET is_active = false",
        "UPDATE ops.app_user SET password_changed_at = now() + interval '1 second'",
    ],
)
async def test_who_may_no_longer_is_out_at_once(console, database, change):
    """A token does not outlive the person's right to it."""
    token = await console.token("acme", "ADMIN")
    async with connect(database) as conn:
        await conn.execute(change)

    assert (await me(console, token)).status_code == 401


async def test_a_super_admin_chooses_a_tenant_explicitly(console, filled):
    elsewhere = {"headers": {"X-Sally-Tenant": "bluemesa"}}

    own = await console.ask("GET", "/auth/me", by="SUPER_ADMIN")
    other = await console.ask("GET", "/auth/me", by="SUPER_ADMIN", **elsewhere)
    nowhere = await console.ask(
        "GET", "/auth/me", by="SUPER_ADMIN", headers={"X-Sally-Tenant": "x"}
    )
    admin = await console.ask("GET", "/auth/me", by="ADMIN", **elsewhere)
    seen = await console.ask("GET", "/integrations", by="SUPER_ADMIN", **elsewhere)

    assert (own.json()["tenant"], other.json()["tenant"]) == ("acme", "bluemesa")
    assert other.json()["own_tenant"] == "acme"
    assert (nowhere.status_code, admin.status_code) == (404, 403)
    theirs = {str(each) for each in filled["bluemesa"].integrations.values()}
    assert {each["id"] for each in seen.json()["items"]} == theirs


async def test_without_a_sign_in_there_is_nothing(console):
    found = await console.http.get("/api/v1/integrations")

    assert found.status_code == 401
    assert found.headers["www-authenticate"] == "Bearer"


async def test_a_key_that_is_too_short_is_refused_before_anything_is_served(fleets, house_settings):
    from core.errors import ConfigurationError

    with pytest.raises(ConfigurationError, match="CONSOLE_JWT_KEY"):
        async with served(fleets, console_jwt_key="short"):
            pass
