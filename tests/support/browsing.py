"""The console on a loopback port, and the system's Chromium that looks at it."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
import uvicorn

from console.api.app import create_app
from console.api.house import opened
from console.orchestrator import Orchestrator
from tests.support.console import configured

HOW = "Install Chromium (apt-get install chromium), or name one with CHROMIUM=/path."
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium() -> str:
    """The browser of this machine. Without one: skipped loudly, and in CI a failure."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        if os.environ.get("CI") or os.environ.get("SALLY_CI"):
            pytest.fail(f"No Chromium in CI: the pages are not tested. {HOW}")
        pytest.skip(f"NO CHROMIUM: THE PAGES ARE NOT TESTED. {HOW}")
    return found


@contextmanager
def on_loopback(url: str, transport: Any = None, **more: Any) -> Iterator[str]:
    """The app of a database, served; its address. ``transport``: of the questions to Prefect."""
    settings = configured(url, **more)
    orchestrator = partial(Orchestrator, settings, transport=transport, timeout=5)
    app = create_app(settings, partial(opened, orchestrator=orchestrator))
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", access_log=False,
                       server_header=False, timeout_graceful_shutdown=1)
    )  # fmt: skip
    thread = threading.Thread(target=server.run, name="console", daemon=True)
    thread.start()
    end = time.monotonic() + 20
    while not server.started:
        assert thread.is_alive(), "the console did not start"
        assert time.monotonic() < end, "the console did not start"
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
