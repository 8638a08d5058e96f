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
    parents: dict[int, int] = {}
    used: dict[int, float] = {}
    for folder in PROC.iterdir():
        if folder.name.isdigit() and (fields := _stat(int(folder.name))) is not None:
            parents[int(folder.name)] = int(fields[1])
            used[int(folder.name)] = sum(int(ticks) for ticks in fields[11:15]) / TICKS
    wanted = {pid}
    while found := {child for child, parent in parents.items() if parent in wanted} - wanted:
        wanted |= found
    return sum(used.get(each, 0.0) for each in wanted)


def _stat(pid: int) -> list[str] | None:
    """The fields of /proc/PID/stat that follow the command's name: state, parent, ..."""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None


def pid_of(*words: str) -> int:
    """The oldest process whose command line holds all these words."""
    for pid in sorted(int(folder.name) for folder in PROC.iterdir() if folder.name.isdigit()):
        try:
            line = (PROC / str(pid) / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if {word.encode() for word in words} <= set(line):
            return pid
    raise LookupError(f"no process runs with {words}")


def peak_mb() -> float:
    """The most memory that this process ever held, MB. (Not of its children.)"""
    for line in (PROC / "self" / "status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0
