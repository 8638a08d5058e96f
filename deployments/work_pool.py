"""The work pool `sally`: what kinds it may be of, and the job template of each in `pools/`.

A process pool runs flows in the worker itself; a docker or kubernetes pool starts a container of
the product's image for each run. One pool has one kind, and every deployment names the same pool.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal, get_args

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.exceptions import ObjectAlreadyExists

from deployments.errors import StackError

POOL = "sally"
Kind = Literal["process", "docker", "kubernetes"]
KINDS: tuple[Kind, ...] = get_args(Kind)
TEMPLATES = Path(__file__).parent / "pools"


def template(kind: Kind) -> dict[str, Any]:
    """What a job of such a pool is made from; operators may change the pool's copy of it."""
    read: dict[str, Any] = json.loads((TEMPLATES / f"{kind}.json").read_text(encoding="utf-8"))
    return read


def create(client: SyncPrefectClient, kind: Kind = "process") -> None:
    """Make the pool unless it exists. One that exists stays as it is, whatever its kind."""
    pool = WorkPoolCreate(name=POOL, type=kind, base_job_template=template(kind))
    try:
        client.create_work_pool(pool)
    except ObjectAlreadyExists:
        return


def check(client: SyncPrefectClient, kind: Kind) -> None:
    """A StackError when the pool is of another kind: its workers would wait for ever."""
    found = client.read_work_pool(POOL).type
    if found != kind:
        raise StackError(
            f"The work pool {POOL} is of the type {found}, and {kind} was asked for. "
            "Prefect cannot change it: stop its workers, run "
            f"`prefect work-pool delete {POOL}`, and try again."
        )
