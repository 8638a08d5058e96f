"""`python -m deployments.apply`: what a Prefect server of one's own must know, from anywhere.

Containers have no data folder that lasts, so what was applied last is kept by the server itself:
unchanged means untouched, and a schedule that an operator paused stays paused.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import VariableCreate, VariableUpdate

from core.settings import PROJECT
from deployments import bootstrap, work_pool
from deployments.errors import StackError
from deployments.work_pool import KINDS, Kind

RECORD = "sally_applied"  # a Prefect variable
SERVER = "server"  # the record's own server is the one that keeps it
WAIT_S = 180.0
POLL_S = 1.0


def apply(client: SyncPrefectClient, kind: Kind, repo: Path = PROJECT) -> list[str]:
    """Bring pool, blocks, deployments and automations in step; what people should know of it."""
    work_pool.create(client, kind)
    work_pool.check(client, kind)
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        record = data / "deployed.json"
        record.write_text(_recorded(client))
        if bootstrap.apply_here(repo, data, SERVER):
            _record(client, record.read_text())
        return bootstrap.said(data)


def _recorded(client: SyncPrefectClient) -> str:
    variable = client.read_variable_by_name(RECORD)
    return json.dumps(variable.value if variable and isinstance(variable.value, dict) else {})


def _record(client: SyncPrefectClient, applied: str) -> None:
    value = json.loads(applied)
    if client.read_variable_by_name(RECORD) is None:
        client.create_variable(VariableCreate(name=RECORD, value=value))
    else:
        client.update_variable(VariableUpdate(name=RECORD, value=value))


def _wait(client: SyncPrefectClient) -> None:
    end = time.monotonic() + WAIT_S
    while (trouble := client.api_healthcheck()) is not None:
        if time.monotonic() > end:
            raise StackError(f"The Prefect server at {client.api_url} does not answer: {trouble}")
        time.sleep(POLL_S)


def main() -> int:
    """Apply; the exit code is 0, or 1 with what is wrong on standard error."""
    parser = argparse.ArgumentParser(prog="python -m deployments.apply")
    parser.add_argument("--pool", choices=KINDS, default="process", help="the work pool's type")
    given = parser.parse_args()
    try:
        with get_client(sync_client=True) as client:
            _wait(client)
            said = apply(client, given.pool)
    except StackError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write("".join(f"{line}\n" for line in [*said, "Prefect has all of it."]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
