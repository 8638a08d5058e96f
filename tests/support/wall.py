"""Tries every table and view across tenants, as each role: what a wall is proven with.

All of it happens in one superuser's connection and transaction, so that a table which nobody has
committed is tried as well. What is tried comes from the catalogue, never from a list.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg import sql

# Tables without a tenant, and who may read them: they hold nothing that is a tenant's.
SHARED = {
    "ops.breaker_policy": {"console"},
    "ops.pulse": {"console"},
    "ops.schema_fields": {"console"},
    "ops.sign_in_attempt": {"console"},
    "ops.alembic_version": {"console"},
    "ops.rate_gate": set(),
    "ops.alert_event": set(),
    "ops.vendor_outcome": set(),
}
RELATIONS = """
SELECT n.nspname, c.relname, c.relkind IN ('v', 'm'),
    CASE WHEN c.oid = 'ops.tenant'::regclass THEN 'id' ELSE (
        SELECT a.attname FROM pg_attribute a
        WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped) END
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname IN ('ops', 'fleet', 'analytics') AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
ORDER BY 1, 2
"""
COLUMNS = """
SELECT a.attname, format_type(a.atttypid, NULL), a.attnotnull
FROM pg_attribute a WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped
    AND a.attgenerated = '' AND a.attidentity <> 'a'
