"""What stands before every answer: headers, forms that are ours, sizes, and problems in words."""

from __future__ import annotations

import pytest
from fastapi import APIRouter, Response

from console.api.problems import MOST_BYTES
from console.api.sign_in import end_session, start_session
from console.api.who import Admin, by_cookie
from store import people
from store.connection import connect
from store.lookup import newest_revision
from tests.support.console import served


async def person(console, email):
    async with console.house.walled.outside() as conn:
        ((tenant_id, user_id),) = await people.candidates(conn, email)
    async with console.house.walled.within(tenant_id) as conn:
        return await people.person(conn, user_id)


async def sign_in(console, email="admin@acme.example"):
    """The cookie's line, as a browser gets it; the browser of the test holds it."""
    response = Response()
    await start_session(console.house, response, await person(console, email))
    line = response.headers["set-cookie"]
    name, _, value = line.partition(";")[0].partition("=")
    console.http.cookies.set(name, value)
    return line, value


@pytest.fixture
def change(console):
    """A route that changes something, as later ones do."""
    router = APIRouter()

    @router.post("/api/v1/change")
    async def changed(me: Admin) -> dict[str, str]:
        return {"by": me.actor}

    console.app.include_router(router)
    return "/api/v1/change"


@pytest.mark.parametrize("path", ["/healthz", "/api/v1/integrations", "/nowhere"])
async def test_every_answer_has_the_security_headers(console, path):
    found = (await console.http.get(path)).headers

    assert "script-src 'self'" in found["content-security-policy"]
    assert "unsafe" not in found["content-security-policy"]
    assert "frame-ancestors 'none'" in found["content-security-policy"]
    assert found["x-frame-options"] == "DENY"
    assert found["x-content-type-options"] == "nosniff"
    assert found["referrer-policy"] == "same-origin"
    assert found["cache-control"] == "no-store"
    assert len(found["x-request-id"]) == 32
    assert "strict-transport-security" not in found


async def test_with_tls_browsers_are_told_to_insist_on_it(fleets, house_settings):
    """And the cookie belongs to this host alone, by TLS."""
    async with served(fleets, app_url="https://sally.example") as console:
        found = await console.http.get("/healthz")
        line, _ = await sign_in(console)

    assert found.headers["strict-transport-security"].startswith("max-age=31536000")
    assert line.startswith("__Host-sally_session=")
    assert "Secure" in line


async def test_a_session_cookie_is_out_of_reach_of_scripts_and_other_sites(console):
    line, _ = await sign_in(console)

    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= {part.strip() for part in line.split(";")}
    assert "Domain" not in line


async def test_the_database_holds_no_cookie_that_could_be_used(console, database):
    _, value = await sign_in(console)

    async with connect(database) as conn:
        rows = await (await conn.execute("SELECT s::text FROM ops.console_session s")).fetchall()
    assert len(rows) == 1
    assert value.partition(".")[2] not in rows[0][0]


async def test_reading_needs_the_cookie_and_changing_the_forms_token_too(console, change):
    _, value = await sign_in(console)
    me = await by_cookie(console.house, value)

    read = await console.http.get("/api/v1/auth/me")
    without = await console.http.post(change)
    wrong = await console.http.post(change, headers={"X-CSRF-Token": "0" * 64})
    strange = await console.http.post(change, headers={"X-CSRF-Token": "é".encode()})
    right = await console.http.post(change, headers={"X-CSRF-Token": me.csrf})

    assert [each.status_code for each in (read, without, wrong, strange, right)] == [
        200, 403, 403, 403, 200,
    ]  # fmt: skip


async def test_a_forms_token_is_good_for_its_own_session_only(console, change):
    _, first = await sign_in(console)
    old = await by_cookie(console.house, first)
    await sign_in(console)

    found = await console.http.post(change, headers={"X-CSRF-Token": old.csrf})

    assert found.status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_a_page_of_another_site_changes_nothing(console, change, headers):
    """Not even with everything else right: a form that signs somebody in has no token yet."""
    _, value = await sign_in(console)
    me = await by_cookie(console.house, value)

    found = await console.http.post(change, headers={"X-CSRF-Token": me.csrf, **headers})

    assert found.status_code == 403


async def test_our_own_pages_may_say_where_they_are(console, change):
    _, value = await sign_in(console)
    me = await by_cookie(console.house, value)
    ours = {"Origin": "http://console.test", "Sec-Fetch-Site": "same-origin"}

    found = await console.http.post(change, headers={"X-CSRF-Token": me.csrf, **ours})

    assert found.status_code == 200


async def test_behind_a_proxy_our_site_is_what_the_settings_say(fleets, house_settings):
    """A proxy may ask us by another name than people ask it."""
    wrong = {"email": "nobody@acme.example", "password": "wrong"}
    ours, theirs = {"Origin": "https://sally.example"}, {"Origin": "https://evil.example"}
    async with served(fleets, app_url="https://sally.example") as console:
        post = console.http.post
        found = [
            await post("/api/v1/auth/login", json=wrong, headers=each) for each in (ours, theirs)
        ]

    assert [each.status_code for each in found] == [401, 403]


