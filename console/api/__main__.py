"""Serves the console on this machine: `python -m console.api --port 4230`."""

from __future__ import annotations

import argparse
import sys

import uvicorn

from console.api.app import create_app
from console.api.tokens import Tokens
from core import redaction
from core.errors import SallyError
from core.settings import settings
from tasks.config import database_url, key_ring

HOST = "127.0.0.1"


def serve(host: str = HOST, port: int | None = None) -> None:
    """Serve until asked to stop; a SallyError says what is not configured."""
    configured = settings()
    # Said now, in one sentence, and not by the server in a traceback.
    Tokens(configured)
    database_url()
    key_ring()
    uvicorn.run(
        create_app(configured),
        host=host,
        port=configured.sally_console_port if port is None else port,
        log_level="warning",
        access_log=False,
        server_header=False,
        # Longer than a proxy keeps one, or it would send into a connection that just closed.
        timeout_keep_alive=75,
        timeout_graceful_shutdown=3,
    )


def main() -> int:
    """Serve; what is not configured is one sentence and exit code 1."""
    parser = argparse.ArgumentParser(prog="python -m console.api")
    parser.add_argument("--host", default=HOST)
    parser.add_argument("--port", type=int, default=None)
    given = parser.parse_args()
    redaction.install()
    try:
        serve(given.host, given.port)
    except SallyError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
