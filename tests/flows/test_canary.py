"""A credential appears nowhere but in the vendor's client."""

import json
import logging

import pytest
from prefect.client.orchestration import get_client

from core.secrets import fingerprint

CANARY = "canary0a1b2c3d4e5f60718293a4b5c6d7e8f9"[:32]
SECRET = "canary-secret-9f8e7d6c5b4a"
KEYS = {
    "samsara": {"api_key": CANARY},
    "truckbase": {"api_key": CANARY, "api_secret": SECRET},
    "fuelfinder": {"api_key": CANARY},
    "openweather": {"api_key": CANARY},
}
FAULTS = ["unauthorized", "error_500", "truncated", "reset", "not_json", "redirect", "error_200"]


def assert_clean(where, text):
    for secret in (CANARY, SECRET):
        assert secret not in text, f"the credential is in {where}"


@pytest.mark.parametrize("fault", [None, *FAULTS])
async def test_the_canary_is_nowhere(fleet, capfd, caplog, fault):
    caplog.set_level(logging.DEBUG)
    fleet.add("acme", keys=KEYS)
    # Another key than the sandbox's: every call is refused, unless the fault speaks first.
    if fault is not None:
        fleet.box.faults(kind=fault)

    await fleet.sync_all()

    assert_clean("the database", await everything_in(fleet.conn))
    assert_clean("Prefect's answers", await everything_prefect_says())
    out, err = capfd.readouterr()
    assert_clean("standard output and error", out + err)
    assert_clean("the log", caplog.text)
    assert fingerprint(KEYS["samsara"]) in await everything_in(fleet.conn)


async def everything_in(conn):
    """Every row of every table, as JSON text."""
    tables = await conn.execute(
        "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables"
        " WHERE schemaname IN ('ops', 'fleet')"
    )
    found = []
    for (table,) in await tables.fetchall():
        rows = await conn.execute(f"SELECT to_jsonb(t)::text FROM {table} t")
        found += [row[0] for row in await rows.fetchall()]
    return "\n".join(found)


async def everything_prefect_says():
    async with get_client() as client:
        found = []
        for path in (
            "flow_runs",
            "task_runs",
            "logs",
            "artifacts",
            "events",
            "block_documents",
            "variables",
            "deployments",
        ):
            answer = await client._client.post(f"/{path}/filter", json={})
            found.append(json.dumps(answer.json()))
        return "\n".join(found)
