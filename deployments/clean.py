"""`python -m deployments.clean`: remove what the local stack keeps, and nothing else."""

from __future__ import annotations

import contextlib
import shutil
import sys
from pathlib import Path

from core.errors import SallyError
from core.settings import settings
from deployments.child import Service
from deployments.errors import StackError
from deployments.folders import data_path

# By name, for the folder may be one that SALLY_DATA chose and that holds other things too.
OURS = ("postgres", "postgres.*", "prefect", "logs", "credentials.key*", "console.*", "deployed.*",
        "run")  # fmt: skip
SERVICES = ("console", "worker", "sandbox", "prefect", "postgres")


def clean(data: Path) -> list[Path]:
    """Remove the stack's files below `data` and return them. A StackError while it runs."""
    for name in SERVICES if (data / "run").exists() else ():
        if Service(data, name, lambda: True).is_alive():
            raise StackError(
                f"The local stack ({name}) is running on {data}: stop it first "
                "(Ctrl-C where `make up` runs)."
            )
    found = [path for pattern in OURS for path in sorted(data.glob(pattern))]
    for path in found:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    with contextlib.suppress(OSError):
        data.rmdir()
    return found


def main() -> int:
    """Say what is removed; the exit code is 0, or 1 with one sentence."""
    try:
        data = data_path(settings())
        removed = clean(data)
    except (SallyError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    for path in removed:
        sys.stdout.write(f"removed {path}\n")
    if not removed:
        sys.stdout.write(f"nothing to remove in {data}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
