"""`sally up`, `sally sandbox`, `sally db migrate`: the parts that everything else stands on."""

from __future__ import annotations

import os
import sys
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console

from console.cli.ground import database, ready_for_console, stay_up
from core.settings import settings


def up() -> None:
    """Start the whole stack and stay: schedules on, worker, Prefect UI; Ctrl-C stops it."""
    stay_up(Console(highlight=False))


def console(
    *,
    host: Annotated[
        str, Parameter(help="Where it listens. Elsewhere than here: behind TLS.")
    ] = "127.0.0.1",
    port: Annotated[int | None, Parameter(help="Default: SALLY_CONSOLE_PORT, 4230.")] = None,
) -> None:
    """Serve the console until Ctrl-C; syncs start where a Prefect server and a worker run."""
    with ready_for_console(Console(highlight=False)):
        from console.api.__main__ import serve

        print(f"Console: http://{host}:{port or settings().sally_console_port}")
        serve(host, port)


def sandbox(
    *,
    port: Annotated[int | None, Parameter(help="Default: SALLY_SANDBOX_PORT, 4210.")] = None,
    tenant: Annotated[
        list[str] | None, Parameter(help="A tenant and its number of drivers, such as acme:12.")
    ] = None,
) -> None:
    """Serve the four vendors' stand-in on this machine until Ctrl-C."""
    command = [
        sys.executable,
        "-m",
        "sandbox",
        "--port",
        str(port or settings().sally_sandbox_port),
    ]
    for each in tenant or ():
        command += ["--tenant", each]
    os.execv(sys.executable, command)  # noqa: S606 (it is the sandbox from here on)


def migrate() -> None:
    """Bring the database to the newest shape; safe to repeat."""
    with database(Console()):
        print("The database is up to date.")
