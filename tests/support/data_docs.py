"""Writes docs/data: the dictionary, the entity diagram, and the results of the worked queries."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from sqlalchemy import Table as SqlTable
from sqlalchemy.dialects import postgresql

POSTGRESQL = postgresql.dialect()  # type: ignore[no-untyped-call]
SQL = re.compile(r"^```sql\n(.*?)^```\n(?:\n\|.*?(?=\n\n|\Z)\n)?", re.DOTALL | re.MULTILINE)
HOW = "SALLY_WRITE_DOCS=1 .venv/bin/python -m pytest tests/store/test_data_docs.py"
DICTIONARY = f"""\
# Data dictionary

Every table, view and column that an analyst may read, as the database itself says it (`\\d+` in
psql shows the same). Times are UTC. What is not known is null. Written by its test:
`{HOW}`.
"""
DIAGRAM = f"""\
# Entities

How the tables hang together. A solid line is a foreign key or a trigger that says the same; a
dotted one is an id that both carry, and nothing enforces it. Rows that came from a vendor
(`integration_id`) belong to an integration of their own tenant. Written by its test:
`{HOW}`.
"""
# Each month of it has a foreign key to the runs of the same month.
BY_MONTH = ('    sync_run ||--o{ sync_run_dataset : "run_id"',)
SCHEMAS = {
    "analytics": "Views for questions that people ask.",
    "fleet": "What the vendors say about the fleet.",
    "ops": "How the syncs went: of these tables an analyst reads the columns named here.",
}
READABLE = """
SELECT n.nspname, c.relname, c.relkind::text, obj_description(c.oid), a.attname,
    format_type(a.atttypid, a.atttypmod), NOT a.attnotnull, col_description(c.oid, a.attnum)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE n.nspname = %s AND c.relkind IN ('r', 'p', 'v', 'm')
    AND has_column_privilege('sally_analyst', c.oid, a.attnum, 'SELECT')
ORDER BY c.relname, a.attnum
"""
KINDS = {"timestamp with time zone": "timestamptz", "timestamp without time zone": "timestamp",
         "double precision": "double"}  # fmt: skip
# Ids that rows of two vendors share; no key says so.
SAME = (
    ("driver", "hos_clock", "vendor_id"),
    ("driver", "hos_daily_log", "driver_id"),
    ("vehicle", "vehicle_position", "vendor_id"),
    ("driver", "hos_status_period", "vendor_id"),
    ("load", "load_period", "vendor_id"),
    ("fuel_price", "fuel_price_period", "vendor_id"),
    ("load", "route_plan", "load_id"),
    ("vehicle_position", "load", "vin, truck_vin"),
)


@dataclass(frozen=True)
class Column:
    """One column as the database knows it."""

    schema: str
    table: str
    relkind: str
    about: str | None
    name: str
    kind: str
    may_be_null: bool
    comment: str | None


def columns(conn: psycopg.Connection[Any], schema: str) -> list[Column]:
    """The columns of a schema that an analyst may read."""
    return [Column(*row) for row in conn.execute(READABLE, [schema]).fetchall()]


def dictionary(conn: psycopg.Connection[Any]) -> str:
    """The whole dictionary."""
    lines = [DICTIONARY]
    for schema, about in SCHEMAS.items():
        lines += [f"## Schema {schema}", "", about, ""]
        held = columns(conn, schema)
        for table in dict.fromkeys(column.table for column in held):
            lines += _table([column for column in held if column.table == table])
    return "\n".join(lines).rstrip() + "\n"


def _table(held: Sequence[Column]) -> Iterator[str]:
    first = held[0]
    yield from (f"### {first.schema}.{first.table}", "", first.about or "", "")
    # A view does not say which of its columns may be null; its comments do.
    is_view = first.relkind in ("v", "m")
    yield "| column | type | |" if is_view else "| column | type | null | |"
    yield "|---|---|---|" if is_view else "|---|---|---|---|"
    for one in held:
        kind = KINDS.get(one.kind, one.kind)
        null = "" if is_view else f" {'yes' if one.may_be_null else ''} |".replace("|  |", "| |")
        yield f"| `{one.name}` | {kind} |{null} {one.comment or ''} |"
    yield ""


def diagram(tables: Iterable[SqlTable]) -> str:
    """The entities and their relations, from the models."""
    shown = sorted((t for t in tables if _is_shown(t)), key=lambda t: (t.schema or "", t.name))
    lines = [DIAGRAM, "```mermaid", "erDiagram"]
    lines += sorted({*BY_MONTH, *(line for table in shown for line in _relations(table))})
    lines += [f'    {one} ||..o{{ {many} : "{via}"' for one, many, via in SAME]
    for table in shown:
        lines.append(f"    {table.name} {{")
        unique = [] if table.primary_key.columns else _unique(table)
        for column in table.columns:
            if column.primary_key or column.foreign_keys or column.name in ("tenant_id", *unique):
                keys = ["PK"] if column.primary_key else []
                keys += ["FK"] if column.foreign_keys else []
                keys += ["UK"] if column.name in unique else []
                kind = column.type.compile(POSTGRESQL).lower().split()[0]
                lines.append(f"        {kind} {column.name} {', '.join(keys)}".rstrip())
        lines.append("    }")
    return "\n".join([*lines, "```", ""])


def _unique(table: SqlTable) -> list[str]:
    """The columns of its unique index, where no primary key names its rows."""
    return [column.name for index in table.indexes if index.unique for column in index.columns]


def _is_shown(table: SqlTable) -> bool:
    return table.schema == "fleet" or table.name in (
        "tenant", "integration", "dataset_state", "sync_run", "sync_run_dataset"
    )  # fmt: skip


def _relations(table: SqlTable) -> Iterator[str]:
    for key in table.foreign_key_constraints:
        target = key.referred_table
        if _is_shown(target):
            own = [column.name for column in key.columns if column.name != "tenant_id"]
            yield f'    {target.name} ||--o{{ {table.name} : "{", ".join(own) or "tenant_id"}"'
    is_landed = table.schema == "fleet" and "integration_id" in table.columns
    if is_landed and not table.foreign_key_constraints:
        yield f'    integration ||--o{{ {table.name} : "integration_id"'


def queries(page: str) -> list[str]:
    """The worked queries of a page, in order."""
    return [found.group(1) for found in SQL.finditer(page)]


def with_results(page: str, conn: psycopg.Connection[Any]) -> str:
    """The page with the result of each query below it."""

    def worked(found: re.Match[str]) -> str:
        cursor = conn.execute(found.group(1).encode())
        assert cursor.description is not None
        names = [column.name for column in cursor.description]
        rows = [_row([_cell(value) for value in row]) for row in cursor.fetchall()]
        table = [_row(names), "|" + "---|" * len(names), *rows]
        return f"```sql\n{found.group(1)}```\n\n" + "\n".join(table) + "\n"

    return SQL.sub(worked, page)


def _row(cells: Sequence[str]) -> str:
    return ("| " + " | ".join(cells) + " |").replace("|  |", "| |").replace("|  |", "| |")


def _cell(value: object) -> str:
    return "" if value is None else str(value)
