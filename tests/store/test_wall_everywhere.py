"""Row-level security, proven: every table and view, every role, every way of crossing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from tests.conftest import temporary
from tests.support import wall
from tests.support.wall import Relation, Who

SECRETS = (
    "ciphertext", "key_id", "fingerprint", "secret", "password", "payload", "settings", "cursor",
    "lease", "owner", "author", "actor", "reason", "email", "recipient", "details", "flow_run_id",
)  # fmt: skip


@dataclass(frozen=True)
class House:
    """Two tenants with a row each in every table, and who comes to look."""

    conn: psycopg.Connection[Any]
    ours: UUID
    theirs: UUID
    visitors: tuple[Who, ...]

    def who(self, name: str) -> Who:
        return next(one for one in self.visitors if one.name == name)


@pytest.fixture(scope="module")
def house(postgres, template) -> Iterator[House]:
    with temporary(postgres, template) as name:
        ours, theirs, login = uuid4(), uuid4(), f"ana_{name}"
        with psycopg.connect(postgres(name)) as conn:
            conn.execute(f"CREATE ROLE {login} LOGIN IN ROLE sally_analyst")
            conn.execute(f"CREATE ROLE {login}_new LOGIN IN ROLE sally_analyst")
            wall.fill(conn, (ours, theirs))
            conn.execute("DELETE FROM ops.analyst_access")
            conn.execute("INSERT INTO ops.analyst_access VALUES (%s, %s)", [login, ours])
            wall.copies(conn, wall.relations(conn))
            yield House(conn, ours, theirs, _visitors(ours, login))
            conn.rollback()


def _visitors(ours: UUID, login: str) -> tuple[Who, ...]:
    console = "SET LOCAL ROLE sally_console"
    told = f"SET LOCAL sally.tenant_id = '{ours}'"
    return (
        Who("console of a tenant", (console, told), ours),
        Who("console of nobody", (console,), None),
        Who("console of an emptied setting", (console, "SET LOCAL sally.tenant_id = ''"), None),
        Who("analyst of a tenant", (f"SET LOCAL SESSION AUTHORIZATION {login}",), ours),
        Who("analyst who says so", (f"SET LOCAL SESSION AUTHORIZATION {login}_new", told), None),
        Who("analyst by role only", ("SET LOCAL ROLE sally_analyst", told), None),
    )


VISITORS = [one.name for one in _visitors(uuid4(), "x")]


@pytest.mark.parametrize("name", VISITORS)
def test_nobody_reads_or_writes_a_stranger_anywhere(house, name):
    """Read, insert, update, take over and delete, in every table and view of the catalogue."""
    asked = wall.relations(house.conn)

    assert len(asked) > 40
    assert list(wall.breaches(house.conn, house.who(name), house.theirs, asked)) == []


@pytest.mark.parametrize("name", ["console of a tenant", "analyst of a tenant"])
def test_what_is_ones_own_is_there(house, name):
    """Or an empty table would have proven nothing."""
    asked = [
        one for one in wall.relations(house.conn)
        if one.schema in ("fleet", "analytics") and one.key is not None
    ]  # fmt: skip
    unseen = [str(one) for one in asked if not wall.own_rows(house.conn, house.who(name), one)]

    assert unseen == []


MISTAKES = {
    "no row-level security": "CREATE TABLE fleet.new AS SELECT id AS tenant_id FROM ops.tenant",
    "a policy for all": "CREATE TABLE fleet.new AS SELECT id AS tenant_id FROM ops.tenant;"
    " ALTER TABLE fleet.new ENABLE ROW LEVEL SECURITY;"
    " CREATE POLICY all_of_it ON fleet.new USING (true)",
    "a view that runs as its owner": "CREATE VIEW analytics.new AS"
    " SELECT tenant_id, vendor_id FROM fleet.driver",
    "a table that names no tenant": "CREATE TABLE fleet.new (id int)",
}


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=list(MISTAKES))
def test_a_new_table_without_a_policy_is_noticed(house, mistake):
    """The check itself is tried: each mistake is made, and taken back."""
    with house.conn.transaction(force_rollback=True):
        house.conn.execute(mistake)
        house.conn.execute(
            "DO $$ BEGIN IF to_regclass('fleet.new') IS NOT NULL THEN"
            " GRANT SELECT, INSERT, UPDATE, DELETE ON fleet.new TO sally_console, sally_analyst;"
            " ELSE GRANT SELECT ON analytics.new TO sally_console, sally_analyst; END IF; END $$"
        )
        new = [one for one in wall.relations(house.conn) if one.name == "new"]
        wall.copies(house.conn, new)
        for who in house.visitors:
            assert list(wall.breaches(house.conn, who, house.theirs, new)) != [], who.name


def test_every_table_of_a_tenant_has_its_wall_forced(house):
    """Not even their owner passes by accident."""
    found = house.conn.execute(
        "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname IN ('ops', 'fleet') AND c.relkind IN ('r', 'p')"
        " AND c.relrowsecurity AND c.relforcerowsecurity"
    ).fetchall()
    wanted = {
        str(one) for one in wall.relations(house.conn) if one.key is not None and not one.is_view
    }

    assert {name for (name,) in found} == wanted


def test_an_analyst_may_read_no_column_that_holds_a_secret_or_a_person(house):
    """The columns of schema ops that are granted, by name: none of these words is among them."""
    granted = house.conn.execute(
        "SELECT c.relname || '.' || a.attname FROM pg_class c JOIN pg_attribute a"
        " ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
        " WHERE c.relnamespace = 'ops'::regnamespace AND c.relkind IN ('r', 'p', 'v')"
        " AND has_column_privilege('sally_analyst', c.oid, a.attnum, 'SELECT')"
    ).fetchall()

    names = {name for (name,) in granted}
    assert {name for name in names if any(word in name for word in SECRETS)} == set()
    assert "integration.vendor" in names


def test_a_credential_cannot_be_read_by_an_analyst_in_any_way(house):
    secret = Relation("ops", "integration", False, "tenant_id")
    ways = (
        "SELECT credentials_ciphertext FROM ops.integration",
        "SELECT * FROM ops.integration",
        "SELECT i FROM ops.integration i",
        "SELECT to_jsonb(i) FROM ops.integration i",
        "SELECT vendor FROM ops.integration WHERE credentials_ciphertext = 'x'",
        "SELECT vendor FROM ops.integration ORDER BY credentials_fingerprint",
        "COPY ops.integration TO STDOUT",
        "SELECT password_hash FROM ops.app_user",
        "SELECT secret_ciphertext FROM ops.tenant_channel",
    )
    who = house.who("analyst of a tenant")
    assert wall.own_rows(house.conn, who, secret) == 1
    for way in ways:
        with house.conn.transaction(force_rollback=True):
            house.conn.execute(who.become[0])
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                house.conn.execute(way)


def test_calls_are_told_to_whom_they_belong(house):
    """They stand in arrays, many tenants side by side, where no policy can tell them apart."""
    house.conn.execute(
        "INSERT INTO ops.vendor_outcome (vendor, tenants, integrations, successes, failures)"
        " VALUES ('acme', %(both)s::uuid[], %(both)s::uuid[], '{3,5}', '{1,2}')",
        {"both": [house.ours, house.theirs]},
    )
    told = {}
    for who in house.visitors:
        with house.conn.transaction(force_rollback=True):
            for step in who.become:
                house.conn.execute(step)
            told[who.name] = house.conn.execute("SELECT * FROM ops.recent_calls()").fetchall()

    own = [(house.ours, house.ours, 3, 1)]
    assert told == {who.name: own if who.sees else [] for who in house.visitors}
