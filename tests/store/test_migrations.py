"""The migrated database is what the models say, and the wall stands around every tenant."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import NamedTuple

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint

from core.errors import ConfigurationError
from models.ops import Table
from store import lookup, migrate
from store.connection import check_version, connect, engine
from store.shapes import SHAPES

VERSIONS = migrate.FOLDER / "versions"
ALL = tuple(sorted(path.name.partition("_")[0] for path in VERSIONS.glob("*_*.py")))
OURS = "n.nspname IN ('ops', 'fleet') AND c.relname <> 'alembic_version'"


def rows(url: str, statement: str) -> list[tuple]:
    with psycopg.connect(url) as conn:
        return conn.execute(statement).fetchall()


def test_models_and_database_agree(database):
    """A model that changes needs a migration."""
    with engine(database, role=None).connect() as conn:
        context = MigrationContext.configure(
            conn, opts=migrate.context_options(Table.metadata) | {"compare_server_default": True}
        )
        differences = compare_metadata(context, Table.metadata)

    assert differences == []


def test_checks_of_models_and_database_agree(database):
    """Alembic does not compare CHECKs, so their names are compared here."""
    found = rows(
        database,
        "SELECT conname FROM pg_constraint WHERE contype = 'c'"
        " AND connamespace IN ('ops'::regnamespace, 'fleet'::regnamespace)",
    )

    wanted = {
        check.name
        for table in Table.metadata.tables.values()
        for check in table.constraints
        if isinstance(check, CheckConstraint)
    }
    assert {name for (name,) in found} == {str(name) for name in wanted}


def test_everything_has_a_comment(database):
    """Analysts read the tables without us beside them."""
    silent = rows(
        database,
        "SELECT c.oid::regclass, a.attname FROM pg_class c"
        " JOIN pg_namespace n ON n.oid = c.relnamespace"
        " JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped"
        f" WHERE {OURS} AND c.relkind = 'r' AND a.attnum > 0"
        " AND (col_description(c.oid, a.attnum) IS NULL OR obj_description(c.oid) IS NULL)",
    )

    assert silent == []


def test_every_tenant_table_is_walled(database):
    """Row-level security, forced, wherever a tenant is named."""
    open_tables = rows(
        database,
        "SELECT c.oid::regclass FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        f" WHERE {OURS} AND c.relkind IN ('r', 'p')"
        " AND NOT (c.relrowsecurity AND c.relforcerowsecurity)"
        " AND (c.relname = 'tenant' OR EXISTS (SELECT FROM pg_attribute a"
        "      WHERE a.attrelid = c.oid AND a.attname = 'tenant_id'))",
    )

    assert open_tables == []


def test_views_for_analysts_respect_the_wall(database):
    """A view runs as its owner, who sees all tenants, unless it says otherwise."""
    leaking = rows(
        database,
        "SELECT relname FROM pg_class WHERE relnamespace = 'analytics'::regnamespace"
        " AND relkind IN ('v', 'm')"
        " AND NOT coalesce(reloptions::text[] && ARRAY['security_invoker=true'], false)",
    )

    assert leaking == []


@pytest.mark.parametrize("shape", SHAPES.values(), ids=lambda shape: shape.name)
def test_records_and_tables_agree(shape):
    """A record goes straight into a COPY: names and order must be the same."""
    wanted = [field.removesuffix("_json") for field in shape.record._fields]

    columns = [column.name for column in shape.table.columns]

    assert [name for name in columns if name in wanted] == wanted
    ours = {
        "tenant_id", "integration_id", "run_id", "synced_at", "row_hash",
        "missing_since", "missing_runs", "deleted_at",
    }  # fmt: skip
    first = {"first_run_id", "first_seen_at"} if shape.has_history else set()
    assert set(columns) - set(wanted) == ours | first


def test_upgrade_is_repeatable(empty_database):
    assert migrate.pending(empty_database) == ALL

    first, second = migrate.upgrade(empty_database), migrate.upgrade(empty_database)

    assert (first, second, migrate.pending(empty_database)) == (ALL, (), ())
    assert migrate.upgrade_if_needed(empty_database) == ()


def test_two_migrators_are_safe(empty_database):
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(migrate.upgrade, [empty_database] * 2))

    assert sorted(done) == [(), ALL]


BEFORE_VIEWS = """
WITH t AS (INSERT INTO ops.tenant (slug, name) VALUES ('acme', 'Acme') RETURNING id)
INSERT INTO ops.integration (tenant_id, vendor, credentials_ciphertext, credentials_key_id,
    credentials_fingerprint) SELECT id, 'samsara', 'sealed', 'key', 'print' FROM t;
