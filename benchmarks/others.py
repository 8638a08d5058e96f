"""The same work by other programs, each in a fresh process: dlt in three ways, and the limit."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import sandbox
from benchmarks import procs
from benchmarks.ground import Ground
from core.settings import PROJECT

# dlt's own ways of fetching, the faster one first, and one written for this job (see README.md).
PLAIN, HAND = ("dlt, requests", "dlt, rest client"), "dlt, by hand"
DLT = (*PLAIN, HAND)
LIMIT = "the limit"
HERE = Path(__file__).parent
VENV = HERE / ".venv"
LOCK = HERE / "requirements.txt"


@dataclass(frozen=True, slots=True)
class Tuning:
    """What can be chosen in dlt. The defaults are the best of those tried (see README.md)."""

    format: str = "csv"
    strategy: str = "delete-insert"
    extract_workers: int = 50  # threads; with 100 it is slower
    normalize_workers: int = 1
    load_workers: int = 4
    buffered: int = 20_000
    rows_a_file: int = 0  # 0: one file a table


def python() -> Path:
    """The interpreter of dlt's environment, built from its lock when that is new."""
    found, mark = VENV / "bin" / "python", VENV / ".installed"
    if mark.exists() and mark.read_text() == LOCK.read_text():
        return found
    print("Building benchmarks/.venv for dlt ...", flush=True)
    if uv := _uv():
        _do([uv, "venv", "-q", "--clear", "--python", sys.executable, VENV])
        _do([uv, "pip", "install", "-q", "--require-hashes", "--python", found, "-r", LOCK])
    else:
        _do([sys.executable, "-m", "venv", "--clear", VENV])
        _do([found, "-m", "pip", "install", "-q", "--require-hashes", "-r", LOCK])
    mark.write_text(LOCK.read_text())
    return found


def _uv() -> str | None:
    places = [PROJECT / ".venv" / "uv" / "bin", PROJECT / ".venv" / "bin"]
    return shutil.which("uv", path=os.pathsep.join(map(str, [*places, os.environ["PATH"]])))


def _do(command: Sequence[str | Path]) -> None:
    subprocess.run([str(part) for part in command], check=True)


def sync(
    ground: Ground, program: str, database: str, slugs: Sequence[str], datasets: Sequence[str],
    tuning: Tuning | None = None,
) -> dict[str, Any]:  # fmt: skip
    """One run; its own figures, and ``process_cpu_s`` of all of it."""
    tuning = tuning or Tuning()
    folder = ground.folder / "others" / database
    folder.mkdir(parents=True, exist_ok=True)
    out = folder / "result.json"
    told = {
        "program": program,
        "url": ground.vendor.url,
        "database": ground.postgres.url(database),
        "keys": {slug: sandbox.credentials(slug)["samsara"]["api_key"] for slug in slugs},
        "datasets": list(datasets),
        "folder": str(folder),
        "out": str(out),
        **asdict(tuning),
    }
    # By a file: a thousand keys are more than a command line should hold.
    (folder / "told.json").write_text(json.dumps(told))
    out.unlink(missing_ok=True)
    module = "benchmarks.limit" if program == LIMIT else "benchmarks.dlt_job"
    interpreter = sys.executable if program == LIMIT else python()
    command = [interpreter, "-m", module, folder / "told.json"]
    cost = procs.run(command, _environment(folder, tuning), folder, timeout=1800)
    if cost.exit_code or not out.exists():
        raise RuntimeError(f"{program} failed: {cost.said[-2000:]}")
    return {**json.loads(out.read_text()), "process_cpu_s": cost.cpu_s}


def _environment(folder: Path, tuning: Tuning) -> Mapping[str, str]:
    told = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "PYTHONPATH": str(PROJECT),
        "DLT_DATA_DIR": str(folder),
        "RUNTIME__DLTHUB_TELEMETRY": "false",
        "RUNTIME__LOG_LEVEL": "CRITICAL",
        "NORMALIZE__WORKERS": str(tuning.normalize_workers),
        "LOAD__WORKERS": str(tuning.load_workers),
        "DATA_WRITER__BUFFER_MAX_ITEMS": str(tuning.buffered),
        "DATA_WRITER__DISABLE_COMPRESSION": "true",
        "EXTRACT__WORKERS": str(tuning.extract_workers),
        "EXTRACT__MAX_PARALLEL_ITEMS": str(2 * tuning.extract_workers),
    }
    if tuning.rows_a_file:
        told["NORMALIZE__DATA_WRITER__FILE_MAX_ITEMS"] = str(tuning.rows_a_file)
        told["EXTRACT__DATA_WRITER__FILE_MAX_ITEMS"] = str(tuning.rows_a_file)
    return told
