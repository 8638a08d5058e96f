"""How the command line shows runs: one table, words before colours."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from adapters import registry
from store.history import Run, RunDataset, RunWithDatasets

MOST_RUNS = 40
STYLES = {
    "success": "green",
    "partial": "yellow",
    "failed": "red",
    "crashed": "red",
    "deferred": "cyan",
    "running": "blue",
    "pending": "dim",
}
COUNTS = ("fetched", "inserted", "updated", "unchanged", "quarantined", "duplicate")
# Broken so that eight columns of numbers fit beside the names on a terminal of 80.
HEADS = ("fetched", "inserted", "updated", "un-\nchanged", "quaran-\ntined", "dupli-\ncate")


def runs_table(console: Console, runs: Sequence[RunWithDatasets]) -> None:
    """Vendor × tenant × dataset: what was fetched and what it changed."""
    if not runs:
        return
    table = Table(box=None, header_style="dim", pad_edge=False)
    table.add_column("vendor, tenant\n  dataset", no_wrap=True)
    for head in (*HEADS, "sec"):
        table.add_column(head, justify="right", no_wrap=True, vertical="bottom")
    shown = in_order(runs)[:MOST_RUNS]
    for run in shown:
        title = registry.vendor(run.vendor).title
        table.add_row(Text(f"{title}, {run.tenant_slug}", "bold"))
        for dataset in run.datasets:
            name = Text(f"  {dataset.dataset}", STYLES.get(dataset.status, ""))
            if dataset.status != "success":
                name.append(f" {dataset.status}")
            table.add_row(name, *counts(dataset), Text(f"{dataset.seconds or 0:.1f}", "dim"))
    console.print()
    console.print(table)
    if len(runs) > len(shown):
        console.print(f"… and {len(runs) - len(shown):,} more: see sally history", style="dim")
    for run in shown:
        if run.error_happened:
            said = f"{run.error_happened} {run.error_who or ''} {run.error_next_step or ''}"
            console.print(
                Text.assemble("\n", status(run.status), f"  {run.tenant_slug}/{run.vendor}: {said}")
            )


def counts(of: RunDataset | Run) -> list[Text]:
    """The six counts of a run or a dataset, as cells."""
    return [number(getattr(of, name), name) for name in COUNTS]


def in_order(runs: Sequence[RunWithDatasets]) -> list[RunWithDatasets]:
    """By vendor as registered, then by tenant."""
    rank = {vendor.name: place for place, vendor in enumerate(registry.VENDORS)}
    return sorted(runs, key=lambda run: (rank.get(run.vendor, len(rank)), run.tenant_slug))


def status(word: str) -> Text:
    """A status in its colour; the word carries the meaning."""
    return Text(word, STYLES.get(word, ""))


def number(count: int, name: str) -> Text:
    """A count; zero steps back, trouble stands out."""
    style = "dim" if not count else "yellow" if name == "quarantined" else ""
    return Text(f"{count:,}", style)


def where_to_look(console: Console, urls: Mapping[str, str], *, is_staying: bool) -> None:
    """The next thing a person may want."""
    console.print()
    if is_staying:
        for name, url in urls.items():
            console.print(f"  {name:<25}{url}", soft_wrap=True)
    else:
        console.print("  make up                  stay up: schedules, and the Prefect UI")
    console.print("  sally history            every sync, newest first")
    console.print("  sally integration list   who is connected to what")
    console.print(f"  ({Path(sys.executable).parent / 'sally'})", style="dim", soft_wrap=True)


def when(instant: datetime | None, now: datetime | None = None) -> str:
    """An instant as people say it: “3 min ago”, “in 2 h”."""
    if instant is None:
        return "never"
    seconds = ((now or datetime.now(UTC)) - instant).total_seconds()
    size = abs(seconds)
    words = (
        f"{size:.0f} s"
        if size < 90
        else f"{size / 60:.0f} min"
        if size < 5400
        else f"{size / 3600:.0f} h"
        if size < 129_600
        else f"{size / 86_400:.0f} d"
    )
    return f"{words} ago" if seconds >= 0 else f"in {words}"
