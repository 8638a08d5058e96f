"""W1: one person syncs one small tenant by the command, with the stack up."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from benchmarks import procs, vendor
from benchmarks.ground import seed, settings, temporary_folder
from benchmarks.report import Section
from core.settings import PROJECT
from deployments.environment import inherited
from deployments.stack import Part, running

SLUG = "small"
TARGET_S = 5.0
SALLY = Path(sys.executable).with_name("sally")
# The sandbox is ours: naming the part hands its address on to the worker.
PARTS = frozenset({Part.PREFECT, Part.DEPLOYMENTS, Part.WORKER, Part.SANDBOX})


def run(*, quick: bool) -> Section:
    """The command, from its start to its exit, after one run that is not counted."""
    section = Section(
        "W1: manual sync of one tenant with 10 drivers, stack up, from the command to the rows",
        ("", "wall s", "CPU s of the command"),
    )
    if not _has_sync():
        section.notes.append("skipped: `sally sync` does not run yet")
        return section
    with temporary_folder() as folder, vendor.serving() as served:
        served.ask("POST", "tenants", {"slug": SLUG, "drivers": 10})
        told = settings(folder / "stack", sally_sandbox_url=served.url)
        with running(told, want=PARTS) as stack:
            seed(stack.env["DATABASE_URL"], stack.env["CREDENTIALS_ENCRYPTION_KEY"], [SLUG])
            # The command finds the stack by its folder alone, as a person's would.
            env = {
                **inherited(), "SALLY_DATA": str(stack.data), "SALLY_SANDBOX_URL": served.url,
                "SALLY_PREFECT_PORT": "0", "SALLY_POSTGRES_PORT": "0",
            }  # fmt: skip
            command = [str(SALLY), "sync", "--tenant", SLUG, "--vendor", "samsara"]
            costs = [procs.run(command, env, PROJECT, 120) for _ in range(2 if quick else 4)]
    if failed := [cost for cost in costs if cost.exit_code]:
        section.notes.append(f"the command failed: {failed[0].said[-500:]}")
        return section
    section.rows.append(("first, a cold worker", f"{costs[0].wall_s:.2f}", f"{costs[0].cpu_s:.2f}"))
    warm = costs[1:]
    walls = " · ".join(f"{cost.wall_s:.2f}" for cost in warm)
    section.rows.append(("again", walls, f"{min(cost.cpu_s for cost in warm):.2f}"))
    section.verdict("best", min(c.wall_s for c in warm), TARGET_S, " s", least=False)
    return section


def _has_sync() -> bool:
    """Whether the command is there at all."""
    if not SALLY.exists():
        return False
    asked = [str(SALLY), "sync", "--help"]
    return subprocess.run(asked, cwd=PROJECT, capture_output=True, check=False).returncode == 0
