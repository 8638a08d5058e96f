"""`sally sync`: ask Prefect to sync, watch it, and print what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console

from adapters import registry
from adapters._kit.vendor import Vendor
from console.cli import render
from console.cli.ground import stack_for_sync
from console.cli.watching import Watch
from console.orchestrator import Orchestrator
from core.errors import ConfigurationError, SallyError
from core.settings import settings
from store.connection import connect
from store.history import RunWithDatasets, runs_of_flows
from store.lookup import check_tenant
from tasks.config import database_url


class SyncFailed(SallyError):
    """Some syncs failed, or none could be started."""


def sync(
    *,
    tenant: Annotated[str | None, Parameter(help="Only this tenant (its short name).")] = None,
    vendor: Annotated[str | None, Parameter(help="Only this vendor.")] = None,
    dataset: Annotated[
        list[str] | None, Parameter(help="Only this dataset; may be repeated. Needs --vendor.")
    ] = None,
) -> None:
    """Sync now, through the Prefect flows: everything that is configured, or a part of it."""
    if dataset and vendor is None:
        raise ConfigurationError("--dataset needs --vendor, because datasets belong to a vendor.")
    vendors = [registry.vendor(vendor)] if vendor else list(registry.VENDORS)
    check_datasets(vendors, dataset)
    console = Console(highlight=False)
    with stack_for_sync(console) as stack:
        runs, messages = asyncio.run(_sync(console, vendors, tenant, dataset))
        render.runs_table(console, runs)
        render.where_to_look(console, stack.urls, is_staying=stack.is_shared)
    conclude(runs, messages)


def check_datasets(vendors: Sequence[Vendor], names: Sequence[str] | None) -> None:
    """Refuse a dataset that the vendor does not have before anything is started."""
    for vendor in vendors:
        known = [dataset.name for dataset in vendor.datasets]
        for name in names or ():
            if name not in known:
                raise ConfigurationError(
                    f"{vendor.title} has no dataset “{name}”. It has: {', '.join(known)}."
                )


async def _sync(
    console: Console, vendors: Sequence[Vendor], tenant: str | None, datasets: list[str] | None
) -> tuple[list[RunWithDatasets], dict[str, str]]:
    """Run the flows in two waves: stations and weather are asked around what the first brings."""
    parameters = {"tenant": tenant or "", "datasets": datasets or [], "force": True}
    waves = [
        [vendor for vendor in vendors if not needs_places(vendor)],
        [vendor for vendor in vendors if needs_places(vendor)],
    ]
    ids: list[str] = []
    messages: dict[str, str] = {}
    async with (
        Orchestrator(settings()) as orchestrator,
        connect(database_url()) as conn,
        Watch(console, orchestrator, conn) as watch,
    ):
        await check_tenant(conn, tenant)
        for wave in filter(None, waves):
            started = {
                vendor.name: await orchestrator.start(
                    f"sync-{vendor.name}", vendor.name, parameters
                )
                for vendor in wave
            }
            ids += [run.id for run in started.values()]
            ended = await watch.until_over({run.id: name for name, run in started.items()})
            messages |= ended
        return await runs_of_flows(conn, ids), messages


def needs_places(vendor: Vendor) -> bool:
    """Whether what is asked depends on where trucks and stops are."""
    return any(dataset.needs_places for dataset in vendor.datasets)


def conclude(runs: Sequence[RunWithDatasets], messages: dict[str, str]) -> None:
    """End well, or with one clear sentence: which syncs failed, and what to do first."""
    failed = [run for run in render.in_order(runs) if run.status in ("failed", "crashed")]
    if failed:
        first = failed[0]
        said = f"{first.tenant_slug}/{first.vendor}: {first.error_happened or 'it crashed.'}"
        step = first.error_next_step or "See `sally history`."
        raise SyncFailed(f"{len(failed)} of {len(runs)} syncs failed. {said} {step}")
    if messages:
        raise SyncFailed(" ".join(f"{vendor}: {said}" for vendor, said in messages.items()))
