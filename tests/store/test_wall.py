"""A tenant is a wall, and an analyst cannot walk around it."""

from __future__ import annotations

import contextlib

import psycopg
import pytest

from store.connection import connect

from .conftest import driver


@pytest.fixture
async def two(house):
    """Two fleets with a driver each."""
    fleets = await house.fleets(2)
    await house.sync([driver(1)])
    await house.sync([driver(2)])
    return fleets


@pytest.fixture
def analyst(database, two):
    """A login of an analyst who may read the first fleet."""
    name = "ana_" + database.rpartition("/")[2]
    with psycopg.connect(database, autocommit=True) as admin:
        admin.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'ana' IN ROLE sally_analyst")
        admin.execute("INSERT INTO ops.analyst_access (role_name, tenant_id) VALUES (%s, %s)",
                      [name, two[0].tenant_id])  # fmt: skip
        yield psycopg.conninfo.make_conninfo(database, user=name, password="ana")
        admin.execute(f"DROP ROLE {name}")


async def seen(conn, table: str) -> int:
    return (await (await conn.execute(f"SELECT count(*) FROM {table}")).fetchone())[0]


async def test_the_console_sees_its_tenant_only(database, two):
    tables = ("fleet.driver", "ops.sync_run", "ops.integration", "ops.tenant")
    async with connect(database, "sally_console") as conn:
        assert [await seen(conn, table) for table in tables] == [0, 0, 0, 0]

        async with conn.transaction():
            await conn.execute("SELECT set_config('sally.tenant_id', %s, true)",
                               [str(two[0].tenant_id)])  # fmt: skip
            assert [await seen(conn, table) for table in tables] == [1, 1, 1, 1]
        # After SET LOCAL the setting is empty, not unset.
        assert await seen(conn, "fleet.driver") == 0


async def test_the_console_cannot_write_to_a_stranger(database, two):
    async with connect(database, "sally_console") as conn:
        await conn.execute("SELECT set_config('sally.tenant_id', %s, false)",
                           [str(two[0].tenant_id)])  # fmt: skip
        changed = await conn.execute("UPDATE ops.integration SET status = 'disabled'")
        assert changed.rowcount == 1
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            await conn.execute("UPDATE ops.integration SET tenant_id = %s", [two[1].tenant_id])


COLUMNS = "(tenant_id, integration_id, run_id, row_hash, vendor_id, duty_status)"
CROSSINGS = {
    "a row moves": "UPDATE fleet.driver SET tenant_id = %(first)s",
    "one of two rows is wrong": f"INSERT INTO fleet.hos_clock {COLUMNS}"
    " VALUES (%(first)s, %(its)s, %(its)s, 0, 'right', 'driving'),"
    " (%(first)s, %(others)s, %(its)s, 0, 'wrong', 'driving')",
    "a merge": "MERGE INTO fleet.hos_clock t USING (SELECT) s ON t.vendor_id = 'new'"
    f" WHEN NOT MATCHED THEN INSERT {COLUMNS}"
    " VALUES (%(first)s, %(others)s, %(its)s, 0, 'new', 'driving')",
    "there is no such integration": f"INSERT INTO fleet.hos_clock {COLUMNS}"
    " VALUES (%(first)s, gen_random_uuid(), %(its)s, 0, 'new', 'driving')",
    "an integration moves": "UPDATE ops.integration SET tenant_id = %(first)s, vendor = 'moved'"
    " WHERE id = %(others)s",
    "an integration goes": "DELETE FROM ops.integration",
}


async def test_no_row_points_across_tenants(house, two):
    """Landed rows have no foreign key to their integration: triggers say the same for less."""
    told = {"first": two[0].tenant_id, "its": two[0].integration_id,
            "others": two[1].integration_id}  # fmt: skip
    # What else points at the integrations must not be what refuses.
    for table in ("sync_run_dataset", "sync_run", "dataset_state"):
        await house.conn.execute(f"DELETE FROM ops.{table}")

    let_through = []
    for name, crossing in CROSSINGS.items():
        with contextlib.suppress(psycopg.errors.ForeignKeyViolation):
            await house.conn.execute(crossing, told)
            let_through.append(name)

    assert let_through == []
    assert await seen(house.conn, "fleet.hos_clock") == 0


