"""Every route of the document: nobody without a sign-in, no lower role, no stranger's id.

The routes come from the OpenAPI document, so that a new one is tried without being named here; one
that nobody gave an example is a failure.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from console.api.app import PREFIX
from models.ops import Role
from tests.support.console import ROLES

OPEN = {
    ("post", f"{PREFIX}/auth/login"),
    ("get", "/healthz"),
    ("get", "/readyz"),
    ("get", "/metrics"),
}
# The least role of each route; here once more, so that a slip in the code is seen.
LEAST = {
    "get /auth/me": Role.DRIVER,
    "get /drivers": Role.DRIVER,
    "get /drivers/{driver_id}/hos": Role.DRIVER,
    "post /integrations": Role.ADMIN,
    "post /integrations/test": Role.ADMIN,
    "patch /integrations/{integration_id}": Role.ADMIN,
    "delete /integrations/{integration_id}": Role.ADMIN,
    "post /alerts/test": Role.ADMIN,
    "put /driver-links/{load_driver_id}": Role.ADMIN,
}
SOON = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
TRIAL = {"vendor": "samsara", "credentials": {"api_key": "canary-key"}}
BODIES = {
    "post /integrations": {**TRIAL, "test_first": False},
    "post /integrations/test": TRIAL,
    "patch /integrations/{integration_id}": {"poll_seconds": 600},
    "put /drivers/{driver_id}/hos/override": {"reason": "Why", "expires_at": SOON, "drive_s": 60},
    "post /incidents/{incident_id}/mute": {"minutes": 5},
    "put /driver-links/{load_driver_id}": {"hours_driver_id": "acme-driver-2"},
}


def routes(app):
    """(method, path below the prefix, path) of every route that needs a sign-in."""
    for path, methods in app.openapi()["paths"].items():
        for method in methods:
            if (method, path) not in OPEN:
                yield method, path.removeprefix(PREFIX), path


def ids(filled):
    return {
        "{integration_id}": filled.integrations["samsara"],
        "{run_id}": filled.runs["samsara"][0],
        "{incident_id}": filled.incident,
        "{entry_id}": filled.aside["samsara"],
        "{driver_id}": filled.drivers[1],
        "{load_id}": filled.load,
        "{load_driver_id}": filled.load_driver,
    }


def placed(path, filled):
    for name, value in ids(filled).items():
        path = path.replace(name, str(value))
    assert "{" not in path, f"no example for {path}: add one to ids()"
    return path


def body(method, path):
    found = BODIES.get(f"{method} {path}")
    return {} if found is None else {"json": found}


def least(method, path):
    return LEAST.get(f"{method} {path}", Role.DISPATCHER)


async def test_nobody_gets_in_without_a_sign_in(console, filled):
    for method, path, whole in routes(console.app):
        found = await console.http.request(
            method.upper(), placed(whole, filled["acme"]), **body(method, path)
        )
        assert found.status_code == 401, (method, path)


async def test_a_stranger_s_id_is_not_found_and_nothing_changes(console, filled, rows):
    """By whatever role; the same words as for what never was."""
    changed = "SELECT count(*), max(updated_at) FROM ops.integration"
    before = rows(changed), rows("SELECT count(*) FROM ops.audit_log")
    tried = 0
    for method, path, _ in routes(console.app):
        if "{" not in path:
            continue
        for role in ROLES:
            if role is Role.DRIVER and least(method, path) is not Role.DRIVER:
                continue
            found = await console.ask(
                method.upper(), placed(path, filled["bluemesa"]), by=role, **body(method, path)
            )
            wanted = 404 if ROLES.index(role) >= ROLES.index(least(method, path)) else 403
            assert found.status_code == wanted, (method, path, role, found.text)
            assert "bluemesa" not in found.text.replace(filled["bluemesa"].drivers[1], "")
            tried += 1
    assert tried > 25
    assert (rows(changed), rows("SELECT count(*) FROM ops.audit_log")) == before


async def test_a_role_that_is_too_low_is_refused(console, filled, rows):
    before = rows("SELECT count(*) FROM ops.audit_log")
    for method, path, _ in routes(console.app):
        for role in ROLES[: ROLES.index(least(method, path))]:
            found = await console.ask(
                method.upper(), placed(path, filled["acme"]), by=role, **body(method, path)
            )
            assert found.status_code == 403, (method, path, role)
            assert found.json()["who"] == "Who must act: you."
    assert rows("SELECT count(*) FROM ops.audit_log") == before


@pytest.mark.parametrize("role", ROLES)
async def test_lists_hold_nothing_of_another_tenant(console, filled, role):
    """Everything that has no id in its path, read by every role that may."""
    strange = {
        str(value)
        for part in (filled["bluemesa"].integrations, filled["bluemesa"].aside)
        for value in part.values()
    }
    strange |= {str(filled["bluemesa"].incident), "bluemesa"}
    seen = 0
    for method, path, _ in routes(console.app):
        if method != "get" or "{" in path or ROLES.index(role) < ROLES.index(least(method, path)):
            continue
        found = await console.ask("GET", path, by=role)
        assert found.status_code == 200, (path, found.text)
        assert not [word for word in strange if word in found.text], path
        seen += len(found.text)
    assert seen > 100


async def test_a_driver_sees_their_own_hours_only(console, filled):
    own, other = filled["acme"].drivers[0], filled["acme"].drivers[1]

    board = await console.ask("GET", "/drivers", by="DRIVER")
    mine = await console.ask("GET", f"/drivers/{own}/hos", by="DRIVER")
    theirs = await console.ask("GET", f"/drivers/{other}/hos", by="DRIVER")
    nobodys = await console.ask("GET", "/drivers/nobody/hos", by="DRIVER")

    assert [each["driver_id"] for each in board.json()["items"]] == [own]
    assert mine.json()["clocks"]["drive"]["left_s"] <= 36_000
    assert theirs.status_code == nobodys.status_code == 404
    assert theirs.json()["happened"] == nobodys.json()["happened"]


async def test_a_super_admin_reaches_another_tenant_by_choice_only(console, filled):
    path = f"/integrations/{filled['bluemesa'].integrations['samsara']}"

    without = await console.ask("GET", path, by="SUPER_ADMIN")
    chosen = await console.ask(
        "GET", path, by="SUPER_ADMIN", headers={"X-Sally-Tenant": "bluemesa"}
    )

    assert (without.status_code, chosen.status_code) == (404, 200)


async def test_credentials_never_come_back(console, filled):
    """No answer of any route holds what was stored, nor its ciphertext."""
    for method, path, _ in routes(console.app):
        if method == "get":
            found = await console.ask("GET", placed(path, filled["acme"]), by="SUPER_ADMIN")
            assert "canary" not in found.text
            assert "ciphertext" not in found.text
