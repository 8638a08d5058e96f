"""What processes cost: wall and CPU seconds, and memory, read from the kernel (Linux)."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Cost:
    """A finished process. ``cpu_s``: user and system, with the children that it waited for."""

    wall_s: float
    cpu_s: float
    exit_code: int
    said: str


def run(
    command: Sequence[str | Path], env: Mapping[str, str], cwd: Path, timeout: float = 900
) -> Cost:
    """Run a command to its end and measure it from outside, interpreter start included."""
    before, begun = os.times(), time.perf_counter()
    done = subprocess.run(
        [str(part) for part in command],
        env=dict(env),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        text=True,
        capture_output=True,
        check=False,
        timeout=timeout,
    )
    wall, after = time.perf_counter() - begun, os.times()
    cpu = (after.children_user - before.children_user) + (
        after.children_system - before.children_system
    )
    return Cost(wall, cpu, done.returncode, (done.stdout + done.stderr).strip())


def tree_cpu_s(pid: int) -> float:
    """CPU seconds of a process and all below it; of children that ended, those waited for."""
    used = 0.0
    for each in below(pid):
        if (fields := _stat(each)) is not None:
            used += sum(int(ticks) for ticks in fields[11:15]) / TICKS
    return used


def below(pid: int) -> set[int]:
    """A process and all that descend from it."""
    parents: dict[int, int] = {}
    for each in _all():
        if (fields := _stat(each)) is not None:
            parents[each] = int(fields[1])
    wanted = {pid}
    while found := {child for child, parent in parents.items() if parent in wanted} - wanted:
        wanted |= found
    return wanted


def born(pid: int) -> int | None:
    """When a process began, in ticks since the start of the machine; None for one that is gone.

    With its number it names one process for ever. One that is dead and not waited for is gone.
    """
    fields = _stat(pid)
    return None if fields is None or fields[0] == "Z" else int(fields[19])


def command(pid: int) -> list[str]:
    """The words of its command line; none when it is gone."""
    try:
        return (PROC / str(pid) / "cmdline").read_text(errors="replace").split("\0")[:-1]
    except OSError:
        return []


def naming(text: str) -> list[int]:
    """The processes in whose command line or environment this text stands, oldest first."""
    found = []
    for pid in _all():
        for name in ("cmdline", "environ"):
            try:
                is_in = text.encode() in (PROC / str(pid) / name).read_bytes()
            except OSError:
                continue
            if is_in:
                found.append(pid)
                break
    return found


def _all() -> list[int]:
    return sorted(int(folder.name) for folder in PROC.iterdir() if folder.name.isdigit())


def _stat(pid: int) -> list[str] | None:
    """The fields of /proc/PID/stat that follow the command's name: state, parent, ..."""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None


def pid_of(*words: str) -> int:
    """The oldest process whose command line holds all these words."""
    for pid in _all():
        if set(words) <= set(command(pid)):
            return pid
    raise LookupError(f"no process runs with {words}")


def peak_mb() -> float:
    """The most memory that this process ever held, MB. (Not of its children.)"""
    for line in (PROC / "self" / "status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0
