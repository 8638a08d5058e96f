"""What a flow run leaves for people to read in the Prefect UI, and the state it ends in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from prefect.artifacts import acreate_markdown_artifact, acreate_table_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from adapters._kit.vendor import Vendor
from store.history import RunWithDatasets
from tasks.sync import Done

MOST_ROWS = 500  # of a table artifact; the database holds them all
MARKS = {
    "success": "✓",
    "partial": "◐",
    "failed": "✗",
    "deferred": "⏸",
    "crashed": "✗",
    "running": "…",
}
ORDER = ("failed", "crashed", "partial", "deferred", "running", "success")


async def publish(vendor: Vendor, done: Done) -> State[Any]:
    """Leave the table and the summary, and answer with the flow run's state."""
    runs = sorted(done.runs, key=lambda run: (ORDER.index(run.status), run.tenant_slug))
    said = sentence(vendor, done)
    if runs:
        await acreate_table_artifact(
            table=[_row(run, dataset) for run in runs for dataset in run.datasets][:MOST_ROWS],
            key=f"sync-{vendor.name}-datasets",
            description=f"{vendor.title}: {said}",
        )
        await acreate_markdown_artifact(
            markdown=markdown(vendor, runs, said),
            key=f"sync-{vendor.name}-summary",
            description=said,
        )
    is_failed = bool(runs) and all(run.status in ("failed", "crashed") for run in runs)
    return Failed(message=said) if is_failed else Completed(message=said)


def sentence(vendor: Vendor, done: Done) -> str:
    """One line that says what happened to whom."""
    if done.busy:
        return f"Already being synced by run {done.busy}; nothing else was started."
    if not done.runs:
        return f"No {vendor.title} integration was due."
    statuses = Counter(run.status for run in done.runs)
    parts = [f"{statuses[status]} {status}" for status in ORDER if statuses[status]]
    fetched = sum(run.fetched for run in done.runs)
    changed = sum(run.inserted + run.updated for run in done.runs)
    return (
        f"{', '.join(parts)} of {len(done.runs)} integrations; "
        f"{fetched:,} rows fetched, {changed:,} changed."
    )


def markdown(vendor: Vendor, runs: Sequence[RunWithDatasets], said: str) -> str:
    """Who synced what, what failed, who must act."""
    lines = [f"# {vendor.title}", "", said, ""]
    if troubled := [run for run in runs if run.error_happened]:
        lines += [
            "## Needs a look",
            "",
            "| tenant | what happened | who | next step |",
            "|---|---|---|---|",
        ]
        lines += [
            f"| {run.tenant_slug} | {_cell(run.error_happened)} | {_cell(run.error_who)} "
            f"| {_cell(run.error_next_step)} |"
            for run in troubled[:MOST_ROWS]
        ]
        lines.append("")
    lines += [
        "## Synced",
        "",
        "| | tenant | fetched | new | changed | unchanged | set aside | repeated |",
        "|---|---|--:|--:|--:|--:|--:|--:|",
    ]
    lines += [
        f"| {MARKS[run.status]} {run.status} | {run.tenant_slug} | {run.fetched:,} "
        f"| {run.inserted:,} | {run.updated:,} "
        f"| {run.unchanged:,} | {run.quarantined:,} | {run.duplicate:,} |"
        for run in runs[:MOST_ROWS]
    ]
    if len(runs) > MOST_ROWS:
        lines += ["", f"… and {len(runs) - MOST_ROWS:,} more: see `sally history`."]
    return "\n".join(lines)


def _row(run: RunWithDatasets, dataset: Any) -> dict[str, object]:
    return {
        "tenant": run.tenant_slug,
        "dataset": dataset.dataset,
        "status": f"{MARKS.get(dataset.status, '')} {dataset.status}",
        "fetched": dataset.fetched,
        "inserted": dataset.inserted,
        "updated": dataset.updated,
        "unchanged": dataset.unchanged,
        "quarantined": dataset.quarantined,
        "duplicate": dataset.duplicate,
        "seconds": float(dataset.seconds or 0),
        "what happened": dataset.error_happened or "",
        "run": str(run.id),
    }


def _cell(words: str | None) -> str:
    return (words or "").replace("|", "\\|").replace("\n", " ")
