"""The Prefect server keeps itself small: its own vacuum does what docs/retention.md says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from prefect import flow
from prefect.client.orchestration import SyncPrefectClient
from prefect.states import Completed
from psycopg import Connection, sql

from core.retention import EVENTS, FLOW_RUNS
from core.settings import Settings
from deployments.prefect_server import PrefectServer
from deployments.stack import Part, running
from tests.conftest import with_database


@pytest.fixture
def server(data: Path, monkeypatch: pytest.MonkeyPatch):
    """The stack's server, whose vacuum comes every second: its client, and its database."""
    monkeypatch.setenv("PREFECT_SERVER_SERVICES_DB_VACUUM_LOOP_SECONDS", "1")
    configured = Settings(sally_data=data, sally_prefect_port=0, _env_file=None)
    with (
        running(configured, want={Part.PREFECT}) as stack,
        SyncPrefectClient(f"{PrefectServer(data).url}/api") as client,
        psycopg.connect(
            with_database(stack.env["DATABASE_URL"], "prefect"), autocommit=True
        ) as database,
    ):
        yield client, database


def ended_run(client: SyncPrefectClient) -> UUID:
    """A flow run that is over, with a log."""

    @flow(name="test-vacuum")
    def over() -> None: ...

    run = client.create_flow_run(over, state=Completed())
    at = datetime.now(UTC).isoformat()
    log = {"name": "a", "level": 20, "message": "a", "timestamp": at, "flow_run_id": str(run.id)}
    client.request("POST", "/logs/", json=[log]).raise_for_status()
    return run.id


def left(database: Connection, table: str, column: str = "flow_run_id") -> set[UUID]:
    """The runs that rows of a table still belong to."""
    query = sql.SQL("SELECT {} FROM {}").format(sql.Identifier(column), sql.Identifier(table))
    return {row[0] for row in database.execute(query).fetchall()}


def events(database: Connection, run: UUID) -> int:
    """How many events there are about a run."""
    query = "SELECT FROM events WHERE resource_id = %s"
    return database.execute(query, [f"prefect.flow-run.{run}"]).rowcount


def age(database: Connection, run: UUID) -> None:
    """Make a run, and the events about it, as old as they may become."""
    database.execute("UPDATE flow_run SET end_time = end_time - %s WHERE id = %s", [FLOW_RUNS, run])
    for table in ("events", "event_resources"):
        query = sql.SQL("UPDATE {} SET occurred = occurred - %s WHERE resource_id = %s")
        told = [EVENTS, f"prefect.flow-run.{run}"]
        database.execute(query.format(sql.Identifier(table)), told)


def test_old_runs_and_events_leave_by_themselves(server, until: Callable[..., None]) -> None:
    """The setting is a list of three words, and the server does all of them."""
    client, database = server
    old, young = ended_run(client), ended_run(client)
    until(lambda: events(database, old) and events(database, young))
    until(lambda: left(database, "log") == {old, young})

    age(database, old)

    until(lambda: left(database, "flow_run", "id") == {young})
    until(lambda: left(database, "log") == {young})
    until(lambda: not events(database, old))
    assert events(database, young)
