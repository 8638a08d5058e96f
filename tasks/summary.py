"""What a flow run leaves for people to read in the Prefect UI, and the state it ends in."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from prefect.artifacts import acreate_markdown_artifact, acreate_table_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from adapters._kit.vendor import Vendor
from store.history import RunWithDatasets
from tasks.claiming import Share
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
MOST_NAMES = 10  # of tenants that one line is about


async def publish(vendor: Vendor, done: Done) -> State[Any]:
    """Leave the table and the summary, and answer with the flow run's state."""
    runs = sorted(done.runs, key=lambda run: (ORDER.index(run.status), run.tenant_slug))
    said = sentence(vendor, done)
    if runs:
        await asyncio.gather(
            acreate_table_artifact(
                table=[_row(run, dataset) for run in runs for dataset in run.datasets][:MOST_ROWS],
                key=f"sync-{vendor.name}-datasets",
                description=f"{vendor.title}: {said}",
            ),
            acreate_markdown_artifact(
                markdown=markdown(vendor, runs, said),
                key=f"sync-{vendor.name}-summary",
                description=said,
            ),
        )
    statuses = {run.status for run in runs}
    if statuses and statuses <= {"failed", "crashed"}:
        return Failed(message=said)
    # Completed by its type: waiting is no failure. The name tells it from a sync that did its work.
    return Completed(message=said, name="Deferred" if statuses == {"deferred"} else None)


def sentence(vendor: Vendor, done: Done) -> str:
    """One line that says what happened to whom, and why, if most share the reason."""
    if done.busy:
        return f"Already being synced by run {done.busy}; nothing else was started."
    if not done.runs:
        return f"No {vendor.title} integration was due."
    statuses = Counter(run.status for run in done.runs)
    parts = [f"{statuses[status]:,} {status}" for status in ORDER if statuses[status]]
    fetched = sum(run.fetched for run in done.runs)
    changed = sum(run.inserted + run.updated for run in done.runs)
    said = (
        f"{', '.join(parts)} of {len(done.runs):,} integrations; "
        f"{fetched:,} rows fetched, {changed:,} changed."
    )
    reasons = Counter(run.error_happened for run in done.runs if run.error_happened)
    reason, shared_by = next(iter(reasons.most_common(1)), ("", 0))
    said = f"{said} {reason}" if shared_by * 2 > len(done.runs) else said
    shared = _shared(done.share)
    return f"{said} {shared}" if shared else said


def _shared(share: Share | None) -> str:
    """What others do of what was due, or will."""
    if share is None:
        return ""
    said = []
    if share.asked:
        said.append(f"Further runs asked for to share the work: {len(share.asked)}.")
    if share.left:
        said.append(f"{share.left:,} were still due when its time was over, for the next run.")
    return " ".join(said)


def markdown(vendor: Vendor, runs: Sequence[RunWithDatasets], said: str) -> str:
    """Who synced what, what failed, who must act."""
    lines = [f"# {vendor.title}", "", said, ""]
    told = [run for run in runs if run.error_happened]
    lines += _reasons("Needs a look", [run for run in told if run.status != "deferred"])
    lines += _reasons("Waits", [run for run in told if run.status == "deferred"])
    runs = [run for run in runs if run.status != "deferred" or run.fetched]
    if not runs:
        return "\n".join(lines)
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


def _reasons(title: str, runs: Sequence[RunWithDatasets]) -> list[str]:
    """A table of what happened, a line for each reason: one outage is one line, not a thousand."""
    if not runs:
        return []
    shared = defaultdict(list)
    for run in runs:
        shared[run.error_happened, run.error_who, run.error_next_step].append(run.tenant_slug)
    lines = [f"## {title}", "", "| tenant | what happened | who | next step |", "|---|---|---|---|"]
    for sentences, slugs in list(shared.items())[:MOST_ROWS]:
        more = len(slugs) - MOST_NAMES
        named = ", ".join(slugs[:MOST_NAMES]) + (f" and {more:,} more" if more > 0 else "")
        lines.append(f"| {named} | " + " | ".join(map(_cell, sentences)) + " |")
    return [*lines, ""]


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
