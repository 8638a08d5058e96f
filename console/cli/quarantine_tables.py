"""How the command line shows the quarantine, and what became of a replay."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from adapters import registry
from console.cli.render import when
from store.entries import Entry
from tasks.replaying import Fate, Told

STYLES = {
    Fate.LANDED: "green",
    Fate.SUPERSEDED: "cyan",
    Fate.STILL_BAD: "yellow",
    Fate.NOT_KEPT: "yellow",
    Fate.BUSY: "blue",
    Fate.FAILED: "red",
}
SAID = {
    Fate.LANDED: "landed",
    Fate.SUPERSEDED: "superseded: what is here is newer, nothing was written",
    Fate.STILL_BAD: "still cannot be used",
    Fate.NOT_KEPT: "cannot be replayed",
    Fate.BUSY: "not tried: the integration is disabled, or is being synced just now",
    Fate.FAILED: "could not be stored",
}
NOT_KEPT = (
    "Its whole row is not kept (over 64 kB, or too long ago): its vendor has to send it again."
)
MOST_SHOWN = 20


def listing(console: Console, found: Sequence[Entry]) -> None:
    """A line for each; then what is wrong with it."""
    table = Table(box=None, header_style="dim", pad_edge=False)
    for name in ("id", "tenant", "dataset", "row", "times", "last seen"):
        table.add_column(
            name, justify="right" if name == "times" else "left", no_wrap=name != "row"
        )
    for each in found:
        table.add_row(
            each.code,
            each.tenant_slug,
            f"{each.vendor} {each.dataset}",
            each.vendor_id or "(no id)",
            f"{each.times:,}",
            when(each.last_seen_at, each.now),
        )
    console.print(table)
    console.print()
    for each in found:
        rule = "" if each.rule == "mapping" else f" (rule {each.rule})"
        over = (
            f" Over {when(each.resolved_at, each.now)}: {each.resolution}."
            if each.resolution
            else ""
        )
        said = f"{each.code}  {each.path} {each.reason.rstrip('.')}{rule}.{over}"
        console.print(Text(said), soft_wrap=True)


def one(console: Console, entry: Entry, payload: Any) -> None:
    """Everything that may be shown of an entry."""
    lines = {
        "id": str(entry.id),
        "tenant": entry.tenant_slug,
        "dataset": f"{registry.vendor(entry.vendor).title}, {entry.dataset}",
        "row": entry.vendor_id or "(no id)",
        "rule": entry.rule,
        "what is wrong": f"{entry.path} {entry.reason}".strip(),
        "seen": f"{entry.times:,} times, first {when(entry.first_seen_at, entry.now)}, "
        f"last {when(entry.last_seen_at, entry.now)}",
        "last run": str(entry.last_run_id),
        "stands": f"{entry.resolution}, {when(entry.resolved_at, entry.now)}"
        if entry.resolved_at
        else "open",
    }
    for name, value in lines.items():
        console.print(Text.assemble((f"{name:<14}", "dim"), value), soft_wrap=True)
    if entry.resolved_at is None and not entry.is_kept:
        console.print(Text(NOT_KEPT, "yellow"), soft_wrap=True)
    console.print()
    text = json.dumps(payload, indent=2, ensure_ascii=False, sort_keys=True)
    console.print(Text(text), soft_wrap=True)


def replayed(console: Console, told: Sequence[Told]) -> None:
    """How many landed; why others did not."""
    counts = Counter(each.fate for each in told)
    for fate in Fate:
        if counts[fate]:
            console.print(Text(f"{counts[fate]:>6,}  {SAID[fate]}", STYLES[fate]), soft_wrap=True)
    quiet = (Fate.LANDED, Fate.SUPERSEDED, Fate.BUSY)
    lines = [each for each in told if each.fate not in quiet]
    for each in lines[:MOST_SHOWN]:
        why = each.why or NOT_KEPT
        row = each.entry.vendor_id or "(no id)"
        console.print(Text(f"{each.entry.code}  {each.entry.dataset} {row}: {why}"), soft_wrap=True)
    if len(lines) > MOST_SHOWN:
        console.print(f"… and {len(lines) - MOST_SHOWN:,} more.", style="dim")