INSERT INTO fleet.hos_clock (tenant_id, integration_id, run_id, row_hash, vendor_id, duty_status)
SELECT tenant_id, id, gen_random_uuid(), 1, 'd' || n, 'driving'
FROM ops.integration, generate_series(1, 4) n;
"""
CHANGES = """
UPDATE fleet.hos_clock SET duty_status = 'on_duty' WHERE vendor_id = 'd1';
UPDATE fleet.hos_clock SET deleted_at = now() WHERE vendor_id = 'd2';
DELETE FROM fleet.hos_clock WHERE vendor_id = 'd3';
"""
TOLD = """
SELECT vendor_id, duty_status, valid_from, valid_to, is_first, run_id
FROM fleet.hos_status_history ORDER BY vendor_id, valid_from
"""


def test_histories_tell_the_same_after_they_became_views(empty_database, monkeypatch):
    """And what changes afterwards is told as if they had always been."""

    def up_to_0018(url):
        with engine(url, role="sally_owner").connect() as conn:
            command.upgrade(migrate.config(conn), "0018")

    with monkeypatch.context() as before:
        before.setattr(migrate, "_run", up_to_0018)
        migrate.upgrade(empty_database)
    for statement in (BEFORE_VIEWS, CHANGES):
        with psycopg.connect(empty_database) as conn:
            conn.execute(statement)
    was = rows(empty_database, TOLD)

    migrate.upgrade(empty_database)

    assert len(was) == 5
    assert rows(empty_database, TOLD) == was
    with psycopg.connect(empty_database) as conn:
        conn.execute("UPDATE fleet.hos_clock SET duty_status = 'off_duty', deleted_at = NULL")
    told = [(who, status, to is None) for who, status, _, to, *_ in rows(empty_database, TOLD)]
    assert told == [
        ("d1", "driving", False), ("d1", "on_duty", False), ("d1", "off_duty", True),
        ("d2", "driving", False), ("d2", "off_duty", True), ("d3", "driving", False),
        ("d4", "driving", False), ("d4", "off_duty", True),
    ]  # fmt: skip


def test_the_database_says_whose_code_works_on_it(database):
    """Code from before 0019 removes old periods from what is a view since then."""
    assert rows(database, lookup.SHAPE) == [(ALL[-1], "0019")]


def test_a_revision_lets_older_code_go_on_only_where_it_says_so():
    """The newest word of any of them counts; what says nothing names itself."""
    names = {
        step.revision: getattr(step.module, "works_from", step.revision)
        for step in ScriptDirectory(str(migrate.FOLDER)).walk_revisions()
    }

    assert all(told in names and told <= revision for revision, told in names.items())


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        pytest.param([None, None], "0002", id="nothing said"),
        pytest.param([None, None, "0002"], "0002", id="one that expands"),
        pytest.param([None, None, "0002", "0002"], "0002", id="two that expand"),
        pytest.param([None, None, "0002", None, "0002"], "0004", id="one between them contracts"),
        pytest.param([None, None, "0002", "0003"], "0003", id="drops what the last left unread"),
    ],
)
def test_one_that_contracts_ends_what_others_allow(told, expected):
    steps = [
        SimpleNamespace(
            revision=f"{number:04}",
            module=SimpleNamespace(**({} if word is None else {"works_from": word})),
        )
        for number, word in enumerate(told, 1)
    ]

    assert migrate.works_from(SimpleNamespace(walk_revisions=lambda: iter(steps))) == expected


def test_unknown_revision_is_a_sentence(database):
    with psycopg.connect(database) as conn:
        conn.execute("UPDATE ops.alembic_version SET version_num = '9999'")

    with pytest.raises(ConfigurationError, match="revision 9999"):
        migrate.pending(database)


def test_a_user_who_may_not_create_roles_is_told(database):
    """The sentence names the roles that an administrator has to make."""
    name = "weak_" + database.rpartition("/")[2]
    with psycopg.connect(database, autocommit=True) as admin:
        admin.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'weak'")
        weak = psycopg.conninfo.make_conninfo(database, user=name, password="weak")
        try:
            with pytest.raises(ConfigurationError, match=f"{name} may not create the roles"):
                migrate.upgrade(weak)
        finally:
            admin.execute(f"DROP ROLE {name}")


class Broken(NamedTuple):
    change: dict[str, str]
    sentence: str


@pytest.mark.parametrize(
    "broken",
    [
        Broken({"password": "canary-wrong"}, "refuses user postgres"),
        Broken({"dbname": "nowhere"}, "has no database “nowhere”"),
        Broken({"port": "1"}, "cannot be reached"),
    ],
    ids=lambda broken: broken.sentence,
)
async def test_a_wrong_url_is_a_sentence(database, broken):
    """Each names what to correct, and none repeats the password."""
    with pytest.raises(ConfigurationError, match=broken.sentence) as caught:
        async with connect(psycopg.conninfo.make_conninfo(database, **broken.change)):
            pass

    assert "canary" not in str(caught.value)
    assert caught.value.__cause__ is None


async def test_an_empty_database_is_a_sentence(empty_database):
    """The roles may exist in the server already; then it is a table that is missing later."""
    with pytest.raises(ConfigurationError, match="sally db migrate"):
        async with connect(empty_database, role="sally_nobody"):
            pass


def test_an_old_server_is_a_sentence():
    with pytest.raises(ConfigurationError, match=r"PostgreSQL 15\.4; version 17"):
        check_version(150004)

    check_version(170000)