async def test_who_signed_out_is_out(console):
    """In the database too: a copy of the cookie is worth nothing any more."""
    _, value = await sign_in(console)
    me = await by_cookie(console.house, value)

    class Asked:
        cookies = {"sally_session": value}  # noqa: RUF012

    await end_session(console.house, Asked(), Response(), me.person)

    assert await by_cookie(console.house, value) is None


@pytest.mark.parametrize(
    "over",
    [
        "UPDATE ops.console_session SET expires_at = now()",
        "UPDATE ops.app_user SET password_changed_at = now() + interval '1 second'",
        "UPDATE ops.app_user SET is_active = false",
    ],
)
async def test_a_session_ends_by_itself_and_with_the_right_to_it(console, database, over):
    _, value = await sign_in(console)
    async with connect(database) as conn:
        await conn.execute(over)

    assert await by_cookie(console.house, value) is None


@pytest.mark.parametrize("cookie", ["", "x", ".", "zz.token", "0" * 32, f"{'0' * 32}.token"])
async def test_a_cookie_of_nonsense_is_nobody(console, cookie):
    assert await by_cookie(console.house, cookie) is None


async def test_a_session_is_looked_up_behind_its_own_tenants_wall(console, database):
    """Another tenant's name before a good token finds nothing."""
    _, value = await sign_in(console)
    async with connect(database) as conn:
        row = await (
            await conn.execute("SELECT id FROM ops.tenant WHERE slug = 'bluemesa'")
        ).fetchone()

    assert await by_cookie(console.house, f"{row[0].hex}.{value.partition('.')[2]}") is None


@pytest.mark.parametrize("chunked", [False, True], ids=["said", "not said"])
async def test_what_is_too_large_is_not_read(console, chunked):
    async def pieces():
        for _ in range(MOST_BYTES // 1024 + 2):
            yield b" " * 1024

    body = pieces() if chunked else b" " * (MOST_BYTES + 1)

    found = await console.http.post(
        "/api/v1/auth/login", content=body, headers={"Content-Type": "application/json"}
    )

    assert found.status_code == 413
    assert found.json()["next_step"] == "Send less."


async def test_an_answer_does_not_repeat_what_was_sent(console):
    """A password in the wrong place would be shown, and logged by whoever logs answers."""
    secret = "canary-" + "x" * 300

    found = await console.http.post(
        "/api/v1/auth/login", json={"email": "a@b.example", "password": secret, "more": secret}
    )

    assert found.status_code == 422
    assert "canary" not in found.text
    assert {"body.password", "body.more"} == {each["where"] for each in found.json()["errors"]}


async def test_a_mistake_of_ours_is_a_problem_that_tells_nothing(console):
    @console.app.get("/broken")
    async def broken() -> None:
        raise RuntimeError("canary")

    found = await console.http.get("/broken")

    assert found.status_code == 500
    assert found.headers["content-type"] == "application/problem+json"
    assert found.headers["x-frame-options"] == "DENY"
    assert "canary" not in found.text
    assert found.json()["request_id"] == found.headers["x-request-id"]


async def test_a_database_that_is_gone_is_a_503_in_words(fleets, house_settings, console):
    token = await console.token("acme", "ADMIN")
    console.house.walled._connections._url = "postgresql://nobody@127.0.0.1:1/sally"
    await console.house.walled.close()

    asked = await console.http.get(
        "/api/v1/integrations", headers={"Authorization": f"Bearer {token}"}
    )
    ready = await console.http.get("/readyz")
    alive = await console.http.get("/healthz")

    assert [each.status_code for each in (asked, ready, alive)] == [503, 503, 200]
    assert asked.json()["happened"] == "Our database does not answer."
    assert asked.headers["retry-after"] == "10"


async def migrate_to(database, revision, comment="'works from 9999'"):
    async with connect(database, "sally_owner") as conn:
        await conn.execute(f"UPDATE ops.alembic_version SET version_num = '{revision}'")
        await conn.execute(f"COMMENT ON TABLE ops.alembic_version IS {comment}")


async def test_ready_means_migrated(console, database):
    assert (await console.http.get("/readyz")).json() == {"status": "ready"}
    await migrate_to(database, "0001")

    found = await console.http.get("/readyz")

    assert found.status_code == 503
    assert found.json()["next_step"] == "Run: sally db migrate"


@pytest.mark.parametrize(
    ("comment", "status"),
    [
        pytest.param(f"'works from {newest_revision()}'", 200, id="only expanded"),
        pytest.param("'works from 0001'", 200, id="expanded long ago"),
        pytest.param("'works from 9999'", 503, id="contracted"),
        pytest.param("NULL", 503, id="nothing said"),
        pytest.param("'Alembic''s own.'", 503, id="something else said"),
    ],
)
async def test_ready_on_a_newer_database_that_allows_it(console, database, comment, status):
    """The console of the version before answers until the new one takes over."""
    await migrate_to(database, "9999", comment)

    found = await console.http.get("/readyz")

    assert found.status_code == status
    if status != 200:
        assert "revision 9999" in found.json()["happened"]