async def test_every_landed_table_is_checked(conn):
    unchecked = await conn.execute(
        "SELECT c.oid::regclass FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
        " WHERE c.relnamespace = 'fleet'::regnamespace AND c.relkind IN ('r', 'p')"
        " AND a.attname = 'integration_id' AND (SELECT count(*) FROM pg_trigger t"
        "  WHERE t.tgrelid = c.oid AND t.tgenabled = 'O'"
        "  AND t.tgname IN ('check_owner', 'refuse_move')) < 2"
    )

    assert await unchecked.fetchall() == []


async def test_an_analyst_reads_what_was_granted(analyst):
    async with await psycopg.AsyncConnection.connect(analyst, autocommit=True) as conn:
        assert await seen(conn, "fleet.driver") == 1


@pytest.mark.parametrize(
    "escape",
    [
        "SET sally.tenant_id = '{tenant}'",
        "SET row_security = off",
        "SET ROLE sally_analyst",
        "SET ROLE sally_pipeline",
        "SET SESSION AUTHORIZATION postgres",
        "SET role = 'none'",
        "SELECT set_config('role', 'sally_console', false)",
        "INSERT INTO ops.analyst_access SELECT current_user, '{tenant}'",
        "CREATE FUNCTION fleet.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    ],
)
async def test_an_analyst_cannot_see_a_stranger(analyst, two, escape):
    """Whatever the session sets, it never sees more than before."""
    async with await psycopg.AsyncConnection.connect(analyst, autocommit=True) as conn:
        try:
            await conn.execute(escape.format(tenant=two[1].tenant_id))
            found = await conn.execute("SELECT tenant_id FROM fleet.driver")
            tenants = {row[0] for row in await found.fetchall()}
        except (psycopg.errors.InsufficientPrivilege, psycopg.errors.InvalidParameterValue):
            tenants = set()

    assert tenants <= {two[0].tenant_id}


async def test_an_analyst_reads_the_fleet_and_nothing_else(analyst):
    refused = [
        "SELECT credentials_ciphertext FROM ops.integration",
        "SELECT * FROM ops.analyst_access",
        "SELECT * FROM ops.quarantine",
        "SELECT * FROM ops.app_user",
        "DELETE FROM fleet.driver",
        "UPDATE fleet.driver SET name = 'x'",
    ]
    async with await psycopg.AsyncConnection.connect(analyst, autocommit=True) as conn:
        for statement in refused:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                await conn.execute(statement)


async def test_the_owner_of_the_tables_is_not_above_the_wall_by_accident(conn):
    """Only roles of the house with a policy see rows: a bare owner bypass would be a hole."""
    policies = await (
        await conn.execute("SELECT roles::text, count(*) FROM pg_policies GROUP BY 1")
    ).fetchall()

    assert {roles for roles, _ in policies} == {
        "{sally_owner}", "{sally_pipeline}", "{sally_console}", "{sally_analyst}"
    }  # fmt: skip


async def test_the_audit_log_cannot_be_rewritten(conn):
    for statement in ("UPDATE ops.audit_log SET actor = ''", "DELETE FROM ops.audit_log"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            await conn.execute(statement)


async def test_a_tenants_slack_channel_and_incidents_are_behind_the_wall(database, two, conn):
    """Neither read nor written by another tenant; what concerns all may be read by all."""
    for fleet in two:
        await conn.execute(
            "INSERT INTO ops.tenant_channel (tenant_id, channel, secret_ciphertext, secret_key_id,"
            " secret_fingerprint) VALUES (%s, 'slack', 'sealed', 'key', 'print')",
            [fleet.tenant_id],
        )  # fmt: skip
    await conn.execute(
        "INSERT INTO ops.incident (key, tenant_id, kind, severity, happened)"
        " SELECT id::text, id, 'failing', 'ERROR', 'It fails.' FROM ops.tenant"
        " UNION ALL SELECT 'silent', NULL, 'scheduler_silent', 'CRITICAL', 'Nothing runs.'"
    )
    async with connect(database, "sally_console") as console:
        assert await seen(console, "ops.tenant_channel") == 0
        await console.execute("SELECT set_config('sally.tenant_id', %s, false)",
                              [str(two[0].tenant_id)])  # fmt: skip
        assert await seen(console, "ops.tenant_channel") == 1
        assert await seen(console, "ops.incident") == 2
        changed = await console.execute("UPDATE ops.tenant_channel SET secret_key_id = 'other'")
        assert changed.rowcount == 1
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            await console.execute(
                "UPDATE ops.tenant_channel SET tenant_id = %s", [two[1].tenant_id]
            )
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            await seen(console, "ops.alert_event")