ORDER BY a.attnum
"""
VALUES = {
    "boolean": "true", "integer": "1", "bigint": "1", "numeric": "1", "double precision": "1",
    "jsonb": "'{}'", "bytea": "'x'", "date": "current_date", "text[]": "'{}'", "integer[]": "'{1}'",
    "timestamp with time zone": "now() - interval '10 minutes'", "interval": "'1 s'",
    "smallint": "1", "real": "1", "uuid[]": "'{}'", "inet": "'127.0.0.1'", "json": "'{}'",
}  # fmt: skip
# What a view asks of a row before it shows it.
TOLD = {"product": "'diesel'", "sync_type": "'manual'", "missing_since": "NULL"}


@dataclass(frozen=True)
class Relation:
    """A table or a view; ``key``: its column that names the tenant."""

    schema: str
    name: str
    is_view: bool
    key: str | None

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}"

    @property
    def sql(self) -> sql.Identifier:
        return sql.Identifier(self.schema, self.name)


@dataclass(frozen=True)
class Who:
    """A way to come to the wall: statements that put one there, and the tenant it may see."""

    name: str
    become: tuple[str, ...]
    sees: UUID | None


def relations(conn: psycopg.Connection[Any]) -> list[Relation]:
    """Every table and view of the three schemas."""
    return [Relation(*row) for row in conn.execute(RELATIONS).fetchall()]


def fill(conn: psycopg.Connection[Any], tenants: Sequence[UUID]) -> None:
    """One row of each tenant in every table, whatever its checks, keys and triggers say.

    Words are the tenant's number, so that rows of one tenant join, and those of two never do.
    """
    conn.execute("SET session_replication_role = replica")
    for table, check in conn.execute(
        "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype = 'c'"
        " AND connamespace IN ('ops'::regnamespace, 'fleet'::regnamespace)"
    ).fetchall():
        conn.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{check}"')
    for relation in relations(conn):
        if not relation.is_view and relation.key is not None:
            for tenant in tenants:
                _insert(conn, relation, tenant, str(tenant))
    conn.execute("SET session_replication_role = origin")


def _insert(conn: psycopg.Connection[Any], into: Relation, tenant: UUID, word: str) -> None:
    told: dict[str, str] = {}
    for name, kind, is_needed in conn.execute(COLUMNS, [str(into)]).fetchall():
        if name == into.key or (name == "id" and into.name == "integration"):
            told[name] = f"'{tenant}'"
        elif name in TOLD:
            told[name] = TOLD[name]
        elif kind == "uuid" and (
            name.startswith(("integration", "run", "breaker_id"))
            or (name == "id" and into.name in ("sync_run", "breaker"))
        ):
            told[name] = f"'{tenant}'"
        elif (into.name, name) == ("quality_result", "status"):
            told[name] = "'failed'"
        elif is_needed or name in ("driver_id", "vendor_id", "state", "brand", "latitude"):
            told[name] = VALUES.get(kind, f"'{uuid4()}'" if kind == "uuid" else f"'{word}'")
    names = ", ".join(f'"{name}"' for name in told)
    conn.execute(f"INSERT INTO {into} ({names}) VALUES ({', '.join(told.values())})".encode())


def breaches(
    conn: psycopg.Connection[Any], who: Who, stranger: UUID, asked: Sequence[Relation]
) -> Iterator[str]:
    """What this one can read or change of another tenant, in words; nothing when the wall holds."""
    for relation in asked:
        if relation.key is None:
            yield from _shared(conn, who, relation)
            continue
        for deed, statement in _deeds(relation, stranger):
            found = attempt(conn, who, statement, relation.is_view)
            if found:
                yield f"{who.name} can {deed} {found} rows of a stranger in {relation}"
        found = attempt(conn, who, _of_anybody(relation, who.sees), relation.is_view)
        if found:
            yield f"{who.name} can read {found} rows that are not its own in {relation}"


def own_rows(conn: psycopg.Connection[Any], who: Who, asked: Relation) -> int:
    """How many of its own rows this one sees there."""
    assert who.sees is not None
    return attempt(conn, who, _read(asked, who.sees), asked.is_view)


def attempt(conn: psycopg.Connection[Any], who: Who, statement: sql.Composed, view: bool) -> int:
    """How many rows the statement reaches; 0 when it is refused. Nothing of it stays."""
    refused: tuple[type[psycopg.Error], ...] = (psycopg.errors.InsufficientPrivilege,)
    if view:  # a view of several tables takes no rows at all
        refused = (
            *refused,
            psycopg.errors.ObjectNotInPrerequisiteState,
            psycopg.errors.FeatureNotSupported,
        )
    with conn.transaction(force_rollback=True):
        for step in who.become:
            conn.execute(step.encode())
        try:
            with conn.transaction():
                return max(conn.execute(statement).rowcount, 0)
        except refused:
            return 0
        except psycopg.IntegrityError:
            return 1  # the row was let through, and only met a key


def _shared(conn: psycopg.Connection[Any], who: Who, relation: Relation) -> Iterator[str]:
    kind = who.name.partition(" ")[0]
    if str(relation) not in SHARED:
        yield f"{relation} names no tenant and is not known to be shared"
    elif kind not in SHARED[str(relation)]:
        statement = sql.SQL("SELECT FROM {}").format(relation.sql)
        conn.execute("SAVEPOINT here")
        try:
            for step in who.become:
                conn.execute(step.encode())
            conn.execute(statement)
        except psycopg.errors.InsufficientPrivilege:
            pass
        else:
            yield f"{who.name} may read {relation}"
        finally:
            conn.execute("ROLLBACK TO here")


def _deeds(relation: Relation, stranger: UUID) -> Iterator[tuple[str, sql.Composed]]:
    assert relation.key is not None
    told = {"it": relation.sql, "key": sql.Identifier(relation.key), "whose": sql.Literal(stranger)}
    yield "read", _read(relation, stranger)
    copied = {**told, "copy": sql.Identifier(f"copy_{relation.schema}_{relation.name}")}
    yield (
        "insert",
        sql.SQL("INSERT INTO {it} SELECT * FROM pg_temp.{copy} WHERE {key} = {whose}").format(
            **copied
        ),
    )
    yield "update", sql.SQL("UPDATE {it} SET {key} = {key} WHERE {key} = {whose}").format(**told)
    yield "take", sql.SQL("UPDATE {it} SET {key} = {whose}").format(**told)
    yield "delete", sql.SQL("DELETE FROM {it} WHERE {key} = {whose}").format(**told)


def _read(relation: Relation, whose: UUID) -> sql.Composed:
    key = sql.Identifier(relation.key or "")
    return sql.SQL("SELECT FROM {} WHERE {} = {}").format(relation.sql, key, sql.Literal(whose))


def _of_anybody(relation: Relation, but: UUID | None) -> sql.Composed:
    key = sql.Identifier(relation.key or "")
    return sql.SQL("SELECT FROM {} WHERE {} IS NOT NULL AND {} IS DISTINCT FROM {}").format(
        relation.sql, key, key, sql.Literal(but)
    )


def copies(conn: psycopg.Connection[Any], asked: Sequence[Relation]) -> None:
    """A copy of each table that all roles may read, to insert a stranger's rows from."""
    for relation in asked:
        if relation.key is not None:
            name = sql.Identifier(f"copy_{relation.schema}_{relation.name}")
            conn.execute(
                sql.SQL("CREATE TEMP TABLE {} AS SELECT * FROM {}").format(name, relation.sql)
            )
            conn.execute(sql.SQL("GRANT SELECT ON {} TO PUBLIC").format(name))
