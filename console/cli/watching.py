"""Shows flow runs while they work: one line for each vendor, from Prefect's word and our rows."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Mapping
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from adapters import registry
from console.orchestrator import FlowRun, Orchestrator
from store.connection import Connection
from store.history import RunWithDatasets, runs_of_flows

LOOK_EVERY_S = 0.2
PICKED_UP_WITHIN_S = 60.0
MARKS = {
    "COMPLETED": ("✓", "green"),
    "FAILED": ("✗", "red"),
    "CRASHED": ("✗", "red"),
    "CANCELLED": ("✗", "yellow"),
}
WORDS = {"SCHEDULED": "waiting for a worker", "PENDING": "starting", "RUNNING": "syncing"}


class Watch:
    """Follows flow runs to their end."""

    def __init__(self, console: Console, orchestrator: Orchestrator, conn: Connection) -> None:
        self._console, self._orchestrator, self._conn = console, orchestrator, conn
        self._lines: dict[str, tuple[FlowRun, str, list[RunWithDatasets]]] = {}
        self._live = Live(console=console, refresh_per_second=8, get_renderable=self._table)

    async def __aenter__(self) -> Self:
        if self._console.is_terminal:
            self._live.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if self._console.is_terminal:
            self._live.stop()

    async def until_over(self, vendors: Mapping[str, str]) -> dict[str, str]:
        """Wait for these runs (id → vendor). What went wrong with those that left no rows."""
        began = time.monotonic()
        while True:
            states = await self._orchestrator.runs(list(vendors))
            rows = await runs_of_flows(self._conn, list(vendors))
            for flow_id, vendor in vendors.items():
                mine = [row for row in rows if row.flow_run_id == flow_id]
                self._note(flow_id, states[flow_id], vendor, mine)
            if all(state.is_over for state in states.values()):
                return {
                    vendors[flow_id]: state.message
                    for flow_id, state in states.items()
                    if state.state_type != "COMPLETED"
                    and all(row.status == "running" for row in rows if row.flow_run_id == flow_id)
                }
            waited = time.monotonic() - began
            if waited > PICKED_UP_WITHIN_S and all(
                state.state_type == "SCHEDULED" for state in states.values()
            ):
                return dict.fromkeys(
                    vendors.values(),
                    "no worker picked the run up within a minute. Start one with "
                    "`prefect worker start --pool sally`, or the local stack with `make up`.",
                )
            await asyncio.sleep(LOOK_EVERY_S)

    def _note(self, flow_id: str, run: FlowRun, vendor: str, rows: list[RunWithDatasets]) -> None:
        before = self._lines.get(flow_id)
        self._lines[flow_id] = (run, vendor, rows)
        if not self._console.is_terminal and run.is_over and not (before and before[0].is_over):
            self._console.print(self._words(run, vendor, rows))

    def _words(self, run: FlowRun, vendor: str, rows: list[RunWithDatasets]) -> Text:
        title = registry.vendor(vendor).title
        mark, style = MARKS.get(run.state_type, ("·", "cyan"))
        done = sum(row.status != "running" for row in rows)
        said = run.message if run.is_over else WORDS.get(run.state_type, run.state_type.lower())
        if not run.is_over and rows:
            counts = Counter(row.status for row in rows)
            said = f"{said}: {done} of {len(rows)} integrations done"
            if counts["failed"]:
                said += f", {counts['failed']} failed"
        return Text.assemble((f"{mark} ", style), (f"{title:<13}", "bold"), said)

    def _table(self) -> Table:
        grid = Table.grid(padding=(0, 1))
        for run, vendor, rows in self._lines.values():
            words = self._words(run, vendor, rows)
            grid.add_row(words if run.is_over else Spinner("dots", words[2:], style="cyan"))
        return grid
