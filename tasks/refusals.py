"""Incidents of fetches that the gate refused as a whole: opened at once, over when one lands."""

from __future__ import annotations

from collections.abc import Sequence

from adapters._kit.vendor import Vendor
from core.alerts import OF_QUALITY, Kind, severity
from store import endings, incidents
from store.connection import Connection
from store.history import RunDataset, RunWithDatasets
from store.incidents import Opening
from tasks import alert_words
from tasks.alert_telling import tell_end


async def tell(conn: Connection, vendor: Vendor, runs: Sequence[RunWithDatasets]) -> None:
    """Open an incident for each dataset that was refused; close those of datasets that landed."""
    pairs = [(run, dataset) for run in runs for dataset in run.datasets]
    bad = [pair for pair in pairs if pair[1].error_kind == OF_QUALITY]
    ended = await endings.of_runs(conn, [run.id for run, _ in bad])
    played = {one.run_id for one in ended if one.is_sandbox}
    refused = [_opening(vendor, run, told, run.id in played) for run, told in bad]
    landed = [_key(*pair) for pair in pairs if pair[1].status in ("success", "partial")]
    async with conn.transaction():
        await incidents.see(conn, refused)
        closed = await incidents.close_keys(conn, landed, "A fetch landed again.")
        await tell_end(conn, closed)


def _opening(
    vendor: Vendor, run: RunWithDatasets, dataset: RunDataset, is_sandbox: bool
) -> Opening:
    return Opening(
        key=_key(run, dataset),
        kind=Kind.QUALITY,
        severity=severity(Kind.QUALITY),
        happened=dataset.error_happened or f"{vendor.title}: a fetch was refused.",
        who=dataset.error_who or alert_words.US,
        next_step=dataset.error_next_step or "See `sally quality show`.",
        tenant_id=run.tenant_id,
        integration_id=run.integration_id,
        vendor=vendor.name,
        is_sandbox=is_sandbox,
        error_kind=OF_QUALITY,
        run_id=run.id,
    )


def _key(run: RunWithDatasets, dataset: RunDataset) -> str:
    return f"integration:{run.integration_id}:refused:{dataset.dataset}"
